// Cameras that were looked for by place: where, which were found, how many. It stands above the layers
// as long as the search does, and comes by frames of its own:
//
//   {kind: "sought", caption, circle: [lon, lat, metres] | null, area: MapArea | null, marked,
//    fans: [[lon, lat, heading, angle, metres]], found: [[lon, lat]]}      without a caption: nothing
//
// `marked`: the area stands on this map already, as what is marked there.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.sought = (() => {
  const PART = 6; // degrees between two corners of a fan's edge
  const [ROOM, FOOT] = [300, 60]; // pixels that a caption and the lines at the page's foot take
  const { toward, circle } = chengmai.earth;
  let map = null;
  let figures = null;
  let words = null;
  let told = null;

  // What a camera sees: from it to the edge and back; all around it is a circle.
  function fan([lon, lat, heading, angle, metres]) {
    if (angle >= 360) return circle([lon, lat], metres, 60);
    const parts = Math.max(1, Math.ceil(angle / PART));
    const edge = Array.from({ length: parts + 1 }, (_, number) =>
      toward([lon, lat], metres, heading - angle / 2 + (angle * number) / parts));
    return [[lon, lat], ...edge];
  }

  const box = ([[x0, y0], [x1, y1]]) => [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
  const sides = (ring) => [
    [0, -1], [1, 0], [0, 1], [-1, 0],
  ].map(([x, y]) => ring.reduce((best, one) => (x * one[0] + y * one[1] > x * best[0] + y * best[1] ? one : best)));

  // The line around what was looked in; empty where nothing has one.
  function around({ circle: round, area }) {
    if (round && round[2] > 0) return circle([round[0], round[1]], round[2], 180);
    if (!area || !area.corners.length) return [];
    if (area.form === "circle") return circle(area.corners[0], area.radius_m, 180);
    return area.form === "box" ? box(area.corners) : area.corners;
  }

  // Below, beside or above what was looked in, in its middle, at what was found: where it can be seen.
  function say() {
    words.clear();
    if (!told || !told.caption) return;
    const ring = around(told);
    const places = ring.length ? sides(ring) : [];
    if (told.circle) places.push([told.circle[0], told.circle[1]]);
    places.push(...told.found);
    const { x: wide, y: high } = map.getSize();
    const seen = ([lon, lat]) => {
      const { x, y } = map.latLngToContainerPoint([lat, lon]);
      return x >= 0 && x <= wide - ROOM && y >= 0 && y <= high - FOOT;
    };
    const place = places.find(seen);
    if (place) words.caption(place, told.caption);
    words.spread();
  }

  function draw() {
    if (!figures) {
      figures = new chengmai.figures.Group();
      words = new chengmai.figures.Group();
    }
    figures.clear();
    if (told && told.caption) {
      for (const one of told.fans) figures.line(fan(one), { closed: true, fill: 0.1, ink: "text2" });
      const ring = around(told);
      if (ring.length && !told.marked) figures.line(ring, { closed: true, dashed: true });
      if (told.circle) figures.dot([told.circle[0], told.circle[1]]);
      for (const place of told.found) figures.ring(place);
    }
    say();
  }

  chengmai.page.begin((page) => {
    map = page.map;
    page.on("sought", ({ head }) => {
      told = head;
      draw();
    });
    page.on("look", () => told && draw());
    map.on("moveend", () => told && say());
  });

  return { told: () => told };
})();
