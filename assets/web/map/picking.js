// What lies under the pointer. A pick is an index; what it is, Python knows. Shapes are told as
// SHAPES * (1 + slot) + their number (`Composer.thing`).
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.picking = (() => {
  const SHAPES = 10_000_000;
  const RADIUS = 8; // pixels at 100 %
  const MOST = 50; // told of one click
  let tool = ""; // of the state; its owner hears the pointer
  let interactive = true; // a wall is looked at
  let hovered = null; // {layer, index, seq}
  let selected = null; // {layer, index, set, x, y}: offsets where it follows nothing
  let asked = false;
  let pointer = null;

  // All under a point of the view in CSS pixels, topmost and nearest first: [{layer, index, seq, xy}].
  function hits(x, y) {
    const found = [];
    const radius = RADIUS * chengmai.symbols.factor();
    const layers = chengmai.layers.ordered().reverse();
    const at = chengmai.view(chengmai.page.map);
    for (const layer of layers) {
      const { marks, sheet } = layer;
      if (!marks || !sheet) continue;
      const near = marks.pick(at, x * at.dpr, y * at.dpr, radius);
      const alone = layer.clusters ? new Set(layer.singles || []) : null;
      for (const [index] of near) {
        if (alone && !alone.has(index)) continue;
        const xy = [marks.shown[2 * index], marks.shown[2 * index + 1]];
        found.push({ layer: layer.id, index, seq: marks.seq, xy });
        if (found.length >= MOST) return found;
      }
    }
    for (const layer of layers) {
      for (const [slot, shapes] of [...layer.shapes].reverse()) {
        for (const [index] of shapes.pick(at, x * at.dpr, y * at.dpr, radius)) {
          found.push({ layer: layer.id, index: SHAPES * (1 + slot) + index, seq: shapes.seq, xy: null });
          if (found.length >= MOST) return found;
        }
      }
    }
    return found;
  }

  function cluster_at(x, y) {
    const at = chengmai.view(chengmai.page.map);
    for (const layer of chengmai.layers.ordered().reverse()) {
      if (!layer.clusters) continue;
      const index = layer.clusters.pick(at, x, y);
      if (index < 0) continue;
      const { xy } = layer.clusters.view;
      return { place: [xy[2 * index], xy[2 * index + 1]], z: layer.state.z };
    }
    return null;
  }

  const bounded = (lon, lat) => ({
    lon: Math.max(-180, Math.min(180, ((((lon + 180) % 360) + 360) % 360) - 180)),
    lat: Math.max(-90, Math.min(90, lat)),
  });

  function click({ containerPoint, latlng }) {
    if (tool || !interactive) return;
    const { map, say } = chengmai.page;
    const many = cluster_at(containerPoint.x, containerPoint.y);
    const found = hits(containerPoint.x, containerPoint.y);
    const [first] = found;
    const above = first && first.xy && many && chengmai.layers.get(first.layer).state.z > many.z;
    if (many && !above) {
      const [lon, lat] = chengmai.unproject(...many.place);
      map.setView([lat, lon], Math.min(map.getZoom() + 2, chengmai.clustering.LAST_ZOOM + 1));
      return;
    }
    const place = first && first.xy ? bounded(...chengmai.unproject(...first.xy)) : bounded(latlng.lng, latlng.lat);
    if (!first) {
      say("picked", { ...place, layer: "", index: 0, seq: 0, also: [] });
      return;
    }
    const also = found.slice(1).map(({ layer, index }) => [layer, index]);
    say("picked", { ...place, layer: first.layer, index: first.index, seq: first.seq, also });
    select(first);
  }

  function select(hit) {
    const layer = hit && chengmai.layers.held.get(hit.layer);
    selected = hit && hit.xy ? { ...hit, set: layer && layer.marks ? layer.marks.set : -1 } : null;
    chengmai.labels.wake();
  }

  function hover() {
    asked = false;
    if (!chengmai.page.map) return;
    const found = pointer && !tool && interactive ? hits(pointer.x, pointer.y)[0] || null : null;
    const same = (a, b) => a === b || (a && b && a.layer === b.layer && a.index === b.index);
    const container = chengmai.page.map.getContainer();
    if (!tool) container.style.cursor = found ? "pointer" : "";
    if (same(found, hovered)) return;
    hovered = found;
    const { layer = "", index = 0, seq = 0, xy = null } = found || {};
    const [lon, lat] = xy ? chengmai.unproject(...xy) : [0, 0];
    chengmai.page.say("hovered", { layer, index, seq, ...bounded(lon, lat) });
    chengmai.labels.wake();
  }

  function later() {
    if (asked) return;
    asked = true;
    requestAnimationFrame(hover);
  }

  // Where a hit is now: marks of the same set move and take their ring along.
  function now_at({ layer, index, set, xy }) {
    const held = chengmai.layers.held.get(layer);
    const marks = held && held.marks;
    if (index < SHAPES && marks && (set === undefined || marks.set === set) && index < marks.n) {
      return [marks.shown[2 * index], marks.shown[2 * index + 1], marks.styles[marks.style[index]]];
    }
    return xy ? [...xy, null] : null;
  }

  // [x, y, radius] of the ring round a hit in CSS pixels; null where it is nowhere.
  function circle(at, hit) {
    const place = now_at(hit);
    if (!place || !Number.isFinite(place[0])) return null;
    const [ox, oy, style] = place;
    const size = style ? chengmai.symbols.size_of(style) : 12;
    const lift = style && style.form === "pin" ? size / 2 : 0;
    return [(ox * at.k + at.dx) / at.dpr, (oy * at.k + at.dy) / at.dpr - lift, size / 2 + 5];
  }

  const ringed = () => [hovered && hovered.xy ? hovered : null, selected];

  // The boxes of what `draw` draws.
  function boxes(at) {
    const circles = ringed().map((hit) => hit && circle(at, hit));
    const edge = 4 * Math.max(1, chengmai.symbols.factor());
    return circles
      .filter(Boolean)
      .map(([x, y, radius]) => [x - radius - edge, y - radius - edge, x + radius + edge, y + radius + edge]);
  }

  function ring(context, at, hit, paint, width) {
    const found = circle(at, hit);
    if (!found) return;
    context.beginPath();
    context.arc(...found, 0, 2 * Math.PI);
    context.lineWidth = width + 2;
    context.strokeStyle = chengmai.symbols.colour("canvas");
    context.stroke();
    context.lineWidth = width;
    context.strokeStyle = chengmai.symbols.colour(paint);
    context.stroke();
  }

  function draw(context, at) {
    const [over, chosen] = ringed();
    if (over) ring(context, at, over, "text2", 1);
    if (chosen) ring(context, at, chosen, "accent", 2 * Math.max(1, chengmai.symbols.factor()));
  }

  // The state names a thing by its layer and place: what is drawn nearest there has the ring.
  chengmai.page.on("state", ({ head }) => {
    if ("tool" in head) tool = head.tool || "";
    if ("interactive" in head) interactive = head.interactive;
    if (!("picked" in head)) return;
    const { picked } = head;
    if (!picked || !Number.isFinite(picked.lon) || !Number.isFinite(picked.lat)) {
      select(null);
      return;
    }
    if (selected && selected.layer === picked.layer && selected.id === picked.id) return;
    const xy = chengmai.project(picked.lon, picked.lat);
    const layer = chengmai.layers.held.get(picked.layer);
    const index = layer && layer.marks ? nearest(layer.marks, xy) : -1;
    select({ layer: picked.layer, index: index < 0 ? SHAPES : index, xy });
    if (selected) selected.id = picked.id;
  });

  // Where the picked thing is by now: its number changes with what comes and goes beside it.
  chengmai.page.on("ring", ({ head: { of, id, index, lon, lat } }) => {
    const layer = chengmai.layers.held.get(of);
    if (!selected || selected.layer !== of || selected.id !== id || !layer || !layer.marks) return;
    const { marks } = layer;
    const xy = chengmai.project(lon, lat);
    const off = index < marks.n ? Math.hypot(marks.to[2 * index] - xy[0], marks.to[2 * index + 1] - xy[1]) : 1;
    const found = off < 30 / 40075016 ? index : nearest(marks, xy);
    selected = { ...selected, index: found < 0 ? SHAPES : found, set: marks.set, xy };
    chengmai.labels.wake();
  });

  // Within 30 m on the equator's scale; further away it is another thing.
  function nearest(marks, [x, y]) {
    let [best, found] = [(30 / 40075016) ** 2, -1];
    for (let i = 0; i < marks.n; i++) {
      const distance = (marks.to[2 * i] - x) ** 2 + (marks.to[2 * i + 1] - y) ** 2;
      if (distance < best) [best, found] = [distance, i];
    }
    return found;
  }

  chengmai.page.begin(({ map }) => {
    map.on("click", click);
    map.on("mousemove", ({ containerPoint }) => {
      pointer = containerPoint;
      later();
    });
    map.on("mouseout", () => {
      pointer = null;
      later();
    });
  });

  const follows = (layer) => (selected && selected.layer === layer) || (hovered && hovered.layer === layer);
  return { draw, boxes, hits, select, selected: () => selected, follows, SHAPES };
})();
