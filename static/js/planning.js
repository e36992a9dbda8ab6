/* The calendar of a tour's draft: a stop is dragged to a half-day, or picked up by its handle and moved with the arrow
   keys or a tap. Every move is posted and answered with the whole calendar, checked; without this script the same moves
   are made on the page of the stop. While something is picked up, each half-day shows whether it is possible. */
(() => {
  "use strict";

  const FAR = 6; // pixels before a press becomes a drag
  const EDGE = 70; // from here to the edge of the window the page scrolls under a drag
  let held = null;

  const root = () => document.getElementById("calendar");
  const say = (text) => { const place = root().querySelector("[data-live]"); if (place) place.textContent = text; };
  const filled = (template, values) => template.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
  const slots = () => [...root().querySelectorAll("[data-slot]")].filter((slot) => slot.offsetParent !== null || slot.dataset.slot === "tray");

  function ready() {
    root().querySelectorAll("[data-grab]").forEach((grip) => { grip.hidden = false; });
  }

  /* -- what is possible where ------------------------------------------------------------------------------------- */
  async function ask(visit) {
    const answer = await fetch(visit.dataset.slots, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer || !answer.ok || !held || held.visit !== visit) return;
    held.known = await answer.json();
    if (!held || held.visit !== visit) return;
    root().querySelectorAll("[data-slot]").forEach((slot) => {
      const known = held.known[slot.dataset.slot];
      if (!known) return;
      slot.classList.add(known.hard.length ? "is-taken" : known.more > 0 ? "is-dearer" : "is-free");
    });
    if (held.target) announce(held.target);
  }

  function announce(slot) {
    const known = held.known && held.known[slot.dataset.slot];
    const words = root().dataset;
    const values = { slot: slot.dataset.name, points: known ? known.more : 0, why: known ? known.hard.join(" ") : "" };
    if (!known) say(slot.dataset.name);
    else say(filled(known.hard.length ? words.sayTaken : known.more > 0 ? words.sayMore : words.sayFree, values));
    tip(slot, known, values);
  }

  function tip(slot, known, values) {
    if (!held.tip) {
      held.tip = document.createElement("p");
      held.tip.className = "drag-tip";
      root().append(held.tip);
    }
    const words = root().dataset;
    held.tip.textContent = known ? filled(known.hard.length ? words.sayTaken : known.more > 0 ? words.sayMore : words.sayFree, values) : slot.dataset.name;
    held.tip.classList.toggle("is-refused", Boolean(known && known.hard.length));
    const box = slot.getBoundingClientRect();
    const wide = Math.min(320, document.documentElement.clientWidth - 16);
    held.tip.style.maxWidth = `${wide}px`;
    held.tip.style.left = `${Math.max(8, Math.min(box.left, document.documentElement.clientWidth - wide - 8))}px`;
    held.tip.style.top = `${Math.min(box.bottom + 6, window.innerHeight - held.tip.offsetHeight - 8)}px`;
  }

  function aim(slot) {
    if (!held || held.target === slot) return;
    if (held.target) held.target.classList.remove("is-aimed");
    held.target = slot;
    if (!slot) { if (held.tip) { held.tip.remove(); held.tip = null; } return; }
    slot.classList.add("is-aimed");
    announce(slot);
  }

  /* -- picking up and putting down -------------------------------------------------------------------------------- */
  function pick(visit, how) {
    if (held) leave();
    held = { visit, how, known: null, target: null, tip: null, ghost: null };
    visit.classList.add("is-held");
    root().classList.add("is-picking");
    ask(visit);
    if (how === "keys") {
      say(filled(root().dataset.sayPicked, { name: visit.dataset.name }));
      aim(visit.closest("[data-slot]"));
    }
  }

  function clear() {
    if (!held) return;
    held.visit.classList.remove("is-held");
    if (held.ghost) held.ghost.remove();
    if (held.tip) held.tip.remove();
    root().classList.remove("is-picking");
    root().querySelectorAll(".is-aimed, .is-taken, .is-dearer, .is-free").forEach((slot) => slot.classList.remove("is-aimed", "is-taken", "is-dearer", "is-free"));
    held = null;
  }

  function leave() {
    const name = held.visit.dataset.name;
    const grip = held.visit.querySelector("[data-grab]");
    clear();
    say(filled(root().dataset.sayLeft, { name }));
    if (grip) grip.focus();
  }

  function drop() {
    const { visit, target } = held;
    if (!target || target === visit.closest("[data-slot]")) { leave(); return; }
    const form = new FormData();
    form.set("slot", target.dataset.slot);
    form.set("seen", root().dataset.seen);
    clear();
    send(visit.dataset.move, form, visit.dataset.visit);
  }

  async function send(address, form, visit) {
    root().setAttribute("aria-busy", "true");
    say(root().dataset.saySending);
    const token = document.querySelector("meta[name=csrf-token]").content;
    const answer = await fetch(address, { method: "POST", body: form, headers: { "X-CSRFToken": token, "X-Fragment": "calendar" } }).catch(() => null);
    const text = answer && (answer.ok || answer.status === 409) ? await answer.text() : "";
    const made = new DOMParser().parseFromString(text, "text/html").getElementById("calendar");
    root().removeAttribute("aria-busy");
    if (!made) { say(root().dataset.sayFailed); window.alert(root().dataset.sayFailed); return; }
    root().replaceWith(document.adoptNode(made));
    ready();
    show(visit, answer.ok);
  }

  function show(visit, done) {
    const card = document.getElementById(`placement-${visit}`);
    const outcome = document.getElementById("outcome");
    if (card && done) {
      card.classList.add("is-moved");
      const grip = card.querySelector("[data-grab]");
      if (grip) grip.focus({ preventScroll: true });
    } else if (outcome) outcome.focus({ preventScroll: true });
    if (outcome) say(outcome.querySelector("p").textContent);
  }

  /* -- the pointer ------------------------------------------------------------------------------------------------- */
  function ghost(event) {
    const box = held.visit.getBoundingClientRect();
    held.ghost = held.visit.cloneNode(true);
    held.ghost.removeAttribute("id");
    held.ghost.classList.remove("is-held");
    held.ghost.classList.add("visit-ghost");
    held.ghost.style.width = `${box.width}px`;
    held.offset = [event.clientX - box.left, event.clientY - box.top];
    root().append(held.ghost);
  }

  function follow(event) {
    held.ghost.style.transform = `translate(${event.clientX - held.offset[0]}px, ${event.clientY - held.offset[1]}px)`;
    const under = document.elementFromPoint(event.clientX, event.clientY);
    const slot = under && under.closest("[data-slot]");
    aim(slot && root().contains(slot) ? slot : null);
    if (event.clientY < EDGE) window.scrollBy(0, -12);
    else if (event.clientY > window.innerHeight - EDGE) window.scrollBy(0, 12);
  }

  document.addEventListener("pointerdown", (event) => {
    if (!root() || event.button !== 0) return;
    const grip = event.target.closest("[data-grab]");
    const visit = event.target.closest("[data-visit][data-move]");
    // A finger scrolls the page; only the handle drags under it.
    if (!visit || held || (event.pointerType !== "mouse" && !grip) || (event.target.closest("a, button") && !grip && event.pointerType !== "mouse")) return;
    const start = [event.clientX, event.clientY];
    let dragging = false;

    function moved(next) {
      if (!dragging && Math.hypot(next.clientX - start[0], next.clientY - start[1]) < FAR) return;
      if (!dragging) {
        dragging = true;
        pick(visit, "pointer");
        ghost(event);
        window.getSelection().removeAllRanges();
      }
      if (!held) return stop();
      next.preventDefault();
      follow(next);
    }
    function up() {
      stop();
      if (dragging && held) { swallow(); drop(); }
    }
    function cancelled() { stop(); if (dragging && held) leave(); }
    function stop() {
      document.removeEventListener("pointermove", moved);
      document.removeEventListener("pointerup", up);
      document.removeEventListener("pointercancel", cancelled);
    }
    document.addEventListener("pointermove", moved, { passive: false });
    document.addEventListener("pointerup", up);
    document.addEventListener("pointercancel", cancelled);
  });

  /* The click that ends a drag opens no link and picks nothing up. */
  function swallow() {
    const stop = (event) => { event.preventDefault(); event.stopPropagation(); };
    document.addEventListener("click", stop, { capture: true, once: true });
    setTimeout(() => document.removeEventListener("click", stop, { capture: true }), 0);
  }

  document.addEventListener("dragstart", (event) => { if (event.target.closest && event.target.closest("[data-visit]")) event.preventDefault(); });

  /* -- handle, keys, taps ------------------------------------------------------------------------------------------ */
  document.addEventListener("click", (event) => {
    if (!root()) return;
    const grip = event.target.closest("[data-grab]");
    if (grip && !(held && held.visit.contains(grip))) { pick(grip.closest("[data-visit]"), "keys"); return; }
    if (held && held.how === "keys") {
      const slot = event.target.closest("[data-slot]");
      if (slot && !grip) { event.preventDefault(); aim(slot); drop(); } else leave();
      return;
    }
    const link = event.target.closest("[data-show]");
    if (link) flash(link.dataset.show);
  });

  function flash(visit) {
    const card = document.getElementById(`placement-${visit}`);
    if (!card) return;
    card.classList.remove("is-moved");
    requestAnimationFrame(() => card.classList.add("is-moved"));
  }

  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  document.addEventListener("keydown", (event) => {
    if (!held) return;
    if (event.key === "Escape") { event.preventDefault(); leave(); return; }
    if (held.how !== "keys") return;
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); drop(); return; }
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const next = beside(held.target || held.visit.closest("[data-slot]"), ...step);
    if (next) { aim(next); next.scrollIntoView({ block: "nearest", inline: "nearest" }); }
  });

  /* The nearest half-day in a direction, as the eye sees it. */
  function beside(from, dx, dy) {
    const box = from.getBoundingClientRect();
    const middle = [box.left + box.width / 2, box.top + box.height / 2];
    let best = null;
    let least = Infinity;
    slots().forEach((slot) => {
      if (slot === from) return;
      const other = slot.getBoundingClientRect();
      const across = other.left + other.width / 2 - middle[0];
      const down = other.top + other.height / 2 - middle[1];
      const ahead = dx ? across * dx : down * dy;
      const aside = Math.abs(dx ? down : across);
      if (ahead < 4 || (dx && aside > box.height / 2 + other.height / 2) || (dy && aside > box.width / 2 + other.width / 2)) return;
      const far = ahead + 3 * aside;
      if (far < least) { least = far; best = slot; }
    });
    return best;
  }

  /* Buttons of the outcome (undo, another half-day) answer in place, too. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!("post" in form.dataset) || !root()) return;
    event.preventDefault();
    const visit = (form.action.match(/placements\/(\d+)/) || [])[1];
    send(form.action, new FormData(form), visit);
  });

  if (root()) ready();
})();
