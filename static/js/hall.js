/* The wall's clock and figures, by the server's time. */
(() => {
  "use strict";

  const { dataset } = document.body;
  const clock = document.querySelector("[data-clock]");
  const format = new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false, timeZone: dataset.zone });
  let offset = Number(dataset.now) - performance.now();

  setInterval(() => { clock.textContent = format.format(new Date(performance.now() + offset)); }, 250);

  async function look() {
    try {
      const sent = performance.now();
      const response = await fetch(dataset.counts, { headers: { Accept: "application/json" }, cache: "no-store" });
      const { now, sittings } = await response.json();
      offset = now - (sent + performance.now()) / 2;
      Object.keys(sittings).forEach((id) => {
        document.querySelectorAll(`[data-sitting="${id}"] [data-figure]`).forEach((place) => {
          place.textContent = sittings[id][place.dataset.figure];
        });
      });
    } catch (error) {
      // the wall keeps its last figures until the server answers again
    }
    setTimeout(look, 5000);
  }
  setTimeout(look, 5000);
})();
