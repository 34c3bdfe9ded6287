// Ways out that no rule of the page covers are closed here: WebRTC reaches a server past the guard. It is
// closed once more by what Chromium is told when it begins (widgets/map/scheme.py).
"use strict";

for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "WebTransport"]) {
  if (!(name in window)) continue;
  window[name] = class {
    constructor() {
      chengmai.page.say("refused", { address: name.toLowerCase() + ":", rule: "page" });
      throw new DOMException(name + " is closed", "NotAllowedError");
    }
  };
}
