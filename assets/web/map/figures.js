// Figures of the tools: rings and lines above everything, with captions. Text comes as text.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.figures = (() => {
  const PANE = "tools";
  let map = null;
  let renderer = null;

  function begin(page) {
    map = page.map;
    map.createPane(PANE).style.zIndex = 950000; // selection and tools lie above layers
    map.getPane(PANE).style.pointerEvents = "none";
    renderer = L.svg({ pane: PANE, padding: 0.5 });
  }

  const flipped = (places) => places.map(([lon, lat]) => [lat, lon]);
  const colour = (name) => chengmai.look.colours[name] || chengmai.look.colours.accent || "#8fd0da";
  const scale = () => Math.max(1, (chengmai.look.sizes || {}).unit || 1);

  // A group of figures that is drawn and cleared as one.
  class Group {
    constructor() {
      this.group = L.layerGroup().addTo(map);
    }

    clear() {
      this.group.clearLayers();
    }

    line(places, { ink = "accent", dashed = false, closed = false, fill = 0, arrow = false } = {}) {
      const unit = scale();
      const options = {
        renderer,
        pane: PANE,
        interactive: false,
        noClip: true,
        smoothFactor: 0,
        fillRule: "nonzero", // as app/gis/polygon.py counts what is inside
        lineJoin: "round",
      };
      const Kind = closed ? L.polygon : L.polyline;
      const halo = { ...options, color: colour("canvas"), weight: 4.5 * unit, opacity: 0.85, fill: false };
      Kind(flipped(places), halo).addTo(this.group);
      Kind(flipped(places), {
        ...options,
        color: colour(ink),
        weight: 2 * unit,
        dashArray: dashed ? `${5 * unit} ${4 * unit}` : null,
        fill: fill > 0,
        fillColor: colour(ink),
        fillOpacity: fill,
      }).addTo(this.group);
      if (arrow && places.length > 1) this.head(places[places.length - 2], places[places.length - 1], ink);
    }

    // The head of an arrow, 14 px long, whatever the zoom.
    head(from, to, ink) {
      const [x0, y0] = chengmai.mercator(...from);
      const [x1, y1] = chengmai.mercator(...to);
      const turn = Math.atan2(y1 - y0, x1 - x0);
      const size = 14 * scale();
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      svg.setAttribute("width", 2 * size);
      svg.setAttribute("height", 2 * size);
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      const at = (angle, far) => `${size + far * Math.cos(angle)} ${size + far * Math.sin(angle)}`;
      const [left, right] = [turn + Math.PI - 0.42, turn + Math.PI + 0.42];
      path.setAttribute("d", `M${size} ${size}L${at(left, size)}L${at(right, size)}Z`);
      path.setAttribute("fill", colour(ink));
      path.setAttribute("stroke", colour("canvas"));
      svg.append(path);
      this.element(to, svg, [2 * size, 2 * size], [size, size]);
    }

    dot([lon, lat], ink = "accent") {
      const unit = scale();
      L.circleMarker([lat, lon], {
        renderer,
        pane: PANE,
        interactive: false,
        radius: 4 * unit,
        color: colour("canvas"),
        weight: 1.5 * unit,
        fill: true,
        fillColor: colour(ink),
        fillOpacity: 1,
      }).addTo(this.group);
    }

    // Around what was found, as around what is chosen: what stands there can be seen.
    ring([lon, lat], ink = "accent") {
      const unit = scale();
      const options = { renderer, pane: PANE, interactive: false, radius: 9 * unit, fill: false };
      L.circleMarker([lat, lon], { ...options, color: colour("canvas"), weight: 4.5 * unit, opacity: 0.85 })
        .addTo(this.group);
      L.circleMarker([lat, lon], { ...options, color: colour(ink), weight: 2 * unit }).addTo(this.group);
    }

    // Beside its place, or upon it, as those of edges are.
    caption([lon, lat], text, ink = "text1", upon = false) {
      const box = document.createElement("div");
      box.className = upon ? "caption upon" : "caption";
      box.textContent = text.split("\n").map(chengmai.plain).join("\n");
      box.style.color = colour(ink);
      this.element([lon, lat], box, null, upon ? [0, 0] : [-10 * scale(), 8 * scale()]);
    }

    // Captions that would lie on each other stand below each other, those on a seam of the wall beside it.
    spread() {
      const taken = [];
      const strips = chengmai.seams(innerWidth, innerHeight);
      const meets = (a, b) =>
        a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
      for (const marker of this.group.getLayers()) {
        const icon = marker.getElement && marker.getElement();
        const box = icon && icon.querySelector && icon.querySelector(".caption");
        if (!box) continue;
        box.style.marginTop = box.style.marginLeft = "0px";
        let here = box.getBoundingClientRect();
        for (const [left, top, right, bottom] of strips) {
          if (!meets(here, { left, top, right, bottom })) continue;
          if (left > 0) box.style.marginLeft = `${parseFloat(box.style.marginLeft) + right - here.left}px`;
          else box.style.marginTop = `${parseFloat(box.style.marginTop) + bottom - here.top}px`;
          here = box.getBoundingClientRect();
        }
        for (let moves = 0; moves < 8 && taken.some((other) => meets(other, here)); moves++) {
          box.style.marginTop = `${parseFloat(box.style.marginTop) + here.height}px`;
          here = box.getBoundingClientRect();
        }
        taken.push(here);
      }
    }

    element([lon, lat], html, iconSize, iconAnchor) {
      const icon = L.divIcon({ className: "tool", html, iconSize, iconAnchor });
      L.marker([lat, lon], { icon, pane: PANE, interactive: false, keyboard: false }).addTo(this.group);
    }
  }

  return { begin, Group, colour };
})();
