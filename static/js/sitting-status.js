/* What the page says about itself: the line at the foot, the banner, the notes that pass, the pause, the clock. */
(() => {
  "use strict";

  const Sitting = (window.Sitting = window.Sitting || {});
  const one = (selector, scope) => (scope || document).querySelector(selector);
  const all = (selector, scope) => Array.from((scope || document).querySelectorAll(selector));

  const SHORT = 5 * 60 * 1000;
  const LAST = 60 * 1000;
  const SHOWN = 20000;

  Sitting.Status = class {
    /* say(word, values): a sentence of the page's; sync, answers, clock: what it is about; actions {takeOver, changed} */
    constructor(options) {
      Object.assign(this, options);
      this.left = Infinity;
      this.deadline = this.sync.deadline;
      this.noteTimer = 0;
      one("[data-ticket-form]").addEventListener("submit", (event) => { event.preventDefault(); this.signIn(); });
      one("[data-take-over]").addEventListener("click", () => this.takeOver());
      one("[data-note-close]").addEventListener("click", () => { one("#note").hidden = true; });
    }

    text(place, text) {
      if (place.textContent !== text) place.textContent = text;
    }

    /* -- one answer --------------------------------------------------------------------------------------------- */

    saving(id) {
      const item = this.answers.items.get(id);
      const state = this.answers.state(id);
      const { trouble, writer } = this.sync;
      if (state === "none") return ["none", this.say("none")];
      if (state === "saved") return ["saved", this.say("saved", { time: Sitting.Clock.hour(item.savedAt) })];
      if (state === "refused") return ["refused", item.local.reason && !item.conflict ? this.say("refused", { reason: item.local.reason }) : this.say("disputed")];
      if (!this.answers.store.kept && (trouble || writer === "other")) return ["memory", this.say("memory")];
      if (trouble) return trouble === "offline" ? ["offline", this.say("offline")] : ["waiting", this.say("waiting")];
      if (writer === "other") return ["waiting", this.say("waiting")];
      return state === "sent" ? ["saving", this.say("saving")] : ["typing", this.say("typing")];
    }

    renderSaving(question) {
      const line = one("[data-save-line]");
      const [state, text] = this.saving(question.id);
      line.dataset.state = state;
      all("[data-when]", line).forEach((icon) => { icon.hidden = icon.dataset.when.split(" ").indexOf(state) < 0; });
      this.text(one("[data-save-text]", line), text);
      const { conflict } = this.answers.items.get(question.id);
      const box = one("[data-conflict]", question.section);
      box.hidden = !conflict;
      if (conflict) this.text(one("[data-theirs]", box), Sitting.Kinds.describe(conflict.value));
    }

    /* -- the whole page ------------------------------------------------------------------------------------------- */

    word(locked, unsaved) {
      const { trouble, writer } = this.sync;
      if (trouble === "sign-in") return "banner_sign_in";
      if (trouble === "foreign") return "banner_foreign";
      if (locked) return trouble && unsaved ? "banner_up_unsaved" : "banner_up";
      if (writer === "other") return this.rival ? "banner_tab" : "banner_device";
      if (!trouble) return "";
      if (trouble === "waiting") return unsaved ? "banner_waiting" : "";
      return unsaved ? "banner_offline" : "banner_offline_saved";
    }

    renderBanner(locked, unsaved) {
      const word = this.word(locked, unsaved);
      const signedOut = word === "banner_sign_in" || word === "banner_foreign";
      const other = word === "banner_tab" || word === "banner_device";
      one("#banner").hidden = !word;
      this.text(one("[data-banner-text]"), word ? this.say(word, { count: unsaved }) : "");
      one("[data-ticket-form]").hidden = !signedOut;
      one("[data-writer-form]").hidden = !other;
      one("[data-code-row]").hidden = !this.sync.needsCode;
    }

    renderPause() {
      const paused = Boolean(this.sync.paused);
      const box = one("#pause");
      if (box.hidden === !paused) return paused;
      box.hidden = !paused;
      document.body.classList.toggle("is-paused", paused);
      this.text(one("[data-pause-reason]"), paused && this.sync.pause_reason ? this.say("pause_reason", { reason: this.sync.pause_reason }) : "");
      if (paused) one("h1", box).focus();
      else this.note("resumed", { time: Sitting.Clock.left(this.sync.deadline - this.clock.now()) });
      return paused;
    }

    /* A note that stands for a while over the page and is read out. */
    note(word, values, urgent) {
      const box = one("#note");
      clearTimeout(this.noteTimer);
      box.hidden = false;
      box.classList.toggle("is-urgent", Boolean(urgent));
      this.text(one("[data-note-text]"), this.say(word, values));
      this.noteTimer = setTimeout(() => { box.hidden = true; }, SHOWN);
    }

    /* -- time ------------------------------------------------------------------------------------------------------ */

    /* The countdown, and what has to be said about it. Returns the milliseconds left. */
    tick() {
      const { sync, clock } = this;
      if (sync.paused) {
        this.stood = true;
        this.text(one("[data-countdown-text]"), this.say("paused"));
        return Infinity;
      }
      const left = sync.deadline - clock.now();
      this.text(one("[data-countdown-text]"), (clock.sure ? "" : this.say("about")) + Sitting.Clock.left(left));
      one("[data-countdown]").classList.toggle("is-short", left < SHORT);
      this.more();
      [[SHORT, "warning_five", false], [LAST, "warning_one", true]].forEach(([mark, word, urgent]) => {
        if (this.left > mark && left <= mark && left > mark - 20000) this.note(word, {}, urgent);
      });
      this.left = left;
      return left;
    }

    /* Time was given while writing. */
    more() {
      const added = this.sync.deadline - this.deadline;
      this.deadline = this.sync.deadline;
      if (added >= 1000 && !this.stood) this.note("more_time", { time: Sitting.Clock.hour(this.deadline).slice(0, 5) });
      this.stood = false; // after a pause the deadline moves by as much as the time stood still: nothing was given
    }

    /* -- signing in again, going on here ------------------------------------------------------------------------- */

    formMessage(form, word, text) {
      const place = one("[data-form-message]", form);
      place.hidden = !word && !text;
      this.text(place, text || (word ? this.say(word) : ""));
    }

    /* The ticket is shown at the usual door; the page stays. */
    async signIn() {
      const form = one("[data-ticket-form]");
      const field = one("input", form);
      if (!field.value.trim()) return field.focus();
      this.formMessage(form, "signing_in");
      try {
        const door = document.body.dataset.signIn;
        const token = one("meta[name=csrf-token]", await this.pageOf(await this.ask(door, {}))).content;
        const body = `code=${encodeURIComponent(field.value)}&csrf_token=${encodeURIComponent(token)}`;
        const answer = await this.ask(door, { method: "POST", body, headers: { "Content-Type": "application/x-www-form-urlencoded" } });
        if (answer.ok && (await this.sync.refresh())) {
          field.value = "";
          this.formMessage(form);
          this.sync.poke(0);
          return this.note("signed_in");
        }
        const said = answer.ok ? null : one(".error-summary li, .error-summary p", await this.pageOf(answer));
        return this.formMessage(form, answer.ok ? "wrong_ticket" : "no_sign_in", said ? said.textContent.trim() : "");
      } catch (error) {
        return this.formMessage(form, "no_sign_in");
      }
    }

    ask(address, options) {
      return fetch(address, Object.assign({ credentials: "same-origin", cache: "no-store" }, options));
    }

    async pageOf(response) {
      return new DOMParser().parseFromString(await response.text(), "text/html");
    }

    async takeOver() {
      const form = one("[data-writer-form]");
      const said = await this.actions.takeOver(one("[data-code-row] input", form).value.trim());
      one("[data-code-row]").hidden = !this.sync.needsCode;
      if (said === "code") one("[data-code-row] input", form).focus();
      this.formMessage(form, said === "code" ? "code_wanted" : said === "offline" ? "no_take_over" : "");
    }
  };
})();
