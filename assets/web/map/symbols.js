// The marks of the map, drawn on a canvas: dot, ring, diamond, box, arrow, pin, cross and the four shapes of
// warnings. Measures are those of widgets/paint/alarm.py and marks.py; a test lays both beside each other, so
// that wall and map cannot drift.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.symbols = (() => {
  const HALO = 3; // pixels of the ground round a warning
  const NUMERALS = { red: 1, orange: 2, yellow: 3, blue: 4 };
  const ROMAN = { "Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4, I: 1, II: 2, III: 3, IV: 4, 1: 1, 2: 2, 3: 3, 4: 4 };
  const FRESH = 0; // seen within two minutes
  const AGED = 1; // older: in text3
  const HOLLOW = 2; // older than ten: an outline with its time beside it
  const pictograms = new Map();

  // The theme's colour of a name; of one that it does not know (yet) a quiet grey.
  const colour = (name) => chengmai.look.colours[name] || (name[0] === "#" ? name : "#808a94");

  const on_light = () => Boolean(chengmai.look.light);

  // Pixels of the screen for one of the design.
  const factor = () => chengmai.look.sizes.unit || 1;

  // How large a style is drawn: its pixels, or the least that can be seen from the farthest seat.
  function size_of(style) {
    const { dot = 0, shape = 0 } = chengmai.look.sizes;
    if (style.form === "label") return style.size * factor();
    const floor = ["dot", "ring", "arrow", "cross"].includes(style.form) ? dot : shape;
    return Math.max(2, style.size * factor(), floor);
  }

  // Half the square that a style needs round its place.
  function reach(style) {
    const size = size_of(style);
    if (style.form === "warning") return size * 0.62 + HALO * factor() + 1;
    if (style.form === "pin") return size * 1.05 + 2;
    return size * 0.6 + 2.5;
  }

  function polygon(c, ...points) {
    c.beginPath();
    points.forEach(([x, y], at) => (at ? c.lineTo(x, y) : c.moveTo(x, y)));
    c.closePath();
  }

  function disc(c, x, y, radius) {
    c.beginPath();
    c.arc(x, y, radius, 0, 2 * Math.PI);
  }

  function stroke(c, paint, width) {
    c.strokeStyle = paint;
    c.lineWidth = width;
    c.stroke();
  }

  // The path of a level's shape, as alarm.py has it.
  function warning_path(c, level, x, y, size) {
    const r = size / 2;
    if (level === "red") {
      polygon(c, [x, y - r * 1.02], [x + r * 1.08, y + r * 0.86], [x - r * 1.08, y + r * 0.86]);
    } else if (level === "orange") {
      const d = r * 1.1;
      polygon(c, [x, y - d], [x + d, y], [x, y + d], [x - d, y]);
    } else if (level === "yellow") {
      c.beginPath();
      c.rect(x - r * 0.86, y - r * 0.86, r * 1.72, r * 1.72);
    } else disc(c, x, y, r * 0.96);
  }

  // Ⅰ to Ⅳ as strokes in the present stroke style.
  function numeral(c, x, y, size, number) {
    const top = y - size * 0.18;
    const bottom = y + size * 0.18;
    c.beginPath();
    if (number < 4) {
      for (let index = 0; index < number; index++) {
        const at = x + (index - (number - 1) / 2) * size * 0.135;
        c.moveTo(at, top);
        c.lineTo(at, bottom);
      }
    } else {
      c.moveTo(x - size * 0.17, top);
      c.lineTo(x - size * 0.17, bottom);
      c.moveTo(x - size * 0.06, top);
      c.lineTo(x + size * 0.07, bottom);
      c.lineTo(x + size * 0.2, top);
    }
    c.stroke();
  }

  function warning(c, x, y, size, { level, outline }, halo = HALO * factor()) {
    const light = on_light();
    const line = colour((light ? "warning_text." : "warning.") + level);
    c.lineJoin = "miter";
    if (halo) {
      warning_path(c, level, x, y, size);
      stroke(c, colour("canvas"), 2 * halo + (outline ? Math.max(1.5, size * 0.1) : 0));
      if (outline) {
        c.fillStyle = colour("canvas");
        c.fill();
      }
    }
    warning_path(c, level, x, y, size);
    if (outline) stroke(c, line, Math.max(1.5, size * 0.1));
    else {
      c.fillStyle = colour("warning." + level);
      c.fill();
      if (light) stroke(c, colour("ink"), Math.max(1, Math.min(1.5, size * 0.1)));
    }
    c.strokeStyle = outline ? line : colour(light && level === "red" ? "panel" : "ink");
    c.lineWidth = Math.max(1.4, size * 0.075);
    c.lineCap = "butt";
    numeral(c, x, y + (level === "red" ? size * 0.12 : 0), size, NUMERALS[level] || 4);
  }

  // The point of the pin is the place.
  function pin(c, x, y, size, { numeral: text, outline }) {
    const left = x - size / 2;
    const top = y - size;
    const path = (inset) => {
      const radius = size * (0.4 - inset * 0.72);
      const foot = top + size * (1 - inset * 0.9);
      const from = (-218 * Math.PI) / 180;
      c.beginPath();
      c.moveTo(x, foot);
      c.arc(x, top + size * 0.43, radius, from, from + (256 * Math.PI) / 180);
      c.closePath();
    };
    path(outline ? 0.16 : 0.05);
    c.fillStyle = colour("text1");
    c.fill();
    stroke(c, colour("canvas"), Math.max(1, size * 0.06));
    if (outline) {
      path(0.03);
      stroke(c, colour("text1"), Math.max(1.5, size * 0.06));
    }
    c.strokeStyle = colour(on_light() ? "panel" : "ink");
    c.lineWidth = Math.max(1.4, size * 0.065);
    if (ROMAN[text]) numeral(c, left + size / 2, top + size * 0.43, size * 0.86, ROMAN[text]);
    else if (text) {
      c.fillStyle = c.strokeStyle;
      words(c, text.slice(0, 2), x, top + size * 0.43, size * 0.36, "center");
    }
  }

  function words(c, text, x, y, size, align) {
    c.font = `${size}px "Chengmai Sans", "Noto Sans CJK SC", sans-serif`;
    c.textAlign = align;
    c.textBaseline = "middle";
    c.fillText(text, x, y);
  }

  function pictogram(c, id, x, y, size) {
    if (!pictograms.has(id)) {
      pictograms.set(id, chengmai.icons[id] ? new Path2D(chengmai.icons[id]) : null);
    }
    const path = pictograms.get(id);
    if (!path) return;
    c.save();
    c.translate(x - size / 2, y - size / 2);
    c.scale(size / 24, size / 24);
    c.fill(path, "evenodd");
    c.restore();
  }

  function box(c, x, y, size, paint, style) {
    const half = size / 2 - 0.5;
    c.beginPath();
    c.rect(x - half, y - half, 2 * half, 2 * half);
    c.fillStyle = colour("panel");
    c.fill();
    c.setLineDash(style.outline ? [size * 0.1, size * 0.1] : []);
    stroke(c, paint, Math.max(1, size * 0.07));
    c.setLineDash([]);
    c.fillStyle = paint;
    pictogram(c, style.icon, x, y, size * 0.72);
  }

  function arrow(c, x, y, size, paint, heading, hollow) {
    if (!Number.isFinite(heading)) {
      dot(c, x, y, size * 0.62, paint, hollow);
      return;
    }
    const r = size / 2;
    c.save();
    c.translate(x, y);
    c.rotate((heading * Math.PI) / 180);
    polygon(c, [0, -r], [r * 0.74, r * 0.88], [0, r * 0.46], [-r * 0.74, r * 0.88]);
    c.restore();
    c.lineJoin = "round";
    if (!hollow) {
      c.fillStyle = paint;
      c.fill();
      stroke(c, colour("canvas"), Math.max(0.75, size * 0.05));
    } else {
      c.fillStyle = colour("canvas");
      c.fill();
      stroke(c, paint, Math.max(1.25, size * 0.09));
    }
  }

  function dot(c, x, y, size, paint, hollow) {
    const width = Math.max(1.25, size * 0.18);
    disc(c, x, y, hollow ? (size - width) / 2 : size / 2);
    if (hollow) stroke(c, paint, width);
    else {
      c.fillStyle = paint;
      c.fill();
    }
  }

  function diamond(c, x, y, size, paint, outline) {
    const r = size / 2 - 0.5;
    polygon(c, [x, y - r], [x + r, y], [x, y + r], [x - r, y]);
    c.lineJoin = "miter";
    c.fillStyle = colour("canvas");
    c.fill();
    c.setLineDash(outline ? [size * 0.12, size * 0.12] : []);
    stroke(c, paint, Math.max(1.5, size * 0.14));
    c.setLineDash([]);
  }

  function cross(c, x, y, size, paint) {
    const r = size * 0.36;
    c.beginPath();
    c.moveTo(x - r, y - r);
    c.lineTo(x + r, y + r);
    c.moveTo(x + r, y - r);
    c.lineTo(x - r, y + r);
    c.lineCap = "butt";
    stroke(c, colour("canvas"), Math.max(3, size * 0.36));
    stroke(c, paint, Math.max(1.5, size * 0.18));
  }

  // A mark of a style with its place at x, y in the units of the context.
  function draw(c, x, y, style, age = FRESH, heading = NaN) {
    const size = size_of(style);
    const paint = colour(age === FRESH ? style.colour : "text3");
    const hollow = style.outline || age === HOLLOW;
    if (style.form === "warning") warning(c, x, y, size, style);
    else if (style.form === "pin") pin(c, x, y, size, style);
    else if (style.form === "box") box(c, x, y, size, paint, { ...style, outline: hollow });
    else if (style.form === "arrow") arrow(c, x, y, size, paint, heading, hollow);
    else if (style.form === "diamond") diamond(c, x, y, size, paint, hollow);
    else if (style.form === "cross") cross(c, x, y, size, paint);
    else if (style.form === "ring") dot(c, x, y, size, paint, true);
    else if (style.form === "dot") dot(c, x, y, size, paint, hollow);
  }

  return { draw, warning, size_of, reach, colour, factor, FRESH, AGED, HOLLOW };
})();
