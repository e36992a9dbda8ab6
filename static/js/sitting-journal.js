/* What this device knows of its answers, and the merge with what the server holds.

   An entry goes new → sent → acked; only a receipt makes it acked. Until it has been sent it may be rewritten, afterwards a
   change makes an entry of its own, with the next revision (the highest known + 1) and an operation id of its own.
   Acked entries stay until the paper is handed in: should the server have lost one, it is sent again.
   `made_ms` is when it was made by the server's clock as this page knew it, `after` the seal of the last receipt before. */
(() => {
  "use strict";

  const Sitting = (window.Sitting = window.Sitting || {});

  Sitting.Answers = class {
    /* items: ids on this paper; server: answers of the attempt's state; clock: the server's clock. */
    constructor(store, items, server, clock) {
      this.store = store;
      this.clock = clock;
      this.items = new Map();
      items.forEach((id) => this.items.set(id, { saved: null, savedAt: 0, local: store.get(String(id)), conflict: null }));
      this.merge(server, clock.now());
    }

    /* The seal of the last receipt: what is made from now on was made after it. */
    get seal() {
      return (this.store.get("seal") || { text: "" }).text;
    }

    set seal(text) {
      if (text && text !== this.seal) this.store.put("seal", { text });
    }

    /* Take up what another tab of this device has left in the journal. */
    async reread() {
      await this.store.read();
      this.items.forEach((item, id) => {
        const row = this.store.get(String(id));
        if (row && (!item.local || row.turn > item.local.turn)) item.local = Object.assign({}, row);
      });
    }

    /* Take over what the server holds; returns the items whose shown answer has changed. */
    merge(server, time) {
      const held = new Map(server.map((answer) => [answer.item, answer]));
      const changed = [];
      this.items.forEach((item, id) => {
        const answer = held.get(id);
        const revision = answer ? answer.revision : 0;
        if (answer && (!item.saved || answer.revision > item.saved.revision)) {
          item.saved = answer;
          item.savedAt = time;
        }
        if (!item.local) {
          if (answer) changed.push(id);
        } else if (item.local.revision < revision && this.given(item.local, answer)) {
          this.dispute(item, answer); // another device is ahead, and this one holds something else that never arrived
        } else if (item.local.revision < revision) {
          item.local = null;
          item.conflict = null;
          changed.push(id);
        } else if (item.local.revision > revision && item.local.state !== "new") {
          this.set(item.local, "new", true); // no receipt came, or the server has lost it
        } else if (item.local.state === "sent" || (item.local.state === "refused" && !item.conflict)) {
          this.set(item.local, "new", true);
        }
      });
      return changed;
    }

    /* Whether an answer of this device has no receipt and says something else than what counts. */
    given(local, answer) {
      if (local.state === "acked") return false;
      return JSON.stringify([local.value, local.flagged]) !== JSON.stringify([answer.value, answer.flagged]);
    }

    dispute(item, standing) {
      item.conflict = standing;
      item.passed = Math.max(item.passed || 0, standing.revision);
      if (item.local.state !== "refused") this.set(item.local, "refused");
    }

    set(entry, state, tried) {
      entry.state = state;
      if (tried) entry.tried = true;
      this.keep(entry);
    }

    keep(entry) {
      this.store.put(String(entry.item), entry);
    }

    shown(id) {
      const item = this.items.get(id);
      return item.local || item.saved || { value: null, flagged: false };
    }

    highest(item) {
      return Math.max(item.saved ? item.saved.revision : 0, item.local ? item.local.revision : 0, item.passed || 0);
    }

    change(id, value, flagged) {
      const item = this.items.get(id);
      item.conflict = null;
      if (item.local && item.local.state === "new" && !item.local.tried) {
        item.local.value = value;
        item.local.flagged = flagged;
      } else {
        item.local = { item: id, op: Sitting.randomName(), revision: this.highest(item) + 1, value, flagged, state: "new" };
      }
      item.local.made_ms = Math.round(this.clock.now());
      item.local.after = this.seal;
      this.keep(item.local);
    }

    due() {
      return Array.from(this.items.values(), (item) => item.local).filter(
        (local) => local && (local.state === "new" || local.state === "sent")
      );
    }

    /* The answers of this device that no receipt has confirmed. */
    unconfirmed() {
      return Array.from(this.items.values(), (item) => item.local).filter((local) => local && local.state !== "acked");
    }

    /* A receipt. Returns whether another device is ahead, so that the state should be read again. */
    accept(result, time) {
      const item = this.items.get(result.item);
      if (!item) return false;
      item.passed = Math.max(item.passed || 0, result.revision, result.current);
      if (item.local && item.local.op === result.op) {
        this.set(item.local, "acked");
        item.saved = { item: result.item, revision: result.revision, value: item.local.value, flagged: item.local.flagged };
        item.savedAt = time;
      }
      return result.current > result.revision && !(item.local && item.local.revision >= result.current);
    }

    reject(result) {
      const item = this.items.get(result.item);
      if (!item || !item.local || item.local.op !== result.op) return;
      item.local.reason = result.message;
      this.set(item.local, "refused");
      if (result.standing) this.dispute(item, result.standing);
    }

    /* The candidate has decided between this device's answer and the one that was saved. */
    settle(id, mine) {
      const item = this.items.get(id);
      if (mine) {
        this.change(id, item.local.value, item.local.flagged);
      } else {
        item.saved = item.conflict;
        item.local = Object.assign({}, item.conflict, { op: Sitting.randomName(), state: "acked" });
        this.keep(item.local);
        item.conflict = null;
      }
    }

    again(ids) {
      ids.forEach((id) => {
        const item = this.items.get(id);
        if (item && item.local && item.local.state === "acked") this.set(item.local, "new", true);
      });
    }

    expected() {
      const revisions = {};
      this.items.forEach((item, id) => {
        if (item.saved) revisions[id] = item.saved.revision;
      });
      return revisions;
    }

    state(id) {
      const item = this.items.get(id);
      if (item.local && item.local.state !== "acked") return item.local.state;
      return item.saved ? "saved" : "none";
    }
  };
})();
