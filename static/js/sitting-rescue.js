/* The rescue file of a paper that stayed without network past its deadline and grace: what no receipt has confirmed, sealed to the site's
   key, as a file and as QR codes. Its form is described in docs/decisions/0033. What seals and draws is fetched once the page stands, so
   that it is there when the network is not. */
(() => {
  "use strict";

  const Sitting = (window.Sitting = window.Sitting || {});
  const one = (selector, scope) => (scope || document).querySelector(selector);
  const PIECE = 400; // characters of a code: what a five-year-old phone still reads off another's screen
  const utf8 = (text) => new TextEncoder().encode(text);
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const unhex = (text) => new Uint8Array((text.match(/../g) || []).map((pair) => parseInt(pair, 16)));

  function base64(bytes) {
    let text = "";
    bytes.forEach((byte) => { text += String.fromCharCode(byte); });
    return window.btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  Sitting.Rescue = class {
    /* attempt: its key; sync, answers, clock; say(word, values); address: of the page where staff take it in */
    constructor(options) {
      Object.assign(this, options);
      this.pieces = [];
      this.shown = 0;
      one("[data-rescue-save]").addEventListener("click", () => this.save());
      one("[data-rescue-codes]").addEventListener("click", () => this.codes());
      one("[data-rescue-next]").addEventListener("click", () => this.turn(1));
      one("[data-rescue-previous]").addEventListener("click", () => this.turn(-1));
      one("[data-rescue-again]").addEventListener("click", () => { this.sync.failures = 0; this.sync.refresh(); });
    }

    /* Fetch what the file will need, one after the other. */
    static prepare(addresses) {
      addresses.reduce((before, address) => before.then(() => new Promise((resolve) => {
        const script = document.createElement("script");
        script.src = address;
        script.onload = script.onerror = resolve;
        document.head.append(script);
      })), Promise.resolve());
    }

    get ready() {
      return Boolean(window.nacl && window.sealedBox && this.sync.rescue_key);
    }

    /* Shown when it is of use: past deadline and grace, not handed in, something unconfirmed. Returns whether it is. */
    render(unsaved) {
      const past = !this.sync.paused && this.clock.now() > this.sync.deadline + 1000 * (this.sync.grace || 60);
      const wanted = past && unsaved > 0 && Boolean(this.sync.trouble);
      const box = one("#rescue");
      document.body.classList.toggle("is-rescue", wanted && (this.sync.trouble === "offline" || this.sync.trouble === "waiting"));
      if (wanted) one("[data-rescue-count]").textContent = this.say("rescue_count", { count: unsaved });
      if (box.hidden !== wanted) return wanted;
      box.hidden = !wanted;
      one("[data-rescue-tools]").hidden = !this.ready;
      one("[data-rescue-poor]").hidden = this.ready;
      if (wanted) one("h1", box).focus();
      return wanted;
    }

    /* The file's bytes; the same as long as nothing in it has changed, so that it cannot be taken for two. */
    bytes() {
      const told = this.answers.unconfirmed().map(({ op, item, revision, value, flagged, made_ms, after }) =>
        JSON.stringify({ op, item, revision, value, flagged, made_ms, after: after || "" }));
      if (!this.file || this.file.told !== told.join("\n")) this.file = { told: told.join("\n"), bytes: this.seal(told) };
      return this.file.bytes;
    }

    seal(operations) {
      const { sync, answers, clock } = this;
      let chain = answers.seal;
      operations.forEach((text) => { chain = hex(window.nacl.hash(utf8(`${chain}\n${text}`))); });
      const inside = {
        format: "rescue/1", attempt: this.attempt, paper_hash: sync.paper_hash || "", device: sync.device, tab: sync.tab,
        made_ms: Math.round(clock.now()), sure: clock.sure, seal: answers.seal, operations, chain,
      };
      return window.sealedBox.seal(utf8(JSON.stringify(inside)), unhex(sync.rescue_key));
    }

    save() {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([this.bytes()], { type: "application/octet-stream" }));
      link.download = `${this.attempt.slice(0, 8)}.rescue`;
      document.body.append(link);
      link.click();
      link.remove();
      one("[data-rescue-saved]").hidden = false;
    }

    /* Each code is an address of the page that takes it in, with one piece behind the #: “number.of.name.text”. */
    codes() {
      const text = base64(this.bytes());
      const name = hex(window.nacl.hash(this.bytes())).slice(0, 8);
      const count = Math.ceil(text.length / PIECE);
      this.pieces = Array.from({ length: count }, (_, index) =>
        `${this.address}#${index + 1}.${count}.${name}.${text.slice(index * PIECE, (index + 1) * PIECE)}`);
      one("#rescue-codes").hidden = false;
      this.turn(0);
    }

    turn(step) {
      this.shown = (this.shown + step + this.pieces.length) % this.pieces.length;
      const code = window.qrcode(0, "L");
      code.addData(this.pieces[this.shown], "Byte");
      code.make();
      const place = one("[data-rescue-code]");
      place.src = code.createDataURL(4, 16);
      place.alt = one("[data-rescue-number]").textContent = this.say("rescue_code", { number: this.shown + 1, count: this.pieces.length });
    }
  };
})();
