// What the theme gives: colours and sizes as variables of the style sheet and in `chengmai.look`, and the
// lines at the foot of the map (datum, review number, source, classification).
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.look = { colours: {}, sizes: {}, language: "zh_CN", sentences: {}, reduced: false, foot: [] };

chengmai.page.begin((page) => {
  const { map } = page;
  const foot = document.createElement("div");
  foot.id = "foot";
  document.body.append(foot);
  L.control.scale({ imperial: false, maxWidth: 160, position: "bottomleft" }).addTo(map);

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
  });
});
