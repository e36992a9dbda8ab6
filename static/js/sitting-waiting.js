/* The waiting room: counts down to the opening by the server's clock and looks again when it has come. */
(() => {
  "use strict";

  const place = document.querySelector("[data-ahead]");
  const again = Number(document.body.dataset.again || 15) * 1000;
  const opens = place ? performance.now() + Number(place.dataset.ahead) : Infinity;

  function tick() {
    const left = opens - performance.now();
    place.textContent = window.Sitting.Clock.left(left);
    if (left <= 0) {
      clearInterval(timer);
      // not all phones in the same second
      setTimeout(() => window.location.reload(), 500 + Math.random() * 3000);
    }
  }

  const timer = place ? setInterval(tick, 250) : 0;
  if (place) tick();
  else if (document.querySelector("[data-look-again]")) setTimeout(() => window.location.reload(), again + Math.random() * 5000);
})();
