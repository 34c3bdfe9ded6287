// When layers draw: one look per frame of the screen, at once where news came; then what changed is laid on it.
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

chengmai.stage = (() => {
  const BUSY = 0.6; // of the time; what costs more is drawn less often
  const players = new Set();
  const due = new Set();
  let asked = false;
  let hurried = false;
  let zooming = false;

  // A player: {draw(now)}, which gives true where it wants the next frame too.
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
    chengmai.screen.compose();
  }

  function again(player) {
    due.add(player);
    ask();
  }

  // For the next frame of the screen.
  function ask() {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      frame();
    });
  }

  function all() {
    players.forEach(wake);
  }

  const waits = () => due.size > 0; // something is still to be drawn
  const now = () => performance.now();
  const stage = { add, remove, wake, soon, ask, all, waits, now, frame, players, moving: false };

  chengmai.page.begin(({ map }) => {
    map.on("movestart", () => (stage.moving = true));
    map.on("move resize viewreset", () => {
      if (zooming) return;
      chengmai.screen.follow();
      all();
    });
    map.on("zoomanim", ({ zoom, center }) => {
      zooming = true;
      chengmai.screen.follow(zoom, center);
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
