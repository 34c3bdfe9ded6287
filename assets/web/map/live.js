// The live line: a request that the program holds open until it has something to say to this view.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.listen = async (page) => {
  const HELD_MS = 45000; // then it is asked anew, so that a line that was lost is noticed
  const FIRST_MS = 100; // before asking again after a failure; doubled up to
  const LAST_MS = 5000;
  const later = (ms) => new Promise((done) => setTimeout(done, ms));

  async function answer() {
    const stop = new AbortController();
    const clock = setTimeout(() => stop.abort(), HELD_MS);
    try {
      const address = "city://map/live/" + page.view;
      const got = await fetch(address, { signal: stop.signal, cache: "no-store" });
      return await got.arrayBuffer();
    } catch (error) {
      if (stop.signal.aborted) return new ArrayBuffer(0);
      throw error;
    } finally {
      clearTimeout(clock);
    }
  }

  let wait = FIRST_MS;
  for (;;) {
    try {
      chengmai.wire.bundle(await answer()).forEach(page.tell);
      wait = FIRST_MS;
    } catch (error) {
      // Bytes that are no frames are our own mistake; a line that broke is nobody's.
      if (!(error instanceof TypeError)) page.fault(error);
      await later(wait);
      wait = Math.min(wait * 2, LAST_MS);
    }
  }
};
