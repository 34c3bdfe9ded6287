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
