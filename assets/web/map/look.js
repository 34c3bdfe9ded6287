// What the theme gives: colours and sizes as variables of the style sheet and in `chengmai.look`, and the
// lines at the foot of the map (datum, review number, source, classification).
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.look = {
  colours: {},
  sizes: {},
  language: "zh_CN",
  sentences: {},
  reduced: false,
  foot: [],
  seams: null,
  lettered: false, // the city's letters are there
};

// Text from outside as one line that reads from left to right: without what turns, breaks or hides letters.
chengmai.plain = (text) =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g, "");

// The strips along the seams of a wall, in CSS pixels of a page this large: no text lies on them.
chengmai.seams = (width, height) => {
  const { x = [], y = [], clear = 0 } = chengmai.look.seams || {};
  return [
    ...x.map((at) => [at - clear, 0, at + clear, height]),
    ...y.map((at) => [0, at - clear, width, at + clear]),
  ];
};

chengmai.page.begin((page) => {
  const SCALE_EM = 9; // at most; its words need half of that
  const { map } = page;
  const foot = document.createElement("div");
  foot.id = "foot";
  const strip = document.createElement("div");
  strip.id = "strip";
  document.body.append(strip);
  // The scale stands in one strip with the lines.
  const scale = L.control.scale({ imperial: false, maxWidth: 160, position: "bottomleft" }).addTo(map);
  const bar = scale.getContainer();
  strip.append(bar, foot);
  chengmai.look.strip = 0; // pixels of the foot: a whole city is fitted above it, names stay above it
  new ResizeObserver(() => {
    chengmai.look.strip = strip.offsetHeight;
    chengmai.labels.wake();
  }).observe(strip);

  // The lines stand on the last panel of a wall, the scale on the first.
  function keep_off_seams() {
    const across = chengmai.seams(innerWidth, innerHeight).filter(([left]) => left > 0);
    const last = Math.max(0, ...across.map((strip) => strip[2]));
    const room = innerWidth - last;
    foot.style.maxWidth = last && room > foot.offsetHeight * 6 ? `${room}px` : "";
  }

  function line(text) {
    const part = document.createElement("span");
    part.textContent = text;
    return part;
  }

  page.on("look", ({ head }) => {
    Object.assign(chengmai.look, head.look);
    const { language, reduced, foot: lines } = chengmai.look;
    const root = document.documentElement;
    root.lang = language === "en" ? "en" : "zh-CN";
    for (const [name, value] of Object.entries(head.css)) root.style.setProperty(name, value);
    map.options.inertia = !reduced;
    map._zoomAnimated = L.Browser.any3d && !reduced;
    foot.replaceChildren(...lines.map(line));
    scale.options.maxWidth = SCALE_EM * (chengmai.look.sizes.caption || 14);
    scale._update();
    keep_off_seams();
  });

  // Letters come a moment after the page: what was measured and drawn without them is done again.
  const faces = [400, 700].map((weight) => document.fonts.load(`${weight} 14px "Chengmai Sans"`));
  Promise.all(faces).then(() => {
    chengmai.look.lettered = true;
    chengmai.labels.measure_anew();
    chengmai.layers.dress();
    chengmai.stage.all();
  });
});
