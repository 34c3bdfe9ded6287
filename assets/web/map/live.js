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
      // The body of a refusal never ends (Qt WebEngine 6.11), so it is not read.
      if (!got.ok) throw new Error("refused: " + got.status);
      return await got.arrayBuffer();
    } catch (error) {
      if (stop.signal.aborted) return new ArrayBuffer(0);
      throw error;
    } finally {
      clearTimeout(clock);
    }
  }

  function hear(data) {
    try {
      chengmai.wire.bundle(data).forEach(page.tell);
    } catch (error) {
      page.fault(error); // bytes that are no frames
    }
  }

  let wait = FIRST_MS;
  for (;;) {
    let data = null;
    try {
      data = await answer();
      wait = FIRST_MS;
    } catch (error) {
      await later(wait); // the program does not answer: it is not told, it is asked again
      wait = Math.min(wait * 2, LAST_MS);
    }
    if (data) hear(data);
  }
};
