/* Sheets that come up from below: one at a time, focus stays in it and goes back to where it came from. */
(() => {
  "use strict";

  const Sitting = (window.Sitting = window.Sitting || {});
  const STOPS = "button:not([disabled]), a[href], input:not([disabled])";

  let opener = null;

  const opened = () => document.querySelector(".card-sheet.is-open");

  Sitting.Sheets = {
    open(selector, from) {
      const sheet = document.querySelector(selector);
      this.close();
      opener = from;
      sheet.classList.add("is-open");
      document.querySelectorAll("main, .top-bar, .bottom-bar").forEach((behind) => behind.setAttribute("aria-hidden", "true"));
      sheet.querySelector("h2").focus();
    },

    close() {
      const sheet = opened();
      if (!sheet) return;
      sheet.classList.remove("is-open");
      document.querySelectorAll("main, .top-bar, .bottom-bar").forEach((behind) => behind.removeAttribute("aria-hidden"));
      if (opener) opener.focus({ preventScroll: true });
    },
  };

  document.addEventListener("keydown", (event) => {
    const sheet = opened();
    if (!sheet) return;
    if (event.key === "Escape") Sitting.Sheets.close();
    if (event.key !== "Tab") return;
    const stops = Array.from(sheet.querySelectorAll(STOPS)).filter((each) => each.offsetParent);
    const first = event.shiftKey ? stops.length - 1 : 0; // where a round begins
    const last = event.shiftKey ? 0 : stops.length - 1;
    const at = stops.indexOf(document.activeElement);
    if (at >= 0 && at !== last) return;
    event.preventDefault();
    stops[first].focus();
  });
})();
