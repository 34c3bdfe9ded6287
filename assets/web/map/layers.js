// The layers of this view: what each holds, and drawing it into its own element, lowest first: raster, areas and
// lines, trails; above them its marks.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.LiveLayer = class {
  static PAD = 0.15; // of the view beyond each edge, for lines and areas

  constructor(id) {
    this.id = id;
    this.marks = null;
    this.shapes = new Map(); // by slot
    this.raster = null;
    this.clusters = null;
    this.flat = null; // the sheet of what is no mark
    this.stale = true; // what is on it
    this.way = 0; // the version of the marks whose trails are on it
    this.sheet = null; // of the marks
    this.over = null; // of the clusters, above the marks
    this.renderer = null;
    this.tried = false; // to draw by WebGL
    this.owed = new Map(); // part -> {seq, came}: what is not on the screen yet
    this.drew = null; // what is to be told of that
    this.told = -Infinity;
  }

  get state() {
    return chengmai.page.layer(this.id) || { opacity: 1, visible: true, z: 600 };
  }

  get element() {
    return chengmai.page.pane(this.id, this.state.z);
  }

  hear(part, frame) {
    const now = chengmai.stage.now();
    if (part === "marks") {
      this.marks = this.marks || new chengmai.Marks();
      this.marks.take(frame, now);
      if (this.waiting_labels) this.name(this.waiting_labels);
      this._cluster();
    } else if (part === "shapes") {
      const shapes = new chengmai.Shapes();
      shapes.take(frame);
      if (frame.head.n) this.shapes.set(frame.head.slot, shapes);
      else this.shapes.delete(frame.head.slot);
    } else {
      this.raster = new chengmai.Raster();
      this.raster.take(frame);
    }
    if (part !== "marks" || this.marks.trail) this.stale = true;
    this.owed.set(part, { seq: frame.head.seq, came: performance.now() });
    chengmai.stage.soon(this);
    if (part !== "marks" || this._named) chengmai.labels.wake();
  }

  // Whether names are to be placed anew where its marks moved.
  get _named() {
    if (this.marks.head.label_zoom <= chengmai.page.map.getZoom()) return true;
    return chengmai.labels.player.placed.length > 0 || Boolean(chengmai.picking.follows(this.id));
  }

  name(head) {
    this.waiting_labels = head;
    if (this.marks) this.marks.name(head.labels, head.set);
    chengmai.labels.wake();
  }

  dress() {
    if (this.marks) this.marks.dress();
    if (this.raster) this.raster.dress();
    this.stale = true;
    chengmai.stage.wake(this);
  }

  draw(now) {
    if (!this.state.visible) {
      this._rest();
      return false;
    }
    const more = this._marks(now);
    this._flat();
    this._discs();
    this._owe();
    return more;
  }

  // What the marks show: all of them, or those that stand alone beside the clusters.
  get singles() {
    return this.clusters && this.clusters.view ? this.clusters.view.singles : null;
  }

  _flat() {
    const trails = this.marks && this.marks.trail_start && this.marks.trail_start.length > 1;
    const any = this.shapes.size || trails || (this.raster && !this.raster.empty);
    if (!any) {
      if (this.flat) this.flat.remove();
      this.flat = null;
      return;
    }
    this.flat = this.flat || new chengmai.Sheet(chengmai.page.map, this.element, { pad: chengmai.LiveLayer.PAD });
    // Lines and areas are dear: a map that is dragged moves their picture, and draws it anew at rest.
    const margin = this.flat.margin();
    if (trails && this.way !== this.marks.version) this.stale = true;
    if (!this.stale && margin >= (chengmai.stage.moving ? 0 : 0.5)) return;
    this.stale = false;
    this.way = trails ? this.marks.version : 0;
    const at = this.flat.place((whole) => this._reach(whole, trails));
    if (!at.width) return;
    const context = this.flat.clean();
    if (this.raster) this.raster.draw(context, at);
    for (const slot of [...this.shapes.keys()].sort((a, b) => a - b)) this.shapes.get(slot).draw(context, at);
    if (trails) chengmai.trails(context, at, this.marks);
  }

  // The box in pixels of all that is no mark.
  _reach(at, trails) {
    const extents = [...this.shapes.values()].map((shapes) => shapes.extent());
    if (this.raster && !this.raster.empty) extents.push(this.raster.extent());
    if (trails) extents.push(this.marks.extent());
    const least = (side) => Math.min(...extents.map((extent) => extent[side]));
    const most = (side) => Math.max(...extents.map((extent) => extent[side]));
    const widths = [...this.shapes.values()].flatMap(({ styles }) => styles.map(({ width }) => width));
    const edge = (2 + Math.max(2, ...widths)) * at.dpr * chengmai.symbols.factor();
    const [left, top] = [least(0) * at.k + at.dx - edge, least(1) * at.k + at.dy - edge];
    return [left, top, most(2) * at.k + at.dx + edge, most(3) * at.k + at.dy + edge];
  }

  _marks(now) {
    const { marks } = this;
    if (!marks || !marks.n) {
      this._end();
      return false;
    }
    const wanted = chengmai.renderers.of(marks.n);
    if (!this.sheet || (wanted === chengmai.WebGl && !this.tried)) this._begin(wanted);
    const at = chengmai.view(chengmai.page.map);
    const more = marks.at(now, at.dpr);
    if (this.clusters) this.clusters.look(at);
    const only = this.singles;
    if (only) {
      const [xy, sprite] = this.clusters.arrays(only, marks);
      this.renderer.draw(at, marks.sprites, xy, sprite, only.length, -1);
    } else if (this.clusters) this.renderer.draw(at, marks.sprites, marks.shown, marks.sprite, 0, -1);
    else this.renderer.draw(at, marks.sprites, marks.shown, marks.sprite, marks.n, marks.version);
    if (more && (marks.label(0) || chengmai.picking.follows(this.id))) chengmai.labels.wake();
    return more;
  }

  _discs() {
    if (!this.clusters) {
      if (this.over) this.over.remove();
      this.over = null;
      return;
    }
    this.over = this.over || new chengmai.Sheet(chengmai.page.map, this.element, { level: 2 });
    const whole = chengmai.view(chengmai.page.map);
    chengmai.Clusters.settle(whole);
    const at = this.over.place(() => this._discs_box(whole));
    const context = this.over.clean();
    context.setTransform(at.dpr, 0, 0, at.dpr, -at.left, -at.top);
    this.clusters.draw(context, whole);
  }

  // The box in pixels of the clusters in view, with what stands at their shoulders.
  _discs_box(at) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    const { spots } = this.clusters;
    for (const { place, x, y, radius, half } of spots) {
      const edge = 2 * Math.max(radius, half) + 24 * chengmai.symbols.factor();
      box[0] = Math.min(box[0], x - edge, place[0] - edge);
      box[1] = Math.min(box[1], y - edge, place[1] - edge);
      box[2] = Math.max(box[2], x + edge, place[0] + edge);
      box[3] = Math.max(box[3], y + edge, place[1] + edge);
    }
    return box.map((side) => side * at.dpr);
  }

  // A canvas keeps the kind of its first context, so each renderer has its own.
  _begin(wanted) {
    this._end();
    this.sheet = new chengmai.Sheet(chengmai.page.map, this.element, { level: 1 });
    if (wanted === chengmai.WebGl) {
      this.tried = true;
      try {
        this.renderer = new chengmai.WebGl(this.sheet, () => this._lost());
        return;
      } catch (error) {
        // A driver that says it can and cannot: draw ourselves.
        chengmai.page.fault("webgl: " + error);
        this._end();
        this.sheet = new chengmai.Sheet(chengmai.page.map, this.element, { level: 1 });
      }
    }
    this.renderer = new chengmai.Splat(this.sheet);
  }

  // Its context was taken away: it draws itself at once, and by another context when these hold again.
  _lost() {
    this._end();
    this.tried = false;
    chengmai.stage.soon(this);
  }

  _end() {
    if (this.sheet) this.sheet.remove();
    if (this.renderer) this.renderer.release();
    this.sheet = this.renderer = null;
  }

  _cluster() {
    const wanted = Boolean(this.marks.head.cluster);
    if (!wanted) this.clusters = null;
    else {
      this.clusters = this.clusters || new chengmai.Clusters(this);
      this.clusters.load(this.marks);
    }
  }

  // Tell, once it can be seen, what was drawn: when the next frame begins, the compositor has it.
  _owe() {
    if (!this.owed.size) return;
    const TOLD_MS = 400; // a layer that changes often is told so often, with the newest
    const [owed] = [...this.owed.values()].sort((a, b) => b.seq - a.seq);
    this.owed.clear();
    let complete = 0;
    queueMicrotask(() => (complete = chengmai.page.now())); // all that is due has drawn and is laid
    requestAnimationFrame(() => {
      const [ms, at] = [performance.now() - owed.came, chengmai.page.now()];
      const waits = this.drew !== null;
      this.drew = { layer: this.id, seq: owed.seq, ms, complete, at };
      if (waits) return;
      const tell = () => {
        chengmai.page.say("drew", this.drew);
        this.drew = null;
        this.told = performance.now();
      };
      const left = this.told + TOLD_MS - performance.now();
      if (left > 0) setTimeout(tell, left);
      else tell();
    });
  }

  // Nobody sees it: nothing is held for it but what it is.
  _rest() {
    if (this.flat) this.flat.remove();
    if (this.over) this.over.remove();
    this.flat = this.over = null;
    this._end();
  }

  remove() {
    this._rest();
    if (this.clusters) this.clusters.end();
    chengmai.page.drop(this.id);
  }
};

