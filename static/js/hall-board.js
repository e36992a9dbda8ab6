/* The live board looks again every few seconds. Without this script the page is the same, and is loaded anew. */
(() => {
  "use strict";

  const place = document.querySelector("[data-board]");
  if (!place) return;
  const every = Number(place.dataset.every) * 1000;
  let asked = false;

  const lost = document.createElement("p");
  lost.className = "board-lost";
  lost.setAttribute("role", "status");
  lost.hidden = true;
  place.before(lost);

  /* Nothing moves under somebody's hands: not while a dialog is open, nor while something is being typed. */
  function busy() {
    const typing = place.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");
    return typing || document.querySelector("dialog[open]") !== null;
  }

  function put(html) {
    const box = place.querySelector(".table-tall");
    const top = box ? box.scrollTop : 0;
    const held = place.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    place.innerHTML = html;
    const fresh = place.querySelector(".table-tall");
    if (fresh) fresh.scrollTop = top;
    const again = held && [...place.querySelectorAll("a[href]")].find((link) => link.getAttribute("href") === held);
    if (again) again.focus({ preventScroll: true });
  }

  async function look() {
    if (asked || document.hidden || busy()) return;
    asked = true;
    try {
      const response = await fetch(place.dataset.board, { headers: { Accept: "text/html" }, cache: "no-store" });
      if (response.redirected || response.status === 401) window.location.reload();
      if (!response.ok) throw new Error(String(response.status));
      const html = await response.text();
      if (!busy()) put(html);
      lost.hidden = true;
    } catch (error) {
      const clock = place.querySelector("[data-as-of]");
      lost.textContent = `${place.dataset.lost} ${clock ? clock.textContent : ""}`;
      lost.hidden = false;
    } finally {
      asked = false;
    }
  }

  setInterval(look, every);
  document.addEventListener("visibilitychange", look);
})();
