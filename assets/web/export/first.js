// In a page that was exported there is no program: what the page says is heard by the page itself.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.heard = () => {};
chengmai.sayer = () => (kind, body = {}) => {
  chengmai.heard(kind, body);
  return true;
};