// The way that things came, thinner and dimmer than the things; a place that is none breaks it.
chengmai.trails = (context, at, marks) => {
  const { trail, trail_start, style, styles, shown } = marks;
  const { k, dx, dy, dpr } = at;
  const paths = styles.map(() => null);
  const count = Math.min(trail_start.length - 1, marks.n);
  for (let i = 0; i < count; i++) {
    const path = (paths[style[i]] = paths[style[i]] || new Path2D());
    let down = false;
    for (let p = trail_start[i]; p < trail_start[i + 1]; p++) {
      const x = trail[2 * p] * k + dx;
      const y = trail[2 * p + 1] * k + dy;
      // Far outside: no stroke is so long that it would cross the view from there.
      if (!(x > -at.width && x < 2 * at.width && y > -at.height && y < 2 * at.height)) down = false;
      else if (down) path.lineTo(x, y);
      else {
        path.moveTo(x, y);
        down = true;
      }
    }
    const [x, y] = [shown[2 * i] * k + dx, shown[2 * i + 1] * k + dy];
    if (down && x === x && y === y) path.lineTo(x, y);
  }
  context.globalAlpha = 0.55;
  context.lineJoin = "round";
  context.lineWidth = 1.5 * dpr * chengmai.symbols.factor();
  styles.forEach((look, index) => {
    if (!paths[index]) return;
    context.strokeStyle = chengmai.symbols.colour(look.colour);
    context.stroke(paths[index]);
  });
  context.globalAlpha = 1;
};

