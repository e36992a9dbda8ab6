/* What this device knows of its answers: the journal in localStorage, and the merge with what the server holds.

   An entry goes new → sent → acked; only a receipt makes it acked. Until it has been sent it may be rewritten, afterwards a
   change makes an entry of its own, with the next revision (the highest known + 1) and an operation id of its own.
   Acked entries stay until the paper is handed in: should the server have lost one, it is sent again. */
(() => {
  "use strict";

  const Sitting = (window.Sitting = window.Sitting || {});

  function randomName() {
    const bytes = new Uint8Array(16);
    window.crypto.getRandomValues(bytes);
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  Sitting.Journal = class {
    constructor(attempt) {
      this.prefix = `sitting:${attempt}:`;
      this.kept = true;
      this.device = this.read("sitting:device") || randomName();
      this.write("sitting:device", this.device);
    }

    read(key) {
      try {
        return JSON.parse(window.localStorage.getItem(key));
      } catch (error) {
        return null; // storage is switched off, or something else wrote there
      }
    }

    write(key, value) {
      try {
        window.localStorage.setItem(key, JSON.stringify(value));
        this.kept = true;
      } catch (error) {
        this.kept = false; // private mode or full: the page says so, and keeps the answers in memory
      }
    }

    entry(item) {
      return this.read(this.prefix + item);
    }

    keep(entry) {
      this.write(this.prefix + entry.item, entry);
    }

    forget() {
      try {
        Object.keys(window.localStorage)
          .filter((key) => key.startsWith(this.prefix))
          .forEach((key) => window.localStorage.removeItem(key));
      } catch (error) {
        this.kept = false;
      }
    }
  };

  Sitting.Answers = class {
    /* items: ids on this paper; server: answers of the attempt's state; time: their server time. */
    constructor(journal, items, server, time) {
      this.journal = journal;
      this.items = new Map();
      items.forEach((id) => this.items.set(id, { saved: null, savedAt: 0, local: journal.entry(id), conflict: null }));
      this.merge(server, time);
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
        } else if (item.local.revision < revision) {
          item.local = null; // another device is ahead
          item.conflict = null;
          changed.push(id);
        } else if (item.local.revision > revision && item.local.state !== "new") {
          this.set(item.local, "new", true); // no receipt came, or the server has lost it
        } else if (item.local.state === "sent" || item.local.state === "refused") {
          this.set(item.local, "new", true);
        }
      });
      return changed;
    }

    set(entry, state, tried) {
      entry.state = state;
      if (tried) entry.tried = true;
      this.journal.keep(entry);
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
        item.local = { item: id, op: randomName(), revision: this.highest(item) + 1, value, flagged, state: "new" };
      }
      this.journal.keep(item.local);
    }

    due() {
      return Array.from(this.items.values(), (item) => item.local).filter(
        (local) => local && (local.state === "new" || local.state === "sent")
      );
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
      if (result.reason === "conflict") {
        item.conflict = result.standing;
        item.passed = Math.max(item.passed || 0, result.standing.revision);
      }
    }

    /* The candidate has decided between this device's answer and the one that was saved. */
    settle(id, mine) {
      const item = this.items.get(id);
      if (mine) {
        this.change(id, item.local.value, item.local.flagged);
      } else {
        item.saved = item.conflict;
        item.local = Object.assign({}, item.conflict, { op: item.local.op, state: "acked" });
        this.journal.keep(item.local);
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
