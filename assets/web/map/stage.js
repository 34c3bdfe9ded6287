// When and where layers draw: one look per frame of the screen, canvases that cover the view and follow it.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

// How offsets become pixels of the view now, `pad` CSS pixels beyond its edges: x * k + dx.
chengmai.view = (map, [pad_x, pad_y] = [0, 0]) => {
  const size = map.getSize();
  const dpr = window.devicePixelRatio || 1;
  const zoom = map.getZoom();
  const k = 256 * 2 ** zoom * dpr;
  const least = map.getPixelBounds().min;
  const { x, y } = chengmai.page.origin;
  return {
    k,
    dx: x * k - (least.x - pad_x) * dpr,
    dy: y * k - (least.y - pad_y) * dpr,
    width: Math.round((size.x + 2 * pad_x) * dpr),
    height: Math.round((size.y + 2 * pad_y) * dpr),
    dpr,
    zoom,
  };
};

// A canvas over the view and, by `pad` of its size, beyond it. `at` is how it was drawn last.
chengmai.Sheet = class {
  constructor(map, parent, { level = 0, pad = 0 } = {}) {
    this.map = map;
    this.pad = pad;
    this.canvas = document.createElement("canvas");
    this.canvas.className = "leaflet-zoom-animated";
    this.canvas.style.pointerEvents = "none";
    this.canvas.style.zIndex = level;
    this.canvas.width = this.canvas.height = 0;
    parent.append(this.canvas);
    this.at = null;
    this.corner = null;
  }

  // Where the view is now; to be called right before drawing.
  place() {
    const { map, canvas } = this;
    const size = map.getSize();
    const beyond = [Math.round(size.x * this.pad), Math.round(size.y * this.pad)];
    const at = chengmai.view(map, beyond);
    if (canvas.width !== at.width || canvas.height !== at.height) {
      canvas.width = at.width;
      canvas.height = at.height;
      canvas.style.width = at.width / at.dpr + "px";
      canvas.style.height = at.height / at.dpr + "px";
    }
    const corner = map.containerPointToLayerPoint([-beyond[0], -beyond[1]]);
    this.corner = map.layerPointToLatLng(corner);
    L.DomUtil.setTransform(canvas, corner, 1);
    return (this.at = at);
  }

  // How much of its margin is left, 1 to 0; less than nothing where a part of the view is not covered.
  margin() {
    const { map, at } = this;
    if (!at || at.zoom !== map.getZoom() || at.dpr !== (window.devicePixelRatio || 1)) return -1;
    const size = map.getSize();
    const [pad_x, pad_y] = [Math.round(size.x * this.pad), Math.round(size.y * this.pad)];
    if (at.width !== Math.round((size.x + 2 * pad_x) * at.dpr)) return -1;
    if (at.height !== Math.round((size.y + 2 * pad_y) * at.dpr)) return -1;
    const corner = map.latLngToContainerPoint(this.corner);
    const [off_x, off_y] = [Math.abs(corner.x + pad_x), Math.abs(corner.y + pad_y)];
    return 1 - Math.max(off_x / Math.max(1, pad_x), off_y / Math.max(1, pad_y));
  }

  // Stands where its picture belongs while the map is moving under it.
  follow(zoom = this.map.getZoom(), center = this.map.getCenter()) {
    if (!this.at) return;
    const corner = this.map._latLngToNewLayerPoint(this.corner, zoom, center);
    L.DomUtil.setTransform(this.canvas, corner, this.map.getZoomScale(zoom, this.at.zoom));
  }

  remove() {
    this.canvas.remove();
    this.canvas.width = this.canvas.height = 0;
  }
};

chengmai.stage = (() => {
  const BUSY = 0.6; // of the time; what costs more is drawn less often
  const players = new Set();
  const due = new Set();
  let asked = false;
  let hurried = false;
  let zooming = false;

  // A player: {draw(now), sheets(): [Sheet]}; `draw` gives true where it wants the next frame too.
  function add(player) {
    players.add(player);
    wake(player);
  }

  function remove(player) {
    players.delete(player);
    due.delete(player);
  }

  function wake(player) {
    again(player);
  }

  // News are drawn when all that came together is known, without waiting for the screen's next frame.
  function soon(player) {
    due.add(player);
    if (hurried) return;
    hurried = true;
    queueMicrotask(() => {
      hurried = false;
      if (chengmai.page.map) frame();
    });
  }

  function frame() {
    if (zooming) return;
    const now = stage.now();
    for (const player of [...due]) {
      if (now < (player.rests || 0)) {
        again(player);
        continue;
      }
      due.delete(player);
      const began = performance.now();
      let more = false;
      try {
        more = player.draw(now);
      } catch (error) {
        chengmai.page.fault("draw: " + (error && error.stack ? error.stack : error));
      }
      const cost = performance.now() - began;
      player.cost = cost;
      player.rests = now + (cost > 8 ? cost / BUSY : 0);
      if (more) again(player);
    }
  }

  function again(player) {
    due.add(player);
    if (!asked) {
      asked = true;
      requestAnimationFrame(() => {
        asked = false;
        frame();
      });
    }
  }

  function all() {
    players.forEach(wake);
  }

  const waits = () => due.size > 0; // something is still to be drawn
  const stage = { add, remove, wake, soon, all, waits, now: () => performance.now(), frame, players, moving: false };

  chengmai.page.begin(({ map }) => {
    map.on("movestart", () => (stage.moving = true));
    map.on("move resize viewreset", () => {
      if (zooming) return;
      for (const player of players) for (const sheet of player.sheets()) sheet.follow();
      all();
    });
    map.on("zoomanim", ({ zoom, center }) => {
      zooming = true;
      for (const player of players) for (const sheet of player.sheets()) sheet.follow(zoom, center);
    });
    map.on("zoomend moveend", () => {
      zooming = stage.moving = false;
      for (const player of players) player.rests = 0;
      all();
    });
    chengmai.page.on("look", all);
    chengmai.page.on("state", all);
  });
  return stage;
})();