chengmai.layers = (() => {
  const AGES_MS = 5000; // what only ages is looked at so often
  const held = new Map();

  function get(id) {
    if (!held.has(id)) {
      const made = new chengmai.LiveLayer(id);
      held.set(id, made);
      chengmai.stage.add(made);
    }
    return held.get(id);
  }

  function drop(id) {
    const layer = held.get(id);
    if (!layer) return;
    held.delete(id);
    chengmai.stage.remove(layer);
    layer.remove();
    chengmai.labels.wake();
  }

  for (const part of ["marks", "shapes", "raster"]) {
    chengmai.page.on(part, (frame) => get(frame.head.layer).hear(part, frame));
  }
  chengmai.page.on("labels", ({ head }) => get(head.layer).name(head));
  chengmai.page.on("drop", ({ head }) => drop(head.layer));
  const dress = () => held.forEach((layer) => layer.dress());
  chengmai.page.on("look", dress);
  setInterval(() => {
    if (document.hidden) return;
    for (const layer of held.values()) if (layer.marks && layer.marks.age) chengmai.stage.wake(layer);
    chengmai.labels.wake();
  }, AGES_MS);

  // Lowest first.
  const ordered = () => [...held.values()].filter((layer) => layer.state.visible).sort((a, b) => a.state.z - b.state.z);

  return { get, drop, dress, ordered, held };
})();
