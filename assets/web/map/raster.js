// A picture of values over the map, through a ramp of the theme's colours.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.Raster = class {
  static FADES = 24; // the lowest values come out of nothing, so that no edge stands where there is none

  take({ head, sections }) {
    this.head = head;
    this.value = sections.value;
    this.seq = head.seq;
    this.picture = null;
  }

  get empty() {
    return !(this.head.east > this.head.west && this.head.ramp.length);
  }

  // west, north, east, south of it.
  extent() {
    const { west, north, east, south } = this.head;
    return [west, north, east, south];
  }

  dress() {
    this.picture = null;
  }

  // 256 colours from the names of the ramp, low to high; 0 is see-through, the next few nearly so.
  static table(names) {
    const c = new OffscreenCanvas(256, 1).getContext("2d", { willReadFrequently: true });
    const ramp = c.createLinearGradient(0.5, 0, 255.5, 0);
    const steps = Math.max(1, names.length - 1);
    names.forEach((name, at) => ramp.addColorStop(at / steps, chengmai.symbols.colour(name)));
    c.fillStyle = ramp;
    c.fillRect(0, 0, 256, 1);
    const words = new Uint32Array(c.getImageData(0, 0, 256, 1).data.buffer.slice(0));
    for (let value = 0; value < chengmai.Raster.FADES; value++) {
      const alpha = Math.round((255 * value) / chengmai.Raster.FADES);
      words[value] = (words[value] & 0xffffff) | (alpha << 24);
    }
    return words;
  }

  draw(context, at) {
    const { head, value } = this;
    if (this.empty) return;
    if (!this.picture) {
      const table = chengmai.Raster.table(head.ramp);
      this.picture = new OffscreenCanvas(head.width, head.height);
      const c = this.picture.getContext("2d");
      const data = c.createImageData(head.width, head.height);
      const words = new Uint32Array(data.data.buffer);
      for (let i = 0; i < words.length; i++) words[i] = table[value[i]];
      c.putImageData(data, 0, 0);
    }
    const { k, dx, dy } = at;
    const [x, y] = [head.west * k + dx, head.north * k + dy];
    context.globalAlpha = head.opacity;
    context.imageSmoothingEnabled = true;
    context.drawImage(this.picture, x, y, (head.east - head.west) * k, (head.south - head.north) * k);
    context.globalAlpha = 1;
  }
};
