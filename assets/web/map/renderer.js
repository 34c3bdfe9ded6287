// Who draws by WebGL here. A renderer in software is no GPU: what it draws is slower than what we draw
// ourselves into an ImageData.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.renderer = () => {
  const canvas = document.createElement("canvas");
  const gl = canvas.getContext("webgl2", { failIfMajorPerformanceCaveat: true });
  if (!gl) return { renderer: "", webgl: false };
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  const renderer = String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  const lose = gl.getExtension("WEBGL_lose_context");
  if (lose) lose.loseContext();
  return { renderer, webgl: !/swiftshader|llvmpipe|softpipe|software/i.test(renderer) };
};

chengmai.renderers = {
  FEW: 4000, // a page may have 16 contexts of WebGL and no more: fewer marks than this are drawn without
  TOGETHER_MS: 1000, // contexts that go within so long went for one reason
  REST_MS: 10000, // after a loss nobody draws by WebGL for so long
  LOSSES: 3, // after so many the page does without for good
  losses: 0,
  lost_at: -Infinity,

  // `renderer=cpu` or `renderer=webgl` in the address decide; else whether there is a GPU.
  name() {
    const asked = new URLSearchParams(location.search).get("renderer");
    if (asked === "cpu" || asked === "webgl") return asked;
    const software = /swiftshader|llvmpipe|softpipe|software|basic render/i;
    return chengmai.page.webgl && !software.test(chengmai.page.renderer) ? "webgl" : "cpu";
  },

  of(n) {
    const fit = n > this.FEW && this.name() === "webgl" && this.hold();
    return fit ? chengmai.WebGl : chengmai.Splat;
  },

  // Whether contexts can be relied on now.
  hold() {
    return this.losses < this.LOSSES && chengmai.stage.now() - this.lost_at >= this.REST_MS;
  },

  // A driver that was reset takes every context of the page. Whoever drew by one draws without at once
  // (layers.js); a base of vector tiles has nothing else, so where it keeps happening the program is told
  // that there is no GPU, and shows the next base that needs none.
  lost() {
    const now = chengmai.stage.now();
    if (now - this.lost_at < this.TOGETHER_MS || this.losses >= this.LOSSES) return;
    this.lost_at = now;
    if (++this.losses < this.LOSSES) return;
    chengmai.page.webgl = false;
    chengmai.page.ready();
  },
};
