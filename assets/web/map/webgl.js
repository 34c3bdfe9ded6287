// Marks with a GPU: the same sprites from one texture, one instance each. Places are rounded as in splat.js, so
// that both give the same picture.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.WebGl = class {
  static SIDE = 1024; // of the texture that holds the sprites; doubled while they do not fit

  static VERTEX = `#version 300 es
    precision highp float;
    in vec2 place;
    in float number;
    uniform vec2 k, d, size;
    uniform sampler2D table;
    out vec2 texel;
    void main() {
      int index = int(number + 0.5) * 2;
      int columns = textureSize(table, 0).x;
      vec4 box = texelFetch(table, ivec2(index % columns, index / columns), 0);
      vec4 more = texelFetch(table, ivec2((index + 1) % columns, (index + 1) / columns), 0);
      vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
      vec2 at = place * k + d;
      vec2 pixel = floor(at + more.xy) + corner * box.zw;
      texel = box.xy + corner * box.zw;
      bool real = place.x == place.x && place.y == place.y;
      vec2 clip = pixel / size * 2.0 - 1.0;
      gl_Position = real ? vec4(clip.x, -clip.y, 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
    }`;

  static FRAGMENT = `#version 300 es
    precision highp float;
    in vec2 texel;
    uniform sampler2D atlas;
    out vec4 colour;
    void main() {
      vec4 found = texelFetch(atlas, ivec2(texel), 0);
      if (found.a == 0.0) discard;
      colour = found;
    }`;

  // `lost()` is called where the context is taken away, which nobody promises to give back.
  constructor(sheet, lost) {
    this.sheet = sheet;
    const { canvas } = sheet;
    this.lost = false;
    this.released = false;
    this.inked = false;
    canvas.addEventListener("webglcontextlost", () => {
      if (this.released) return;
      this.lost = true;
      chengmai.renderers.lost();
      lost();
    });
    const wanted = { antialias: false, alpha: true, premultipliedAlpha: true, preserveDrawingBuffer: true };
    this.gl = canvas.getContext("webgl2", wanted);
    if (!this.gl) throw new Error("no WebGL2");
    this._begin();
  }

  draw(_, sprites, xy, sprite, n, version) {
    const { gl } = this;
    if (this.lost || (n === 0 && !this.inked)) return;
    const at = this.sheet.place();
    this._upload(sprites, xy, sprite, n, version);
    gl.viewport(0, 0, at.width, at.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniform2f(this.k, at.k, at.k);
    gl.uniform2f(this.d, at.dx, at.dy);
    gl.uniform2f(this.size, at.width, at.height);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, n);
    this.inked = n > 0;
  }

  release() {
    this.released = true;
    const lose = this.gl.getExtension("WEBGL_lose_context");
    if (lose) lose.loseContext();
  }

  _begin() {
    const { gl } = this;
    const program = gl.createProgram();
    for (const [kind, text] of [
      [gl.VERTEX_SHADER, chengmai.WebGl.VERTEX],
      [gl.FRAGMENT_SHADER, chengmai.WebGl.FRAGMENT],
    ]) {
      const shader = gl.createShader(kind);
      gl.shaderSource(shader, text);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.bindAttribLocation(program, 0, "place");
    gl.bindAttribLocation(program, 1, "number");
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(program));
    gl.useProgram(program);
    for (const name of ["k", "d", "size"]) this[name] = gl.getUniformLocation(program, name);
    gl.uniform1i(gl.getUniformLocation(program, "atlas"), 0);
    gl.uniform1i(gl.getUniformLocation(program, "table"), 1);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    this.places = this._attribute(0, 2, gl.FLOAT);
    this.numbers = this._attribute(1, 1, gl.UNSIGNED_SHORT);
    this.atlas = this._texture(0);
    this.table = this._texture(1);
    this.uploaded = { places: -1, numbers: null, sprites: null, made: -1 };
  }

  _attribute(location, size, type) {
    const { gl } = this;
    const buffer = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.enableVertexAttribArray(location);
    gl.vertexAttribPointer(location, size, type, false, 0, 0);
    gl.vertexAttribDivisor(location, 1);
    return buffer;
  }

  _texture(unit) {
    const { gl } = this;
    const texture = gl.createTexture();
    gl.activeTexture(gl.TEXTURE0 + unit);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    return texture;
  }

  _upload(sprites, xy, sprite, n, version) {
    const { gl, uploaded } = this;
    if (uploaded.places !== version || uploaded.xy !== xy) {
      gl.bindBuffer(gl.ARRAY_BUFFER, this.places);
      gl.bufferData(gl.ARRAY_BUFFER, xy, gl.DYNAMIC_DRAW);
    }
    if (uploaded.places !== version || uploaded.numbers !== sprite) {
      for (let i = 0; i < n; i++) if (!sprites.made[sprite[i]]) sprites.get(sprite[i]);
      gl.bindBuffer(gl.ARRAY_BUFFER, this.numbers);
      gl.bufferData(gl.ARRAY_BUFFER, sprite, gl.DYNAMIC_DRAW);
    }
    if (uploaded.sprites !== sprites || uploaded.made !== sprites.version) this._pack(sprites);
    this.uploaded = { places: version, xy, numbers: sprite, sprites, made: sprites.version };
  }

  // All sprites in rows of one texture, and a table of where each lies.
  _pack(sprites) {
    const { gl } = this;
    let side = chengmai.WebGl.SIDE;
    let places = null;
    while (!(places = chengmai.WebGl.rows(sprites.made, side))) side *= 2;
    const pixels = new Uint8ClampedArray(side * side * 4);
    const words = new Uint32Array(pixels.buffer);
    const columns = 1024;
    const table = new Float32Array(columns * 4 * Math.max(1, Math.ceil((sprites.made.length * 2) / columns)));
    sprites.made.forEach((made, index) => {
      if (!made) return;
      const { x, y } = places[index];
      for (let row = 0; row < made.height; row++) {
        words.set(made.pixels.subarray(row * made.width, (row + 1) * made.width), (y + row) * side + x);
      }
      table.set([x, y, made.width, made.height, made.left, made.top, 0, 0], index * 8);
    });
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
    gl.activeTexture(gl.TEXTURE0);
    const image = new ImageData(pixels, side, side);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, image);
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false);
    gl.activeTexture(gl.TEXTURE1);
    const height = table.length / 4 / columns;
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA32F, columns, height, 0, gl.RGBA, gl.FLOAT, table);
  }

  static rows(made, side) {
    const places = new Array(made.length).fill(null);
    let [x, y, tall] = [0, 0, 0];
    for (let index = 0; index < made.length; index++) {
      const one = made[index];
      if (!one) continue;
      if (x + one.width > side) [x, y, tall] = [0, y + tall + 1, 0];
      if (y + one.height > side || one.width > side) return null;
      places[index] = { x, y };
      x += one.width + 1;
      tall = Math.max(tall, one.height);
    }
    return places;
  }
};
