// One canvas of the document shows all layers. Without a GPU Chromium copies each canvas of a document with every
// frame that it puts together, changed or not, and keeps up to five copies: so layers draw on sheets beside the
// document, and what changed of them is laid on the one canvas.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

// What a layer draws on: a canvas over a part of the view and, by `pad` of its size, beyond it. `parent` is the
// pane whose height, opacity and cut it has, `level` its height among those of the pane. `at` is how offsets
// become its pixels; what it shows stands until it is placed again.
chengmai.Sheet = class {
  static STEP = 64; // pixels: a canvas that follows what is drawn grows and shrinks by so much

  constructor(map, parent, { level = 0, pad = 0 } = {}) {
    Object.assign(this, { map, parent, level, pad });
    this.canvas = document.createElement("canvas");
    this.canvas.width = this.canvas.height = 0;
    this.at = this.whole = null;
    chengmai.screen.add(this);
  }

  get _beyond() {
    const size = this.map.getSize();
    return [Math.round(size.x * this.pad), Math.round(size.y * this.pad)];
  }

  // Where the view is now; to be called right before drawing. `box_of(at)` gives [left, top, right, bottom] of what
  // will be drawn, so that no more is held; the canvas is then `left`, `top` into the view.
  place(box_of = null) {
    const whole = (this.whole = chengmai.view(this.map, this._beyond));
    let [left, top, width, height] = [0, 0, whole.width, whole.height];
    if (box_of) {
      const box = box_of(whole);
      left = Math.max(0, Math.floor(box[0]));
      top = Math.max(0, Math.floor(box[1]));
      width = this._side(Math.min(whole.width, Math.ceil(box[2])) - left, this.canvas.width, whole.width);
      height = this._side(Math.min(whole.height, Math.ceil(box[3])) - top, this.canvas.height, whole.height);
      if (!width || !height) [left, top, width, height] = [0, 0, 0, 0];
    }
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    this.at = { ...whole, dx: whole.dx - left, dy: whole.dy - top, left, top, width, height };
    chengmai.screen.changed(this);
    return this.at;
  }

  _side(wanted, is, most) {
    const step = chengmai.Sheet.STEP;
    if (!(wanted > 0)) return 0;
    if (is >= wanted && is <= Math.min(wanted + 2 * step, most)) return is;
    return Math.min(Math.ceil(wanted / step) * step, most);
  }

  // The context, with nothing on the canvas.
  clean() {
    const context = this.canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    return context;
  }

  // How much of its margin is left, 1 to 0; less than nothing where a part of the view is not covered.
  margin() {
    const { whole } = this;
    if (!whole) return -1;
    const beyond = this._beyond;
    const now = chengmai.view(this.map, beyond);
    if (["k", "dpr", "width", "height"].some((name) => now[name] !== whole[name])) return -1;
    const [off_x, off_y] = [Math.abs(now.dx - whole.dx), Math.abs(now.dy - whole.dy)].map((off) => off / now.dpr);
    return 1 - Math.max(off_x / Math.max(1, beyond[0]), off_y / Math.max(1, beyond[1]));
  }

  // [left, top, right, bottom] of it in a view.
  box(view) {
    const { at } = this;
    if (!at || !at.width) return null;
    const scale = view.k / at.k;
    const place = (now, then) => (scale === 1 ? Math.round(now - then) : now - then * scale);
    const [left, top] = [place(view.dx, at.dx), place(view.dy, at.dy)];
    return [left, top, left + at.width * scale, top + at.height * scale];
  }

  lay(context, [left, top, right, bottom]) {
    context.drawImage(this.canvas, left, top, right - left, bottom - top);
  }

  remove() {
    this.canvas.width = this.canvas.height = 0;
    chengmai.screen.remove(this);
  }
};

