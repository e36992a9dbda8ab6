/* Small behaviours of the office's pages. Every one has a plain page underneath that works without it.

   data-confirm="sentence"     on a form: ask before it is sent (data-confirm-verb names the button)
   data-select                 on a form or table: data-select-all and data-select-row check boxes, data-selected-count,
                               data-bulk-bar is shown while something is chosen
   data-autosubmit             on a filter form: a changed select, date or check box sends it
   data-copy="#id" | "text"    on a button: copies the text (data-copied is what it then says)
   data-print                  on a button: prints the page
   data-menu                   the menu button of a narrow screen
   data-focus                  takes the focus when the page opens (error summary)
   data-once                   on a form: its buttons are locked after the first press                                */
(() => {
  "use strict";

  const words = { cancel: document.body.dataset.cancel, ok: document.body.dataset.continue };

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function ask(form, submitter) {
    const dialog = element("dialog", "ask");
    const text = element("p", "", form.dataset.confirm);
    text.id = "ask-text";
    dialog.setAttribute("aria-labelledby", text.id);
    const actions = element("div", "form-actions");
    const tone = form.dataset.confirmTone === "danger" ? "btn-danger" : "btn-primary";
    const verb = element("button", `btn ${tone}`, form.dataset.confirmVerb || words.ok);
    const cancel = element("button", "btn btn-secondary", words.cancel);
    verb.type = cancel.type = "button";
    actions.append(verb, cancel);
    dialog.append(text, actions);
    document.body.append(dialog);
    dialog.addEventListener("close", () => dialog.remove());
    cancel.addEventListener("click", () => dialog.close());
    verb.addEventListener("click", () => {
      form.dataset.confirmed = "yes";
      dialog.close();
      form.requestSubmit(submitter);
    });
    dialog.showModal();
    cancel.focus();
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.confirm && form.dataset.confirmed !== "yes") {
      event.preventDefault();
      // Old browsers without <dialog> fall back to the browser's own question.
      if (typeof HTMLDialogElement === "function") ask(form, event.submitter);
      else if (window.confirm(form.dataset.confirm)) {
        form.dataset.confirmed = "yes";
        form.requestSubmit(event.submitter);
      }
      return;
    }
    delete form.dataset.confirmed;
    if ("once" in form.dataset) {
      // After the event, so that the pressed button's own name and value are still sent.
      setTimeout(() => form.querySelectorAll("button[type=submit]").forEach((button) => { button.disabled = true; }), 0);
    }
  });

  function count(scope) {
    const rows = [...scope.querySelectorAll("[data-select-row]")];
    const chosen = rows.filter((row) => row.checked).length;
    scope.querySelectorAll("[data-selected-count]").forEach((place) => { place.textContent = chosen; });
    scope.querySelectorAll("[data-bulk-bar]").forEach((bar) => { bar.hidden = chosen === 0; });
    scope.querySelectorAll("[data-select-all]").forEach((all) => {
      all.checked = rows.length > 0 && chosen === rows.length;
      all.indeterminate = chosen > 0 && chosen < rows.length;
    });
  }

  document.addEventListener("change", (event) => {
    const target = event.target;
    const scope = target.closest("[data-select]");
    if (scope && target.matches("[data-select-all]")) {
      scope.querySelectorAll("[data-select-row]").forEach((row) => { row.checked = target.checked; });
    }
    if (scope) count(scope);
    const filters = target.closest("form[data-autosubmit]");
    if (filters && target.matches("select, input[type=date], input[type=checkbox], input[type=radio]")) filters.requestSubmit();
  });

  async function copy(button) {
    const wanted = button.dataset.copy;
    const text = wanted.startsWith("#") ? document.querySelector(wanted).textContent.trim() : wanted;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Plain http in a hall has no clipboard interface: select the text so that it can be copied by hand.
      const area = element("textarea", "visually-hidden");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    if (button.dataset.copied) {
      const before = button.innerHTML;
      button.textContent = button.dataset.copied;
      setTimeout(() => { button.innerHTML = before; }, 2000);
    }
  }

  document.addEventListener("click", (event) => {
    const target = event.target;
    const menu = target.closest("[data-menu]");
    if (menu) menu.setAttribute("aria-expanded", String(document.body.classList.toggle("menu-open")));
    const copied = target.closest("[data-copy]");
    if (copied) copy(copied);
    if (target.closest("[data-print]")) window.print();
  });

  // htmx posts carry the token of the page.
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector("meta[name=csrf-token]");
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.content;
  });

  function prepare() {
    document.querySelectorAll("[data-select]").forEach(count);
    const first = document.querySelector("[data-focus]");
    if (first) first.focus();
  }
  // The frame is parsed before a deferred script runs; back and forward restore ticked boxes after that.
  prepare();
  window.addEventListener("pageshow", () => document.querySelectorAll("[data-select]").forEach(count));
})();
