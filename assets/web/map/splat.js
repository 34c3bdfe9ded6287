// Marks without a GPU: sprites copied into the pixels of one picture. Two hundred thousand dots take a few
// milliseconds; WebGL in software takes ten times as long.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.Splat = class {
  static CROWD = 30000;
  static SMALL = 400; // pixels: what is smaller loses its outline in a crowd
  static ALIKE = 1000; // so many marks of one sprite after each other are drawn row by row
  static STEP = 256; // pixels: the scratch grows by so much
  static scratch = null; // pixels, as many as were needed: all layers draw one after the other in the same
  static spots = new Int32Array(0); // the first pixels of marks, for all layers as well

  constructor(sheet) {
    this.sheet = sheet;
    this.stamps = [];
    this.sprites = null;
    this.width = 0;
    this.crowd = false;
    this.inked = false; // something stands on the sheet
  }

  // Draw `n` marks: `xy` offsets, `sprite` numbers. `at` is {k, dx, dy, width, height} in device pixels. The last
  // lies on top. In a crowd the soft edges of plain marks are left hard: nobody sees them, and they cost most.
  draw(at, sprites, xy, sprite, n) {
    if (n === 0 && !this.inked) return;
    const crowd = n > chengmai.Splat.CROWD;
    const reach = sprites.reach + 1;
    const [from_x, from_y, to_x, to_y] = crowd ? [0, 0, at.width, at.height] : chengmai.Splat.box(at, xy, n, reach);
    const scratch = chengmai.Splat.picture(to_x - from_x, to_y - from_y);
    const { data, words: pixels } = scratch;
    const { width, height } = data;
    const [k, dx, dy] = [at.k, at.dx - from_x, at.dy - from_y];
    if (this.sprites !== sprites || this.width !== width || this.crowd !== crowd) {
      Object.assign(this, { sprites, width, crowd, stamps: [] });
    }
    let [least_x, least_y, largest_x, largest_y] = [width, height, -1, -1];
    const { stamps } = this;
    const spots = chengmai.Splat.room(n);
    const [right, bottom] = [width - reach, height - reach];
    const [most_x, most_y] = [width + reach, height + reach];
    let [count, number, stamp] = [0, -1, null]; // marks of one sprite after each other
    for (let i = 0; i < n; i++) {
      const x = xy[2 * i] * k + dx;
      const y = xy[2 * i + 1] * k + dy;
      // What is no number compares false and is left out.
      if (!(x > -reach && x < most_x && y > -reach && y < most_y)) continue;
      if (x < least_x) least_x = x;
      if (x > largest_x) largest_x = x;
      if (y < least_y) least_y = y;
      if (y > largest_y) largest_y = y;
      if (sprite[i] !== number) {
        if (count) chengmai.Splat.put(pixels, stamp, spots, count, crowd);
        [count, number] = [0, sprite[i]];
        stamp = stamps[number] || this._stamp(number);
      }
      if (x < reach || x > right || y < reach || y > bottom) {
        if (count && !crowd) {
          chengmai.Splat.put(pixels, stamp, spots, count, crowd);
          count = 0;
        }
        this._clipped(pixels, width, height, Math.floor(x + stamp.left), Math.floor(y + stamp.top), stamp.sprite);
      } else spots[count++] = ((y + stamp.top) | 0) * width + ((x + stamp.left) | 0);
    }
    if (count) chengmai.Splat.put(pixels, stamp, spots, count, crowd);
    const box = [least_x - reach, least_y - reach, largest_x + reach, largest_y + reach];
    scratch.inked = [Math.max(0, Math.floor(box[1])), Math.min(height, Math.ceil(box[3]))];
    const shift = [from_x, from_y, from_x, from_y];
    const { left, top, width: wide, height: high } = this.sheet.place(() => box.map((side, i) => side + shift[i]));
    const [x, y] = [from_x - left, from_y - top];
    if (wide) this.sheet.clean().putImageData(data, x, y, -x, -y, wide, high);
    this.inked = n > 0;
  }

  // The part of the view that marks take, in whole pixels.
  static box({ k, dx, dy, width, height }, xy, n, reach) {
    let [left, top, right, bottom] = [width, height, 0, 0];
    for (let i = 0; i < n; i++) {
      const x = xy[2 * i] * k + dx;
      const y = xy[2 * i + 1] * k + dy;
      if (!(x > -reach && x < width + reach && y > -reach && y < height + reach)) continue;
      left = Math.min(left, x - reach);
      top = Math.min(top, y - reach);
      right = Math.max(right, x + reach);
      bottom = Math.max(bottom, y + reach);
    }
    const [from_x, from_y] = [Math.max(0, Math.floor(left)), Math.max(0, Math.floor(top))];
    const [to_x, to_y] = [Math.min(width, Math.ceil(right)), Math.min(height, Math.ceil(bottom))];
    return to_x > from_x && to_y > from_y ? [from_x, from_y, to_x, to_y] : [0, 0, 0, 0];
  }

  // The same sprite at `count` spots, in their order. Many of one colour have no order: row by row of the sprite they
  // take half the time.
  static put(pixels, { starts, lengths, paint, places, colours }, spots, count, crowd) {
    if (count >= chengmai.Splat.ALIKE && places.length === 0) {
      for (let j = 0; j < starts.length; j++) chengmai.Splat.ROWS[lengths[j]](pixels, spots, count, starts[j], paint);
      return;
    }
    for (let i = 0; i < count; i++) {
      const from = spots[i];
      for (let j = 0; j < starts.length; j++) {
        const p = from + starts[j];
        // Written out: a loop in the loop takes twice as long.
        switch (lengths[j]) {
          case 8:
            pixels[p + 7] = paint;
          case 7:
            pixels[p + 6] = paint;
          case 6:
            pixels[p + 5] = paint;
          case 5:
            pixels[p + 4] = paint;
          case 4:
            pixels[p + 3] = paint;
          case 3:
            pixels[p + 2] = paint;
          case 2:
            pixels[p + 1] = paint;
          default:
            pixels[p] = paint;
        }
      }
      for (let j = 0; j < places.length; j++) {
        const p = from + places[j];
        const under = pixels[p];
        pixels[p] = under === 0 || crowd ? colours[j] : chengmai.Splat.over(colours[j], under);
      }
    }
  }

  static room(n) {
    if (chengmai.Splat.spots.length < n) chengmai.Splat.spots = new Int32Array(n);
    return chengmai.Splat.spots;
  }

  release() {
    this.stamps = [];
    this.sprites = null;
  }

  // Empty pixels, at least so many.
  static picture(wide, high) {
    const old = chengmai.Splat.scratch;
    if (old && old.data.width >= wide && old.data.height >= high) {
      old.words.fill(0, old.inked[0] * old.data.width, old.inked[1] * old.data.width);
      return old;
    }
    const stepped = (side) => Math.ceil(Math.max(1, side) / chengmai.Splat.STEP) * chengmai.Splat.STEP;
    const [width, height] = old ? [Math.max(wide, old.data.width), Math.max(high, old.data.height)] : [wide, high];
    const data = new ImageData(stepped(width), stepped(height));
    return (chengmai.Splat.scratch = { data, words: new Int32Array(data.data.buffer), inked: [0, 0] });
  }

  // A sprite as runs of one colour that covers, and single pixels that are blended.
  _stamp(index) {
    const sprite = this.sprites.get(index);
    const { width, left, top, pixels } = sprite;
    const alpha = (pixel) => pixel >>> 24;
    const paint = this.crowd ? dominant(pixels) : pixels.find((pixel) => alpha(pixel) === 255) || 0;
    const covers = (pixel) => pixel === paint || (this.crowd && paint && alpha(pixel) >= 128 && near(pixel, paint));
    const small = pixels.length <= chengmai.Splat.SMALL;
    const [starts, lengths, places, colours] = [[], [], [], []];
    pixels.forEach((pixel, at) => {
      const column = at % width;
      const place = Math.floor(at / width) * this.width + column;
      const last = starts.length - 1;
      if (paint && covers(pixel)) {
        const follows = last >= 0 && starts[last] + lengths[last] === place && column > 0;
        if (follows && lengths[last] < 8) lengths[last]++;
        else {
          starts.push(place);
          lengths.push(1);
        }
      } else if (this.crowd ? alpha(pixel) >= 128 && !(paint && small) : alpha(pixel) > 0) {
        places.push(place);
        colours.push(this.crowd ? pixel | (255 << 24) : pixel);
      }
    });
    return (this.stamps[index] = {
      sprite,
      left,
      top,
      paint: paint | 0,
      starts: Int32Array.from(starts),
      lengths: Int32Array.from(lengths),
      places: Int32Array.from(places),
      colours: Int32Array.from(colours),
    });

    // The covering colour that most pixels have.
    function dominant(all) {
      const counts = new Map();
      for (const pixel of all) if (alpha(pixel) === 255) counts.set(pixel, (counts.get(pixel) || 0) + 1);
      return [...counts].reduce((most, one) => (one[1] > most[1] ? one : most), [0, 0])[0];
    }

    // The same colour but for what blending at an edge rounded.
    function near(one, other) {
      const apart = (shift) => Math.abs(((one >>> shift) & 255) - ((other >>> shift) & 255));
      return apart(0) < 24 && apart(8) < 24 && apart(16) < 24;
    }
  }

  _clipped(pixels, width, height, left, top, sprite) {
    for (let row = 0; row < sprite.height; row++) {
      const y = top + row;
      if (y < 0 || y >= height) continue;
      for (let column = 0; column < sprite.width; column++) {
        const x = left + column;
        const pixel = sprite.pixels[row * sprite.width + column];
        if (x < 0 || x >= width || pixel >>> 24 === 0) continue;
        const p = y * width + x;
        pixels[p] = chengmai.Splat.over(pixel, pixels[p]);
      }
    }
  }

  // One colour over another; both with their alpha apart (Porter and Duff, 1984: "over").
  static over(above, under) {
    const a = above >>> 24;
    const b = under >>> 24;
    if (b === 0 || a === 255) return above;
    const rest = (b * (255 - a)) / 255;
    const alpha = a + rest;
    const red = ((above & 255) * a + (under & 255) * rest) / alpha + 0.5;
    const green = (((above >>> 8) & 255) * a + ((under >>> 8) & 255) * rest) / alpha + 0.5;
    const blue = (((above >>> 16) & 255) * a + ((under >>> 16) & 255) * rest) / alpha + 0.5;
    return ((alpha + 0.5) << 24) | (blue << 16) | (green << 8) | red;
  }
};

