// A base of pictures: one canvas per tile. A tile that cannot be had leaves the ground colour, or the
// part of a coarser tile that lies there; it is asked for again later, and never a broken picture.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.BaseRaster = L.GridLayer.extend({
  COARSER: 5, // so many zooms further out are tried
  FINER: 2, // so many zooms further out than its first it is drawn
  AGAIN_MS: 30000, // what is missing is asked for again
  // A light map on a dark theme: turned over, its colours kept, most of their strength taken.
  NIGHT: "invert(1) hue-rotate(180deg) saturate(0.35) brightness(0.72) contrast(0.92)",

  initialize(card, options) {
    const native = Math.max(card.min_zoom, 0);
    L.GridLayer.prototype.initialize.call(this, {
      tileSize: card.tile_size,
      minNativeZoom: native,
      minZoom: Math.max(0, native - this.FINER), // further out a view would ask for thousands
      maxNativeZoom: card.max_zoom,
      maxZoom: 24,
      updateWhenZooming: false,
      keepBuffer: 1,
      className: "base",
      ...options,
    });
    this._card = card;
    this._missing = new Map(); // address -> when it may be asked for again
    this._incomplete = new Set();
  },

  onAdd(map) {
    L.GridLayer.prototype.onAdd.call(this, map);
    this._timer = setInterval(() => this._again(), this.AGAIN_MS);
  },

  onRemove(map) {
    clearInterval(this._timer);
    this._incomplete.clear();
    L.GridLayer.prototype.onRemove.call(this, map);
  },

  createTile(coords, done) {
    const tile = document.createElement("canvas");
    const size = this.getTileSize();
    tile.width = size.x;
    tile.height = size.y;
    this._draw(tile, coords).finally(() => done(null, tile));
    return tile;
  },

  async _draw(tile, { x, y, z }) {
    let whole;
    try {
      whole = this._card.shifted ? await this._shifted(tile, z, x, y) : await this._plain(tile, z, x, y);
    } catch (error) {
      chengmai.page.fault("base: " + error);
      whole = false;
    }
    if (whole) this._incomplete.delete(tile);
    else this._incomplete.add(Object.assign(tile, { coords: { x, y, z } }));
  },

  async _plain(tile, z, x, y) {
    const own = await this._picture(z, x, y);
    if (own) {
      this._put(tile, own, 0, 0, 1);
      return true;
    }
    for (let up = 1; up <= this.COARSER && z - up >= this._card.min_zoom; up++) {
      const parts = 2 ** up;
      const coarse = await this._picture(z - up, Math.floor(x / parts), Math.floor(y / parts));
      if (coarse) {
        this._put(tile, coarse, (x % parts) / parts, (y % parts) / parts, 1 / parts);
        return false;
      }
    }
    return false;
  },

  // The part of a picture that begins at (left, top) and is `part` wide, all in parts of the picture,
  // over the whole tile; what was there goes.
  _put(tile, picture, left, top, part) {
    const { width, height } = picture;
    if (part === 1 && tile.width !== width) [tile.width, tile.height] = [width, height];
    const pen = this._pen(tile);
    pen.clearRect(0, 0, tile.width, tile.height);
    pen.drawImage(
      picture, left * width, top * height, part * width, part * height, 0, 0, tile.width, tile.height,
    );
  },

  async _shifted(tile, z, x, y) {
    const [dx, dy] = chengmai.baseShift(z, x, y);
    const count = 2 ** z;
    const wanted = [];
    for (let row = Math.floor(y + dy); row <= Math.floor(y + dy + 1); row++)
      for (let column = Math.floor(x + dx); column <= Math.floor(x + dx + 1); column++)
        if (row >= 0 && row < count) wanted.push([(column + count) % count, row, column]);
    const found = await Promise.all(wanted.map(([column, row]) => this._picture(z, column, row)));
    const first = found.find((picture) => picture);
    if (!first) return false;
    [tile.width, tile.height] = [first.width, first.height];
    const pen = this._pen(tile);
    pen.clearRect(0, 0, tile.width, tile.height);
    found.forEach((picture, index) => {
      const [, row, column] = wanted[index];
      const left = Math.round((column - x - dx) * tile.width);
      const top = Math.round((row - y - dy) * tile.height);
      if (picture) pen.drawImage(picture, left, top, tile.width, tile.height);
    });
    return found.every((picture) => picture);
  },

  _pen(tile) {
    const pen = tile.getContext("2d");
    pen.filter = this._card.light && chengmai.base.isDark() ? this.NIGHT : "none";
    return pen;
  },

  _picture(z, x, y) {
    const address = `city://map/tiles/${this._card.id}/${z}/${x}/${y}`;
    if ((this._missing.get(address) || 0) > performance.now()) return Promise.resolve(null);
    return new Promise((done) => {
      const picture = new Image();
      picture.onload = () => done(picture);
      picture.onerror = () => {
        this._miss(address);
        done(null);
      };
      picture.src = address;
    });
  },

  _miss(address) {
    if (this._missing.size > 5000) this._missing.clear();
    this._missing.set(address, performance.now() + this.AGAIN_MS * 0.9);
  },

  _again() {
    for (const tile of [...this._incomplete]) {
      if (tile.isConnected) this._draw(tile, tile.coords);
      else this._incomplete.delete(tile);
    }
  },
});
