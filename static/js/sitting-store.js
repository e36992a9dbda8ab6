/* Where this device keeps the answers of one attempt: IndexedDB with strict durability, and localStorage beside it.

   Every row bears the number of its writing (`turn`): of two copies the later one counts. All rows are in memory from the start, so
   reading never waits; a row is written to localStorage at once and to IndexedDB behind it. `kept` says whether either took the last one. */
(() => {
  "use strict";

  const Sitting = (window.Sitting = window.Sitting || {});
  const BASE = "sitting";
  const ROWS = "rows";
  const PATIENCE = 1500; // some browsers never answer when asked for their database

  Sitting.randomName = () => {
    const bytes = new Uint8Array(16);
    window.crypto.getRandomValues(bytes);
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  function openBase() {
    return new Promise((resolve) => {
      setTimeout(() => resolve(null), PATIENCE);
      try {
        const asked = window.indexedDB.open(BASE, 1);
        asked.onupgradeneeded = () => asked.result.createObjectStore(ROWS);
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => resolve(null);
        asked.onblocked = () => resolve(null);
      } catch (error) {
        resolve(null); // switched off, or not there
      }
    });
  }

  function transaction(base, mode) {
    try {
      return base.transaction(ROWS, mode, { durability: "strict" });
    } catch (error) {
      return base.transaction(ROWS, mode); // a browser that knows no third argument ignores it; an odd one throws
    }
  }

  /* Every row under a prefix, as [key, row]. */
  function readBase(base, prefix) {
    return new Promise((resolve) => {
      const found = [];
      setTimeout(() => resolve(found), PATIENCE);
      try {
        const cursor = transaction(base, "readonly").objectStore(ROWS).openCursor(IDBKeyRange.bound(prefix, `${prefix}\uffff`));
        cursor.onsuccess = () => {
          if (!cursor.result) return resolve(found);
          found.push([cursor.result.key, cursor.result.value]);
          return cursor.result.continue();
        };
        cursor.onerror = () => resolve(found);
      } catch (error) {
        resolve(found);
      }
    });
  }

  function readLocal(prefix) {
    const found = [];
    try {
      Object.keys(window.localStorage).filter((key) => key.startsWith(prefix)).forEach((key) => {
        const row = parsed(window.localStorage.getItem(key));
        if (row !== null) found.push([key, row]);
      });
    } catch (error) {
      // switched off: nothing was kept there
    }
    return found;
  }

  function parsed(text) {
    try {
      return JSON.parse(text);
    } catch (error) {
      return null; // something else wrote there
    }
  }

  Sitting.Store = class {
    /* Resolves to the store of an attempt, with what both copies hold. */
    static open(attempt) {
      const store = new Sitting.Store(`sitting:${attempt}:`);
      return openBase().then((base) => {
        store.base = base;
        return store.read();
      });
    }

    constructor(prefix) {
      this.prefix = prefix;
      this.base = null;
      this.rows = new Map();
      this.turn = 0;
      this.local = true; // whether localStorage took the last row
      this.behind = 0; // rows on their way into IndexedDB
      this.lost = 0; // rows it did not take
    }

    /* Read both copies again: another tab of this device may have written. */
    read() {
      const both = this.base ? readBase(this.base, this.prefix) : Promise.resolve([]);
      return both.then((found) => {
        found.concat(readLocal(this.prefix)).forEach(([key, row]) => this.take(key.slice(this.prefix.length), row));
        return this;
      });
    }

    take(name, row) {
      const known = this.rows.get(name);
      const turn = (row && row.turn) || 0;
      this.turn = Math.max(this.turn, turn);
      if (!known || turn > (known.turn || 0)) this.rows.set(name, row);
    }

    get(name) {
      return this.rows.get(name) || null;
    }

    put(name, row) {
      this.turn += 1;
      row.turn = this.turn;
      this.rows.set(name, row);
      const key = this.prefix + name;
      try {
        window.localStorage.setItem(key, JSON.stringify(row));
        this.local = true;
      } catch (error) {
        this.local = false; // private mode, or full
      }
      this.write((rows) => rows.put(JSON.parse(JSON.stringify(row)), key));
    }

    write(act) {
      if (!this.base) return;
      this.behind += 1;
      const over = (well) => () => {
        this.behind -= 1;
        this.lost = well ? 0 : this.lost + 1;
      };
      try {
        const written = transaction(this.base, "readwrite");
        written.oncomplete = over(true);
        written.onabort = over(false);
        act(written.objectStore(ROWS));
      } catch (error) {
        over(false)();
        this.base = null; // closed under us
      }
    }

    get kept() {
      return this.local || (this.base !== null && this.lost === 0);
    }

    forget() {
      const keys = Array.from(this.rows.keys(), (name) => this.prefix + name);
      this.rows.clear();
      this.write((rows) => rows.delete(IDBKeyRange.bound(this.prefix, `${this.prefix}\uffff`)));
      try {
        keys.forEach((key) => window.localStorage.removeItem(key));
      } catch (error) {
        this.local = false;
      }
    }

    /* The random name of this browser, the same from visit to visit as long as it keeps anything. */
    static device() {
      let name = null;
      try {
        name = parsed(window.localStorage.getItem("sitting:device"));
        if (!name) {
          name = Sitting.randomName();
          window.localStorage.setItem("sitting:device", JSON.stringify(name));
        }
      } catch (error) {
        // keeps nothing
      }
      return name || Sitting.randomName();
    }
  };
})();
