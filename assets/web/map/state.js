// Where the map looks: as the state says, or as a hand moved it, which is then told.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.page.begin((page) => {
  const MOVED_MS = 100; // a hand that drags is told so often
  const FLY_MS = 600; // no flight is longer
  const { map } = page;
  let flying = false; // the state moves the map now, not a hand
  let ordered = false; // it does so this very moment
  let dragged = false;
  let due = 0;
  let told = 0;
  let heard = 0; // the newest order of the state to look elsewhere

  function moved() {
    clearTimeout(due);
    due = 0;
    told = performance.now();
    const { lng: lon, lat } = map.getCenter();
    const box = map.getBounds();
    page.say("moved", {
      lon,
      lat,
      zoom: map.getZoom(),
      west: box.getWest(),
      south: box.getSouth(),
      east: box.getEast(),
      north: box.getNorth(),
      by: flying || ordered ? "state" : "hand",
      moves: heard,
    });
  }

  function is_there({ lon, lat, zoom }) {
    const { lng, lat: north } = map.getCenter();
    const [x, y] = chengmai.mercator(lon, lat);
    const [here_x, here_y] = chengmai.mercator(lng, north);
    const pixels = Math.hypot(x - here_x, y - here_y) * 256 * 2 ** zoom;
    return pixels < 0.5 && Math.abs(zoom - map.getZoom()) < 0.001;
  }

  const HANDS = ["dragging", "scrollWheelZoom", "keyboard", "touchZoom"];

  page.on("state", ({ head }) => {
    if ("interactive" in head) {
      for (const hand of HANDS) map[hand][head.interactive ? "enable" : "disable"]();
    }
    const { lon, lat, zoom, fly_ms = 0, moves = heard } = head;
    heard = moves;
    if (![lon, lat, zoom].every(Number.isFinite) || dragged || is_there(head)) return;
    const ms = chengmai.look.reduced ? 0 : Math.min(fly_ms, FLY_MS);
    ordered = true;
    map.stop(); // what runs on after a hand ends here by the state, not where the hand wanted
    if (!ms) map.setView([lat, lon], zoom, { animate: false });
    ordered = false;
    flying = ms > 0;
    if (flying) map.flyTo([lat, lon], zoom, { duration: ms / 1000 });
  });

  map.on("dragstart", () => (dragged = true));
  map.on("dragend", () => (dragged = false));
  map.on("mousedown wheel", () => (flying = false));
  map.on("move resize", () => {
    const left = MOVED_MS - (performance.now() - told);
    if (left <= 0) moved();
    else if (!due) due = setTimeout(moved, left);
  });
  map.on("moveend", () => {
    moved();
    if (!ordered) flying = false;
  });

  // The page itself has one size; only the map in it is zoomed.
  const still = (event) => event.ctrlKey && event.preventDefault();
  window.addEventListener("wheel", still, { passive: false });
  moved();
});
