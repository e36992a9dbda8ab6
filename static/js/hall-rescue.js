/* Codes of a rescue file, scanned one after the other: each opens this page with its piece behind the #. They are gathered on this phone
   until the file is whole, and then stand in the form. */
(() => {
  "use strict";

  const KEY = "hall.rescue";
  const field = document.querySelector("#rescue-text");
  const told = document.querySelector("[data-rescue-told]");
  const found = window.location.hash.match(/^#(\d{1,3})\.(\d{1,3})\.([0-9a-f]{8})\.([\w-]+)$/);
  if (!field || !told || !found) return;

  const [, number, count, name, text] = found;
  let kept = null;
  try {
    kept = JSON.parse(window.localStorage.getItem(KEY));
  } catch (error) {
    kept = null; // something else wrote there, or nothing is kept
  }
  if (!kept || kept.name !== name) kept = { name, pieces: {} };
  kept.pieces[number] = text;
  const numbers = Array.from({ length: Number(count) }, (_, index) => String(index + 1));
  const missing = numbers.filter((each) => !(each in kept.pieces));
  try {
    if (missing.length) window.localStorage.setItem(KEY, JSON.stringify(kept));
    else window.localStorage.removeItem(KEY);
  } catch (error) {
    // a file of one code needs no memory
  }
  if (!missing.length) field.value = numbers.map((each) => kept.pieces[each]).join("");
  const words = missing.length ? told.dataset.some : told.dataset.all;
  told.textContent = words.replace("{count}", count).replace("{missing}", missing.join("、"));
  told.hidden = false;
  told.scrollIntoView({ block: "center" });
})();
