// Receptive fields: stack layers, pick a unit, see what it reads.

import { reached, receptiveFields, sizes, span } from "./shared/arithmetic.js";
import { button, checkbox, draw, el, follow, pick, put, slider } from "./shared/dom.js";

const KINDS = ["conv", "pool"];
const CHOICES = { kernel: [1, 2, 3, 5, 7, 11], stride: [1, 2, 3, 4], dilation: [1, 2, 3, 4] };
const MOST = 6;
const ROW = 62;

/** A layer as arithmetic wants it: with padding as a number. */
export function layer({ kernel, stride, dilation }, pad) {
  return { kernel, stride, dilation, padding: pad ? Math.floor((span(kernel, dilation) - 1) / 2) : 0 };
}

/** Everything that the picture and the table show. */
export function study({ size, layers, pad, unit }) {
  const stack = layers.map((each) => layer(each, pad));
  const counts = sizes(size, stack);
  const fits = counts.length - 1;
  const used = stack.slice(0, fits);
  const chosen = Math.min(unit, counts[fits] - 1);
  const field = receptiveFields(used)[fits];
  return {
    used, counts, fits, chosen, fields: receptiveFields(used),
    first: field.start + chosen * field.stride,
    units: reached(size, used, chosen),
  };
}

function strip(count, units, y, width) {
  const side = Math.min(16, (width - 20) / count);
  const left = (width - side * count) / 2;
  const cells = Array.from({ length: count }, (_, i) =>
    draw("rect", { x: left + i * side, y, width: side, height: 14,
      class: "explore-unit", "fill-opacity": units.includes(i) ? 0.75 : 0.06 }));
  return { cells, centre: (i) => left + (i + 0.5) * side, side };
}

function picture(found, title, moveTo) {
  const width = 640;
  const rows = found.counts.length;
  const height = ROW * (rows - 1) + 40;
  const strips = found.counts.map((count, depth) =>
    strip(count, found.units[depth], 18 + ROW * (rows - 1 - depth), width));
  const lines = [];
  for (let depth = 1; depth < rows; depth++) {
    const y = 18 + ROW * (rows - 1 - depth);
    const [first, last] = [found.units[depth][0], found.units[depth].at(-1)];
    const below = found.units[depth - 1];
    if (first === undefined || below.length === 0) continue;
    const half = strips[depth - 1].side / 2;
    for (const [above, under, shift] of [[first, below[0], -half], [last, below.at(-1), half]]) {
      lines.push(draw("line", { class: "explore-line",
        x1: strips[depth].centre(above), y1: y + 14,
        x2: strips[depth - 1].centre(under) + shift, y2: y + ROW }));
    }
  }
  const labels = found.counts.map((count, depth) =>
    draw("text", { x: 2, y: 14 + ROW * (rows - 1 - depth) },
      depth ? `layer ${depth}: ${count} units` : `input: ${count} pixels`));
  const node = draw("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img",
    "aria-label": title }, ...lines, ...strips.flatMap(({ cells }) => cells), ...labels);
  const top = strips[rows - 1];
  const choose = (event) => {
    if (!(event.buttons & 1)) return;
    const x = (event.offsetX / node.clientWidth) * width;
    const unit = Math.floor((x - top.centre(0)) / top.side + 0.5);
    moveTo(Math.max(0, Math.min(found.counts[rows - 1] - 1, unit)));
  };
  node.addEventListener("pointerdown", choose);
  node.addEventListener("pointermove", choose);
  return node;
}

/** The field in words: what the formula gives beside what was counted in the picture. */
export function sentence(found, size) {
  const { size: reach } = found.fields[found.fits];
  const counted = found.units[0].length;
  const outside = Math.max(0, -found.first) + Math.max(0, found.first + reach - size);
  const holes = reach - outside - counted;
  const parts = [
    outside ? `${outside} of them outside the image` : "",
    holes ? `${holes} skipped inside it` : "",
  ].filter(Boolean);
  return `Computed: unit ${found.chosen} sees ${reach} pixels, from ${found.first} to `
    + `${found.first + reach - 1}${parts.length ? `, ${parts.join(" and ")}` : ""}. `
    + `Counted in the picture: ${counted}.`;
}

