/* Sending: one request at a time, the same operations again until they are answered, longer and longer pauses after failures.

   trouble: "" | "offline" (nothing answers) | "waiting" (the server could not now) | "sign-in" (nobody is signed in) |
   "foreign" (somebody else is)
   writer: "mine", or "other" when another page has the writing: then nothing may be changed, and what is sent is left over. */
(() => {
  "use strict";

  const Sitting = (window.Sitting = window.Sitting || {});
  const TIMEOUT = 15000;
  const LONGEST = 30000;
  const BATCH = 50;
  const ROOM = 60000; // bytes a browser lets a page send while it is being left
  const PULSE = 25000;
  const PULSE_PAUSED = 5000;

  Sitting.Sync = class {
    /* api, token, device, tab, answers, clock, state (as the page was given it), onChange(items), onOver(lost) */
    constructor(options) {
      Object.assign(this, options);
      this.trouble = "";
      this.writer = "mine";
      this.yielded = false;
      this.needsCode = false;
      this.failures = 0;
      this.busy = null;
      this.timer = 0;
      this.dueAt = 0;
      this.events = [];
      this.heard(this.state);
    }

    /* What every answer of the server may tell. */
    heard(json) {
      ["deadline", "paused", "grace", "rescue_key", "paper_hash", "pause_reason"].forEach((name) => {
        if (name in json) this[name] = json[name];
      });
      if (json.seal) this.answers.seal = json.seal;
      // What nobody holds is whose first answer arrives; a page that has seen another one take over does not wait to be told.
      if (json.writer) this.writer = json.writer === "other" || this.yielded ? "other" : "mine";
      if ("same_device" in json) this.sameDevice = json.same_device;
    }

    /* Send after `delay`; whatever was planned earlier than that stays. */
    poke(delay) {
      const at = performance.now() + delay;
      if (this.timer && this.dueAt <= at) return;
      clearTimeout(this.timer);
      this.dueAt = at;
      this.timer = setTimeout(() => { this.timer = 0; this.send(); }, delay);
    }

    /* Send now, and what is changed meanwhile; true when everything has been answered. */
    async flush() {
      for (let round = 0; round < 3 && this.answers.due().length; round += 1) {
        if (this.busy) await this.busy;
        if (this.answers.due().length && !(await this.send())) break;
      }
      return this.answers.due().length === 0;
    }

    send(keepalive) {
      if (this.busy) return this.busy;
      const batch = this.batch();
      if (!batch.length) return Promise.resolve(true);
      clearTimeout(this.timer);
      this.timer = 0;
      batch.forEach((entry) => this.answers.set(entry, "sent", true));
      this.busy = this.post("answers", this.body(batch), keepalive)
        .then((answer) => this.settle(answer))
        .catch(() => this.fail("offline"))
        .then((done) => { this.busy = null; this.onChange(); return done; });
      this.onChange();
      return this.busy;
    }

    /* As much of what is due as one request may hold, at least one. */
    batch() {
      let room = ROOM;
      return this.answers.due().slice(0, BATCH).filter((entry, index) => {
        room -= 3 * JSON.stringify(entry).length;
        return index === 0 || room > 0;
      });
    }

    body(batch) {
      const operations = batch.map(({ op, item, revision, value, flagged, made_ms }) => ({ op, item, revision, value, flagged, made_ms }));
      const body = { device: this.device, tab: this.tab, operations, seal: this.answers.seal };
      if (this.writer === "other") body.leftover = true;
      return body;
    }

    async post(what, body, keepalive) {
      return this.fetch(`${this.api}/${what}`, {
        method: "POST",
        body: JSON.stringify(body),
        keepalive: Boolean(keepalive),
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
      });
    }

    /* {status, json, retryAfter}; rejects when nothing came back in time. */
    async fetch(address, options) {
      const abort = typeof AbortController === "function" ? new AbortController() : null;
      const timer = setTimeout(() => abort && abort.abort(), TIMEOUT);
      const sent = performance.now();
      try {
        const response = await fetch(address, Object.assign({ credentials: "same-origin", cache: "no-store", signal: abort ? abort.signal : undefined }, options, {
          headers: Object.assign({ Accept: "application/json" }, options.headers),
        }));
        const json = await response.json().catch(() => ({}));
        if (json.server_time) this.clock.sync(json.server_time, sent, performance.now());
        return { status: response.status, json, retryAfter: Number(response.headers.get("Retry-After")) || 0 };
      } finally {
        clearTimeout(timer);
      }
    }

    async settle({ status, json, retryAfter }) {
      if (status === 200 || status === 410) {
        this.well();
        this.heard(json);
        const behind = json.accepted.filter((result) => this.answers.accept(result, json.server_time)).length;
        json.rejected.forEach((result) => this.answers.reject(result));
        if (status === 410) this.onOver(json.rejected.filter((result) => !result.kept).length);
        else if (behind) await this.refresh();
        if (this.answers.due().length) this.poke(0);
        return true;
      }
      if (status === 409 && json.reason === "writer") return this.displaced();
      if (status === 400 && json.reason === "csrf") return (await this.refresh()) ? this.again() : false;
      if (status === 401) return this.fail("sign-in");
      if (status === 404) return this.fail("foreign");
      return this.fail("waiting", retryAfter);
    }

    again() {
      this.poke(200);
      return true;
    }

    well() {
      this.trouble = "";
      this.failures = 0;
    }

    /* Plan the next try: 1, 2, 4 … 30 seconds, each between half and one and a half of that. */
    fail(trouble, retryAfter) {
      this.trouble = trouble;
      const pause = Math.min(LONGEST, 1000 * 2 ** this.failures) * (0.5 + Math.random());
      this.failures = Math.min(this.failures + 1, 10);
      this.poke(Math.max(pause, (retryAfter || 0) * 1000));
      return false;
    }

    /* Another page has the writing. What this one still holds is sent as left over: it fills what the other has not touched. */
    displaced() {
      this.well();
      this.writer = "other";
      if (this.answers.due().length) this.poke(0);
      else this.refresh(); // what the other page has written since
      return false;
    }

    /* Go on writing here. Resolves to "" | "code" (the invigilator's code is asked for, or was wrong) | "offline". */
    async takeOver(code) {
      try {
        const { status, json } = await this.post("writer", Object.assign({ device: this.device, tab: this.tab }, code ? { code } : {}));
        if (status === 200) {
          this.needsCode = false;
          this.yielded = false;
          await this.answers.reread();
          this.take(Object.assign({}, json, { writer: "mine" }));
          return "";
        }
        if (status === 400 && json.reason === "csrf" && (await this.refresh())) return this.takeOver(code);
        this.needsCode = this.needsCode || status === 403;
        if (status === 401 || status === 404) this.fail(status === 401 ? "sign-in" : "foreign");
        return status === 403 ? "code" : "offline";
      } catch (error) {
        this.fail("offline");
        return "offline";
      }
    }

    /* Read the attempt's state: time, token, and what other devices have saved. */
    async refresh() {
      try {
        const { status, json } = await this.fetch(`${this.api}?device=${this.device}&tab=${this.tab}`, {});
        if (status === 401) return this.fail("sign-in");
        if (status === 404) return this.fail("foreign");
        if (status !== 200) return this.fail("waiting");
        this.take(json);
        return true;
      } catch (error) {
        return this.fail("offline");
      }
    }

    take(json) {
      this.well();
      this.heard(json);
      this.token = json.csrf_token || this.token;
      if (json.receipt || (json.status && json.status !== "started")) this.onOver(0);
      this.onChange(this.answers.merge(json.answers, json.server_time));
      if (this.answers.due().length) this.poke(0);
    }

    /* -- the pulse: that this page is there, and what it has seen. It never stands in the way of saving. -------------- */

    beat() {
      clearTimeout(this.pulseTimer);
      const pause = (this.paused ? PULSE_PAUSED : PULSE) * (1 + 0.6 * Math.random());
      this.pulseTimer = setTimeout(() => this.pulse(), pause);
    }

    async pulse(keepalive) {
      const told = this.events.splice(0, 20);
      this.beat();
      try {
        const hidden = document.visibilityState === "hidden";
        const body = { device: this.device, tab: this.tab, unsaved: this.answers.unconfirmed().length, hidden, events: told };
        const { status, json } = await this.post("pulse", body, keepalive);
        if (status !== 200) throw new Error(String(status));
        const before = this.writer;
        this.heard(json);
        if (this.paused) this.beat(); // more often, so that it goes on as soon as the sitting does
        if (this.trouble === "offline") this.poke(0);
        if (json.status && json.status !== "started") await this.refresh();
        if (before !== this.writer && this.writer === "other") this.displaced();
        if (json.paused && !this.pause_reason) await this.refresh();
        this.onChange();
      } catch (error) {
        this.events = told.concat(this.events).slice(-100);
      }
    }
  };
})();
