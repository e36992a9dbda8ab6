/* The receipt can be printed where there is a printer. */
(() => {
  "use strict";

  document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
})();
