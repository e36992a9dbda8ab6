/* Tries what a sitting needs of a phone and tells the server once; a phone keeps its name, so that it counts once. */
(() => {
  "use strict";

  const form = document.querySelector("[data-trial]");
  const { dataset } = document.body;
  const KEY = "hall-trial";

  function say(name, text) {
    document.querySelector(`[data-found="${name}"]`).textContent = text;
  }

  function keeps() {
    try {
      localStorage.setItem(KEY + "-probe", "1");
      const kept = localStorage.getItem(KEY + "-probe") === "1";
      localStorage.removeItem(KEY + "-probe");
      return kept;
    } catch (error) {
      return false;
    }
  }

  function durable() {
    return new Promise((resolve) => {
      const giveUp = setTimeout(() => resolve(false), 4000);
      const answer = (works) => { clearTimeout(giveUp); resolve(works); };
      try {
        const opening = indexedDB.open(KEY, 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore("probe");
        opening.onerror = () => answer(false);
        opening.onsuccess = () => {
          const change = opening.result.transaction("probe", "readwrite");
          change.objectStore("probe").put(1, "one");
          change.oncomplete = () => { opening.result.close(); answer(true); };
          change.onabort = () => answer(false);
        };
      } catch (error) {
        answer(false);
      }
    });
  }

  function own(given) {
    try {
      const known = localStorage.getItem(KEY);
      if (known) return known;
      localStorage.setItem(KEY, given);
    } catch (error) { /* counted as another phone next time */ }
    return given;
  }

  async function send(found) {
    const body = new FormData(form);
    body.set("token", own(body.get("token")));
    Object.keys(found).forEach((name) => body.set(name, found[name] === true ? "yes" : String(found[name])));
    const began = performance.now();
    const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!response.ok) throw new Error(String(response.status));
    return Math.round(performance.now() - began);
  }

  async function run() {
    const found = { script: true, keeps: keeps(), durable: await durable(), network: true };
    found.keeps = found.keeps || found.durable;
    ["script", "keeps", "durable"].forEach((name) => say(name, found[name] ? dataset.yes : dataset.no));
    const verdict = document.querySelector("[data-verdict]");
    try {
      const ms = await send(found);
      say("ms", `${ms} ms`);
      await send(Object.assign({}, found, { ms }));
      verdict.textContent = found.durable ? dataset.done : found.keeps ? dataset.weak : dataset.bad;
      verdict.className = `notice notice-${found.durable ? "success" : "warning"}`;
    } catch (error) {
      say("network", dataset.no);
      verdict.textContent = dataset.bad;
      verdict.className = "notice notice-danger";
    }
  }

  run();
})();
