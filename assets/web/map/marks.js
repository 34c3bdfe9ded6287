// The marks of one layer: where each is now, how old, which sprite; drawn by one of two renderers with the same
// calls (splat.js, webgl.js).
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

// The city's clock, from what frames say of it.
chengmai.clock = (() => {
  let said = 0;
  let when = 0;
  function hear(ms) {
    const now = chengmai.stage.now();
    if (!said || ms > said + now - when || ms < said) [said, when] = [ms, now];
  }
  chengmai.page.on("clock", ({ head }) => hear(head.now));
  return { hear, now: () => said + chengmai.stage.now() - when };
})();

chengmai.Marks = class {
  static NO_HEADING = 255; // and so many parts of a turn
  static AGED_S = 120;
  static HOLLOW_S = 600;
  static AGES_MS = 5000; // ages are looked at so often
  static GLIDES = 50000; // more than this many do not glide where a frame costs much

  constructor() {
    this.n = 0;
    this.seq = 0;
    this.set = -1;
    this.styles = [];
    this.labels = null;
    this.labels_set = -1;
    this.to = this.from = this.shown = new Float32Array(0);
    this.sprite = new Uint16Array(0);
    this.sprites = null;
    this.look = "";
    this.version = 0; // of `shown` and `sprite`
    this.glide_from = 0;
    this.glide_ms = 0;
    this.aged_at = -Infinity;
  }

  take({ head, sections }, now) {
    const many = head.n > chengmai.Marks.GLIDES;
    const follows = head.set === this.set && head.n === this.n && head.glide_ms > 0;
    const glides = follows && !many && !chengmai.look.reduced;
    if (glides) {
      this._glide(now);
      this.from = this.shown.slice();
    }
    Object.assign(this, {
      head,
      n: Math.min(head.n, sections.xy.length >> 1),
      seq: head.seq,
      set: head.set,
      to: sections.xy,
      style: chengmai.Marks.column(sections.style, head.n),
      heading: chengmai.Marks.column(sections.heading, head.n),
      age: chengmai.Marks.column(sections.age, head.n),
      // The largest number of its type says that a thing does not age.
      ageless: sections.age instanceof Uint8Array ? 255 : 65535,
      coeval: !sections.age || sections.age.length === 1,
      trail: sections.trail,
      trail_start: sections.trail_start,
    });
    this.came = now;
    if (head.live) chengmai.clock.hear(head.at);
    const text = JSON.stringify(head.styles);
    if (text !== this.look) {
      this.look = text;
      this.styles = head.styles;
      this.sprites = null;
    }
    this.glide_ms = glides ? head.glide_ms : 0;
    this.glide_from = now;
    this.shown = glides ? new Float32Array(this.to.length) : this.to;
    this.done = !glides;
    this.aged_at = -Infinity;
    this.version++;
  }

  // A column of one value counts for all.
  static column(section, n) {
    return section && section.length === 1 && n > 1 ? new section.constructor(n).fill(section[0]) : section;
  }

  name(labels, set) {
    this.labels = labels;
    this.labels_set = set;
  }

  label(index) {
    return this.labels && this.labels_set === this.set ? this.labels[index] || "" : "";
  }

  // Seconds since it was seen; NaN for what does not age.
  age_s(index) {
    if (!this.age || this.age[index] === this.ageless) return NaN;
    return this.age[index] + (this.head.live ? (chengmai.clock.now() - this.head.at) / 1000 : 0);
  }

  class_of(seconds) {
    if (!(seconds >= chengmai.Marks.AGED_S)) return chengmai.symbols.FRESH;
    return seconds >= chengmai.Marks.HOLLOW_S ? chengmai.symbols.HOLLOW : chengmai.symbols.AGED;
  }

  // Bring places and sprites to a moment; true while something still moves.
  at(now, dpr) {
    if (!this.sprites || this.sprites.dpr !== dpr) {
      this.sprites = new chengmai.Sprites(this.styles, dpr);
      this.aged_at = -Infinity;
    }
    if (now - this.aged_at >= chengmai.Marks.AGES_MS || now < this.aged_at) this._ages(now);
    return this._glide(now);
  }

  // The sprites belong to the theme and the sizes of the wall.
  dress() {
    this.sprites = null;
    this.version++;
  }

  _glide(now) {
    if (this.done) return false;
    const part = this.glide_ms > 0 ? Math.min(1, Math.max(0, (now - this.glide_from) / this.glide_ms)) : 1;
    const { from, to, shown } = this;
    for (let i = 0; i < to.length; i++) shown[i] = from[i] + (to[i] - from[i]) * part;
    this.version++;
    this.done = part >= 1;
    if (this.done) this.shown = to; // exact, also where it came from nowhere
    return !this.done;
  }

  _ages(now) {
    const { n, style, heading, sprites } = this;
    if (this.sprite.length !== n) this.sprite = new Uint16Array(n);
    const { sprite } = this;
    const { firsts, steps } = sprites;
    const last = this.styles.length - 1;
    const passed = this.head.live ? (chengmai.clock.now() - this.head.at) / 1000 : 0;
    const { age } = this;
    const none = this.ageless;
    const none_known = chengmai.Marks.NO_HEADING;
    const turns = chengmai.Sprites.turns(none_known);
    const [aged, hollow] = [chengmai.Marks.AGED_S - passed, chengmai.Marks.HOLLOW_S - passed];
    const one = n > 0 && this.coeval && steps.every((count) => count === 1);
    if (one) {
      const old = !age || age[0] === none || age[0] < aged ? 0 : age[0] < hollow ? 1 : 2;
      const numbers = Uint16Array.from({ length: 256 }, (_, s) => firsts[Math.min(s, last)] + old);
      for (let i = 0; i < n; i++) sprite[i] = numbers[style[i]];
    }
    for (let i = 0; i < n && !one; i++) {
      const s = style[i] <= last ? style[i] : last;
      const old = !age || age[i] === none || age[i] < aged ? 0 : age[i] < hollow ? 1 : 2;
      sprite[i] = firsts[s] + (steps[s] === 1 ? old : old * steps[s] + turns[heading ? heading[i] : none_known]);
    }
    this.aged_at = now;
    this.version++;
  }

  // west, north, east, south of the trails and of the marks that they lead to.
  extent() {
    let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const xy of [this.trail, this.shown]) {
      for (let i = 0; i < xy.length; i += 2) {
        const [x, y] = [xy[i], xy[i + 1]];
        if (x < west) west = x;
        if (x > east) east = x;
        if (y < north) north = y;
        if (y > south) south = y;
      }
    }
    return [west, north, east, south];
  }

  // The nearest within its own size or `radius` pixels of a point, and others there: [[index, distance]].
  pick(at, x, y, radius) {
    const found = [];
    const { shown, n, style, styles } = this;
    const sizes = styles.map((one) => Math.max(radius, (chengmai.symbols.size_of(one) / 2) * 1.1));
    const most = Math.max(radius, ...sizes) * at.dpr;
    for (let i = 0; i < n; i++) {
      const dx = shown[2 * i] * at.k + at.dx - x;
      if (!(dx < most && dx > -most)) continue;
      const one = styles[style[i]];
      const lift = one && one.form === "pin" ? (chengmai.symbols.size_of(one) / 2) * at.dpr : 0;
      const dy = shown[2 * i + 1] * at.k + at.dy - lift - y;
      const reach = (sizes[style[i]] || radius) * at.dpr;
      const distance = dx * dx + dy * dy;
      if (distance <= reach * reach) found.push([i, Math.sqrt(distance)]);
    }
    // Of equals the one that is drawn last lies on top.
    return found.sort((a, b) => a[1] - b[1] || b[0] - a[0]);
  }
};
