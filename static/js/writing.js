/* The author's form: bold, blanks and pictures at the caret, messages beside fields, focus after a row was changed.
   Rows are changed by the server (htmx swaps the form); without scripts the same buttons send the whole page. */
(() => {
  "use strict";

  const form = document.getElementById("writing-form");
  if (!form) return;
  let last = null;

  const texts = () => [...form.querySelectorAll("[data-rich]")];

  function field() {
    if (last && !document.contains(last)) last = document.getElementById(last.id);
    return last || texts()[0];
  }

  /* By rows and not by a style: the policy of the page allows no style in an element. */
  function grow(area) {
    if (CSS.supports("field-sizing", "content")) return;
    while (area.scrollHeight > area.clientHeight + 2 && area.rows < 20) area.rows += 1;
  }

  function put(before, after, fallback) {
    const target = field();
    if (!target) return null;
    const start = target.selectionStart ?? target.value.length;
    const end = target.selectionEnd ?? start;
    const inside = target.value.slice(start, end) || fallback;
    target.setRangeText(before + inside + after, start, end, "end");
    if (fallback && start === end) target.setSelectionRange(start + before.length, start + before.length + inside.length);
    target.focus();
    target.dispatchEvent(new Event("input", { bubbles: true }));
    return target;
  }

  function refresh() {
    window.htmx.ajax("POST", form.getAttribute("action"), {
      source: form, target: "#form-fields", select: "#form-fields", swap: "outerHTML", values: { do: "refresh" },
    });
  }

  async function picture(button) {
    const box = button.closest(".picture-box");
    const note = box.querySelector("[data-picture-say]");
    const body = new FormData();
    const file = box.querySelector("[type=file]");
    const alt = box.querySelector("[name=alt]");
    if (file.files[0]) body.append("picture", file.files[0]);
    body.append("alt", alt.value);
    const answer = await fetch(button.dataset.picture, {
      method: "POST", body, headers: { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content, Accept: "application/json" },
    });
    const said = await answer.json().catch(() => ({}));
    note.hidden = answer.ok;
    note.textContent = said.message || "";
    if (!answer.ok) return;
    file.value = alt.value = "";
    box.open = false;
    put(said.reference, "", "");
  }

  /* Messages beside the fields, as the proof found them. */
  function tell(said) {
    form.querySelectorAll("[data-say]").forEach((place) => {
      place.replaceChildren(...(said[place.dataset.say] || []).map(([tone, sentence]) => {
        const line = document.createElement("p");
        line.className = `say-line say-${tone}`;
        line.textContent = sentence;
        return line;
      }));
    });
  }

  function blanks(area) {
    const rows = document.getElementById(`${area.id.replace(/stem$/, "blanks-rows")}`);
    const count = (area.value.match(/_{2,}|＿{2,}/g) || []).length;
    return rows && rows.children.length !== count;
  }

  form.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-rich]")) last = event.target;
  });
  form.addEventListener("input", (event) => {
    if (event.target.matches("[data-grow]")) grow(event.target);
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-blanks]") && blanks(event.target)) refresh();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if ("bold" in button.dataset) put("**", "**", button.textContent.trim());
    if ("blank" in button.dataset) {
      const stem = field() && field().matches("[data-blanks]") ? field() : form.querySelector("[data-blanks]");
      last = stem || last;
      if (stem && put("____", "", "")) refresh();
    }
    if ("picture" in button.dataset) {
      event.preventDefault();
      picture(button);
    }
  });

  let asked = "";
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.matches("[data-act]")) asked = event.detail.elt.value;
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "proof-sheet") {
      const body = event.detail.target.querySelector("[data-said]");
      if (body) tell(JSON.parse(body.dataset.said));
    }
    if (event.detail.target.id === "form-fields" || event.detail.requestConfig?.target?.id === "form-fields") {
      prepare();
      follow(asked);
      asked = "";
      form.dispatchEvent(new Event("typed"));
    }
  });

  /* The focus goes with what was changed: into the row that was added, with the one that was moved. */
  function follow(action) {
    const [path, verb] = action.split(":");
    const list = document.getElementById(`${verb === "add" ? path : path.replace(/-\d+$/, "")}-rows`);
    if (!list) return;
    const number = Number((path.match(/-(\d+)$/) || [])[1]);
    const row = verb === "add" ? list.lastElementChild : list.children[verb === "up" ? number - 1 : verb === "down" ? number + 1 : Math.min(number, list.children.length - 1)];
    const target = row && (verb === "add" ? row.querySelector("textarea, input:not([type=hidden]):not([type=radio]):not([type=checkbox])") : row.querySelector(".row-act:not([disabled])"));
    if (target) target.focus();
  }

  function prepare() {
    form.querySelectorAll("[data-grow]").forEach(grow);
    const insert = form.querySelector("[data-blank]");
    if (insert) insert.hidden = !form.querySelector("[data-blanks]");
  }
  prepare();

  window.addEventListener("beforeunload", (event) => {
    if (form.dataset.touched) event.preventDefault();
  });
  form.addEventListener("input", () => { form.dataset.touched = "yes"; });
  form.addEventListener("submit", () => { delete form.dataset.touched; });
})();
