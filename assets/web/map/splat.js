// Marks without a GPU: sprites copied into the pixels of one picture. Two hundred thousand dots take a few
// milliseconds; WebGL in software takes ten times as long.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.Splat = class {
  static scratch = null; // the pixels of the last size: all layers draw one after the other in the same

  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.stamps = [];
    this.sprites = null;
    this.width = 0;
    this.inked = false; // something stands on the canvas
  }

  // Draw `n` marks: `xy` offsets, `sprite` numbers. `at` is {k, dx, dy, width, height} in device pixels.
  draw(at, sprites, xy, sprite, n) {
    const { width, height, k, dx, dy } = at;
    if (n === 0 && !this.inked) return;
    if (this.sprites !== sprites || this.width !== width) {
      this.stamps = [];
      this.sprites = sprites;
      this.width = width;
    }
    const picture = this._picture(width, height);
    const pixels = picture.words;
    pixels.fill(0);
    const { stamps } = this;
    const reach = sprites.reach + 1;
    const right = width - reach;
    const bottom = height - reach;
    for (let i = 0; i < n; i++) {
      const x = xy[2 * i] * k + dx;
      const y = xy[2 * i + 1] * k + dy;
      // What is no number compares false and is left out.
      if (!(x > -reach && x < width + reach && y > -reach && y < height + reach)) continue;
      const stamp = stamps[sprite[i]] || this._stamp(sprite[i]);
      const left = Math.floor(x + stamp.left);
      const top = Math.floor(y + stamp.top);
      if (x < reach || x > right || y < reach || y > bottom) {
        this._clipped(pixels, width, height, left, top, stamp.sprite);
        continue;
      }
      const from = top * width + left;
      const { solid, colours, one, soft, shades } = stamp;
      if (one) {
        for (let j = 0; j < solid.length; j++) pixels[from + solid[j]] = one;
      } else {
        for (let j = 0; j < solid.length; j++) pixels[from + solid[j]] = colours[j];
      }
      for (let j = 0; j < soft.length; j++) {
        const p = from + soft[j];
        const under = pixels[p];
        if (under === 0) pixels[p] = shades[j];
        else if (under !== one) pixels[p] = chengmai.Splat.over(under, shades[j]);
      }
    }
    this.context.putImageData(picture.data, 0, 0);
    this.inked = n > 0;
  }

  clear() {
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.inked = false;
  }

  release() {
    this.stamps = [];
    this.sprites = null;
  }

  _picture(width, height) {
    const old = chengmai.Splat.scratch;
    if (old && old.data.width === width && old.data.height === height) return old;
    const data = new ImageData(width, height);
    const words = new Uint32Array(data.data.buffer);
    return (chengmai.Splat.scratch = { data, words });
  }

  // A sprite as places in the picture: pixels that cover, and pixels that shine through.
  _stamp(index) {
    const sprite = this.sprites.get(index);
    const { width, left, top, pixels } = sprite;
    const [solid, colours, soft, shades] = [[], [], [], []];
    pixels.forEach((pixel, at) => {
      const place = Math.floor(at / width) * this.width + (at % width);
      const alpha = pixel >>> 24;
      if (alpha === 255) {
        solid.push(place);
        colours.push(pixel);
      } else if (alpha > 0) {
        soft.push(place);
        shades.push(pixel);
      }
    });
    const one = colours.length && colours.every((pixel) => pixel === colours[0]) ? colours[0] : 0;
    return (this.stamps[index] = {
      sprite,
      left,
      top,
      one,
      solid: Int32Array.from(solid),
      colours: Uint32Array.from(colours),
      soft: Int32Array.from(soft),
      shades: Uint32Array.from(shades),
    });
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
        pixels[p] = pixel >>> 24 === 255 ? pixel : chengmai.Splat.over(pixels[p], pixel);
      }
    }
  }

  // One colour over another; both with their alpha apart (Porter and Duff, 1984: "over").
  static over(under, above) {
    const a = above >>> 24;
    const b = under >>> 24;
    if (b === 0) return above;
    const rest = (b * (255 - a)) / 255;
    const alpha = a + rest;
    const red = ((above & 255) * a + (under & 255) * rest) / alpha + 0.5;
    const green = (((above >>> 8) & 255) * a + ((under >>> 8) & 255) * rest) / alpha + 0.5;
    const blue = (((above >>> 16) & 255) * a + ((under >>> 16) & 255) * rest) / alpha + 0.5;
    return (((alpha + 0.5) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  }
};