function table(found, layers) {
  const heads = ["layer", "units", "field", "stride", "first pixel of unit 0"];
  const rows = found.fields.map(({ size, stride, start }, depth) => {
    const name = depth ? `${depth}: ${layers[depth - 1].kind}` : "input";
    return el("tr", {}, ...[name, found.counts[depth], size, stride, start]
      .map((value) => el("td", {}, String(value))));
  });
  return el("table", {}, el("thead", {},
    el("tr", {}, ...heads.map((head) => el("th", { scope: "col" }, head)))),
  el("tbody", {}, ...rows));
}

function editor(model, layers) {
  const change = (i, values) =>
    put(model, { layers: layers.map((each, j) => (i === j ? { ...each, ...values } : each)) });
  const rows = layers.map((each, i) => {
    const cell = (name, values, read) => el("td", {}, pick({ label: `Layer ${i + 1}: ${name}`,
      values, value: each[name], onchange: (value) => change(i, { [name]: read(value) }) }));
    return el("tr", {}, el("th", { scope: "row" }, String(i + 1)), cell("kind", KINDS, String),
      ...Object.entries(CHOICES).map(([name, values]) => cell(name, values, Number)));
  });
  const heads = ["layer", "kind", ...Object.keys(CHOICES)];
  const add = () => put(model, { layers: [...layers, { kind: "conv", kernel: 3, stride: 1, dilation: 1 }] });
  const remove = () => put(model, { layers: layers.slice(0, -1) });
  const buttons = [button("Add a layer", add), button("Remove the last", remove)];
  buttons[0].disabled = layers.length >= MOST;
  buttons[1].disabled = layers.length <= 1;
  return [el("table", { class: "explore-editor" },
    el("thead", {}, el("tr", {}, ...heads.map((head) => el("th", { scope: "col" }, head)))),
    el("tbody", {}, ...rows)), el("div", {}, ...buttons)];
}

function render({ model, el: root }) {
  const width = slider({ label: "Image size", min: 8, max: 64, value: model.get("size"),
    oninput: (size) => put(model, { size }) });
  const place = slider({ label: "Unit", min: 0, max: 0, value: 0,
    oninput: (unit) => put(model, { unit }) });
  const pad = checkbox({ label: "Pad by half the kernel", value: model.get("pad"),
    onchange: (value) => put(model, { pad: value }) });
  const stack = el("div");
  const stage = el("div", { class: "explore-stage" });
  const words = el("p", { "aria-live": "polite" });
  const numbers = el("div");
  root.replaceChildren(el("div", { class: "explore", role: "group", "aria-label": "Receptive field" },
    el("div", { class: "explore-controls explore-wide" }, width.node, place.node, pad.node, stack),
    el("div", { class: "explore-result" }, stage, words, numbers)));
  let shown = "";
  return follow(model, ["size", "layers", "pad", "unit"], () => {
    const [size, layers, padded, unit] = ["size", "layers", "pad", "unit"].map((n) => model.get(n));
    const found = study({ size, layers, pad: padded, unit });
    width.set({ value: size });
    pad.set(padded);
    place.set({ value: found.chosen, max: found.counts[found.fits] - 1 });
    if (shown !== JSON.stringify(layers)) {
      // Rebuilt only when it changed, so that the keyboard's focus stays where it is.
      const focus = [...stack.querySelectorAll("select, button")].indexOf(document.activeElement);
      shown = JSON.stringify(layers);
      stack.replaceChildren(...editor(model, layers));
      stack.querySelectorAll("select, button")[focus]?.focus();
    }
    const says = found.fits < layers.length
      ? `Layer ${found.fits + 1} does not fit: its window is larger than what comes in. ` : "";
    words.textContent = says + sentence(found, size);
    stage.replaceChildren(picture(found, words.textContent, (to) => put(model, { unit: to })));
    numbers.replaceChildren(table(found, layers));
  });
}

export default { render };
