// Convolution arithmetic: step through the windows of a convolution or a transposed one.

import { convOutputSize, convTransposeOutputSize, leftOver, span, taps } from "./shared/arithmetic.js";
import { checkbox, draw, el, follow, freshId, hatching, put, slider } from "./shared/dom.js";

const CONTROLS = [
  { name: "size", label: "Input size", min: 1, max: 12 },
  { name: "kernel", label: "Kernel size", min: 1, max: 7 },
  { name: "stride", label: "Stride", min: 1, max: 4 },
  { name: "padding", label: "Padding", min: 0, max: 4 },
  { name: "dilation", label: "Dilation", min: 1, max: 3 },
];
const SIDE = 18;

/** What is drawn: the rows that windows slide over, each real, inserted or padding; and sizes. */
export function plan(state) {
  if (!state.transposed) {
    const out = convOutputSize(state);
    const kinds = Array.from({ length: state.size + 2 * state.padding }, (_, i) =>
      i >= state.padding && i < state.padding + state.size ? "pixel" : "padding");
    return { out, kinds, step: state.stride, unread: out === null ? 0 : leftOver(state) };
  }
  // A transposed convolution slides, one by one, over the input with zeros put between its pixels.
  const out = convTransposeOutputSize(state);
  const border = span(state.kernel, state.dilation) - 1 - state.padding;
  const inner = (state.size - 1) * state.stride + 1;
  const kinds = [];
  for (let i = -border; i < inner + border; i++) {
    const inside = i >= 0 && i < inner;
    kinds.push(!inside ? "padding" : i % state.stride === 0 ? "pixel" : "inserted");
  }
  return { out, kinds, step: 1, unread: 0 };
}

/** The formula with its numbers. */
export function formula(state) {
  const { size: n, kernel: k, stride: s, padding: p, dilation: d } = state;
  const { out } = plan(state);
  const result = out === null ? "nothing: the kernel does not fit" : out;
  return state.transposed
    ? `(${n} − 1) · ${s} − 2 · ${p} + ${d} · (${k} − 1) + 1 = ${result}`
    : `⌊(${n} + 2 · ${p} − ${d} · (${k} − 1) − 1) / ${s}⌋ + 1 = ${result}`;
}

/** The PyTorch line that makes such a layer. */
export function pytorch({ kernel, stride, padding, dilation, transposed }) {
  const layer = transposed ? "ConvTranspose2d" : "Conv2d";
  const settings = [["stride", stride, 1], ["padding", padding, 0], ["dilation", dilation, 1]]
    .filter(([, value, usual]) => value !== usual)
    .map(([name, value]) => `, ${name}=${value}`);
  return `nn.${layer}(in_channels, out_channels, ${kernel}${settings.join("")})`;
}

function note(state, { out, unread }) {
  if (out === null) return "The window does not fit into the padded input.";
  if (unread === 0) return "Every row and column is read.";
  const rows = unread === 1 ? "row and column are" : `${unread} rows and columns are`;
  return `The stride does not fit: the last ${rows} never read. Frameworks round down.`;
}

function grid(kinds, marks, corner, label, pattern) {
  const side = SIDE * kinds.length;
  const cells = [];
  kinds.forEach((row, i) => kinds.forEach((column, j) => {
    const kind = row === "pixel" && column === "pixel" ? "pixel"
      : row === "padding" || column === "padding" ? "padding" : "inserted";
    const at = { x: SIDE * j, y: SIDE * i, width: SIDE, height: SIDE };
    cells.push(draw("rect", { ...at, class: `explore-${kind}` }));
    if (kind !== "pixel") {
      cells.push(draw("text", { x: at.x + SIDE / 2, y: at.y + 13, class: "explore-zero" }, "0"));
    }
    const mark = marks(i, j);
    if (mark === "read") cells.push(draw("rect", { ...at, fill: `url(#${pattern})` }));
    if (mark === "unread") {
      cells.push(draw("path", { class: "explore-cross",
        d: `M${at.x + 4} ${at.y + 4}l10 10m0 -10l-10 10` }));
    }
  }));
  return draw("g", { transform: `translate(${corner[0]} ${corner[1]})` },
    draw("text", { x: 0, y: -8, class: "explore-title" }, label), ...cells,
    draw("rect", { width: side, height: side, class: "explore-frame" }));
}

