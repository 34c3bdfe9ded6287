// A base of lines and areas (frame "drawn", app/gis/tiles/kinds/drawn.py): drawn once for each tile, in the
// theme's colours, and laid on the screen as it is. No GPU, no tiles from anywhere.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.BaseDrawn = L.GridLayer.extend({
  CELL: 2 ** -11, // of the unit square: some 20 km; rings are found by the cells that they touch
  // name: colour, width in pixels at zoom 10 and at 16, the zoom from which it is drawn
  LOOKS: {
    green: { fill: "panel" },
    water: { fill: "sequential.1", line: "sequential.1", thin: 0.8, wide: 4, from: 0 },
    building: { fill: "raised", from: 15 },
    small: { line: "line1", thin: 0.3, wide: 2.5, from: 13 },
    middle: { line: "line1", thin: 0.7, wide: 6, from: 10 },
    main: { line: "line1", thin: 1.2, wide: 10, from: 0 },
    rail: { line: "line2", thin: 0.6, wide: 1.5, from: 9 },
  },

  initialize(card, data, options) {
    L.GridLayer.prototype.initialize.call(this, {
      tileSize: 512, maxZoom: 24, updateWhenZooming: false, keepBuffer: 1, className: "base", ...options,
    });
    this._card = card;
    const { head, sections } = data;
    Object.assign(this, { head, ...sections });
    this._find();
    this.level = 0;
    this.beneath = true; // nothing that is no such base lies above it in its pane
    this.on("tileunload", ({ tile }) => tile.picture && (tile.picture.width = tile.picture.height = 0));
  },

  onAdd(map) {
    this.parent = this.getPane();
    if (this.beneath) chengmai.screen.add(this);
    L.GridLayer.prototype.onAdd.call(this, map);
  },

  onRemove(map) {
    L.GridLayer.prototype.onRemove.call(this, map);
    chengmai.screen.remove(this);
  },

  // As a piece of the screen it lies under all of the view.
  box: (view) => [0, 0, view.width, view.height],

  lay(context, _, view) {
    const edge = this.getTileSize().x / (256 * 2 ** this._tileZoom);
    const { x: ox, y: oy } = chengmai.page.origin;
    const east = (x) => Math.round((x * edge - ox) * view.k + view.dx);
    const south = (y) => Math.round((y * edge - oy) * view.k + view.dy);
    for (const { coords, el } of Object.values(this._tiles)) {
      if (coords.z !== this._tileZoom || !el.picture.width) continue;
      const [left, top] = [east(coords.x), south(coords.y)];
      context.drawImage(el.picture, left, top, east(coords.x + 1) - left, south(coords.y + 1) - top);
    }
  },

  _find() {
    const count = this.ring.length - 1;
    this.boxes = new Float64Array(4 * count);
    this.cells = new Map();
    for (let ring = 0; ring < count; ring++) {
      let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
      for (let v = this.ring[ring]; v < this.ring[ring + 1]; v++) {
        const [x, y] = [this.xy[2 * v] + this.head.x, this.xy[2 * v + 1] + this.head.y];
        west = Math.min(west, x);
        east = Math.max(east, x);
        north = Math.min(north, y);
        south = Math.max(south, y);
      }
      this.boxes.set([west, north, east, south], 4 * ring);
      if (!(west <= east)) continue;
      this._each(west, north, east, south, (key) => {
        if (!this.cells.has(key)) this.cells.set(key, []);
        this.cells.get(key).push(ring);
      });
    }
  },

  _each(west, north, east, south, work) {
    const most = Math.floor(1 / this.CELL);
    const cell = (value) => Math.max(0, Math.min(most, Math.floor(value / this.CELL)));
    for (let row = cell(north); row <= cell(south); row++)
      for (let column = cell(west); column <= cell(east); column++) work(row * (most + 1) + column);
  },

  // The rings that a box may touch, in their order.
  _near(west, north, east, south) {
    const found = new Set();
    const wide = (east - west) / this.CELL;
    if (wide > 64) return Array.from({ length: this.ring.length - 1 }, (_, ring) => ring);
    this._each(west, north, east, south, (key) => (this.cells.get(key) || []).forEach((r) => found.add(r)));
    return [...found].sort((one, other) => one - other);
  },

  createTile(coords) {
    const picture = this._picture(coords);
    if (!this.beneath) return picture;
    const tile = document.createElement("div");
    tile.picture = picture;
    chengmai.screen.changed(this);
    chengmai.stage.ask();
    return tile;
  },

  _picture({ x, y, z }) {
    const tile = document.createElement("canvas");
    const size = this.getTileSize().x;
    const dpr = Math.min(2, window.devicePixelRatio || 1);
    tile.width = tile.height = Math.round(size * dpr);
    const pen = tile.getContext("2d");
    pen.scale(dpr, dpr);
    pen.lineCap = pen.lineJoin = "round";
    const scale = 256 * 2 ** z; // pixels of the whole world
    const edge = size / scale;
    const margin = 12 / scale;
    const [west, north] = [x * edge, y * edge];
    const box = [west - margin, north - margin, west + edge + margin, north + edge + margin];
    const rings = this._near(...box).filter((ring) => {
      const [w, n, e, s] = this.boxes.subarray(4 * ring, 4 * ring + 4);
      return w <= box[2] && e >= box[0] && n <= box[3] && s >= box[1];
    });
    this.head.classes.forEach((name, style) => {
      const look = this.LOOKS[name];
      if (look && z >= (look.from || 0)) {
        const mine = rings.filter((ring) => this.style[ring] === style);
        if (mine.length) this._paint(pen, look, mine, z, scale, west, north);
      }
    });
    return tile;
  },

  _paint(pen, look, rings, z, scale, west, north) {
    const { colours } = chengmai.look;
    const part = Math.max(0, Math.min(1, (z - 10) / 6));
    const [lines, areas] = [new Path2D(), new Path2D()];
    for (const ring of rings) {
      const path = this.area[ring] ? areas : lines;
      const end = this.ring[ring + 1];
      let last_x = Infinity;
      let last_y = Infinity;
      for (let v = this.ring[ring]; v < end; v++) {
        const px = (this.xy[2 * v] + this.head.x - west) * scale;
        const py = (this.xy[2 * v + 1] + this.head.y - north) * scale;
        if (v > this.ring[ring] && v + 1 < end && Math.abs(px - last_x) < 0.7 && Math.abs(py - last_y) < 0.7)
          continue;
        if (v === this.ring[ring]) path.moveTo(px, py);
        else path.lineTo(px, py);
        [last_x, last_y] = [px, py];
      }
      if (this.area[ring]) path.closePath();
    }
    if (look.fill) {
      pen.fillStyle = colours[look.fill];
      pen.fill(areas, "evenodd");
    }
    if (look.line) {
      pen.strokeStyle = colours[look.line];
      pen.lineWidth = look.thin * (look.wide / look.thin) ** part;
      pen.stroke(lines);
    }
  },
});

// A promise of the layer of a drawn base; null where its file cannot be used.
chengmai.baseDrawn = async (card, pane) => {
  const answer = await fetch(`city://map/tiles/${card.id}/0/0/0`).catch(() => null);
  if (!answer || !answer.ok) return null;
  const data = chengmai.wire.frame(await answer.arrayBuffer());
  return new chengmai.BaseDrawn(card, data, { pane });
};
