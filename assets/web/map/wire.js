// Bytes of the live line to frames (docs/decisions/0008-one-map.md). A typed array of a frame looks into
// the bytes that came: nothing is copied.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.wire = (() => {
  const TYPES = {
    f4: Float32Array,
    f8: Float64Array,
    u1: Uint8Array,
    u2: Uint16Array,
    u4: Uint32Array,
    i4: Int32Array,
  };
  const BUNDLE = 0x31424d43; // "CMB1", little-endian
  const FRAME = 0x31464d43; // "CMF1"
  const text = new TextDecoder("utf-8", { fatal: true });

  const padded = (length) => Math.ceil(length / 8) * 8;

  function fail(reason) {
    throw new RangeError("wire: " + reason);
  }

  // A frame that lies in `buffer` from `at` for `length` bytes: {head, sections: {name: array}}.
  function frame(buffer, at = 0, length = buffer.byteLength - at) {
    if (length < 8 || at % 8 || at + length > buffer.byteLength) fail("a frame is cut short");
    const view = new DataView(buffer, at, length);
    if (view.getUint32(0, true) !== FRAME) fail("no frame");
    const size = view.getUint32(4, true);
    if (8 + size > length) fail("a head is cut short");
    const head = JSON.parse(text.decode(new Uint8Array(buffer, at + 8, size)));
    const sections = {};
    let next = padded(8 + size);
    for (const [name, type, count] of head.sections || []) {
      const Kind = TYPES[type];
      if (!Kind) fail("no type " + type);
      if (!Number.isInteger(count) || count < 0) fail("no count of " + name);
      if (next + count * Kind.BYTES_PER_ELEMENT > length) fail(name + " is cut short");
      sections[name] = new Kind(buffer, at + next, count);
      next = padded(next + count * Kind.BYTES_PER_ELEMENT);
    }
    return { head, sections };
  }

  // All frames of an answer, oldest first. An empty answer holds none; one frame may come by itself.
  function bundle(buffer) {
    if (buffer.byteLength === 0) return [];
    if (buffer.byteLength < 8) fail("a bundle is cut short");
    const view = new DataView(buffer);
    if (view.getUint32(0, true) === FRAME) return [frame(buffer)];
    if (view.getUint32(0, true) !== BUNDLE) fail("no bundle");
    const count = view.getUint32(4, true);
    const found = [];
    let next = 8;
    for (let number = 0; number < count; number++) {
      if (next + 8 > buffer.byteLength) fail("a bundle is cut short");
      const length = Number(view.getBigUint64(next, true));
      found.push(frame(buffer, next + 8, length));
      next = padded(next + 8 + length);
    }
    return found;
  }

  return { bundle, frame };
})();
