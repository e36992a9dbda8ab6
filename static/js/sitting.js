/* The candidate's page: one question a screen, the answer card, the countdown, handing in. */
(() => {
  "use strict";

  const { Journal, Answers, Kinds, Sync, Clock } = window.Sitting;
  const body = document.body;
  const words = JSON.parse(body.dataset.words);
  const first = JSON.parse(body.dataset.state);
  const one = (selector, scope) => (scope || document).querySelector(selector);
  const all = (selector, scope) => Array.from((scope || document).querySelectorAll(selector));
  const say = (word, values) => words[word].replace(/\{(\w+)\}/g, (whole, name) => (values || {})[name]);

  const TYPING = 1500;
  const TYPING_AT_MOST = 8000;
  const SHORT = 5 * 60 * 1000;

  const questions = all(".question").map((section) => ({
    id: Number(section.dataset.item),
    number: Number(section.dataset.number),
    section,
    block: one("[data-answer]", section),
    cell: one(`.card-cell[data-number="${section.dataset.number}"]`),
  }));
  const byId = new Map(questions.map((question) => [question.id, question]));
  const clock = new Clock(first.server_time);
  const journal = new Journal(body.dataset.attempt);
  const answers = new Answers(journal, questions.map((question) => question.id), first.answers, clock.now());
  const sync = new Sync({
    api: body.dataset.api,
    token: one("meta[name=csrf-token]").content,
    deadline: first.deadline,
    answers,
    clock,
    onChange,
    onOver,
  });

  let current = null;
  let locked = false;
  let over = false;
  let wanted = false; // the candidate has asked to hand in
  let handing = false;
  let typedSince = 0;

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
    closeCard();
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
    if (current) renderSaving(current);
    renderBanner(found.unsaved);
    if (!one("#hand-in").hidden) renderHandIn();
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

  function saving(question) {
    const item = answers.items.get(question.id);
    const state = answers.state(question.id);
    if (state === "none") return ["none", say("none")];
    if (state === "saved") return ["saved", say("saved", { time: Clock.hour(item.savedAt) })];
    if (state === "refused") return ["refused", say("refused", { reason: item.local.reason })];
    if (!journal.kept && sync.trouble) return ["memory", say("memory")];
    if (sync.trouble) return sync.trouble === "offline" ? ["offline", say("offline")] : ["waiting", say("waiting")];
    return state === "sent" ? ["saving", say("saving")] : ["typing", say("typing")];
  }

  function renderSaving(question) {
    const line = one("[data-save-line]");
    const [state, text] = saving(question);
    line.dataset.state = state;
    all("[data-when]", line).forEach((icon) => { icon.hidden = icon.dataset.when.split(" ").indexOf(state) < 0; });
    if (one("[data-save-text]", line).textContent !== text) one("[data-save-text]", line).textContent = text;
    const { conflict } = answers.items.get(question.id);
    const box = one("[data-conflict]", question.section);
    box.hidden = !conflict;
    if (conflict) one("[data-theirs]", box).textContent = Kinds.describe(conflict.value);
  }

  function renderBanner(unsaved) {
    const words_ = { "sign-in": "banner_sign_in", foreign: "banner_foreign", offline: "banner_offline", waiting: "banner_waiting" };
    let word = unsaved || sync.trouble === "sign-in" || sync.trouble === "foreign" ? words_[sync.trouble] : "";
    if (locked) word = sync.trouble && unsaved ? "banner_up_unsaved" : "banner_up";
    const banner = one("#banner");
    const text = word ? say(word, { count: unsaved }) : "";
    banner.hidden = !word;
    one("[data-banner-link]").hidden = sync.trouble !== "sign-in" && sync.trouble !== "foreign";
    if (one("[data-banner-text]").textContent !== text) one("[data-banner-text]").textContent = text;
  }

  function onChange(filled) {
    (filled || []).forEach((id) => fill(byId.get(id)));
    render();
    if (wanted && !handing && !answers.due().length && !sync.trouble) handIn();
  }

  /* -- answering ---------------------------------------------------------------------------------------------- */

  function changed(question, pause) {
    if (locked) return;
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
    if (question) changed(question, isText(event.target) ? TYPING : 0);
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
    openCard: () => openSheet("#answer-card", one("[data-open-card]")),
    closeCard,
    handIn: openHandIn,
    back() { wanted = false; go(current.number); },
    ask() {
      const found = counts();
      one("[data-confirm-counts]").textContent = found.open + found.part + found.unsaved ? say("open_count", found) : say("all_answered");
      openSheet("#confirm", one("[data-ask]"));
    },
    closeConfirm: closeCard,
    submit() { closeCard(); wanted = true; handIn(); },
  };
  const frozen = ["move", "accept", "clear", "flag", "keep"];

  document.addEventListener("click", (event) => {
    const target = event.target.closest("button, a, .card-shade");
    const name = target && Object.keys(presses).find((each) => each in target.dataset);
    if (!name || target.disabled || target.closest("form")) return;
    event.preventDefault();
    if (!locked || frozen.indexOf(name) < 0) presses[name](target);
  });

  /* -- sheets ------------------------------------------------------------------------------------------------- */

  let opener = null;

  function openSheet(selector, from) {
    render();
    opener = from;
    one(selector).classList.add("is-open");
    one("h2", one(selector)).focus();
  }

  function closeCard() {
    const open = all(".card-sheet.is-open");
    open.forEach((sheet) => sheet.classList.remove("is-open"));
    if (open.length && opener) opener.focus({ preventScroll: true });
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeCard();
  });

  /* -- handing in --------------------------------------------------------------------------------------------- */

  function openHandIn() {
    leave();
    closeCard();
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
      const why = (kind === "answered" ? [] : [say(kind)]).concat(flagged ? [say("flagged")] : [], unsaved ? [saving(question)[1]] : []);
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
    if (handing || over) return;
    handing = true;
    handInStatus("hand_in_sending");
    const all_ = await sync.flush();
    const done = all_ && (await sendHandIn());
    handing = false;
    if (!done) handInStatus("hand_in_waiting");
    render();
  }

  async function sendHandIn() {
    try {
      const { status, json } = await sync.post("submission", { expected: answers.expected() });
      if (status === 200) return finish(json.address);
      if (status === 409) answers.again(json.items);
      if (status === 400 && json.reason === "csrf") await sync.refresh();
      if (status === 401 || status === 404) sync.fail(status === 401 ? "sign-in" : "foreign");
    } catch (error) {
      sync.trouble = "offline";
    }
    setTimeout(() => { if (wanted) handIn(); }, 2000 + Math.random() * 3000);
    return false;
  }

  function finish(address) {
    over = true;
    wanted = false;
    journal.forget();
    window.location.replace(address);
    return true;
  }

  /* The paper is over on the server: handed in on another device, or collected. */
  function onOver() {
    if (!over) finish(body.dataset.receipt);
  }

  /* -- time --------------------------------------------------------------------------------------------------- */

  function lock() {
    locked = true;
    wanted = true;
    closeCard();
    all(".question input, .question textarea, .question select, .question button").forEach((control) => { control.disabled = true; });
    handIn();
  }

  function tick() {
    const left = sync.deadline - clock.now();
    const timer = one("[data-countdown]");
    one("[data-countdown-text]", timer).textContent = Clock.left(left);
    timer.classList.toggle("is-short", left < SHORT);
    if (clock.slept()) sync.refresh();
    if (left <= 0 && !locked) lock();
  }

  /* -- start -------------------------------------------------------------------------------------------------- */

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") sync.send(true);
    else sync.refresh();
  });
  window.addEventListener("pagehide", () => sync.send(true));
  window.addEventListener("online", () => { sync.failures = 0; sync.poke(0); });
  window.addEventListener("pageshow", (event) => { if (event.persisted) sync.refresh(); });

  questions.forEach(fill);
  go(Number((window.location.hash.match(/^#(\d+)$/) || [0, 1])[1]));
  tick();
  setInterval(tick, 250);
  sync.refresh();
})();
