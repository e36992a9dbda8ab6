/* The waiting room: counts down to the openings by the server's clock and looks again when one has come. */
(() => {
  "use strict";

  const began = performance.now();
  const places = Array.from(document.querySelectorAll("[data-ahead]"));
  const again = Number(document.body.dataset.again || 15) * 1000;

  function tick() {
    const lefts = places.map((place) => Number(place.dataset.ahead) - (performance.now() - began));
    places.forEach((place, index) => { place.textContent = window.Sitting.Clock.left(lefts[index]); });
    if (Math.min(...lefts) > 0) return;
    clearInterval(timer);
    // not all phones in the same second
    setTimeout(() => window.location.reload(), 500 + Math.random() * 3000);
  }

  const timer = places.length ? setInterval(tick, 250) : 0;
  if (places.length) tick();
  if (document.querySelector("[data-look-again]")) setTimeout(() => window.location.reload(), again + Math.random() * 5000);
})();
