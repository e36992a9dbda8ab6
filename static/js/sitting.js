/* The candidate's page: one question a screen, the answer card, handing in. */
(() => {
  "use strict";

  const { Store, Answers, Kinds, Sync, Clock, Tabs, Status, Rescue, Sheets } = window.Sitting;
  const body = document.body;
  const words = JSON.parse(body.dataset.words);
  const first = JSON.parse(body.dataset.state);
  const one = (selector, scope) => (scope || document).querySelector(selector);
  const all = (selector, scope) => Array.from((scope || document).querySelectorAll(selector));
  const say = (word, values) => words[word].replace(/\{(\w+)\}/g, (whole, name) => (values || {})[name]);

  const TYPING = 1500;
  const TYPING_AT_MOST = 8000;
  const PREPARE = 3000;

  const questions = all(".question").map((section) => ({
    id: Number(section.dataset.item),
    number: Number(section.dataset.number),
    section,
    block: one("[data-answer]", section),
    cell: one(`.card-cell[data-number="${section.dataset.number}"]`),
  }));
  const byId = new Map(questions.map((question) => [question.id, question]));
  const clock = new Clock(first.server_time);
  const early = new Set(); // questions answered before the journal was open

  let answers = null;
  let sync = null;
  let tabs = null;
  let status = null;
  let rescue = null;
  let current = null;
  let locked = false; // time is up
  let over = false;
  let wanted = false; // the candidate has asked to hand in
  let handing = false;
  let typedSince = 0;
  let hiddenSince = 0;

  /* -- showing ------------------------------------------------------------------------------------------------ */

  function fill(question) {
    const shown = answers.shown(question.id);
    Kinds.write(question.block, shown.value);
    showFlag(question, shown.flagged);
  }

  function showFlag(question, flagged) {
    const button = one("[data-flag]", question.section);
    button.setAttribute("aria-pressed", String(flagged));
    one("span", button).textContent = say(flagged ? "unflag" : "flag");
    const symbol = one("use", button);
    symbol.setAttribute("href", symbol.getAttribute("href").replace(/#.*/, flagged ? "#flag-fill" : "#flag"));
  }

  function go(number) {
    const next = questions[Math.min(Math.max(number, 1), questions.length) - 1];
    leave();
    current = next;
    questions.forEach((question) => { question.section.hidden = question !== next; });
    one("#hand-in").hidden = true;
    one(".bottom-bar").hidden = false;
    one("[data-go=previous]").disabled = next.number === 1;
    one("[data-go=next]").hidden = next.number === questions.length;
    one(".bottom-bar [data-hand-in]").hidden = next.number !== questions.length;
    Sheets.close();
    Kinds.mirror(next.block);
    window.scrollTo(0, 0);
    history.replaceState(null, "", `#${next.number}`); // no element has this name, so nothing scrolls
    one("h1", next.section).setAttribute("tabindex", "-1");
    one("h1", next.section).focus({ preventScroll: true });
    render();
  }

  function leave() {
    typedSince = 0;
    if (answers.due().length) sync.poke(0);
  }

  function progress(question) {
    const state = answers.state(question.id);
    return { kind: Kinds.progress(question.block), flagged: answers.shown(question.id).flagged, unsaved: state !== "saved" && state !== "none" };
  }

  function counts() {
    const found = { answered: 0, open: 0, part: 0, flagged: 0, unsaved: 0, total: questions.length };
    questions.forEach((question) => {
      const { kind, flagged, unsaved } = progress(question);
      found[kind] += 1;
      if (flagged) found.flagged += 1;
      if (unsaved) found.unsaved += 1;
    });
    return found;
  }

  function render() {
    questions.forEach(renderCell);
    const found = counts();
    one("[data-count=answered]").textContent = found.answered;
    one("[data-count=open]").textContent = found.open;
    one("[data-count=part]").textContent = found.part;
    one(".card-counts .is-part").hidden = !found.part;
    one("[data-count=flagged]").textContent = found.flagged;
    one("[data-card-counts]").textContent = say("counts", found);
    if (current) status.renderSaving(current);
    status.renderBanner(locked, found.unsaved);
    status.renderPause();
    freeze();
    if (locked) rescue.render(found.unsaved);
    if (!one("#hand-in").hidden) renderHandIn();
  }

  /* Nothing can be entered once time is up, and while another page has the writing. */
  function freeze() {
    const still = locked || sync.writer === "other";
    if (body.classList.contains("is-still") === still) return;
    body.classList.toggle("is-still", still);
    all("input, textarea, select, button", one("main")).forEach((control) => {
      if (control.closest(".question")) control.disabled = still;
    });
    if (!still) questions.forEach((question) => all(".order", question.section).forEach(window.Sitting.arrows));
  }

  function renderCell(question) {
    const { kind, flagged, unsaved } = progress(question);
    const parts = [say(kind)].concat(flagged ? [say("flagged")] : [], unsaved ? [say("unsaved")] : []);
    question.cell.className = ["card-cell", `is-${kind}`, flagged ? "is-flagged" : "", unsaved ? "is-unsaved" : ""].join(" ");
    one(".cell-word", question.cell).textContent = say(unsaved ? "unsaved" : kind);
    question.cell.setAttribute("aria-label", `${say("question", question)}: ${parts.join(", ")}`);
    if (question === current) question.cell.setAttribute("aria-current", "true");
    else question.cell.removeAttribute("aria-current");
  }

  function onChange(filled) {
    (filled || []).forEach((id) => fill(byId.get(id)));
    render();
    if (wanted && !handing && !answers.due().length && !sync.trouble) handIn();
  }

  /* -- answering ---------------------------------------------------------------------------------------------- */

  function changed(question, pause) {
    if (frozen()) return;
    answers.change(question.id, Kinds.read(question.block), answers.shown(question.id).flagged);
    Kinds.mirror(question.block);
    if (!typedSince) typedSince = performance.now();
    const rest = Math.max(0, TYPING_AT_MOST - (performance.now() - typedSince));
    if (!pause) typedSince = 0;
    clearTimeout(question.timer);
    question.timer = setTimeout(() => { typedSince = 0; sync.poke(0); }, Math.min(pause, rest));
    render();
  }

  function questionOf(element) {
    const section = element.closest(".question");
    return section && byId.get(Number(section.dataset.item));
  }

  function isText(element) {
    return element.matches("input[type=text], textarea");
  }

  document.addEventListener("input", (event) => {
    const question = questionOf(event.target);
    if (!question) return;
    if (answers) changed(question, isText(event.target) ? TYPING : 0);
    else early.add(question);
  });

  function move(button) {
    const row = button.closest("li");
    const list = row.parentElement;
    if (button.dataset.move === "up") list.insertBefore(row, row.previousElementSibling);
    else list.insertBefore(row.nextElementSibling, row);
    all("li", list).forEach((each) => each.classList.toggle("is-moved", each === row));
    window.Sitting.arrows(list);
    const still = button.disabled ? one(`[data-move]:not([data-move=${button.dataset.move}])`, row) : button;
    still.focus();
  }

  const presses = {
    move(button) {
      move(button);
      button.closest("[data-answer]").dataset.given = "";
      changed(questionOf(button), 0);
    },
    accept(button) {
      button.closest("[data-answer]").dataset.given = "";
      changed(questionOf(button), 0);
    },
    clear(button) {
      Kinds.write(button.closest("[data-answer]"), null);
      changed(questionOf(button), 0);
    },
    flag(button) {
      const question = questionOf(button);
      const flagged = button.getAttribute("aria-pressed") !== "true";
      showFlag(question, flagged);
      answers.change(question.id, answers.shown(question.id).value, flagged);
      sync.poke(0);
      render();
    },
    keep(button) {
      const question = questionOf(button);
      answers.settle(question.id, button.dataset.keep === "mine");
      fill(question);
      sync.poke(0);
      render();
    },
    go: (button) => go(current.number + (button.dataset.go === "next" ? 1 : -1)),
    number: (button) => go(Number(button.dataset.number)),
    openCard() { render(); Sheets.open("#answer-card", one("[data-open-card]")); },
    closeCard: () => Sheets.close(),
    handIn: openHandIn,
    back() { wanted = false; go(current.number); },
    ask() {
      const found = counts();
      one("[data-confirm-counts]").textContent = found.open + found.part + found.unsaved ? say("open_count", found) : say("all_answered");
      Sheets.open("#confirm", one("[data-ask]"));
    },
    closeConfirm: () => Sheets.close(),
    submit() { Sheets.close(); wanted = true; handIn(); },
  };
  const writing = ["move", "accept", "clear", "flag", "keep"];
  const frozen = () => locked || sync.writer === "other" || Boolean(sync.paused);

  document.addEventListener("click", (event) => {
    const target = event.target.closest("button, a, .card-shade");
    const name = target && Object.keys(presses).find((each) => each in target.dataset);
    if (!name || target.disabled || target.closest("form") || !answers) return;
    event.preventDefault();
    if (writing.indexOf(name) < 0 || !frozen()) presses[name](target);
  });

  /* -- handing in --------------------------------------------------------------------------------------------- */

  function openHandIn() {
    leave();
    Sheets.close();
    questions.forEach((question) => { question.section.hidden = true; });
    one("#hand-in").hidden = false;
    one(".bottom-bar").hidden = true;
    window.scrollTo(0, 0);
    one("#hand-in-title").focus();
    render();
  }

  function renderHandIn() {
    const found = counts();
    const list = one("[data-open-list]");
    one("[data-open-summary]").textContent = found.open + found.part + found.flagged + found.unsaved ? say("open_count", found) : say("all_answered");
    list.textContent = "";
    questions.forEach((question) => {
      const { kind, flagged, unsaved } = progress(question);
      const why = (kind === "answered" ? [] : [say(kind)]).concat(flagged ? [say("flagged")] : [], unsaved ? [status.saving(question.id)[1]] : []);
      if (!why.length) return;
      const link = document.createElement("a");
      link.href = `#${question.number}`;
      link.dataset.number = question.number;
      link.append(Object.assign(document.createElement("span"), { textContent: say("question", question) }), Object.assign(document.createElement("span"), { className: "muted", textContent: why.join("、") }));
      list.append(document.createElement("li"));
      list.lastElementChild.append(link);
    });
  }

  function handInStatus(word, values) {
    const status = one("[data-hand-in-status]");
    status.hidden = !word;
    status.textContent = word ? say(word, values) : "";
    one("[data-ask]").disabled = word === "hand_in_sending";
    if (word) window.scrollTo(0, 0);
  }

  async function handIn() {
    if (handing || over || sync.writer === "other") return;
    handing = true;
    handInStatus("hand_in_sending");
    const all_ = await sync.flush();
    const done = all_ && (await sendHandIn());
    handing = false;
    if (!done) handInStatus(locked ? "hand_in_up" : "hand_in_waiting");
    render();
  }

  async function sendHandIn() {
    try {
      const { status: code, json } = await sync.post("submission", { expected: answers.expected() });
      if (code === 200) return finish(json.address);
      if (code === 409 && json.reason === "writer") return sync.displaced();
      if (code === 409) answers.again(json.items);
      if (code === 400 && json.reason === "csrf") await sync.refresh();
      if (code === 401 || code === 404) sync.fail(code === 401 ? "sign-in" : "foreign");
    } catch (error) {
      sync.trouble = "offline";
    }
    setTimeout(() => { if (wanted) handIn(); }, 2000 + Math.random() * 3000);
    return false;
  }

  function finish(address, lost) {
    over = true;
    wanted = false;
    if (!lost) answers.store.forget();
    tabs.release();
    const next = one("#hand-over");
    if (next) next.submit();
    else window.location.replace(address);
    return true;
  }

  /* The paper is over on the server: handed in on another device, collected, or gone on on paper. What it did not keep stays here. */
  function onOver(lost) {
    if (!over) finish(body.dataset.receipt, lost);
  }

  /* -- time --------------------------------------------------------------------------------------------------- */

  function lock() {
    locked = true;
    wanted = true;
    Sheets.close();
    render();
    handIn();
  }

  /* Time was given after all. */
  function unlock() {
    locked = false;
    wanted = false;
    one("#rescue").hidden = true;
    body.classList.remove("is-rescue");
    handInStatus("");
    render();
  }

  function tick() {
    const jump = clock.slept();
    if (jump) {
      sync.events.push({ kind: "clock", at_ms: Math.round(clock.now()), seconds: Math.round(jump / 1000) });
      sync.refresh();
    }
    const left = status.tick();
    if (left <= 0 && !locked) lock();
    else if (left > 0 && locked && left !== Infinity) unlock();
    if (locked) rescue.render(answers.unconfirmed().length);
  }

  /* -- one page writes ------------------------------------------------------------------------------------------ */

  function lostToTab() {
    sync.yielded = true;
    status.rival = true;
    sync.displaced();
    render();
  }

  /* On opening: a page of this device that is gone is followed without a word, another device is asked about. */
  async function settleWriter() {
    if (sync.writer !== "other" || status.rival) return;
    if (sync.sameDevice) await takeOver("");
    else tabs.release();
    render();
  }

  async function takeOver(code) {
    tabs.hold();
    const said = await sync.takeOver(code);
    if (said) {
      tabs.release();
    } else {
      status.rival = false;
      questions.forEach(fill);
    }
    render();
    return said;
  }

  /* -- start -------------------------------------------------------------------------------------------------- */

  function leaves(hidden) {
    if (hidden) {
      hiddenSince = performance.now();
      sync.send(true);
      return sync.pulse(true);
    }
    const seconds = Math.round((performance.now() - hiddenSince) / 1000);
    if (hiddenSince && seconds > 0) sync.events.push({ kind: "left_page", at_ms: Math.round(clock.now() - seconds * 1000), seconds });
    hiddenSince = 0;
    return sync.refresh().then(() => sync.pulse());
  }

  function listen() {
    document.addEventListener("visibilitychange", () => leaves(document.visibilityState === "hidden"));
    window.addEventListener("pagehide", () => sync.send(true));
    window.addEventListener("online", () => { sync.failures = 0; sync.refresh(); });
    window.addEventListener("pageshow", (event) => { if (event.persisted) sync.refresh(); });
    window.addEventListener("beforeunload", (event) => {
      if (over || !answers.unconfirmed().length) return;
      event.preventDefault();
      event.returnValue = ""; // the browser asks in its own words
    });
  }

  function begin(store) {
    answers = new Answers(store, questions.map((question) => question.id), first.answers, clock);
    tabs = new Tabs(body.dataset.attempt, lostToTab);
    sync = new Sync({
      api: body.dataset.api, token: one("meta[name=csrf-token]").content, device: Store.device(), tab: tabs.name,
      answers, clock, state: first, onChange, onOver,
    });
    status = new Status({ say, sync, answers, clock, actions: { takeOver } });
    rescue = new Rescue({ say, sync, answers, clock, attempt: body.dataset.attempt, address: body.dataset.rescue });
    questions.filter((question) => !early.has(question)).forEach(fill);
    go(Number((window.location.hash.match(/^#(\d+)$/) || [0, 1])[1]));
    early.forEach((question) => changed(question, 0));
    if (tabs.rival()) lostToTab();
    else tabs.hold();
    listen();
    tick();
    setInterval(tick, 250);
    sync.refresh().then(settleWriter).then(() => sync.pulse());
    setTimeout(() => Rescue.prepare(JSON.parse(body.dataset.sealing)), PREPARE);
  }

  Store.open(body.dataset.attempt).then(begin);
})();
