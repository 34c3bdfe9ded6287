// 叠加对比 by swiping: what is on both sides of a comparison stays whole, the rest is cut at a handle.
// `compare` of the state: {form: "swipe", layers: [{id, z, opacity, visible}], base}.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.page.begin((page) => {
  const { map } = page;
  const BASE = "base-compare";
  const STEP = 0.02; // of the width, with an arrow key
  let compare = null;
  let mine = new Map(); // layers of the main side
  let share = 0.5;
  let handle = null;
  let cut = []; // elements that are clipped now

  const pane_of = (id) => map.getPane("layer-" + id);

  function sides() {
    const theirs = new Map((compare.layers || []).map((layer) => [layer.id, layer]));
    const left = [...mine.keys()].filter((id) => !theirs.has(id)).map(pane_of);
    const right = [...theirs.keys()].filter((id) => !mine.has(id)).map(pane_of);
    const base = map.getPane(BASE);
    if (base && base.childElementCount) {
      right.push(base);
      left.push(map.getPane("tilePane"));
    }
    return [left.filter(Boolean), right.filter(Boolean)];
  }

  // Panes have no size of their own and move with the map: the cut is a rectangle in their pixels.
  function clip() {
    for (const element of cut) {
      element.style.clipPath = "";
      element.cut = null;
    }
    cut = [];
    chengmai.stage.ask(); // what layers draw is cut where it is laid
    if (!compare) return;
    const size = map.getSize();
    const x = Math.round(size.x * share);
    handle.style.left = x + "px";
    handle.setAttribute("aria-valuenow", Math.round(share * 100));
    const [left, right] = sides();
    const edge = (from, to) => {
      const one = map.containerPointToLayerPoint([from, 0]);
      const other = map.containerPointToLayerPoint([to, size.y]);
      const corners = [[one.x, one.y], [other.x, one.y], [other.x, other.y], [one.x, other.y]];
      return `polygon(${corners.map(([px, py]) => `${px}px ${py}px`).join(", ")})`;
    };
    for (const [elements, from, to] of [[left, 0, x], [right, x, size.x]]) {
      for (const element of elements) {
        element.style.clipPath = edge(from, to);
        element.cut = [from, to];
      }
    }
    cut = [...left, ...right];
  }

  function dress() {
    for (const { id, z, opacity, visible } of (compare && compare.layers) || []) {
      if (mine.has(id)) continue;
      const element = page.pane(id, z);
      element.style.zIndex = z;
      element.style.opacity = opacity;
      element.style.display = visible ? "" : "none";
    }
  }

  function slide(to) {
    share = Math.max(0.02, Math.min(0.98, to));
    clip();
  }

  function show() {
    if (!compare) {
      if (handle) handle.remove();
      handle = null;
      return;
    }
    if (handle) return;
    handle = document.createElement("div");
    handle.id = "swipe";
    handle.tabIndex = 0;
    handle.setAttribute("role", "slider");
    handle.setAttribute("aria-label", chengmai.look.sentences["tool.swipe"] || "");
    handle.addEventListener("pointerdown", (event) => {
      handle.setPointerCapture(event.pointerId);
      event.stopPropagation();
    });
    handle.addEventListener("pointermove", (event) => {
      if (handle.hasPointerCapture(event.pointerId)) slide(event.clientX / map.getSize().x);
    });
    handle.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
      if (way) {
        slide(share + way);
        event.preventDefault();
      }
    });
    for (const kind of ["click", "dblclick", "mousedown", "wheel"]) {
      handle.addEventListener(kind, (event) => event.stopPropagation());
    }
    document.body.append(handle);
  }

  page.on("state", ({ head }) => {
    if (head.layers) mine = new Map(head.layers.map((layer) => [layer.id, layer]));
    if ("compare" in head) compare = head.compare && head.compare.form === "swipe" ? head.compare : null;
    show();
    dress();
    clip();
  });
  for (const kind of ["marks", "shapes", "raster"]) page.on(kind, () => compare && (dress(), clip()));
  map.on("move zoom zoomend resize viewreset layeradd", () => compare && clip());
});
