// Many things near each other as one plain disc with their number; the worst level among them as a small shape
// at its shoulder. Built by supercluster in a worker, asked for the view.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.clustering = {
  RADIUS: 60, // pixels at 100 %
  LAST_ZOOM: 16, // closer than this nothing is put together

  // `xy` offsets, `rank` 0 none .. 4 red of each mark, origin of the offsets in the unit square.
  build({ xy, rank, origin, radius }) {
    const index = new Supercluster({
      radius,
      extent: 256,
      maxZoom: chengmai.clustering.LAST_ZOOM,
      map: ({ rank: own }) => ({ rank: own }),
      reduce: (sum, { rank: own }) => {
        sum.rank = Math.max(sum.rank, own);
      },
    });
    const features = [];
    for (let i = 0; i < rank.length; i++) {
      const x = xy[2 * i] + origin[0];
      const y = xy[2 * i + 1] + origin[1];
      if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1)) continue;
      const place = [x * 360 - 180, (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI];
      const geometry = { type: "Point", coordinates: place };
      features.push({ type: "Feature", geometry, properties: { rank: rank[i], index: i } });
    }
    index.load(features);
    return index;
  },

  // What is in a box (west, south, east, north) at a zoom: clusters, and the marks that stand alone.
  query(index, { box, zoom, origin }) {
    const found = index.getClusters(box, Math.max(0, Math.floor(zoom)));
    const many = found.filter(({ properties }) => properties.cluster);
    const xy = new Float32Array(2 * many.length);
    const count = new Uint32Array(many.length);
    const rank = new Uint8Array(many.length);
    many.forEach(({ geometry, properties }, i) => {
      const sine = Math.sin((geometry.coordinates[1] * Math.PI) / 180);
      xy[2 * i] = geometry.coordinates[0] / 360 + 0.5 - origin[0];
      xy[2 * i + 1] = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI) - origin[1];
      count[i] = properties.point_count;
      rank[i] = properties.rank;
    });
    const alone = found.filter(({ properties }) => !properties.cluster);
    return { xy, count, rank, singles: Uint32Array.from(alone, ({ properties }) => properties.index) };
  },

  // Answers what a worker is told: {build}, {drop} or a question.
  teller() {
    const held = new Map();
    return (data) => {
      if (data.drop) held.delete(data.layer);
      else if (data.build) {
        held.set(data.layer, chengmai.clustering.build(data));
        return { layer: data.layer, built: data.built };
      } else if (held.has(data.layer)) {
        const began = performance.now();
        const view = chengmai.clustering.query(held.get(data.layer), data);
        view.ms = performance.now() - began;
        view.zoom = data.zoom;
        return { layer: data.layer, asked: data.asked, view };
      }
      return null;
    };
  },

  // A worker that is none.
  here() {
    const tell = chengmai.clustering.teller();
    const worker = {
      postMessage: (asked) =>
        setTimeout(() => {
          const data = tell(structuredClone(asked));
          if (data) worker.onmessage({ data });
        }),
    };
    return worker;
  },
};

