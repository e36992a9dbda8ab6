/* Which pages of this browser hold the same paper. A page calls itself by a name that outlives its reload; the one that writes says so
   every two seconds in localStorage, and stops saying so when it is left. A second page, or one that was duplicated, sees it. */
(() => {
  "use strict";

  const Sitting = (window.Sitting = window.Sitting || {});
  const BEAT = 2000;
  const FRESH = 5000;

  Sitting.Tabs = class {
    constructor(attempt, onLost) {
      this.key = `sitting.tab:${attempt}`;
      this.page = Sitting.randomName();
      this.onLost = onLost;
      this.timer = 0;
      this.name = this.named();
      window.addEventListener("storage", (event) => { if (event.key === this.key) this.look(); });
      window.addEventListener("pagehide", () => this.release());
      window.addEventListener("pageshow", (event) => { if (event.persisted && !this.rival()) this.hold(); });
    }

    named() {
      const rival = this.rival();
      try {
        const known = window.sessionStorage.getItem("sitting:tab");
        if (known && !(rival && rival.tab === known)) return known;
        const fresh = Sitting.randomName().slice(0, 7);
        window.sessionStorage.setItem("sitting:tab", fresh);
        return fresh;
      } catch (error) {
        return Sitting.randomName().slice(0, 7);
      }
    }

    /* The page of this browser that writes, when it is another one and still there. */
    rival() {
      try {
        const beat = JSON.parse(window.localStorage.getItem(this.key));
        return beat && beat.page !== this.page && Math.abs(Date.now() - beat.at) < FRESH ? beat : null;
      } catch (error) {
        return null;
      }
    }

    hold() {
      this.say();
      clearInterval(this.timer);
      this.timer = setInterval(() => { if (!this.look()) this.say(); }, BEAT);
    }

    say() {
      try {
        window.localStorage.setItem(this.key, JSON.stringify({ tab: this.name, page: this.page, at: Date.now() }));
      } catch (error) {
        // keeps nothing: the server alone tells two pages apart
      }
    }

    /* Whether another page has begun to write while this one believed to. */
    look() {
      if (!this.timer || !this.rival()) return false;
      this.drop();
      this.onLost();
      return true;
    }

    drop() {
      clearInterval(this.timer);
      this.timer = 0;
    }

    release() {
      if (!this.timer) return;
      this.drop();
      try {
        window.localStorage.removeItem(this.key);
      } catch (error) {
        // nothing was said
      }
    }
  };
})();
