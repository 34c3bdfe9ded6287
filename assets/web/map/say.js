// What a person did here, told to the program: one POST after the other, in the order they happened.
// The JSON travels in the header X-Said, in ASCII: PySide 6.11 ends the process when it is asked for the
// body of a request (QWebEngineUrlRequestJob.requestBody).
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.sayer = (view) => {
  const LIMIT = 1 << 20; // bytes; the program refuses more
  const WAITING = 200; // tellings; a program that does not listen is not told everything later
  let last = Promise.resolve();
  let waiting = 0;

  const escape = (letter) => "\\u" + letter.charCodeAt(0).toString(16).padStart(4, "0");

  async function post(said) {
    const headers = { "X-Said": said };
    try {
      await fetch("city://map/say/" + view, { method: "POST", headers, cache: "no-store" });
    } catch (error) {
      // The program is gone, or refused it and counted that; there is nobody else to tell.
    } finally {
      waiting--;
    }
  }

  return (kind, body = {}) => {
    const said = JSON.stringify({ ...body, kind }).replace(/[\u007f-\uffff]/g, escape);
    if (said.length > LIMIT || waiting >= WAITING) return false;
    waiting++;
    last = last.then(() => post(said));
    return true;
  };
};
