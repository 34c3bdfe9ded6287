// The base under everything: what the state says, out of what the program told there is (frame "bases").
//
//   chengmai.base.show(id, pane)   a promise of the Leaflet layers of a base and of what belongs above
//                                  it, made for a pane and not yet on the map; none: []
//   chengmai.base.shown            pane -> the layers on the map; "tilePane", and "base-compare" for the
//                                  other base of a comparison by swiping, which tools clip
//   chengmai.base.isDark()         whether the theme is
//
// `bases` = [{id, kind: raster | vector | drawn | none, min_zoom, max_zoom, tile_size, shifted, light, over}].
// A base that cannot be drawn leaves the ground colour: the boundaries are layers and stay.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.base = (() => {
  let page = null;
  let cards = new Map();
  const stands = new Map(); // pane -> what it is to show, as text
  const shown = new Map(); // pane -> the layers that are on the map
  let wanted = { main: "", compare: "" };

  function isDark() {
    const canvas = String(chengmai.look.colours.canvas || "#000000");
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(canvas.slice(at, at + 2), 16) / 255);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.4;
  }

  async function made(card, pane) {
    if (card.kind === "raster") return new chengmai.BaseRaster(card, { pane });
    if (card.kind === "drawn") return chengmai.baseDrawn(card, pane);
    if (card.kind === "vector" && page.webgl) return chengmai.baseVector(page, card, pane);
    return null; // a vector base without a GPU; the program says so
  }

  async function show(id, pane) {
    const layers = [];
    const seen = new Set();
    for (let card = cards.get(id); card && !seen.has(card.id); card = cards.get(card.over)) {
      seen.add(card.id);
      const layer = await made(card, pane);
      if (layer) layers.push(layer);
    }
    return layers;
  }

  async function stand(pane, id) {
    const colours = Object.values(chengmai.look.colours).join();
    const mine = JSON.stringify([id, cards.get(id), cards.get((cards.get(id) || {}).over), colours]);
    if (stands.get(pane) === mine) return;
    stands.set(pane, mine);
    let layers = [];
    try {
      layers = await show(id, pane);
    } catch (error) {
      page.fault("base " + id + ": " + error);
    }
    if (stands.get(pane) !== mine) return; // another was wanted meanwhile
    for (const layer of shown.get(pane) || []) layer.remove();
    layers.forEach((layer, at) => {
      if (layer.setZIndex) layer.setZIndex(at + 1);
      layer.level = at;
      layer.beneath = layers.slice(at).every((above) => above instanceof chengmai.BaseDrawn);
      layer.addTo(page.map);
    });
    shown.set(pane, layers);
  }

  function again() {
    if (!page) return;
    stand("tilePane", wanted.main || (cards.size ? cards.keys().next().value : ""));
    const compares = page.map.getPane("base-compare");
    if (wanted.compare || compares) {
      if (!compares) page.map.createPane("base-compare").style.zIndex = 205;
      stand("base-compare", wanted.compare);
    }
  }

  chengmai.page.begin((begun) => {
    page = begun;
    page.map._fadeAnimated = false; // a tile is there or it is not: nothing moves that did not move
    page.on("bases", ({ head }) => {
      cards = new Map((head.bases || []).map((card) => [card.id, card]));
      again();
    });
    page.on("look", again);
    page.on("state", ({ head }) => {
      const compare = head.compare || {};
      const second = compare.form === "swipe" ? compare.base || "" : "";
      if (wanted.main === head.base && wanted.compare === second) return;
      wanted = { main: head.base || "", compare: second };
      again();
    });
  });

  return { show, isDark, shown };
})();
