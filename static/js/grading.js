/* Marking by keyboard: 1–9 give a key point all or nothing, 0–5 a level where there are no key points, Enter keeps and
   goes on, S skips. The marks of the key points add up to the total, which alone decides and can be typed over.
   Without this script the page is a plain form. */
(() => {
  "use strict";

  const form = document.querySelector("[data-marking]");
  if (!form) return;
  const total = form.querySelector("#marks");
  const points = [...form.querySelectorAll("[data-point]")];
  const levels = [...form.querySelectorAll("[data-level]")];
  const reason = form.querySelector("[data-reason]");
  const maximum = Number(form.dataset.maximum);

  const number = (input) => Number(input.value) || 0;
  const text = (value) => String(Math.round(value * 100) / 100);

  function differs() {
    if (points.length) reason.classList.toggle("is-needed", total.value !== "" && number(total) !== Number(form.dataset.suggested));
  }

  function paint(input) {
    const row = input.closest(".mark-point");
    const outOf = Number(input.dataset.outOf);
    row.classList.toggle("is-full", number(input) >= outOf);
    row.classList.toggle("is-part", number(input) > 0 && number(input) < outOf);
    row.classList.toggle("is-none", number(input) === 0);
  }

  function add() {
    const sum = points.reduce((all, input) => all + number(input), 0);
    total.value = text(sum > maximum - 0.02 ? maximum : Math.round(sum * 4) / 4); // thirds of a mark add up to the whole
    differs();
  }

  function toggle(input) {
    input.value = number(input) >= Number(input.dataset.outOf) ? "0" : text(Number(input.dataset.outOf));
    paint(input);
    add();
  }

  function choose(level) {
    total.value = level.dataset.value;
    differs();
  }

  points.forEach((input) => input.addEventListener("input", () => { paint(input); add(); }));
  levels.forEach((level) => level.addEventListener("click", () => choose(level)));
  total.addEventListener("input", differs);
  differs();

  // On a phone the answer comes before the reference, which opens on a touch.
  if (window.matchMedia("(max-width: 47.99rem)").matches) {
    document.querySelectorAll(".mark-reference").forEach((details) => { details.open = false; });
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const typing = event.target.matches("input, textarea, select");
    if (event.key === "Escape" && typing) event.target.blur();
    if (typing || event.target.closest("dialog")) return;
    if (/^[0-9]$/.test(event.key)) {
      const point = points.find((input) => input.dataset.point === event.key);
      const level = levels.find((button) => button.dataset.level === event.key);
      if (point) toggle(point);
      if (level) choose(level);
      event.preventDefault();
    } else if (event.key === "Enter" && !event.target.closest("a, button, summary")) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "s" || event.key === "S") {
      window.location.assign(form.dataset.skip);
    }
  });
})();
