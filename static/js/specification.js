/* A specification's form: sums, what the bank holds and what is wrong, as they are typed. Rows are changed by the server
   (htmx swaps the form); without scripts the same buttons send the whole page, and all of this is in the page already. */
(() => {
  "use strict";

  const form = document.getElementById("specification-form");
  if (!form) return;
  const WAIT = 400;
  let timer = 0;
  let latest = 0;
  let asked = "";
  let swapping = false;
  const meanwhile = new Map();

  function tell(place, sentences) {
    place.replaceChildren(...sentences.map((sentence) => {
      const line = document.createElement("p");
      line.className = "say-line say-error";
      line.textContent = sentence;
      return line;
    }));
  }

  function show(found) {
    form.querySelectorAll("[data-sum]").forEach((place) => { place.textContent = found.sums[place.dataset.sum] || "–"; });
    form.querySelectorAll("[data-held]").forEach((place) => {
      const [words, short] = found.held[place.dataset.held] || ["", false];
      place.textContent = words;
      place.classList.toggle("is-short", short);
    });
    form.querySelectorAll("[data-say]").forEach((place) => tell(place, found.said[place.dataset.say] || []));
  }

  /* An answer that was overtaken by a later question is not shown. */
  async function reckon() {
    const number = ++latest;
    const answer = await fetch(form.dataset.figures, {
      method: "POST", body: new FormData(form), headers: { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content, Accept: "application/json" },
    }).catch(() => null);
    if (answer && answer.ok && number === latest) show(await answer.json());
  }

  function refresh(field) {
    asked = `#${field.id}`;
    window.htmx.ajax("POST", form.getAttribute("action"), {
      source: form, target: "#form-fields", select: "#form-fields", swap: "outerHTML", values: { do: "refresh" },
    });
  }

  form.addEventListener("input", (event) => {
    form.dataset.touched = "yes";
    if (swapping && event.target.id) meanwhile.set(event.target.id, event.target.value);
    clearTimeout(timer);
    timer = setTimeout(reckon, WAIT);
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-refresh]")) refresh(event.target);
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.matches("[data-act]")) asked = event.detail.elt.value;
    swapping = true;
  });
  document.addEventListener("htmx:afterSwap", () => {
    restore();
    follow();
    reckon();
  });

  /* What was typed while the rows were under way is put back. */
  function restore() {
    swapping = false;
    meanwhile.forEach((value, id) => {
      const field = document.getElementById(id);
      if (field) field.value = value;
    });
    meanwhile.clear();
  }

  /* The focus goes with what was changed: into the row that was added, with the one that was moved. */
  function follow() {
    const [path, verb] = asked.split(":");
    asked = "";
    if (path.startsWith("#")) {
      document.getElementById(path.slice(1))?.focus();
      return;
    }
    const list = document.getElementById(`${verb === "add" ? path : path.replace(/-\d+$/, "")}-rows`);
    if (!list) return;
    const number = Number((path.match(/-(\d+)$/) || [])[1]);
    const row = verb === "add" ? list.lastElementChild : list.children[verb === "up" ? number - 1 : verb === "down" ? number + 1 : Math.min(number, list.children.length - 1)];
    row?.querySelector(verb === "add" ? "select, input" : ".row-act:not([disabled])")?.focus();
  }

  window.addEventListener("beforeunload", (event) => {
    if (form.dataset.touched) event.preventDefault();
  });
  form.addEventListener("submit", () => { delete form.dataset.touched; });
})();
