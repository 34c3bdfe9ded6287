// Stands in every document of an embedded page, in a world of its own that the page cannot see.
// It brings the rules for what the page may reach, and answers whether the page lives.
(() => {
  "use strict";
  const policy = "@POLICY@";
  // Rules that a document brings itself hold from the element on that names them: so it comes
  // before everything, and does not stay in the page's tree.
  const meta = document.createElement("meta");
  meta.httpEquiv = "Content-Security-Policy";
  meta.content = policy;
  const head = document.createElement("head");
  head.append(meta);
  const root = document.documentElement || document.appendChild(document.createElement("html"));
  const own = root.childNodes.length === 0;
  root.append(head);
  head.remove();
  if (own) root.remove();

  const told = globalThis.chengmai = { asked: 0, drawn: 0, stopped: 0, heard: 0, unheard: 0 };
  document.addEventListener("securitypolicyviolation", (event) => {
    if (event.originalPolicy.includes("object-src 'none'; base-uri")) told.stopped += 1;
  });
  if (window !== window.top) return;

  // Asked each second. A frame that is drawn after the question was heard is known next time.
  told.ask = () => {
    const number = ++told.asked;
    requestAnimationFrame(() => requestAnimationFrame(() => {
      told.drawn = Math.max(told.drawn, number);
    }));
    // As text: PySide 6.11.3 gives an empty one for a list.
    const { asked, drawn, stopped, heard, unheard } = told;
    return JSON.stringify([asked, drawn, stopped, heard, unheard]);
  };

  // Whether its server is there. Any answer counts, also a refusal; nothing is sent that signs in.
  told.call = () => {
    const wish = { method: "HEAD", cache: "no-store", credentials: "omit", redirect: "manual" };
    fetch(location.href, { ...wish, signal: AbortSignal.timeout(5000) }).then(
      () => { told.heard += 1; told.unheard = 0; },
      () => { told.unheard += 1; },
    );
  };
})();
