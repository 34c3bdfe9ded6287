// Drawing on the map with mouse and keyboard: circle, box, polygon, lasso, measure, mark-up.
//
// A circle, a box and a lasso are dragged; a polygon, a line and mark-up are clicked corner by corner.
// Enter, a double click or a click on the first corner ends them, Backspace takes a corner back, Esc lets
// go of the figure, once more of the tool. What is finished is told as `drawn {tool, points, radius_m,
// text}`; what stands comes back by the state (`area`) and by frames `draw`:
//
//   {key: "Enter" | "Backspace" | "Escape"}      a key that was pressed outside of the page
//   {measure: {points, closed, captions: [{lon, lat, text}]} | null}
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.tools = (() => {
  const DRAGGED = new Set(["circle", "box", "lasso"]);
  const FORMS = {
    point: "tool.point",
    line: "tool.line",
    arrow: "tool.arrow",
    area: "tool.area",
    text: "tool.text",
  };
  const INKS = ["accent", "text1", "warning.red", "series.1", "series.2", "series.3", "series.4"];
  const MOST = 320; // corners of one figure (app/core/corners.py)
  const STEP = 3; // pixels between two corners of a lasso
  const CLOSE = 10; // pixels: a click so near to the first corner closes
  const { between, circle, area, metres, square } = chengmai.earth;
  let page, map, container, sketch, standing, result, bar;
  let tool = "";
  let corners = []; // of what is being drawn
  let pointer = null; // where the mouse is: [lon, lat]
  let told_last = null; // the measure that stands
  let dragging = false;
  let interactive = true;
  let form = "line";
  let ink = "accent";

  const word = (id, other = id) => chengmai.look.sentences[id] || other;
  const place = (event) => {
    const { lng, lat } = map.mouseEventToLatLng(event);
    return [Math.max(-180, Math.min(180, lng)), Math.max(-85, Math.min(85, lat))];
  };
  const pixels = (one, other) => {
    const [a, b] = [one, other].map(([lon, lat]) => map.latLngToContainerPoint([lat, lon]));
    return a.distanceTo(b);
  };
  const box_of = ([[x0, y0], [x1, y1]]) => [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];

  // ---- what is drawn while it is drawn

  function draw() {
    sketch.clear();
    const follows = pointer && corners.length && !dragging && !(bar && bar.asks());
    const live = follows ? [...corners, pointer] : corners;
    if (!live.length) return;
    if (tool === "circle") return draw_circle();
    if (tool === "box") {
      if (corners.length > 1) sketch.line(box_of(corners), { closed: true, fill: 0.08 });
      return;
    }
    if (tool === "measure") return draw_measure(live);
    const is_area = tool === "polygon" || tool === "lasso" || (tool === "markup" && form === "area");
    const look = tool === "markup" ? { ink, arrow: form === "arrow" } : {};
    if (live.length > 1) sketch.line(live, { ...look, closed: is_area && live.length > 2, fill: is_area ? 0.08 : 0 });
    if (tool !== "lasso") for (const corner of corners) sketch.dot(corner, look.ink);
  }

  function draw_circle() {
    const radius = between(corners[0], corners[1] || corners[0])[0];
    sketch.dot(corners[0]);
    if (!radius) return;
    sketch.line(circle(corners[0], radius), { closed: true, fill: 0.08 });
    sketch.line([corners[0], corners[1]], { dashed: true });
    sketch.caption(corners[1], metres(radius));
  }

  function draw_measure(live) {
    if (live.length > 1) sketch.line(live, { closed: false });
    for (const corner of corners) sketch.dot(corner);
    if (live.length < 2) return;
    const last = between(live[live.length - 2], live[live.length - 1]);
    let total = 0;
    for (let i = 1; i < live.length; i++) total += between(live[i - 1], live[i])[0];
    const said = [`${metres(last[0])} · ${last[1].toFixed(1)}°`];
    if (live.length > 2) said.push(`${word("tool.total", "Σ")} ${metres(total)}`, `≈ ${square(area(live))}`);
    sketch.caption(live[live.length - 1], said.join("\n"));
  }

  // ---- finishing

  function cancel() {
    corners = [];
    dragging = false;
    if (sketch) sketch.clear();
  }

  function tell(points, radius_m = 0, text = "", name = tool) {
    page.say("drawn", { tool: name, points: points.slice(0, 20000), radius_m, text });
  }

  function finish() {
    const done = corners.filter((corner, i) => !i || pixels(corner, corners[i - 1]) > 0.5);
    const least = tool === "polygon" || (tool === "markup" && form === "area") ? 3 : 2;
    if (tool === "markup") {
      if (corners.length && (form === "point" || form === "text" || done.length >= least)) ask_label();
      return;
    }
    if (done.length < least) return;
    tell(done);
    cancel();
  }

  // Drags that went nowhere are slips of the hand.
  function finish_drag() {
    dragging = false;
    const [first, last] = [corners[0], corners[corners.length - 1]];
    if (tool === "circle" && corners.length > 1 && pixels(first, last) > 3) tell([first], between(first, last)[0]);
    else if (tool === "box" && corners.length > 1 && pixels(first, last) > 3) tell(corners);
    else if (tool === "lasso" && corners.length > 5) tell(thinned(corners));
    cancel();
  }

  // A lasso with fewer corners: those that matter most (Visvalingam), until it fits into a command.
  function thinned(ring) {
    const kept = ring.map(([lon, lat]) => [lon, lat, ...Object.values(map.project([lat, lon], 20))]);
    const weight = (i) => {
      const [, , x0, y0] = kept[(i + kept.length - 1) % kept.length];
      const [, , x1, y1] = kept[i];
      const [, , x2, y2] = kept[(i + 1) % kept.length];
      return Math.abs((x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0));
    };
    while (kept.length > MOST) {
      const weights = kept.map((_, i) => weight(i));
      const limit = [...weights].sort((a, b) => a - b)[Math.max(0, Math.min(kept.length - MOST, kept.length >> 3) - 1)];
      let gone = 0;
      let before = false; // never two neighbours in one round
      for (let i = kept.length - 1; i >= 0 && kept.length > MOST; i--) {
        const drop = !before && weights[i] <= limit;
        if (drop) kept.splice(i, 1);
        before = drop;
        gone += drop;
      }
      if (!gone) kept.splice(weights.indexOf(Math.min(...weights)), 1);
    }
    return kept.map(([lon, lat]) => [lon, lat]);
  }

  // ---- the hand

  function down(event) {
    if (!DRAGGED.has(tool) || event.button !== 0 || !interactive) return;
    event.preventDefault();
    container.setPointerCapture(event.pointerId);
    dragging = true;
    corners = [place(event)];
  }

  function move(event) {
    pointer = place(event);
    readout();
    if (!tool || !interactive) return;
    if (dragging && tool === "lasso") {
      if (pixels(corners[corners.length - 1], pointer) >= STEP) corners.push(pointer);
    } else if (dragging) corners[1] = pointer;
    if (corners.length) draw();
  }

  function up(event) {
    if (!dragging) return;
    if (tool !== "lasso") corners[1] = place(event);
    finish_drag();
  }

  function click({ originalEvent }) {
    if (!tool || DRAGGED.has(tool) || !interactive || (bar && bar.asks())) return;
    const here = place(originalEvent);
    const closes = corners.length > 2 && pixels(corners[0], here) <= CLOSE;
    if (closes && tool === "measure") {
      corners.push(corners[0]);
      finish();
    } else if (closes) finish();
    else if (corners.length < MOST) {
      const again = corners.length && pixels(corners[corners.length - 1], here) < 2;
      if (!again) corners.push(here); // the second click of a double click
      if (tool === "markup" && (form === "point" || form === "text")) finish();
      else draw();
    }
  }

  // True where the key was ours.
  function key(name) {
    if (!tool) return false;
    if (name === "Escape") {
      if (bar && bar.asks()) bar.hush();
      else if (!corners.length) tell([], 0, "", "");
      cancel();
      return true;
    }
    if (name === "Enter" && corners.length) {
      finish();
      return true;
    }
    if (name === "Backspace" && corners.length && !dragging) {
      corners.pop();
      draw();
      return true;
    }
    return false;
  }

  // ---- mark-up: what is drawn, its colour, its words

  function ask_label() {
    draw();
    bar.ask((text) => {
      if (form === "text" && !text.trim()) return false;
      tell(corners, 0, text, `markup ${form} ${ink}`);
      cancel();
      return true;
    });
  }

  function show_bar() {
    if (tool === "markup" && interactive && !bar) {
      bar = chengmai.markupBar({ forms: FORMS, inks: INKS, word }, (chosen) => {
        if (chosen.form) form = chosen.form;
        if (chosen.ink) ink = chosen.ink;
        cancel();
      }, () => key("Escape"));
      bar.choose({ form, ink });
    } else if (bar && (tool !== "markup" || !interactive)) {
      bar.remove();
      bar = null;
    }
  }

  // ---- what stands

  function stand(marked) {
    standing.clear();
    if (!marked || !Array.isArray(marked.corners) || !marked.corners.length) return;
    const [first] = marked.corners;
    const look = { closed: true, fill: 0.06 };
    if (marked.form === "circle") {
      standing.line(circle(first, marked.radius_m, 180), look);
      standing.caption(chengmai.earth.toward(first, marked.radius_m, 90), metres(marked.radius_m));
      standing.dot(first);
      standing.spread();
    } else standing.line(marked.form === "box" ? box_of(marked.corners) : marked.corners, look);
  }

  function measured(told) {
    told_last = told;
    show_measure();
  }

  // A page that is opened again hears of a measure before or after it hears of its tool.
  function show_measure() {
    const told = told_last;
    result.clear();
    if (!told || tool !== "measure") return;
    result.line(told.points, { closed: told.closed, fill: told.closed ? 0.06 : 0 });
    for (const corner of told.points) result.dot(corner);
    for (const { lon, lat, text, edge } of told.captions) result.caption([lon, lat], text, "text1", edge);
    result.spread();
  }

  function readout() {
    const box = document.getElementById("readout");
    if (!box || !pointer) return;
    const [lon, lat] = pointer;
    const side = (value, plus, minus) => `${Math.abs(value).toFixed(5)}°${value < 0 ? minus : plus}`;
    box.textContent = `${side(lon, "E", "W")} ${side(lat, "N", "S")}`;
  }

  function take({ head }) {
    if ("interactive" in head) interactive = Boolean(head.interactive);
    if ("tool" in head && (head.tool || "") !== tool) {
      if (bar) bar.hush();
      cancel();
      const left = tool;
      tool = head.tool || "";
      if (left === "measure") told_last = null; // a measure stands as long as its tool is taken
      show_measure();
      const holds = DRAGGED.has(tool) && interactive;
      map.dragging[holds ? "disable" : "enable"]();
      map.doubleClickZoom[tool ? "disable" : "enable"]();
      map.boxZoom[tool ? "disable" : "enable"]();
      container.style.cursor = tool && interactive ? "crosshair" : "";
    }
    show_bar();
    if ("area" in head) stand(head.area);
    const box = document.getElementById("readout");
    if (box) box.hidden = !interactive;
  }

  chengmai.page.begin((begun) => {
    page = begun;
    map = page.map;
    container = map.getContainer();
    chengmai.figures.begin(page);
    sketch = new chengmai.figures.Group();
    standing = new chengmai.figures.Group();
    result = new chengmai.figures.Group();
    const box = document.createElement("div");
    box.id = "readout";
    document.body.append(box);
    container.addEventListener("pointerdown", down, true);
    container.addEventListener("pointermove", move);
    container.addEventListener("pointerup", up);
    container.addEventListener("pointercancel", cancel);
    container.addEventListener("pointerleave", () => (box.textContent = ""));
    map.on("click", click);
    map.on("dblclick", () => tool && !DRAGGED.has(tool) && finish());
    map.on("zoomend", () => {
      if (tool) draw();
    });
    map.on("zoomend moveend", () => {
      result.spread();
      standing.spread();
    });
    document.addEventListener("keydown", (event) => {
      if (event.target instanceof HTMLInputElement) return;
      if (key(event.key)) event.preventDefault();
    });
    let last = null;
    page.on("state", (frame) => {
      last = { ...(last || {}), ...frame.head };
      take(frame);
    });
    page.on("look", () => {
      show_bar();
      if (last && last.area) stand(last.area);
      if (corners.length) draw();
    });
    page.on("draw", ({ head }) => {
      if (head.key) key(head.key);
      if ("measure" in head) measured(head.measure);
    });
  });

  return { corners: () => corners, tool: () => tool, thinned };
})();