function picture(state, moveTo) {
  const { out, kinds, step, unread } = plan(state);
  const pattern = freshId("hatch");
  const count = out ?? 0;
  const position = Math.min(state.position, Math.max(0, count * count - 1));
  const [row, column] = count ? [Math.floor(position / count), position % count] : [0, 0];
  const window = { kernel: state.kernel, stride: step, padding: 0, dilation: state.dilation };
  const rows = count ? taps(window, row) : [];
  const columns = count ? taps(window, column) : [];
  const last = kinds.length - unread;
  const input = grid(kinds, (i, j) =>
    rows.includes(i) && columns.includes(j) ? "read" : i >= last || j >= last ? "unread" : "",
  [1, 24], `input ${state.size}×${state.size}`, pattern);
  const left = SIDE * kinds.length + 60;
  const output = grid(Array(count).fill("pixel"),
    (i, j) => (i === row && j === column ? "read" : ""), [left, 24],
    count ? `output ${count}×${count}` : "no output", pattern);
  const width = left + Math.max(SIDE * count, 90) + 2;
  const height = SIDE * Math.max(kinds.length, count) + 30;
  const arrow = draw("path", { class: "explore-arrow",
    d: `M${left - 46} ${24 + SIDE / 2}h32m-7 -5l7 5l-7 5` });
  const node = draw("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img",
    "aria-label": describe(state, row, column, count) },
  draw("defs", {}, hatching(pattern)), input, arrow, output);
  const pick = (event) => {
    if (!(event.buttons & 1) || !count) return;
    const at = new DOMPoint(event.clientX, event.clientY)
      .matrixTransform(output.getScreenCTM().inverse());
    const [j, i] = [at.x, at.y].map((v) => Math.floor(v / SIDE));
    if (i >= 0 && j >= 0 && i < count && j < count) moveTo(i * count + j);
  };
  node.addEventListener("pointerdown", pick);
  node.addEventListener("pointermove", pick);
  return node;
}

function describe(state, row, column, count) {
  if (!count) return "No window fits.";
  const layer = state.transposed ? "transposed convolution" : "convolution";
  return `A ${layer} of a ${state.size} by ${state.size} input. The window for output row ${row}, `
    + `column ${column} of ${count} by ${count} is hatched.`;
}

function render({ model, el: root }) {
  const names = [...CONTROLS.map(({ name }) => name), "transposed", "position"];
  const controls = Object.fromEntries(CONTROLS.map(({ name, ...settings }) =>
    [name, slider({ ...settings, value: model.get(name),
      oninput: (value) => put(model, { [name]: value, position: 0 }) })]));
  const transposed = checkbox({ label: "Transposed", value: model.get("transposed"),
    onchange: (value) => put(model, { transposed: value, position: 0 }) });
  const place = slider({ label: "Window", min: 0, max: 0, value: 0,
    show: (value) => `${value + 1}`, oninput: (value) => put(model, { position: value }) });
  const stage = el("div", { class: "explore-stage" });
  const sum = el("p", { class: "explore-formula" });
  const words = el("p", { "aria-live": "polite" });
  const code = el("code");
  root.replaceChildren(el("div", { class: "explore", role: "group", "aria-label": "Convolution arithmetic" },
    el("div", { class: "explore-controls" },
      ...Object.values(controls).map(({ node }) => node), transposed.node, place.node),
    el("div", { class: "explore-result" }, stage, sum, words, el("p", {}, code))));
  return follow(model, names, () => {
    const state = Object.fromEntries(names.map((name) => [name, model.get(name)]));
    for (const { name } of CONTROLS) controls[name].set({ value: state[name] });
    transposed.set(state.transposed);
    const found = plan(state);
    const most = Math.max(0, (found.out ?? 0) ** 2 - 1);
    place.set({ value: Math.min(state.position, most), max: most });
    stage.replaceChildren(picture(state, (position) => put(model, { position })));
    sum.textContent = formula(state);
    words.textContent = note(state, found);
    code.textContent = pytorch(state);
  });
}

export default { render };