chengmai.Clusters = class {
  static RANKS = { red: 4, orange: 3, yellow: 2, blue: 1 };
  static LEVELS = ["", "blue", "yellow", "orange", "red"];
  static worker = null;
  static waiting = new Map(); // layer id -> Clusters
  static pen = new OffscreenCanvas(1, 1).getContext("2d"); // measures numbers

  constructor(layer) {
    this.layer = layer;
    this.view = null;
    this.built = 0;
    this.ready = false;
    this.asked = "";
    this.ms = 0; // of the last query
    this.told = ""; // which answer `view` is
    this.spots = []; // where its discs stand
    this.drawn = ""; // by which arrangement they were drawn
    chengmai.Clusters.waiting.set(layer.id, this);
    if (!chengmai.Clusters.worker) {
      const hear = ({ data }) => {
        const found = chengmai.Clusters.waiting.get(data.layer);
        if (found) found._hear(data);
      };
      // A page that was exported has no worker; it brought supercluster along.
      const beside = typeof Supercluster === "undefined";
      const worker = beside ? new Worker("city://map/assets/map/clusters.worker.js") : chengmai.clustering.here();
      worker.onmessage = hear;
      worker.onerror = (event) => chengmai.page.fault("clusters: " + event.message);
      chengmai.Clusters.worker = worker;
    }
  }

  load(marks) {
    const { x, y } = chengmai.page.origin;
    this.origin = [x, y];
    const levels = marks.styles.map(({ level }) => chengmai.Clusters.RANKS[level] || 0);
    const rank = Uint8Array.from(marks.style.subarray(0, marks.n), (style) => levels[style] || 0);
    const radius = chengmai.clustering.RADIUS * chengmai.symbols.factor();
    const xy = marks.to.slice();
    const { origin, layer } = this;
    const order = { build: true, layer: layer.id, built: ++this.built, xy, rank, origin, radius };
    this.ready = false;
    chengmai.Clusters.worker.postMessage(order);
  }

  // Ask for what is in view, once for each view.
  look() {
    if (!this.ready) return;
    const map = chengmai.page.map;
    const area = map.getBounds().pad(0.1);
    const box = [area.getWest(), area.getSouth(), area.getEast(), area.getNorth()];
    const asked = [this.built, Math.floor(map.getZoom()), ...box].join(" ");
    if (asked === this.asked) return;
    this.asked = asked;
    const order = { layer: this.layer.id, asked, box, zoom: map.getZoom(), origin: this.origin };
    chengmai.Clusters.worker.postMessage(order);
  }

  _hear({ built, asked, view }) {
    if (built === this.built) this.ready = true;
    if (view && asked === this.asked) {
      const { n } = this.layer.marks;
      view.singles = view.singles.filter((index) => index < n);
      this.view = view;
      this.told = asked + " " + built;
      this.ms = view.ms;
      chengmai.labels.wake();
    }
    chengmai.stage.wake(this.layer);
  }

  arrays(only, marks) {
    const xy = new Float32Array(2 * only.length);
    const sprite = new Uint16Array(only.length);
    only.forEach((index, i) => {
      xy[2 * i] = marks.shown[2 * index];
      xy[2 * i + 1] = marks.shown[2 * index + 1];
      sprite[i] = marks.sprite[index];
    });
    return [xy, sprite];
  }

  // 1,284; from a hundred thousand on 45.3 万.
  static words(count) {
    if (count < 100000) return String(count).replace(/(?<=\d)(?=\d{3}$)/, ",");
    return chengmai.look.language === "en" ? Math.round(count / 1000) + "k" : (count / 10000).toFixed(1) + " 万";
  }

  static radius(count) {
    return (12 + 2.5 * Math.log10(count)) * chengmai.symbols.factor();
  }

  static key = ""; // of what the discs stand by

  // Where the discs of all layers stand, the upper layers' first: each on its place, or beside it where
  // a warning, an incident, another number or a seam of the wall would lie on it. Gives a name to the
  // arrangement, so that whoever drew another one draws again.
  static settle(at) {
    const layers = chengmai.layers.ordered().reverse();
    const moves = (marks) => (chengmai.labels.is_grave(marks) ? marks.version : "");
    const versions = layers.map(({ id, marks, clusters }) => [id, clusters ? clusters.told : "", moves(marks)]);
    const seams = JSON.stringify(chengmai.look.seams);
    const key = [at.k, at.dx, at.dy, at.width, at.height, chengmai.symbols.factor(), seams, ...versions].join(" ");
    if (key === chengmai.Clusters.key) return key;
    chengmai.Clusters.key = key;
    const taken = chengmai.labels.grave(at);
    for (const { clusters } of layers) if (clusters) clusters._settle(at, taken);
    return key;
  }

  _settle(at, taken) {
    const { xy, count, rank } = this.view || { xy: [], count: [], rank: [] };
    const size = chengmai.look.sizes.caption || 14;
    const context = chengmai.Clusters.pen;
    this.spots = [];
    for (let i = 0; i < count.length; i++) {
      const place = [(xy[2 * i] * at.k + at.dx) / at.dpr, (xy[2 * i + 1] * at.k + at.dy) / at.dpr];
      const text = chengmai.Clusters.words(count[i]);
      const half = chengmai.labels.width_of(context, text, size) / 2;
      const radius = Math.max(chengmai.Clusters.radius(count[i]), half + 0.4 * size);
      const box = (x, y, far = 0) => [x - radius - far, y - radius - far, x + radius + far, y + radius + far];
      // With room between for the name of what it stands beside.
      const free = (far) => (cx, cy) => taken.free(box(cx, cy, far));
      const [x, y] = this._beside(place, radius, free(0.5 * size)) || this._beside(place, radius, free(0)) || place;
      const number = [x - half, y - 0.4 * size, x + half, y + 0.4 * size];
      taken.take(box(x, y));
      this.spots.push({ place, x, y, radius, half, text, size, rank: rank[i], box: box(x, y), number });
    }
  }

  // The nearest free place round a place; null where there is none.
  _beside([x, y], radius, free) {
    if (free(x, y)) return [x, y];
    for (const far of [0.6, 1.2, 1.8, 2.4, 3]) {
      for (let turn = 0; turn < 16; turn++) {
        const angle = (turn * Math.PI) / 8;
        const [cx, cy] = [x + far * radius * Math.cos(angle), y - far * radius * Math.sin(angle)];
        if (free(cx, cy)) return [cx, cy];
      }
    }
    return null;
  }

  draw(context, at) {
    this.drawn = chengmai.Clusters.settle(at);
    const { colour, factor } = chengmai.symbols;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineWidth = 1.5 * factor();
    context.strokeStyle = colour("text2");
    for (const { place, x, y } of this.spots) {
      context.beginPath();
      context.moveTo(...place);
      context.lineTo(x, y);
      context.stroke();
    }
    for (const { x, y, radius, half, text, size, rank } of this.spots) {
      context.font = chengmai.labels.font(size);
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fillStyle = colour("raised");
      context.fill();
      context.lineWidth = 1.5 * factor();
      context.strokeStyle = colour("text2");
      context.stroke();
      context.fillStyle = colour("text1");
      context.fillText(text, x, y + size * 0.04);
      if (!rank) continue;
      const level = chengmai.Clusters.LEVELS[rank];
      const shape = Math.max(14, size);
      const [right, up] = chengmai.Clusters.shoulder(radius, half, size, shape);
      chengmai.symbols.warning(context, x + right, y - up, shape, { level, outline: false }, 2);
    }
  }

  // Where the shape of the worst level stands at a disc: on its rim, and off its number.
  static shoulder(radius, half, size, shape) {
    const rim = 0.75 * radius;
    const above = 0.37 * size + 0.5 * shape + 2;
    return half <= rim - 0.6 * shape ? [rim, rim] : [rim, Math.max(rim, above)];
  }

  // The cluster under a point in CSS pixels: its index, or -1.
  pick(at, x, y) {
    chengmai.Clusters.settle(at);
    for (let i = this.spots.length - 1; i >= 0; i--) {
      const spot = this.spots[i];
      if (Math.hypot(spot.x - x, spot.y - y) <= spot.radius) return i;
    }
    return -1;
  }

  end() {
    chengmai.Clusters.waiting.delete(this.layer.id);
    chengmai.Clusters.worker.postMessage({ drop: true, layer: this.layer.id });
  }
};
