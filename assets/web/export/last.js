// A page that was exported: it is told its frames from the document, draws the base's tiles that it brought
// along, its legend, and the card of what is clicked. Text from outside is put in with textContent.
"use strict";

chengmai.brought = JSON.parse(document.getElementById("brought").textContent);

chengmai.listen = (page) => {
  const text = atob(chengmai.brought.frames);
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  chengmai.wire.bundle(bytes.buffer).forEach(page.tell);
  chengmai.legend();
};

chengmai.BroughtTiles = L.GridLayer.extend({
  NIGHT: "invert(1) hue-rotate(180deg) saturate(0.35) brightness(0.72) contrast(0.92)",
  createTile({ x, y, z }) {
    const tile = document.createElement("img");
    tile.alt = "";
    const found = chengmai.brought.tiles[z + "/" + x + "/" + y];
    if (found) tile.src = found;
    if (chengmai.brought.turned) tile.style.filter = this.NIGHT;
    return tile;
  },
});

// The signs of the legend, drawn as the map draws them.
chengmai.legend = () => {
  const { symbols, look } = chengmai;
  const ratio = window.devicePixelRatio || 1;
  const colour = (name) => look.colours[name] || "#888888";
  document.querySelectorAll("canvas[data-sign]").forEach((canvas) => {
    const sign = JSON.parse(canvas.dataset.sign);
    const [width, height] = [26, 20];
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    const c = canvas.getContext("2d");
    c.scale(ratio, ratio);
    // What shows where it goes is drawn as going north, not as standing still.
    if (sign.mark) symbols.draw(c, width / 2, height / 2, sign.mark, symbols.FRESH, 0);
    else if (sign.shape) {
      const { shape } = sign;
      if (shape.fill) {
        c.globalAlpha = shape.opacity;
        c.fillStyle = colour(shape.fill);
        c.fillRect(3, 3, width - 6, height - 6);
        c.globalAlpha = 1;
      }
      c.strokeStyle = colour(shape.line);
      c.lineWidth = Math.max(1, shape.width);
      c.setLineDash(shape.dash);
      if (sign.closed) c.strokeRect(3, 3, width - 6, height - 6);
      else {
        c.beginPath();
        c.moveTo(2, height / 2);
        c.lineTo(width - 2, height / 2);
        c.stroke();
      }
    } else {
      c.fillStyle = colour(sign.colour);
      c.fillRect(3, 3, width - 6, height - 6);
    }
  });
};

chengmai.heard = (kind, body) => {
  if (kind !== "picked") return;
  const card = document.getElementById("picked");
  card.replaceChildren();
  if (!body.layer) return;
  const SHAPES = 10000000;
  const layer = chengmai.layers.held.get(body.layer);
  let name = "";
  if (layer && body.index < SHAPES) name = layer.marks ? layer.marks.label(body.index) : "";
  else if (layer) {
    const shapes = layer.shapes.get(Math.floor(body.index / SHAPES) - 1);
    name = shapes && shapes.labels ? shapes.labels[body.index % SHAPES] : "";
  }
  const lines = [name, chengmai.brought.names[body.layer] || "", body.lat.toFixed(5) + ", " + body.lon.toFixed(5)];
  for (const [number, text] of lines.entries()) {
    if (!text) continue;
    const line = document.createElement(number ? "p" : "h2");
    line.textContent = text;
    card.append(line);
  }
};

(() => {
  const { box, origin, tile_zoom, tile_size } = chengmai.brought;
  const [west, south, east, north] = box;
  const map = L.map("map", {
    zoomSnap: 0.25,
    minZoom: 3,
    maxZoom: 20,
    zoomControl: true,
    attributionControl: false,
    boxZoom: false,
    doubleClickZoom: false,
  });
  map.fitBounds([[south, west], [north, east]], { animate: false });
  chengmai.page.on("drawn", (frame) => new chengmai.BaseDrawn({}, frame).addTo(map));
  if (tile_zoom) {
    new chengmai.BroughtTiles({
      tileSize: tile_size,
      minNativeZoom: tile_zoom,
      maxNativeZoom: tile_zoom,
      maxZoom: 24,
    }).addTo(map);
  }
  chengmai.boot(map, origin);
  // The scale stands on the map: at the page's own edge it would cover the datum and the review line.
  document.getElementById("place").append(document.getElementById("strip"));
})();
