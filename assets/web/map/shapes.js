// Lines and areas on a canvas: only what is in view, with no more corners than pixels can show.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.Shapes = class {
  static TOLERANCE = 0.6; // pixels: a corner nearer to the last one is left out
  static MANY = 20000; // corners
  static ZOOMS = 3; // simplified copies kept
  static MARGIN = 64; // pixels round the view, so that cut edges stay out of sight

  take({ head, sections }) {
    Object.assign(this, {
      head,
      seq: head.seq,
      closed: head.closed,
      styles: head.styles,
      labels: head.labels,
      label_xy: sections.label_xy,
      xy: sections.xy,
      ring: sections.ring,
      part: sections.part,
      style: sections.style,
    });
    this.n = Math.min(head.n, sections.part.length - 1, sections.style.length);
    this.boxes = this._boxes();
    this.simple = new Map();
  }

  // west, north, east, south of each ring; NaN corners are left out of it.
  _boxes() {
    const rings = this.ring.length - 1;
    const boxes = new Float32Array(4 * Math.max(0, rings));
    for (let r = 0; r < rings; r++) {
      let [west, north, east, south] = [Infinity, Infinity, -Infinity, -Infinity];
      for (let v = this.ring[r]; v < this.ring[r + 1]; v++) {
        const [x, y] = [this.xy[2 * v], this.xy[2 * v + 1]];
        if (x < west) west = x;
        if (x > east) east = x;
        if (y < north) north = y;
        if (y > south) south = y;
      }
      boxes.set([west, north, east, south], 4 * r);
    }
    return boxes;
  }

  // west, north, east, south of all of them.
  extent() {
    const sides = [Infinity, Infinity, -Infinity, -Infinity];
    for (let at = 0; at < this.boxes.length; at++) {
      const side = at & 3;
      sides[side] = side < 2 ? Math.min(sides[side], this.boxes[at]) : Math.max(sides[side], this.boxes[at]);
    }
    return sides;
  }

  // Box of one shape.
  box(shape) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (let r = this.part[shape]; r < this.part[shape + 1]; r++) {
      for (const side of [0, 1]) box[side] = Math.min(box[side], this.boxes[4 * r + side]);
      for (const side of [2, 3]) box[side] = Math.max(box[side], this.boxes[4 * r + side]);
    }
    return box;
  }

  // The corners of each ring that count at a zoom: {xy, ring}. Where there are many of them, fewer count.
  _simplified(k) {
    const zoom = Math.round(Math.log2(k));
    const known = this.simple.get(zoom);
    if (known) return known;
    let made = this._without(chengmai.Shapes.TOLERANCE / 2 ** zoom);
    if (made.xy.length > 2 * chengmai.Shapes.MANY) made = this._without((2.5 * chengmai.Shapes.TOLERANCE) / 2 ** zoom);
    if (this.simple.size >= chengmai.Shapes.ZOOMS) this.simple.delete(this.simple.keys().next().value);
    this.simple.set(zoom, made);
    return made;
  }

  // Without the corners that are nearer than this to the one before.
  _without(near) {
    const out = new Float32Array(this.xy.length);
    const ring = new Uint32Array(this.ring.length);
    let to = 0;
    for (let r = 0; r + 1 < this.ring.length; r++) {
      ring[r] = to;
      const end = this.ring[r + 1];
      let [last_x, last_y] = [Infinity, Infinity];
      for (let v = this.ring[r]; v < end; v++) {
        const [x, y] = [this.xy[2 * v], this.xy[2 * v + 1]];
        const close = Math.abs(x - last_x) < near && Math.abs(y - last_y) < near;
        if (!(x === x && y === y) || (close && v !== end - 1)) continue;
        out[2 * to] = last_x = x;
        out[2 * to + 1] = last_y = y;
        to++;
      }
    }
    ring[this.ring.length - 1] = to;
    return { xy: out.subarray(0, 2 * to), ring };
  }

  draw(context, at) {
    const { k, dx, dy, width, height, dpr } = at;
    const { xy, ring } = this._simplified(k);
    const margin = chengmai.Shapes.MARGIN * dpr;
    const view = [-margin, -margin, width + margin, height + margin];
    const offsets = [(view[0] - dx) / k, (view[1] - dy) / k, (view[2] - dx) / k, (view[3] - dy) / k];
    const fills = this.styles.map(() => null);
    const lines = this.styles.map(() => null);
    for (let shape = 0; shape < this.n; shape++) {
      const style = this.style[shape];
      const look = this.styles[style];
      if (!look) continue;
      // Each shape fills by itself: where two of a kind overlap they must not cancel out.
      const fill = this.closed && look.fill ? new Path2D() : null;
      const line = look.line && look.width > 0 ? (lines[style] = lines[style] || new Path2D()) : null;
      let seen = false;
      for (let r = this.part[shape]; r < this.part[shape + 1]; r++) {
        const [w, n, e, s] = this.boxes.subarray(4 * r, 4 * r + 4);
        if (!(w < offsets[2] && e > offsets[0] && n < offsets[3] && s > offsets[1])) continue;
        const within = w > offsets[0] && e < offsets[2] && n > offsets[1] && s < offsets[3];
        const points = pixels(xy, ring[r], ring[r + 1], at);
        if (points.length < 4) continue;
        seen = true;
        if (fill) trace(fill, within ? points : chengmai.cut.area(points, view), true);
        if (!line) continue;
        if (within) trace(line, points, this.closed);
        else for (const piece of chengmai.cut.line(points, view, this.closed)) trace(line, piece, false);
      }
      if (fill && seen) (fills[style] = fills[style] || []).push(fill);
    }
    this.styles.forEach((look, style) => {
      if (fills[style]) chengmai.Shapes.fill(context, fills[style], look, dpr);
    });
    this.styles.forEach((look, style) => {
      if (lines[style]) chengmai.Shapes.line(context, lines[style], look, dpr);
    });

    function pixels(all, from, to, where) {
      const points = new Float32Array(2 * (to - from));
      for (let v = from, p = 0; v < to; v++) {
        points[p++] = all[2 * v] * where.k + where.dx;
        points[p++] = all[2 * v + 1] * where.k + where.dy;
      }
      return points;
    }

    function trace(path, points, close) {
      if (points.length < 4) return;
      path.moveTo(points[0], points[1]);
      for (let p = 2; p < points.length; p += 2) path.lineTo(points[p], points[p + 1]);
      if (close) path.closePath();
    }
  }

  static fill(context, paths, look, dpr) {
    context.globalAlpha = look.opacity;
    const paint = chengmai.symbols.colour(look.fill);
    context.fillStyle = look.hatch ? chengmai.Shapes.hatch(context, paint, dpr) : paint;
    for (const path of paths) context.fill(path, "evenodd");
    context.globalAlpha = 1;
  }

  static line(context, path, look, dpr) {
    const factor = chengmai.symbols.factor();
    context.lineJoin = look.width > 2 ? "round" : "bevel"; // nobody sees it on a thin line, and it is quicker
    context.lineCap = "butt";
    context.lineWidth = look.width * dpr * factor;
    context.strokeStyle = chengmai.symbols.colour(look.line);
    context.setLineDash(look.dash.map((part) => part * dpr * factor));
    context.stroke(path);
    context.setLineDash([]);
  }

  // Strokes from lower left to upper right, 8 pixels apart.
  static hatch(context, paint, dpr) {
    const side = Math.round(8 * dpr);
    const tile = new OffscreenCanvas(side, side);
    const c = tile.getContext("2d");
    c.strokeStyle = paint;
    c.lineWidth = 1.5 * dpr;
    c.beginPath();
    for (const shift of [-side, 0, side]) {
      c.moveTo(shift - 2, side + 2);
      c.lineTo(shift + side + 2, -2);
    }
    c.stroke();
    return context.createPattern(tile, "repeat");
  }

  // The shapes under a point of the canvas, last drawn first.
  pick(at, x, y, radius) {
    const found = [];
    const px = (x - at.dx) / at.k;
    const py = (y - at.dy) / at.k;
    const near = (radius * at.dpr) / at.k;
    for (let shape = this.n - 1; shape >= 0; shape--) {
      let inside = false;
      let touched = false;
      for (let r = this.part[shape]; r < this.part[shape + 1] && !touched; r++) {
        const [w, n, e, s] = this.boxes.subarray(4 * r, 4 * r + 4);
        if (!(px > w - near && px < e + near && py > n - near && py < s + near)) continue;
        if (this.closed) inside = inside !== this._inside(r, px, py);
        else touched = this._touches(r, px, py, near);
      }
      if (inside || touched) found.push([shape, 0]);
    }
    return found;
  }

  _inside(r, x, y) {
    const { xy, ring } = this;
    let inside = false;
    for (let v = ring[r], u = ring[r + 1] - 1; v < ring[r + 1]; u = v++) {
      const [vx, vy, ux, uy] = [xy[2 * v], xy[2 * v + 1], xy[2 * u], xy[2 * u + 1]];
      if (vy > y !== uy > y && x < ((ux - vx) * (y - vy)) / (uy - vy) + vx) inside = !inside;
    }
    return inside;
  }

  _touches(r, x, y, near) {
    const { xy, ring } = this;
    for (let v = ring[r]; v + 1 < ring[r + 1]; v++) {
      const [ax, ay] = [xy[2 * v], xy[2 * v + 1]];
      const [bx, by] = [xy[2 * v + 2] - ax, xy[2 * v + 3] - ay];
      const length = bx * bx + by * by;
      const part = length ? Math.max(0, Math.min(1, ((x - ax) * bx + (y - ay) * by) / length)) : 0;
      if (Math.hypot(ax + part * bx - x, ay + part * by - y) <= near) return true;
    }
    return false;
  }
};

