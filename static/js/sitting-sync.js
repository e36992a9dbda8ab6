/* Sending: one request at a time, the same operations again until they are answered, longer and longer pauses after failures.

   trouble: "" | "offline" (nothing answers) | "waiting" (the server could not now) | "sign-in" (nobody is signed in) |
   "foreign" (somebody else is) */
(() => {
  "use strict";

  const Sitting = (window.Sitting = window.Sitting || {});
  const TIMEOUT = 15000;
  const LONGEST = 30000;
  const BATCH = 50;

  Sitting.Sync = class {
    constructor(options) {
      Object.assign(this, options); // api, token, answers, clock, onChange(items), onOver(receipt, lost)
      this.trouble = "";
      this.failures = 0;
      this.busy = null;
      this.timer = 0;
      this.dueAt = 0;
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
      const batch = this.answers.due().slice(0, BATCH);
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

    body(batch) {
      const operations = batch.map(({ op, item, revision, value, flagged }) => ({ op, item, revision, value, flagged }));
      return { device: this.answers.journal.device, operations };
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
        const behind = json.accepted.filter((result) => this.answers.accept(result, json.server_time)).length;
        json.rejected.forEach((result) => this.answers.reject(result));
        if (status === 410) this.onOver(json.rejected.length);
        else if (behind) await this.refresh();
        if (this.answers.due().length) this.poke(0);
        return true;
      }
      if (status === 400 && json.reason === "csrf") return (await this.refresh()) ? this.again() : false;
      if (status === 401) return this.fail("sign-in");
      if (status === 404) return this.fail("foreign");
      if (status === 409 && json.reason === "writer") {
        const taken = await this.post("writer", { device: this.answers.journal.device });
        return taken.status === 200 ? this.again() : this.fail("waiting");
      }
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

    /* Read the attempt's state: time, token, and what other devices have saved. */
    async refresh() {
      try {
        const { status, json } = await this.fetch(this.api, {});
        if (status === 401) return this.fail("sign-in");
        if (status === 404) return this.fail("foreign");
        if (status !== 200) return this.fail("waiting");
        this.well();
        this.token = json.csrf_token;
        this.deadline = json.deadline;
        if (json.receipt) this.onOver(0);
        this.onChange(this.answers.merge(json.answers, json.server_time));
        if (this.answers.due().length) this.poke(0);
        return true;
      } catch (error) {
        return this.fail("offline");
      }
    }
  };
})();
