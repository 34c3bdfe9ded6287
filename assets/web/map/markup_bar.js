// The bar of the mark-up tool: what is drawn, in which colour, and with which words.
"use strict";
globalThis.chengmai = globalThis.chengmai || {};

chengmai.markupBar = ({ forms, inks, word }, chosen, left) => {
  const bar = document.createElement("div");
  bar.id = "markup-bar";
  const input = document.createElement("input");
  input.maxLength = 200;
  input.placeholder = word("tool.label", "");
  let asked = null;

  function button(group, value, text) {
    const made = document.createElement("button");
    made.type = "button";
    made.dataset[group] = value;
    made.textContent = text;
    made.addEventListener("click", () => {
      choose({ [group]: value });
      chosen({ [group]: value });
    });
    bar.append(made);
    return made;
  }

  function choose(what) {
    for (const [group, value] of Object.entries(what)) {
      for (const one of bar.querySelectorAll(`button[data-${group}]`)) {
        one.classList.toggle("on", one.dataset[group] === value);
      }
    }
  }

  function hush() {
    asked = null;
    input.value = "";
    input.hidden = done.hidden = true;
    document.activeElement === input && input.blur();
  }

  function send() {
    if (asked && asked(input.value)) hush();
    else input.focus();
  }

  for (const [form, name] of Object.entries(forms)) button("form", form, word(name, form));
  for (const ink of inks) {
    const made = button("ink", ink, "●");
    made.style.color = chengmai.figures.colour(ink);
    made.setAttribute("aria-label", word("tool.ink", ""));
  }
  bar.append(input);
  const done = document.createElement("button");
  done.type = "button";
  done.textContent = word("tool.done", "OK");
  done.addEventListener("click", send);
  bar.append(done);
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter" && !event.isComposing) send();
    if (event.key === "Escape") left();
  });
  for (const kind of ["pointerdown", "pointerup", "click", "dblclick", "wheel"]) {
    bar.addEventListener(kind, (event) => event.stopPropagation());
  }
  hush();
  document.body.append(bar);
  return {
    choose,
    hush,
    asks: () => asked !== null,
    ask(then) {
      asked = then;
      input.hidden = done.hidden = false;
      input.focus();
    },
    remove: () => bar.remove(),
  };
};
