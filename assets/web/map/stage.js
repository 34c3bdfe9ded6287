// When and where layers draw: one look per frame of the screen, canvases that cover the view and follow it.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

// A canvas over the whole view. `at` turns an offset into a pixel of the canvas: x * k + dx.
chengmai.Sheet = class {
  constructor(map, parent, level = 0) {
    this.map = map;
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
    const dpr = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(size.x * dpr), Math.round(size.y * dpr)];
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
      canvas.style.width = width / dpr + "px";
      canvas.style.height = height / dpr + "px";
    }
    const zoom = map.getZoom();
    const corner = map.containerPointToLayerPoint([0, 0]);
    const world = 256 * 2 ** zoom * dpr;
    const least = map.getPixelBounds().min;
    const { x, y } = chengmai.page.origin;
    this.corner = map.layerPointToLatLng(corner);
    this.at = {
      k: world,
      dx: x * world - least.x * dpr,
      dy: y * world - least.y * dpr,
      width,
      height,
      dpr,
      zoom,
    };
    L.DomUtil.setTransform(canvas, corner, 1);
    return this.at;
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

  const stage = { add, remove, wake, soon, all, now: () => performance.now(), frame, players };

  chengmai.page.begin(({ map }) => {
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
      zooming = false;
      for (const player of players) player.rests = 0;
      all();
    });
    chengmai.page.on("look", all);
    chengmai.page.on("state", all);
  });
  return stage;
})();