// A row of so many pixels at all spots; written out, as above.
chengmai.Splat.ROWS = [
  null,
  (p, spots, n, row, c) => {
    for (let i = 0; i < n; i++) p[spots[i] + row] = c;
  },
  (p, spots, n, row, c) => {
    for (let i = 0; i < n; i++) {
      const q = spots[i] + row;
      p[q] = p[q + 1] = c;
    }
  },
  (p, spots, n, row, c) => {
    for (let i = 0; i < n; i++) {
      const q = spots[i] + row;
      p[q] = p[q + 1] = p[q + 2] = c;
    }
  },
  (p, spots, n, row, c) => {
    for (let i = 0; i < n; i++) {
      const q = spots[i] + row;
      p[q] = p[q + 1] = p[q + 2] = p[q + 3] = c;
    }
  },
  (p, spots, n, row, c) => {
    for (let i = 0; i < n; i++) {
      const q = spots[i] + row;
      p[q] = p[q + 1] = p[q + 2] = p[q + 3] = p[q + 4] = c;
    }
  },
  (p, spots, n, row, c) => {
    for (let i = 0; i < n; i++) {
      const q = spots[i] + row;
      p[q] = p[q + 1] = p[q + 2] = p[q + 3] = p[q + 4] = p[q + 5] = c;
    }
  },
  (p, spots, n, row, c) => {
    for (let i = 0; i < n; i++) {
      const q = spots[i] + row;
      p[q] = p[q + 1] = p[q + 2] = p[q + 3] = p[q + 4] = p[q + 5] = p[q + 6] = c;
    }
  },
  (p, spots, n, row, c) => {
    for (let i = 0; i < n; i++) {
      const q = spots[i] + row;
      p[q] = p[q + 1] = p[q + 2] = p[q + 3] = p[q + 4] = p[q + 5] = p[q + 6] = p[q + 7] = c;
    }
  },
];
