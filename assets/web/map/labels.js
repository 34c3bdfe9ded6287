// Names beside what they name, none over another; on top of all layers, with the selection and what the
// pointer is on. Text is drawn, never put into the document.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.labels = (() => {
  const MOST = 400; // names in view; more cannot be read
  const CROWD = 1500; // more marks than this may be covered by names
  const LOOKED = 4000; // marks of one layer in view that are asked for a name
  const GAP = 3; // pixels between two names
  const HALO = 3;
  const LEAST = 12; // pixels: what is smaller is not named
  const LONG_EM = 24; // a longer name is cut: it would stand nowhere, or over everything
  const NEAR = [0, 0.25, 0.5, 0.75, 1]
    .flatMap((far) => [0, 1, 2, 3, 4, 5, 6, 7].map((turn) => [far, (turn * Math.PI) / 4]))
    .map(([far, angle]) => [far * Math.sin(angle), -far * Math.cos(angle)])
    .slice(7); // the middle once
  const widths = new Map();
  const ruler = document.createElement("canvas").getContext("2d"); // measures
  let sheet = null;

  const font = (size, bold = false) =>
    `${bold ? "700 " : ""}${size}px "Chengmai Sans", "Noto Sans CJK SC", sans-serif`;

  function width_of(context, text, size, bold = false) {
    const key = size + (bold ? " b " : " ") + text;
    if (!widths.has(key)) {
      if (widths.size > 5000) widths.clear();
      context.font = font(size, bold);
      widths.set(key, context.measureText(text).width);
    }
    return widths.get(key);
  }

  // An area's name is bold, its value is not: size is its emphasis. [[text, bold]]
  function parts_of({ text, area }) {
    const [, name, value] = (area && /^(.*\S)( [-−]?[\d.,]+(?: 万| 亿|k)?)$/u.exec(text)) || [null, text, ""];
    return value ? [[name, true], [value, false]] : [[name, Boolean(area)]];
  }

  // A long name's beginning and its value.
  function shortened(context, text, size) {
    if (text.length < LONG_EM || width_of(context, text, size) <= LONG_EM * size) return text;
    const [, name, value] = /^(.*\S)( [-−]?[\d.,]+(?: 万| 亿|k)?)$/u.exec(text) || [null, text, ""];
    const letters = Array.from(name);
    while (letters.length > 1 && width_of(context, letters.join("") + "…" + value, size) > LONG_EM * size) letters.pop();
    return letters.join("") + "…" + value;
  }

  // What is taken already: boxes in cells of 64 pixels.
  function Taken() {
    const CELL = 64;
    const cells = new Map();
    const over = ([l, t, r, b], visit) => {
      for (let x = Math.floor(l / CELL); x <= Math.floor(r / CELL); x++) {
        for (let y = Math.floor(t / CELL); y <= Math.floor(b / CELL); y++) {
          if (visit(x * 65536 + y)) return true;
        }
      }
      return false;
    };
    const meets = (a, b) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];
    return {
      free: (box) => !over(box, (cell) => (cells.get(cell) || []).some((other) => meets(box, other))),
      take: (box) =>
        over(box, (cell) => {
          if (!cells.has(cell)) cells.set(cell, []);
          cells.get(cell).push(box);
        }),
    };
  }

  // 14:03 of the city's clock.
  function moment(ms, zone_min) {
    const minutes = Math.floor(ms / 60000) + zone_min;
    const two = (value) => String(value).padStart(2, "0");
    return two(Math.floor(minutes / 60) % 24) + ":" + two(minutes % 60);
  }

  const GRAVE = ["pin", "warning"]; // the forms that nothing may cover

  const is_grave = (marks) => Boolean(marks) && marks.styles.some(({ form }) => GRAVE.includes(form));

  // The boxes of the marks in view whose form is wanted: visit(box, form).
  function stand(layer, at, wanted, visit) {
    const { marks } = layer;
    if (!marks || !marks.n || !marks.styles.some(({ form }) => wanted(form))) return;
    const halves = marks.styles.map((style) =>
      style.form !== "label" && wanted(style.form) ? chengmai.symbols.size_of(style) / 2 : 0,
    );
    const only = layer.clusters ? layer.singles || [] : null;
    const count = only ? only.length : marks.n;
    for (let j = 0; j < count; j++) {
      const i = only ? only[j] : j;
      const half = halves[marks.style[i]] || 0;
      if (!half) continue;
      const x = (marks.shown[2 * i] * at.k + at.dx) / at.dpr;
      const y = (marks.shown[2 * i + 1] * at.k + at.dy) / at.dpr;
      if (!(x > 0 && x < at.width / at.dpr && y > 0 && y < at.height / at.dpr)) continue;
      const { form } = marks.styles[marks.style[i]];
      const lift = form === "pin" ? half : 0;
      visit([x - half, y - half - lift, x + half, y + half - lift], form);
    }
  }

  // What neither a name nor a cluster's number may lie on: warnings, incidents, the seams of a wall.
  function grave(at) {
    const hard = Taken();
    chengmai.seams(at.width / at.dpr, at.height / at.dpr).forEach(hard.take);
    for (const layer of chengmai.layers.ordered()) {
      stand(layer, at, (form) => GRAVE.includes(form), hard.take);
    }
    return hard;
  }

  // What a name lies on only where it has no other place; a crowd of marks may be covered.
  function others(layer, at, soft) {
    const boxes = [];
    stand(layer, at, (form) => !GRAVE.includes(form), (box) => boxes.length <= CROWD && boxes.push(box));
    if (boxes.length <= CROWD) boxes.forEach(soft.take);
  }

  // {text, x, y, size, half, centred, colour} in CSS pixels, the most important first.
  function of_marks(layer, at, zoom) {
    const { marks } = layer;
    if (!marks || !marks.n) return [];
    const close = zoom >= marks.head.label_zoom;
    if (!close) return [];
    const found = [];
    const only = layer.clusters ? layer.singles || [] : null;
    const count = only ? only.length : marks.n;
    const hides_names = marks.styles.map(({ form }) => form === "label");
    for (let j = 0; j < count && found.length < LOOKED; j++) {
      const i = only ? only[j] : j;
      const x = marks.shown[2 * i] * at.k + at.dx;
      const y = marks.shown[2 * i + 1] * at.k + at.dy;
      if (!(x > 0 && x < at.width && y > 0 && y < at.height)) continue;
      const age = marks.age_s(i);
      const hollow = marks.class_of(age) === chengmai.symbols.HOLLOW;
      const time = hollow ? moment(chengmai.clock.now() - age * 1000, marks.head.zone_min) : "";
      const text = [chengmai.plain(marks.label(i)), time].filter(Boolean).join(" ");
      if (!text) continue;
      const style = marks.styles[marks.style[i]] || marks.styles[0];
      const centred = hides_names[marks.style[i]];
      const half = centred ? 0 : chengmai.symbols.size_of(style) / 2;
      const lift = style.form === "pin" ? half : 0;
      const size = centred ? style.size * chengmai.symbols.factor() : 0;
      found.push({
        text,
        x: x / at.dpr,
        y: y / at.dpr - lift,
        half,
        centred,
        warns: style.form === "warning",
        size,
        colour: centred ? style.colour : hollow ? "text3" : "text1",
      });
    }
    return marks.styles.some(({ form }) => form === "warning") ? gravest(found) : found;
  }

  // Warnings come with the gravest last, so that it lies on top: its name goes first, and one that lies
  // under it has none, which would be read as the upper one's.
  function gravest(labels) {
    const kept = [];
    for (const label of labels.reverse()) {
      const under = ({ x, y }) => Math.hypot(x - label.x, y - label.y) < label.half;
      if (!kept.some(under)) kept.push(label);
    }
    return kept;
  }

  function of_shapes(shapes, at, zoom) {
    if (!shapes.labels || !shapes.label_xy || zoom < shapes.head.label_zoom) return [];
    const found = [];
    for (let i = 0; i < shapes.n; i++) {
      const text = chengmai.plain(shapes.labels[i] || "");
      const x = shapes.label_xy[2 * i] * at.k + at.dx;
      const y = shapes.label_xy[2 * i + 1] * at.k + at.dy;
      if (!text || !(x > 0 && x < at.width && y > 0 && y < at.height)) continue;
      const [west, north, east, south] = shapes.box(i);
      const room = shapes.closed
        ? [((east - west) * at.k) / at.dpr, ((south - north) * at.k) / at.dpr]
        : [Infinity, Infinity];
      const look = shapes.styles[shapes.style[i]] || {};
      if (Math.max(...room) < LEAST) continue;
      const colour = ink_on(look);
      found.push({ text, x: x / at.dpr, y: y / at.dpr, centred: true, area: shapes.closed, room, colour, fill: look.fill });
    }
    return found;
  }

  // Two layers of the same areas name each place once: the one that says more (its value) counts.
  function once(labels) {
    const known = new Map();
    for (const label of labels) {
      const key = Math.round(label.x) + " " + Math.round(label.y);
      const other = known.get(key);
      if (!other) known.set(key, label);
      else if (label.text !== other.text && label.text.startsWith(other.text)) known.set(key, label);
      else if (!other.text.startsWith(label.text)) known.set(key + " " + label.text, label);
    }
    return [...known.values()];
  }

  // The brightness of a colour that lies so thickly on another (WCAG 2.2, relative luminance).
  function bright(text, under = text, share = 1) {
    const [red, green, blue] = [1, 3, 5].map((at) => {
      const [over, below] = [text, under].map((one) => parseInt(one.slice(at, at + 2), 16) / 255);
      const value = over * share + below * (1 - share);
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  // Of the dark and the bright ink that which stands out more from an area as it is seen: a light step
  // of the ramp that lets half of the dark ground through is dark.
  function ink_on({ fill = "", opacity = 1 }) {
    if (chengmai.look.light || !/^sequential\.\d+$/.test(fill)) return "text1";
    const colours = chengmai.look.colours;
    const ground = bright(colours[fill], colours.canvas, opacity) + 0.05;
    const [dark, light] = ["ink", "text1"].map((name) => bright(colours[name]) + 0.05);
    return ground / dark > light / ground ? "ink" : "text1";
  }

  const AROUND = [0, 1, 2, 3, 4, 5, 6, 7].map((turn) => ((turn + 0.5) * Math.PI) / 4);

  // Where a name may stand, [x, y, whether a line leads there], the best first.
  function places(label, size, width, height) {
    const { x, y } = label;
    if (!label.centred) {
      const far = (label.half || 0) + 0.3 * size;
      const [right, down] = [far + width / 2, far + height / 2];
      return [
        [x + right, y], [x - right, y], [x, y - down], [x, y + down],
        [x + right, y - down], [x + right, y + down], [x - right, y - down], [x - right, y + down],
      ];
    }
    // An area's name may stand anywhere near its middle, the nearer the better.
    const room = label.room || [0, 0];
    const [room_x, room_y] = room.map((side) => Math.min(side / 4, 6 * size));
    const near = NEAR.map(([right, down]) => [x + right * room_x, y + down * room_y]);
    if (!label.area) return near;
    // Too small for its name, or full: beside it, with a line that leads there.
    const beside = [1.2, 2, 3, 4.5].flatMap((far) =>
      AROUND.map((angle) => {
        const [right, down] = [Math.cos(angle), Math.sin(angle)];
        const out = Math.min(room[0], room[1]) / 4 + far * size;
        return [x + right * out + Math.sign(right) * (width / 2), y + down * out, true];
      }),
    );
    return room[0] < width * 0.8 || room[1] < height * 0.8 ? beside : [...near, ...beside];
  }

  // Where a line to a name begins: beyond what stands in the area's middle. It crosses no other warning and
  // no other name: null where it would.
  function line_from(hard, { x, y }, cx, cy, width) {
    const end = cx < x ? cx + width / 2 + 2 * GAP : cx - width / 2 - 2 * GAP;
    let begin = null;
    for (let part = 0; part <= 1; part += 0.05) {
      const [px, py] = [x + (end - x) * part, y + (cy - y) * part];
      const free = hard.free([px - 1, py - 1, px + 1, py + 1]);
      if (free) begin = begin || [px, py];
      else if (begin || part > 0.6) return null;
    }
    return begin;
  }

  // A name that would lie on a seam of the wall is moved off it, a little way and to the nearer side.
  function off_seams(view, [cx, cy], [half, high]) {
    for (const [left, top, right, bottom] of chengmai.seams(...view)) {
      if (!(left < cx + half && right > cx - half && top < cy + high && bottom > cy - high)) continue;
      if (left > 0) cx = cx < (left + right) / 2 ? left - half : right + half;
      else cy = cy < (top + bottom) / 2 ? top - high : bottom + high;
    }
    return [cx, cy];
  }

  function place(context, label, hard, soft, view) {
    const size = label.size || chengmai.look.sizes.caption || 14;
    label = { ...label, text: shortened(context, label.text, size) };
    const width = parts_of(label).reduce((sum, [text, bold]) => sum + width_of(context, text, size, bold), 0);
    const height = size * 1.2;
    const box = (cx, cy) => [
      cx - width / 2 - GAP,
      cy - height / 2 - GAP / 2,
      cx + width / 2 + GAP,
      cy + height / 2 + GAP / 2,
    ];
    const inside = ([l, t, r, b]) => l >= 0 && t >= 0 && r <= view[0] && b <= view[1];
    const tries = places(label, size, width, height);
    // The name of an area or a warning stands over discs and dots rather than nowhere.
    for (const strict of label.area || label.warns ? [true, false] : [true]) {
      for (const [x, y, leads] of tries) {
        const [cx, cy] = off_seams(view, [x, y], [width / 2 + GAP, height / 2 + GAP / 2]);
        if (Math.hypot(cx - x, cy - y) > 3 * size) continue;
        const wanted = box(cx, cy);
        if (!inside(wanted) || !hard.free(wanted) || (strict && !soft.free(wanted))) continue;
        const begin = leads ? line_from(hard, label, cx, cy, width) : null;
        if (leads && !begin) continue;
        hard.take(wanted);
        if (!leads) return { ...label, cx, cy, size, width };
        return { ...label, cx, cy, size, width, leads: begin, colour: "text1" };
      }
    }
    return null;
  }

  function write(context, placed) {
    const { colour } = chengmai.symbols;
    context.textBaseline = "middle";
    context.lineJoin = "round";
    for (const { x, cx, cy, leads, width } of placed) {
      if (!leads) continue;
      context.beginPath();
      context.moveTo(...leads);
      context.lineTo(cx < x ? cx + width / 2 + 2 : cx - width / 2 - 2, cy);
      context.lineWidth = chengmai.symbols.factor();
      context.strokeStyle = colour("text2");
      context.stroke();
    }
    context.textAlign = "left";
    for (const label of placed) {
      const { cx, cy, size, width, colour: name, fill } = label;
      context.lineWidth = HALO * chengmai.symbols.factor();
      context.strokeStyle = colour(name === "ink" ? fill : "canvas");
      context.fillStyle = colour(name);
      for (const paint of ["strokeText", "fillText"]) {
        let x = cx - width / 2;
        for (const [text, bold] of parts_of(label)) {
          context.font = font(size, bold);
          context[paint](text, x, cy);
          x += width_of(context, text, size, bold);
        }
      }
    }
  }

  // The box in pixels of names, the lines that lead to them, and the rings of what is chosen.
  function around(placed, at) {
    const boxes = chengmai.picking.boxes(at);
    for (const { cx, cy, width, size, leads } of placed) {
      const [wide, high] = [width / 2 + 2 * GAP + HALO * chengmai.symbols.factor(), size];
      boxes.push([cx - wide, cy - high, cx + wide, cy + high]);
      if (leads) boxes.push([leads[0] - HALO, leads[1] - HALO, leads[0] + HALO, leads[1] + HALO]);
    }
    const side = (number, pick) => pick(...boxes.map((box) => box[number])) * at.dpr;
    return [side(0, Math.min), side(1, Math.min), side(2, Math.max), side(3, Math.max)];
  }

  const player = {
    placed: [],
    draw() {
      const { map } = chengmai.page;
      sheet = sheet || new chengmai.Sheet(map, chengmai.page.pane("~labels", 950000));
      const at = chengmai.view(map);
      const [hard, soft] = [grave(at), Taken()];
      const view = [at.width / at.dpr, at.height / at.dpr - (chengmai.look.strip || 0)];
      const layers = chengmai.layers.ordered();
      const discs = chengmai.Clusters.settle(at);
      for (const layer of layers) {
        if (!layer.clusters) continue;
        layer.clusters.spots.forEach(({ box, number }) => [soft.take(box), hard.take(number)]);
        if (layer.clusters.drawn !== discs) chengmai.stage.wake(layer);
      }
      layers.forEach((layer) => others(layer, at, soft));
      // Areas first, which the ground is read by; then what the upper layers name; lines last.
      const shapes = [...layers].reverse().flatMap((layer) => [...layer.shapes.values()]);
      const areas = once(shapes.flatMap((shape) => of_shapes(shape, at, at.zoom)));
      const marks = [...layers].reverse().flatMap((layer) => of_marks(layer, at, at.zoom));
      const placed = (this.placed = []);
      for (const label of [...areas.filter(({ area }) => area), ...marks, ...areas.filter(({ area }) => !area)]) {
        if (placed.length >= MOST) break;
        const found = place(ruler, label, hard, soft, view);
        if (found) placed.push(found);
      }
      const { left, top, dpr } = sheet.place(() => around(placed, at));
      const context = sheet.clean();
      context.setTransform(dpr, 0, 0, dpr, -left, -top);
      write(context, placed);
      chengmai.picking.draw(context, at);
      return false;
    },
  };

  chengmai.page.begin(() => chengmai.stage.add(player));
  const wake = () => chengmai.page.map && chengmai.stage.wake(player);
  const measure_anew = () => widths.clear();
  return { wake, font, width_of, measure_anew, grave, is_grave, player, moment };
})();