// Cutting to a box [left, top, right, bottom]; points are x y x y.
chengmai.cut = {
  // Sutherland and Hodgman (1974); the result may run along the box's edge.
  area(points, box) {
    let now = points;
    for (let side = 0; side < 4 && now.length; side++) {
      const axis = side & 1;
      const limit = box[side];
      const keep = side < 2 ? (p, at) => p[at + axis] >= limit : (p, at) => p[at + axis] <= limit;
      const next = [];
      for (let b = 0, a = now.length - 2; b < now.length; a = b, b += 2) {
        const [was, is] = [keep(now, a), keep(now, b)];
        if (was !== is) {
          const part = (limit - now[a + axis]) / (now[b + axis] - now[a + axis]);
          const other = now[a + 1 - axis] + (now[b + 1 - axis] - now[a + 1 - axis]) * part;
          next.push(...(axis ? [other, limit] : [limit, other]));
        }
        if (is) next.push(now[b], now[b + 1]);
      }
      now = next;
    }
    return now;
  },

  // The pieces of a line that pass through the box (Liang and Barsky, 1984).
  line(points, box, closed) {
    const pieces = [];
    let piece = [];
    const last = closed ? points.length : points.length - 2;
    for (let a = 0; a < last; a += 2) {
      const b = (a + 2) % points.length;
      const [ax, ay] = [points[a], points[a + 1]];
      const [dx, dy] = [points[b] - ax, points[b + 1] - ay];
      let [from, to] = [0, 1];
      for (const [p, q] of [
        [-dx, ax - box[0]],
        [dx, box[2] - ax],
        [-dy, ay - box[1]],
        [dy, box[3] - ay],
      ]) {
        if (p === 0) {
          if (q < 0) to = -1;
        } else if (p < 0) from = Math.max(from, q / p);
        else to = Math.min(to, q / p);
      }
      if (from > to) {
        if (piece.length) pieces.push(piece);
        piece = [];
        continue;
      }
      if (from > 0 || !piece.length) {
        if (piece.length) pieces.push(piece);
        piece = [ax + dx * from, ay + dy * from];
      }
      piece.push(ax + dx * to, ay + dy * to);
      if (to < 1) {
        pieces.push(piece);
        piece = [];
      }
    }
    if (piece.length) pieces.push(piece);
    return pieces;
  },
};
