// The page of one view: its map, who hears which frames, and the elements that layers draw into.
//
// Scripts of this folder are loaded after this one and register while they load:
//
//   chengmai.page.on(kind, f)     f(frame) for every frame of a kind; frame = {head, sections}
//   chengmai.page.begin(f)        f(page) once the map is there, before the first frame
//
// and use, from then on:
//
//   chengmai.page.map             Leaflet's map
//   chengmai.page.view            the name of this view
//   chengmai.page.say(kind, body) tells the program
//   chengmai.page.pane(layer, z)  the element that a layer draws into; its order, opacity and whether it
//                                 is shown follow the state by themselves
//   chengmai.page.drop(layer)     takes that element away
//   chengmai.page.need(path)      a promise of a script under assets/web, loaded once
//   chengmai.page.now()           milliseconds UTC, with fractions
//   chengmai.page.webgl           there is a GPU; `renderer` is its name
//   chengmai.project(lon, lat), chengmai.unproject(x, y)   offsets from the city's centre in the unit
//                                 square of Web Mercator, as they stand in frames
//   chengmai.look                 what the theme gives: colours, sizes, language, sentences
//
// Text from outside is put in with textContent or drawn, never as HTML.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.mercator = (lon, lat) => {
  const MAX_LATITUDE = 85.0511287798066;
  const sine = Math.sin((Math.max(-MAX_LATITUDE, Math.min(MAX_LATITUDE, lat)) * Math.PI) / 180);
  return [(lon + 180) / 360, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
};

chengmai.page = (() => {
  const MOST_FAULTS = 50; // of one page; the first tell what is wrong
  const hearers = new Map();
  const beginners = [];
  const panes = new Map();
  const needed = new Map();
  const view = new URLSearchParams(location.search).get("view") || "";
  const say = chengmai.sayer(view);
  let layers = new Map();
  let faults = 0;

  function fault(text) {
    if (faults++ < MOST_FAULTS) say("fault", { text: String(text).slice(0, 500) });
  }

  // Told when the page stands, and again where what it draws by is another.
  function ready() {
    const { x: width, y: height } = page.map.getSize();
    const { renderer, webgl } = page;
    say("ready", { renderer, webgl, width, height, dpr: window.devicePixelRatio });
  }

  function guarded(name, work) {
    try {
      work();
    } catch (error) {
      fault(name + ": " + (error && error.stack ? error.stack : error));
    }
  }

  function on(kind, hearer) {
    if (!hearers.has(kind)) hearers.set(kind, []);
    hearers.get(kind).push(hearer);
  }

  function tell(frame) {
    const { kind } = frame.head;
    for (const hearer of hearers.get(kind) || []) guarded(kind, () => hearer(frame));
  }

  function dress(layer, element) {
    const known = layers.get(layer);
    if (!known) return;
    element.style.zIndex = known.z;
    element.style.opacity = known.opacity;
    element.style.display = known.visible ? "" : "none";
  }

  function pane(layer, z = 600) {
    if (!panes.has(layer)) {
      const made = page.map.createPane("layer-" + layer);
      made.style.zIndex = z;
      panes.set(layer, made);
      dress(layer, made);
    }
    return panes.get(layer);
  }

  function drop(layer) {
    const gone = panes.get(layer);
    if (!gone) return;
    panes.delete(layer);
    delete page.map._panes["layer-" + layer];
    gone.remove();
  }

  function need(path) {
    if (!needed.has(path)) {
      const loaded = new Promise((done, failed) => {
        const script = document.createElement("script");
        script.src = "city://map/assets/" + path;
        script.onload = done;
        script.onerror = () => failed(new Error("no script " + path));
        document.head.append(script);
      });
      needed.set(path, loaded);
    }
    return needed.get(path);
  }

  on("state", ({ head }) => {
    if (!head.layers) return;
    layers = new Map(head.layers.map((layer) => [layer.id, layer]));
    panes.forEach((element, layer) => dress(layer, element));
  });

  const page = {
    map: null,
    view,
    on,
    say,
    tell,
    pane,
    drop,
    need,
    fault,
    begin: (work) => beginners.push(work),
    layer: (id) => layers.get(id),
    now: () => performance.timeOrigin + performance.now(),
    ready,
  };

  // The document's own last line: everything is loaded, the map is made.
  chengmai.boot = (map, { lon, lat }) => {
    const [ox, oy] = chengmai.mercator(lon, lat);
    page.map = map;
    page.origin = { lon, lat, x: ox, y: oy };
    chengmai.project = (east, north) => {
      const [x, y] = chengmai.mercator(east, north);
      return [x - ox, y - oy];
    };
    chengmai.unproject = (x, y) => [
      (x + ox) * 360 - 180,
      (Math.atan(Math.sinh(Math.PI * (1 - 2 * (y + oy)))) * 180) / Math.PI,
    ];
    const { renderer, webgl } = chengmai.renderer();
    Object.assign(page, { renderer, webgl });
    for (const work of beginners) guarded("begin", () => work(page));
    page.ready();
    chengmai.listen(page);
  };

  // What tried to get out is told, so that it is counted; and what went wrong.
  document.addEventListener("securitypolicyviolation", (event) => {
    const address = String(event.blockedURI).slice(0, 2000);
    say("refused", { address, rule: event.effectiveDirective });
  });
  window.addEventListener("error", (event) => fault(event.message || "a resource failed"));
  window.addEventListener("unhandledrejection", (event) => fault(event.reason));
  document.addEventListener("contextmenu", (event) => event.preventDefault());

  return page;
})();
