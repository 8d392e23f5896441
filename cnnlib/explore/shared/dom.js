// Small helpers to build pages: elements, labelled controls, and drawing.

const SVG = "http://www.w3.org/2000/svg";
// JupyterLab leaves keys alone where this stands; else arrows and the space bar would be its own
// before a slider hears of them. It counts only on the element that has the focus.
const OWN_KEYS = { "data-lm-suppress-shortcuts": true };
let unique = 0;

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) {
      node.setAttribute(name, value);
    }
  }
  node.append(...children);
  return node;
}

/** An HTML element with attributes, listeners (`onclick`, …) and children. */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function draw(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** A range with its label and its value in words; works with mouse, touch and arrow keys. */
export function slider({ label, min, max, step = 1, value, show = String, oninput }) {
  const id = `explore-${++unique}`;
  const output = el("output", { for: id }, show(value));
  const input = el("input", { id, type: "range", min, max, step, value, ...OWN_KEYS });
  input.addEventListener("input", () => {
    output.textContent = show(Number(input.value));
    oninput(Number(input.value));
  });
  const node = el("div", { class: "explore-control" }, el("label", { for: id }, label), input, output);
  return {
    node,
    set({ value: to, max: most = input.max }) {
      input.max = most;
      input.value = to;
      output.textContent = show(Number(to));
    },
  };
}

/** A checkbox with its label. */
export function checkbox({ label, value, onchange }) {
  const id = `explore-${++unique}`;
  const input = el("input", { id, type: "checkbox", onchange: () => onchange(input.checked),
    ...OWN_KEYS });
  input.checked = value;
  return {
    node: el("div", { class: "explore-control" }, input, el("label", { for: id }, label)),
    set: (to) => { input.checked = to; },
  };
}

/** A control behind its label. */
export function labelled(label, node) {
  return el("span", { class: "explore-labelled" }, el("span", { "aria-hidden": "true" }, label), node);
}

/** A choice of a few values, with a label that is read out. */
export function pick({ label, values, value, onchange }) {
  const options = values.map((v) => el("option", { value: v, selected: v === value }, String(v)));
  return el("select", { "aria-label": label, ...OWN_KEYS,
    onchange: (event) => onchange(event.target.value) }, ...options);
}

/** A button. */
export function button(label, onclick, more = {}) {
  return el("button", { type: "button", onclick, ...OWN_KEYS, ...more }, label);
}

/**
 * A button that lets something go on by itself, a step every `pause` milliseconds, until it is pressed
 * again, `stop()` is called, or its explorer is no longer on the page.
 */
export function player(label, pause, step) {
  let timer = 0;
  const words = `▶ ${label}`;
  function stop() {
    clearInterval(timer);
    timer = 0;
    node.textContent = words;
  }
  const node = button(words, () => {
    if (timer) {
      stop();
      return;
    }
    node.textContent = "❚❚ Pause";
    timer = setInterval(() => {
      if (node.isConnected) step();
      else stop();
    }, pause);
  });
  return { node, stop };
}

/** Buttons of which one is pressed: a choice that shows all there is. */
export function choice({ label, values, names = values, value, onchange }) {
  const buttons = values.map((each, i) => button(names[i], () => onchange(each)));
  const set = (to) => buttons.forEach((each, i) =>
    each.setAttribute("aria-pressed", String(values[i] === to)));
  set(value);
  return { node: el("div", { class: "explore-choice", role: "group", "aria-label": label }, ...buttons), set };
}

async function toClipboard(text) {
  if (navigator.clipboard && window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch { /* Not allowed: by the old way. */ }
  }
  const area = el("textarea", { class: "explore-aside" });
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

/** A button that copies what `code()` returns, and says so. */
export function copier(code) {
  const name = "Copy as PyTorch";
  const node = button(name, async () => {
    const done = await toClipboard(code());
    says.textContent = done ? "Copied" : "The browser does not allow it";
    node.textContent = done ? "Copied ✓" : "Not allowed";
    node.focus();
    setTimeout(() => { node.textContent = name; says.textContent = ""; }, 1600);
  }, { class: "explore-copy" });
  const says = el("span", { class: "explore-aside", "aria-live": "polite" });
  return el("span", {}, node, says);
}

/** Attributes of something in a scene that can have the keyboard's focus. */
export function focusable(role, label, more = {}) {
  return { role, "aria-label": label, tabindex: 0, ...OWN_KEYS, ...more };
}

/** Whether somebody asked for pictures that stand still. */
export function still() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** An id that no other element of the page has. */
export function freshId(name) {
  return `explore-${name}-${++unique}`;
}

/** A definition of diagonal strokes, so that nothing is said by colour alone. */
export function hatching(id, gap = 8, width = 2) {
  return draw("pattern",
    { id, width: gap, height: gap, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    draw("line", { x1: 0, y1: 0, x2: 0, y2: gap, class: "explore-stroke", "stroke-width": width }));
}

/** Set a value in the model and tell the other side, if there is one. */
export function put(model, values) {
  for (const [name, value] of Object.entries(values)) {
    if (model.get(name) !== value) model.set(name, value);
  }
  model.save_changes();
}

/** Draw now, and whenever one of these values changes, from whichever side; return the undoing. */
export function follow(model, names, redraw) {
  const events = names.map((name) => `change:${name}`);
  for (const event of events) model.on(event, redraw);
  redraw();
  return () => { for (const event of events) model.off(event, redraw); };
}
