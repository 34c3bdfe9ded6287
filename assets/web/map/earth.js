// Distances on the ellipsoid for the running figures of the tools. Vincenty's formulas ("Survey Review",
// 1975), to a millimetre; what is finished is measured once more in Python, by Karney's.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.earth = (() => {
  const A = 6378137;
  const F = 1 / 298.257223563;
  const B = A * (1 - F);
  const ROUNDS = 60;
  const rad = (degrees) => (degrees * Math.PI) / 180;
  const deg = (radians) => (radians * 180) / Math.PI;

  const series = (u) => [
    1 + (u / 16384) * (4096 + u * (-768 + u * (320 - 175 * u))),
    (u / 1024) * (256 + u * (-128 + u * (74 - 47 * u))),
  ];
  const bend = (b, sine, cosine, middle) =>
    b * sine * (middle + (b / 4) * (cosine * (2 * middle ** 2 - 1) -
      (b / 6) * middle * (4 * sine ** 2 - 3) * (4 * middle ** 2 - 3)));
  const reduced = (lat) => Math.atan((1 - F) * Math.tan(rad(lat)));

  // [metres, bearing in degrees from north] from one [lon, lat] to another.
  function between([lon0, lat0], [lon1, lat1]) {
    if (lon0 === lon1 && lat0 === lat1) return [0, 0];
    const [u, v, l] = [reduced(lat0), reduced(lat1), rad(lon1 - lon0)];
    const [su, cu, sv, cv] = [Math.sin(u), Math.cos(u), Math.sin(v), Math.cos(v)];
    let lambda = l;
    for (let round = 0; round < ROUNDS; round++) {
      const [sl, cl] = [Math.sin(lambda), Math.cos(lambda)];
      const sine = Math.hypot(cv * sl, cu * sv - su * cv * cl);
      const cosine = su * sv + cu * cv * cl;
      const sigma = Math.atan2(sine, cosine);
      const alpha = (cu * cv * sl) / sine;
      const square = 1 - alpha ** 2;
      const middle = square === 0 ? 0 : cosine - (2 * su * sv) / square;
      const c = (F / 16) * square * (4 + F * (4 - 3 * square));
      const next =
        l + (1 - c) * F * alpha * (sigma + c * sine * (middle + c * cosine * (2 * middle ** 2 - 1)));
      if (Math.abs(next - lambda) < 1e-12) {
        const [a, b] = series((square * (A ** 2 - B ** 2)) / B ** 2);
        const bearing = deg(Math.atan2(cv * Math.sin(next), cu * sv - su * cv * Math.cos(next)));
        return [B * a * (sigma - bend(b, sine, cosine, middle)), (bearing + 360) % 360];
      }
      lambda = next;
    }
    return [NaN, NaN]; // opposite sides of the earth: nobody measures that here
  }

  // The place [lon, lat] at a distance and bearing.
  function toward([lon, lat], metres, bearing) {
    const turn = rad(bearing);
    const u = reduced(lat);
    const [su, cu] = [Math.sin(u), Math.cos(u)];
    const from = Math.atan2(Math.tan(u), Math.cos(turn));
    const alpha = cu * Math.sin(turn);
    const square = 1 - alpha ** 2;
    const [a, b] = series((square * (A ** 2 - B ** 2)) / B ** 2);
    let sigma = metres / (B * a);
    for (let round = 0; round < ROUNDS; round++) {
      const middle = Math.cos(2 * from + sigma);
      const next = metres / (B * a) + bend(b, Math.sin(sigma), Math.cos(sigma), middle);
      const done = Math.abs(next - sigma) < 1e-12;
      sigma = next;
      if (done) break;
    }
    const [ss, cs] = [Math.sin(sigma), Math.cos(sigma)];
    const middle = Math.cos(2 * from + sigma);
    const x = su * ss - cu * cs * Math.cos(turn);
    const north = Math.atan2(su * cs + cu * ss * Math.cos(turn), (1 - F) * Math.hypot(alpha, x));
    const lambda = Math.atan2(ss * Math.sin(turn), cu * cs - su * ss * Math.cos(turn));
    const c = (F / 16) * square * (4 + F * (4 - 3 * square));
    const east = lambda - (1 - c) * F * alpha *
      (sigma + c * ss * (middle + c * cs * (2 * middle ** 2 - 1)));
    return [lon + deg(east), deg(north)];
  }

  // The circle around a place as n corners.
  function circle(centre, metres, n = 90) {
    return Array.from({ length: n }, (_, number) => toward(centre, metres, (360 * number) / n));
  }

  // Square metres inside of a ring, as on a plane at its middle: good to a thousandth within 100 km.
  function area(ring) {
    const middle = ring.reduce((sum, [, lat]) => sum + lat, 0) / ring.length;
    const root = 1 - (2 * F - F * F) * Math.sin(rad(middle)) ** 2;
    const east = (rad(1) * A * Math.cos(rad(middle))) / Math.sqrt(root);
    const north = (rad(1) * A * (1 - F) ** 2) / root ** 1.5;
    const [lon0, lat0] = ring[0];
    let twice = 0;
    ring.forEach(([lon, lat], number) => {
      const [lon1, lat1] = ring[(number + 1) % ring.length];
      twice += (lon - lon0) * (lat1 - lat0) - (lon1 - lon0) * (lat - lat0);
    });
    return Math.abs(twice / 2) * east * north;
  }

  function metres(value) {
    if (value < 1000) return `${value < 10 ? value.toFixed(1) : Math.round(value)} m`;
    return `${(value / 1000).toFixed(value < 100000 ? 2 : 1)} km`;
  }

  function square(value) {
    if (value < 100000) return `${Math.round(value)} m²`;
    return `${(value / 1e6).toFixed(value < 1e8 ? 2 : 1)} km²`;
  }

  return { between, toward, circle, area, metres, square };
})();
