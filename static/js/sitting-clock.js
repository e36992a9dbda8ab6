/* The server's clock: its time plus what this page has counted since. The device's own clock is never asked. */
(() => {
  "use strict";

  const Sitting = (window.Sitting = window.Sitting || {});

  Sitting.Clock = class {
    constructor(serverTime) {
      this.offset = serverTime - performance.now();
      this.best = Infinity;
      this.wall = Date.now() - performance.now();
      this.sure = true; // whether it has been compared with the server's since the device last slept or its clock was changed
    }

    /* One exchange: sent and received by performance.now(). The quickest exchange is the truest. */
    sync(serverTime, sent, received) {
      const trip = received - sent;
      const offset = serverTime - (sent + received) / 2;
      if (trip <= this.best || Math.abs(offset - this.offset) > 2000 + trip) {
        this.offset = offset;
        this.best = trip;
      }
      this.sure = true;
    }

    now() {
      return performance.now() + this.offset;
    }

    /* Phones stop performance.now() while they sleep: then the time has to be asked for again. Milliseconds of the jump, or 0. */
    slept() {
      const wall = Date.now() - performance.now();
      const jump = wall - this.wall;
      const jumped = Math.abs(jump) > 2000;
      this.wall = wall;
      if (jumped) {
        this.best = Infinity;
        this.sure = false;
      }
      return jumped ? jump : 0;
    }

    /* Milliseconds as h:mm:ss or mm:ss, never below zero. */
    static left(milliseconds) {
      const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
      const two = (number) => String(number).padStart(2, "0");
      const hours = Math.floor(seconds / 3600);
      const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
      return hours ? `${hours}:${rest}` : rest;
    }

    static hour(milliseconds) {
      return new Date(milliseconds).toLocaleTimeString("zh-CN", { hour12: false });
    }
  };
})();
