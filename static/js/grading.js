/* Marking by keyboard: 1–9 give a key point all or nothing, 0–5 a level where there are no key points, the arrows choose
   a key point and change its marks, Enter keeps and goes on, S skips, B goes back, G takes the answers that say the same
   along or not, R leads to the reason. The marks of the key points add up to the total, which alone decides and can be
   typed over. Without this script the page is a plain form. */
(() => {
  "use strict";

  const form = document.querySelector("[data-marking]");
  if (!form) return;
  const total = form.querySelector("#marks");
  const points = [...form.querySelectorAll("[data-point]")];
  const levels = [...form.querySelectorAll("[data-level]")];
  const reason = form.querySelector("[data-reason]");
  const field = form.querySelector("#reason");
  const same = form.querySelector("#same");
  const maximum = Number(form.dataset.maximum);
  const closed = form.querySelector(".mark-all").disabled;
  let current = -1;

  const number = (input) => Number(input.value) || 0;
  const text = (value) => String(Math.round(value * 100) / 100);
  const sum = () => points.reduce((all, input) => all + number(input), 0);
  const within = (value, most) => Math.min(most, Math.max(0, Math.round(value * 4) / 4));

  // A total that the key points explain needs no words; one that was typed over them does.
  function needsReason() {
    if (!points.length || form.dataset.suggested === undefined || total.value === "") return false;
    return number(total) !== Number(form.dataset.suggested) && Math.abs(sum() - number(total)) >= 0.25;
  }

  function differs() {
    reason.classList.toggle("is-needed", needsReason());
  }

  function paint(input) {
    const row = input.closest(".mark-point");
    const outOf = Number(input.dataset.outOf);
    row.classList.toggle("is-full", number(input) >= outOf);
    row.classList.toggle("is-part", number(input) > 0 && number(input) < outOf);
    row.classList.toggle("is-none", number(input) === 0);
  }

  function add() {
    const whole = sum();
    total.value = text(whole > maximum - 0.02 ? maximum : Math.round(whole * 4) / 4); // thirds of a mark add up to the whole
    differs();
  }

  function give(input, marks) {
    input.value = text(marks);
    paint(input);
    add();
  }

  function toggle(input) {
    const outOf = Number(input.dataset.outOf);
    give(input, number(input) >= outOf ? 0 : outOf);
  }

  // The evidence of the chosen key point stands out in the answer.
  function choose(index) {
    current = index;
    points.forEach((input, at) => input.closest(".mark-point").classList.toggle("is-current", at === index));
    const chosen = index < 0 ? null : points[index].dataset.point;
    document.querySelectorAll(".evidence").forEach((piece) => {
      piece.classList.toggle("is-current", chosen !== null && piece.dataset.points.split(" ").includes(chosen));
    });
    if (index >= 0) points[index].closest(".mark-point").scrollIntoView({ block: "nearest" });
  }

  function move(by) {
    if (points.length) choose((current + by + points.length + (current < 0 && by < 0 ? 1 : 0)) % points.length);
  }

  function nudge(by) {
    if (current < 0) {
      total.value = text(within(number(total) + by, maximum));
      differs();
    } else {
      const input = points[current];
      give(input, within(number(input) + by, Number(input.dataset.outOf)));
    }
  }

  function level(button) {
    total.value = button.dataset.value;
    differs();
  }

  points.forEach((input, index) => {
    input.addEventListener("input", () => { paint(input); add(); });
    input.addEventListener("focus", () => choose(index));
    paint(input);
  });
  levels.forEach((button) => button.addEventListener("click", () => level(button)));
  total.addEventListener("input", differs);
  differs();
  form.addEventListener("submit", (event) => {
    if (!needsReason() || field.value.trim()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    field.focus();
  }, true);

  // On a phone the answer comes before the reference, which opens on a touch.
  if (window.matchMedia("(max-width: 47.99rem)").matches) {
    document.querySelectorAll(".mark-reference").forEach((details) => { details.open = false; });
  }

  const follow = (selector) => {
    const link = document.querySelector(selector);
    if (link) window.location.assign(link.href);
  };

  const KEYS = {
    ArrowUp: () => move(-1),
    ArrowDown: () => move(1),
    ArrowLeft: () => nudge(-0.25),
    ArrowRight: () => nudge(0.25),
    Enter: () => form.requestSubmit(),
    s: () => window.location.assign(form.dataset.skip),
    b: () => follow("[data-back]"),
    g: () => { if (same) same.checked = !same.checked; },
    r: () => field.focus(),
  };

  function figure(key) {
    const point = points.findIndex((input) => input.dataset.point === key);
    const button = levels.find((each) => each.dataset.level === key);
    if (point >= 0) {
      choose(point);
      toggle(points[point]);
    }
    if (button) level(button);
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const typing = event.target.matches("input:not([type=checkbox]), textarea, select");
    if (event.key === "Escape" && typing) event.target.blur();
    if (typing || event.target.closest("dialog")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (closed && key !== "s" && key !== "b") return;
    if (/^[0-9]$/.test(key)) {
      event.preventDefault();
      figure(key);
    } else if (KEYS[key] && !(key === "Enter" && event.target.closest("a, button, summary"))) {
      event.preventDefault();
      KEYS[key]();
    }
  });
})();
