// Marks drawn once for each style, age and direction, at the pixels of the screen; both renderers copy them.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.Sprites = class {
  static AGES = 3;
  static DIRECTIONS = 32; // and one for what says no direction

  constructor(styles, dpr) {
    this.styles = styles;
    this.dpr = dpr;
    this.firsts = new Uint32Array(styles.length + 1);
    this.steps = styles.map((style) => (style.form === "arrow" ? chengmai.Sprites.DIRECTIONS + 1 : 1));
    this.steps.forEach((steps, at) => {
      this.firsts[at + 1] = this.firsts[at] + steps * chengmai.Sprites.AGES;
    });
    this.made = new Array(this.firsts[styles.length]).fill(null);
    this.version = 0; // counts what was drawn, so that an atlas knows that it lacks something
    this.reach = Math.ceil(Math.max(1, ...styles.map((style) => chengmai.symbols.reach(style))) * dpr);
    this.canvas = new OffscreenCanvas(2 * this.reach + 2, 2 * this.reach + 2);
    this.context = this.canvas.getContext("2d", { willReadFrequently: true });
  }

  // Which of the directions each of `parts` of a turn is; the last of all is none. A mark's sprite is
  // firsts[style] + age * steps[style] + direction.
  static turns(parts) {
    const n = chengmai.Sprites.DIRECTIONS;
    const turns = Uint8Array.from({ length: parts + 1 }, (_, part) => Math.round((part * n) / parts) % n);
    turns[parts] = n;
    return turns;
  }

  // {width, height, left, top, pixels}: `left`, `top` from its place to its first pixel; RGBA, alpha apart.
  get(index) {
    return this.made[index] || this._make(index);
  }

  _make(index) {
    let style = 0;
    while (style + 1 < this.styles.length && this.firsts[style + 1] <= index) style++;
    const within = index - this.firsts[style];
    const steps = this.steps[style];
    const turn = within % steps;
    const n = chengmai.Sprites.DIRECTIONS;
    const heading = steps > 1 && turn < n ? (turn * 360) / n : NaN;
    const c = this.context;
    const side = this.canvas.width;
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.clearRect(0, 0, side, side);
    const middle = side / 2;
    c.setTransform(this.dpr, 0, 0, this.dpr, middle, middle);
    chengmai.symbols.draw(c, 0, 0, this.styles[style], Math.floor(within / steps), heading);
    this.made[index] = trimmed(c.getImageData(0, 0, side, side), middle);
    this.version++;
    return this.made[index];

    // Without the empty rows and columns round it.
    function trimmed({ data, width, height }, at) {
      const all = new Uint32Array(data.buffer);
      let [left, top, right, bottom] = [width, height, -1, -1];
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          if (all[y * width + x] >>> 24 < 8) continue;
          left = Math.min(left, x);
          right = Math.max(right, x);
          top = Math.min(top, y);
          bottom = Math.max(bottom, y);
        }
      }
      if (right < 0) return { width: 0, height: 0, left: 0, top: 0, pixels: new Uint32Array(0) };
      const [w, h] = [right - left + 1, bottom - top + 1];
      const pixels = new Uint32Array(w * h);
      for (let y = 0; y < h; y++) {
        const from = (top + y) * width + left;
        pixels.set(all.subarray(from, from + w), y * w);
      }
      return { width: w, height: h, left: left - at + 0.5, top: top - at + 0.5, pixels };
    }
  }
};
