// Where the grid of a GCJ-02 base lies beside ours, tile by tile. The same formulas as app/core/geo.py
// and app/gis/tiles/grid.py (a test compares them): within one tile the shift varies by a pixel at
// most, at any zoom, so a tile is drawn as it is, moved by the shift of its middle.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.baseShift = (() => {
  const A = 6378245.0;
  const E2 = 0.006693421622965943;
  const { PI, sin, cos, sqrt, abs } = Math;

  const common = (x) => ((20 * sin(6 * PI * x) + 20 * sin(2 * PI * x)) * 2) / 3;
  const ripple = (value, terms) =>
    (terms.reduce((sum, [height, length]) => sum + height * sin((value * PI) / length), 0) * 2) / 3;

  function gcj(lon, lat) {
    const x = lon - 105;
    const y = lat - 35;
    const north =
      -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + common(x) +
      ripple(y, [[20, 1], [40, 3], [160, 12], [320, 30]]);
    const east =
      300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + common(x) +
      ripple(x, [[20, 1], [40, 3], [150, 12], [300, 30]]);
    const radians = (lat * PI) / 180;
    const magic = 1 - E2 * sin(radians) ** 2;
    const root = sqrt(magic);
    return [
      lon + (east / ((A / root) * cos(radians))) * (180 / PI),
      lat + (north / ((A * (1 - E2)) / (magic * root))) * (180 / PI),
    ];
  }

  const position = (lon, lat, z) => [
    ((lon + 180) / 360) * 2 ** z,
    ((1 - Math.asinh(Math.tan((lat * PI) / 180)) / PI) / 2) * 2 ** z,
  ];

  // In tiles, east and south: what is at (x + 0.5, y + 0.5) of ours is there plus this in theirs.
  return (z, x, y) => {
    const count = 2 ** z;
    const lon = ((x + 0.5) / count) * 360 - 180;
    const lat = (Math.atan(Math.sinh(PI * (1 - (2 * (y + 0.5)) / count))) * 180) / PI;
    const [there_x, there_y] = position(...gcj(lon, lat), z);
    return [there_x - (x + 0.5), there_y - (y + 0.5)];
  };
})();