chengmai.screen = (() => {
  const HEIGHT = 900000; // above all layers, below selection and tools
  const LOWEST = 200; // of Leaflet's pane of tiles, which has no height of its own
  const pieces = new Map(); // {parent, level, box(view), lay(context, box, view)} -> where it lies
  const news = new Set();
  let map = null;
  let canvas = null;
  let at = null;
  let corner = null;
  let order = ""; // of what lies there, with heights, opacities and cuts
  let dirty = null;

  function add(piece) {
    pieces.set(piece, null);
  }

  function changed(piece) {
    if (pieces.has(piece)) news.add(piece);
  }

  function remove(piece) {
    const box = pieces.get(piece);
    if (box) dirty = joined(dirty, box);
    pieces.delete(piece);
    news.delete(piece);
    if (map) chengmai.stage.ask();
  }

  function joined(one, other) {
    if (!one || !other) return one || other;
    const [l, t, r, b] = other;
    return [Math.min(one[0], l), Math.min(one[1], t), Math.max(one[2], r), Math.max(one[3], b)];
  }

  const meet = (one, other) => one[0] < other[2] && one[2] > other[0] && one[1] < other[3] && one[3] > other[1];

  function stacked() {
    const shown = [...pieces.keys()].filter(({ parent }) => parent.style.display !== "none");
    const height = ({ parent }) => Number(parent.style.zIndex) || LOWEST;
    return shown.sort((a, b) => height(a) - height(b) || a.level - b.level);
  }

  // Where the view is now; whether it was elsewhere.
  function place() {
    const now = chengmai.view(map);
    if (at && ["k", "dx", "dy", "width", "height", "dpr"].every((name) => at[name] === now[name])) return false;
    if (canvas.width !== now.width || canvas.height !== now.height) {
      canvas.width = now.width;
      canvas.height = now.height;
    }
    canvas.style.width = now.width / now.dpr + "px";
    canvas.style.height = now.height / now.dpr + "px";
    const point = map.containerPointToLayerPoint([0, 0]);
    corner = map.layerPointToLatLng(point);
    L.DomUtil.setTransform(canvas, point, 1);
    at = now;
    return true;
  }

  // Lay what changed; called when all that is due has drawn.
  function compose() {
    const moved = place();
    const stack = stacked();
    const told = JSON.stringify(
      stack.map(({ parent, level }) => [parent.className, parent.style.zIndex, level, parent.style.opacity, parent.cut]),
    );
    if (moved || told !== order) dirty = [0, 0, at.width, at.height];
    order = told;
    for (const piece of pieces.keys()) {
      if (!moved && !news.has(piece)) continue;
      const box = piece.box(at);
      dirty = joined(joined(dirty, pieces.get(piece)), box);
      pieces.set(piece, box);
    }
    news.clear();
    if (!dirty) return;
    const [left, top] = [Math.max(0, Math.floor(dirty[0])), Math.max(0, Math.floor(dirty[1]))];
    const box = [left, top, Math.min(at.width, Math.ceil(dirty[2])), Math.min(at.height, Math.ceil(dirty[3]))];
    dirty = null;
    if (box[0] < box[2] && box[1] < box[3]) lay(stack, box);
  }

  function lay(stack, box) {
    const context = canvas.getContext("2d");
    const cut = ([l, t, r, b]) => {
      context.beginPath();
      context.rect(l, t, r - l, b - t);
      context.clip();
    };
    context.save();
    if (box[2] - box[0] < at.width || box[3] - box[1] < at.height) cut(box);
    context.clearRect(box[0], box[1], box[2] - box[0], box[3] - box[1]);
    for (const piece of stack) {
      const mine = pieces.get(piece);
      if (!mine || !meet(mine, box)) continue;
      const { style, cut: side } = piece.parent;
      context.globalAlpha = style.opacity === "" ? 1 : Number(style.opacity);
      if (side) context.save();
      if (side) cut([side[0] * at.dpr, 0, side[1] * at.dpr, at.height]);
      piece.lay(context, mine, at);
      if (side) context.restore();
    }
    context.restore();
  }

  // Stands where its picture belongs while the map is moving under it.
  function follow(zoom = map.getZoom(), center = map.getCenter()) {
    if (!at) return;
    const point = map._latLngToNewLayerPoint(corner, zoom, center);
    L.DomUtil.setTransform(canvas, point, map.getZoomScale(zoom, at.zoom));
    if (zoom !== at.zoom) at = { ...at, k: NaN }; // stretched: laid anew when the map stands
  }

  chengmai.page.begin((page) => {
    map = page.map;
    const pane = map.createPane("screen");
    pane.style.zIndex = HEIGHT;
    pane.style.pointerEvents = "none";
    canvas = document.createElement("canvas");
    canvas.className = "leaflet-zoom-animated";
    pane.append(canvas);
  });

  return { add, changed, remove, compose, follow };
})();
