// What the theme gives: colours and sizes as variables of the style sheet and in `chengmai.look`, and the
// lines at the foot of the map (datum, review number, source, classification).
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.look = { colours: {}, sizes: {}, language: "zh_CN", sentences: {}, reduced: false, foot: [] };

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
  });
});
