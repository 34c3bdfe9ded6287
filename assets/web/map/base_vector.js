// A base of vector tiles, through MapLibre GL; only where there is a GPU, because without one a picture
// of it takes a second. Its tiles come by `base://`, which is our scheme asked from the page, so that its
// worker needs no network at all.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.baseVector = async (page, card, pane) => {
  const FOLDER = "vendor/maplibre/";
  const style_sheet = document.createElement("link");
  style_sheet.rel = "stylesheet";
  style_sheet.href = `city://map/assets/${FOLDER}maplibre-gl.css`;
  document.head.append(style_sheet);
  await page.need(`${FOLDER}maplibre-gl-csp.js`);
  await page.need(`${FOLDER}leaflet-maplibre-gl.js`);
  if (!chengmai.baseVector.begun) {
    chengmai.baseVector.begun = true;
    maplibregl.setWorkerUrl(`city://map/assets/${FOLDER}maplibre-gl-csp-worker.js`);
    maplibregl.addProtocol("base", async ({ url }, abort) => {
      const address = "city://map/tiles/" + url.slice("base://".length);
      try {
        const answer = await fetch(address, { signal: abort.signal });
        return { data: answer.ok ? await answer.arrayBuffer() : new ArrayBuffer(0) };
      } catch (error) {
        if (abort.signal.aborted) throw error;
        return { data: new ArrayBuffer(0) }; // there is no such tile: the ground colour
      }
    });
  }
  const layer = L.maplibreGL({
    pane,
    style: chengmai.baseStyle(card, chengmai.look.colours),
    localIdeographFontFamily: '"Chengmai Sans", "Noto Sans CJK SC", sans-serif',
    fadeDuration: 0,
    interactive: false,
    attributionControl: false,
    refreshExpiredTiles: false,
    maxTileCacheSize: 64,
  });
  layer.on("add", () => layer.getMaplibreMap().on("webglcontextlost", () => chengmai.renderers.lost()));
  return layer;
};
