// Convolution arithmetic: slide the windows of a convolution or a transposed one.

import { convOutputSize, convTransposeOutputSize, leftOver, span, taps } from "./shared/arithmetic.js";
import { cellAt, grip, hovering } from "./shared/cells.js";
import { checkbox, copier, el, follow, freshId, hatching, put, slider } from "./shared/dom.js";
import { disc, path, pointer, rect, scene, words } from "./shared/scene.js";

const CONTROLS = [
  { name: "size", label: "Input size", min: 1, max: 12 },
  { name: "kernel", label: "Kernel", min: 1, max: 7 },
  { name: "stride", label: "Stride", min: 1, max: 4 },
  { name: "padding", label: "Padding", min: 0, max: 4 },
  { name: "dilation", label: "Dilation", min: 1, max: 3 },
];
const TOP = 38;

/** What is drawn: the rows that windows slide over, each real, inserted or padding; and sizes. */
export function plan(state) {
  if (!state.transposed) {
    const out = convOutputSize(state);
    const kinds = Array.from({ length: state.size + 2 * state.padding }, (_, i) =>
      (i >= state.padding && i < state.padding + state.size ? "pixel" : "padding"));
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

/** The layer, and the line that runs it. */
export function pytorch({ size, kernel, stride, padding, dilation, transposed }) {
  const settings = [["stride", stride, 1], ["padding", padding, 0], ["dilation", dilation, 1]]
    .filter(([, value, usual]) => value !== usual)
    .map(([name, value]) => `, ${name}=${value}`);
  const layer = `nn.${transposed ? "ConvTranspose2d" : "Conv2d"}(1, 1, ${kernel}${settings.join("")})`;
  return { layer, line: `import torch; torch.${layer}(torch.zeros(1, 1, ${size}, ${size})).shape` };
}

/** The formula with its numbers, each above its letter. */
function formula(state, out) {
  const number = (value, letter, kind) => el("ruby", { class: `explore-${kind}-words` }, el("b", {}, String(value)),
    el("rt", {}, letter));
  const n = number(state.size, "n", "input");
  const k = number(state.kernel, "K", "kernel");
  const s = number(state.stride, "S", "ink");
  const p = number(state.padding, "P", "muted");
  const d = number(state.dilation, "D", "kernel");
  const m = out === null ? el("b", { class: "explore-wrong-words" }, "✗ no output") : number(out, "m", "output");
  if (state.transposed) return ["(", n, " − 1) · ", s, " − 2 · ", p, " + ", d, " · (", k, " − 1) + 1 = ", m];
  const reach = state.simple ? [k] : [d, " · (", k, " − 1) − 1"];
  return ["⌊ ( ", n, " + 2 · ", p, " − ", ...reach, " ) / ", s, " ⌋ + 1 = ", m];
}

function note(state, { out, unread }) {
  if (out === null) return ["The window is larger than the padded input."];
  if (unread === 0) return [state.transposed ? "Zeros are inserted between the pixels; then the window slides pixel by pixel."
    : "Every row and column is read."];
  const rows = unread === 1 ? "The last row and column are" : `The last ${unread} rows and columns are`;
  return [el("b", { class: "explore-wrong-words" }, "✗ "), `${rows} never read, because the division is rounded down.`];
}

/** Where the two grids are, in a scene of this width. */
function arrangement(width, kinds, count) {
  const [total, out] = [Math.max(1, kinds.length), Math.max(1, count)];
  if (width < 700) {
    const side = Math.max(4, Math.floor(Math.min(44, (width - 6) / Math.max(total, out))));
    const y = TOP + total * side + 46;
    return { side, input: { x: Math.floor((width - total * side) / 2), y: TOP, side, rows: total, columns: total },
      output: { x: Math.floor((width - out * side) / 2), y, side, rows: count, columns: count },
      height: y + out * side + 8, narrow: true };
  }
  const side = Math.max(4, Math.floor(Math.min(62, 340 / Math.max(total, out), (width - 170) / (total + out))));
  const gap = Math.min(190, Math.floor(width - side * (total + out) - 8));
  const left = Math.floor((width - side * (total + out) - gap) / 2);
  const tall = 340;
  return { side, input: { x: left, y: TOP + Math.floor((tall - total * side) / 2), side, rows: total, columns: total },
    output: { x: left + side * total + gap, y: TOP + Math.floor((tall - out * side) / 2), side, rows: count, columns: count },
    height: TOP + tall + 8, narrow: false };
}

function describe(state, row, column, count) {
  if (!count) {
    return `A window that spans ${span(state.kernel, state.dilation)} does not fit into an input of ${state.size} by `
      + `${state.size} with padding ${state.padding}.`;
  }
  const layer = state.transposed ? "transposed convolution" : "convolution";
  return `A ${layer} of an input of ${state.size} by ${state.size}. The output has ${count} by ${count} `
    + `places; the window for row ${row + 1}, column ${column + 1} is framed.`;
}

/** The lines of a grid, as one path. */
function lines({ x, y, rows }, side) {
  const long = rows * side;
  return Array.from({ length: rows + 1 }, (_, i) =>
    `M${x} ${y + i * side}h${long}M${x + i * side} ${y}v${long}`).join("");
}

function shapes(state, { out, kinds, step, unread }, at, { row, column, float, hatch }) {
  const { side, input, output } = at;
  const count = out ?? 0;
  const last = kinds.length - unread;
  const reach = span(state.kernel, state.dilation);
  const found = [
    words("title-x", input.x, input.y - 12, `input x, ${state.size} × ${state.size}`, "explore-title explore-input-words"),
    words("title-y", output.x, output.y - 12, count ? `output y, ${count} × ${count}` : "no output",
      `explore-title explore-${count ? "output" : "wrong"}-words`),
  ];
  // Few nodes, each a whole grid, so that also large ones glide: a hatched sheet, on it the pixels.
  const first = kinds.indexOf("pixel");
  const inner = (kinds.lastIndexOf("pixel") - first + 1) * side;
  const square = (i, j) => `M${input.x + j * side} ${input.y + i * side}h${side}v${side}h${-side}z`;
  const [pixels, lost, zeros] = [[], [], []];
  kinds.forEach((down, i) => kinds.forEach((across, j) => {
    const pixel = down === "pixel" && across === "pixel";
    const [x, y] = [input.x + j * side, input.y + i * side];
    if (pixel) pixels.push(square(i, j));
    if (i >= last || j >= last) {
      const [p, q] = [0.28 * side, 0.72 * side];
      lost.push(`M${x + p} ${y + p}L${x + q} ${y + q}M${x + q} ${y + p}L${x + p} ${y + q}`);
    } else if (!pixel && side >= 34) {
      zeros.push(words(`zero-${i}-${j}`, x + side / 2, y + side / 2 + 6, "0", "explore-zero"));
    }
  }));
  found.push(
    rect("sheet", input.x, input.y, kinds.length * side, kinds.length * side, "", { style: `fill:url(#${hatch})` }),
    rect("paper", input.x + first * side, input.y + first * side, inner, inner, "explore-paper"),
    path("lines-x", lines(input, side), "explore-lines"),
    path("pixels", pixels.join(""), "explore-cell explore-input"), ...zeros,
    path("lost", lost.join(""), "explore-cross explore-wrong"));
  if (count) {
    found.push(rect("out", output.x, output.y, count * side, count * side, "explore-cell explore-output"),
      path("lines-y", lines(output, side), "explore-lines explore-output"));
  }
  if (!count) {
    // Why: it reaches beyond the padded input.
    found.push(rect("window", input.x, input.y, reach * side, reach * side, "explore-window explore-wrong",
      { rx: 4, "stroke-dasharray": "10 7" }));
    return found;
  }
  const [left, top] = float ?? [input.x + column * step * side, input.y + row * step * side];
  const long = reach * side;
  const window = { kernel: state.kernel, stride: 1, padding: 0, dilation: state.dilation };
  for (const i of taps(window, 0)) {
    for (const j of taps(window, 0)) {
      found.push(rect(`read-${i}-${j}`, left + j * side, top + i * side, side, side, "explore-read explore-input"));
      if (side >= 12) {
        found.push(disc(`weight-${i}-${j}`, left + (j + 0.5) * side, top + (i + 0.5) * side,
          Math.min(9, side / 5), "explore-weight explore-kernel"));
      }
    }
  }
  found.push(rect("window", left, top, long, long, "explore-window explore-input", { rx: 4 }));
  const [ox, oy] = [output.x + column * side, output.y + row * side];
  if (!at.narrow) {
    found.push(path("ray-1", `M${left + long} ${top}L${ox} ${oy}`, "explore-zoom explore-output"),
      path("ray-2", `M${left + long} ${top + long}L${ox} ${oy + side}`, "explore-zoom explore-output"));
  }
  found.push(rect("lit", ox, oy, side, side, "explore-read explore-output"),
    rect("spot", ox, oy, side, side, "explore-window explore-output", { rx: 4 }),
    rect("corner", left + long - 7, top + long - 7, 14, 14, "explore-corner explore-kernel", { rx: 3 }));
  return found;
}

function render({ model, el: root }) {
  const names = [...CONTROLS.map(({ name }) => name), "transposed", "position", "simple"];
  const view = { hover: null, float: null };
  const hatch = freshId("hatch");
  const stage = scene({ name: "Windows", arrange: () => redraw() });
  stage.defs.append(hatching(hatch));

  /** The settings, and what follows from them. */
  function look() {
    const state = Object.fromEntries(names.map((name) => [name, model.get(name)]));
    if (state.simple) Object.assign(state, { dilation: 1, transposed: false });
    const found = plan(state);
    const count = found.out ?? 0;
    const position = Math.max(0, Math.min(view.hover ?? state.position, count * count - 1));
    return { state, found, count, position, row: count ? Math.floor(position / count) : 0,
      column: count ? position % count : 0, at: arrangement(stage.width, found.kinds, count) };
  }

  function go(row, column) {
    const { count } = look();
    const limit = (value) => Math.max(0, Math.min(count - 1, value));
    put(model, { position: limit(row) * count + limit(column) });
  }

  pointer(stage, {
    press(x, y) {
      const { state, found, count, row, column, at } = look();
      if (!count) return null;
      const { side, input, output } = at;
      const long = span(state.kernel, state.dilation) * side;
      const [left, top] = [input.x + column * found.step * side, input.y + row * found.step * side];
      if (Math.hypot(x - left - long, y - top - long) < 16) {
        return { move(px) {
          const wanted = 1 + Math.round(((px - left) / side - 1) / state.dilation);
          put(model, { kernel: Math.max(1, Math.min(7, wanted)) });
        } };
      }
      const spot = cellAt(output, x, y);
      if (spot) {
        view.hover = null;
        go(...spot);
        return { move: (px, py) => go(Math.floor((py - output.y) / side), Math.floor((px - output.x) / side)) };
      }
      if (!cellAt(input, x, y)) return null;
      const inside = x >= left && y >= top && x < left + long && y < top + long;
      const [gx, gy] = inside ? [x - left, y - top] : [long / 2, long / 2];
      const most = (count - 1) * found.step * side;
      const follows = (px, py) => {
        const [dx, dy] = [px - gx - input.x, py - gy - input.y].map((each) => Math.max(0, Math.min(most, each)));
        view.float = [input.x + dx, input.y + dy];
        go(Math.round(dy / (found.step * side)), Math.round(dx / (found.step * side)));
        redraw();
      };
      if (!inside) follows(x, y);
      return { move: follows, end: () => { view.float = null; redraw(); } };
    },
    ...hovering(view, () => redraw(), (x, y) => {
      const { at, count } = look();
      const spot = cellAt(at.output, x, y);
      return spot ? spot[0] * count + spot[1] : null;
    }),
  });

  const shown = model.get("simple") ? CONTROLS.slice(0, 4) : CONTROLS;
  const controls = Object.fromEntries(shown.map(({ name, ...settings }) =>
    [name, slider({ ...settings, value: model.get(name),
      oninput: (value) => put(model, { [name]: value, position: 0 }) })]));
  const transposed = checkbox({ label: "Transposed", value: model.get("transposed"),
    onchange: (value) => put(model, { transposed: value, position: 0 }) });
  const sum = el("p", { class: "explore-formula" });
  const says = el("p", { class: "explore-says", "aria-live": "polite" });
  const code = el("code");
  root.replaceChildren(el("div", { class: "explore", role: "group", "aria-label": "Convolution arithmetic" },
    stage.node, sum, says,
    el("div", { class: "explore-row" }, ...Object.values(controls).map(({ node }) => node),
      model.get("simple") ? "" : transposed.node),
    el("div", { class: "explore-row explore-last" }, code, copier(() => pytorch(look().state).line))));

  function redraw() {
    const { state, found, count, position, row, column, at } = look();
    for (const [name, control] of Object.entries(controls)) control.set({ value: state[name] });
    transposed.set(state.transposed);
    const long = span(state.kernel, state.dilation) * at.side;
    stage.show({
      height: at.height, description: describe(state, row, column, count),
      shapes: shapes(state, found, at, { row, column, float: view.float, hatch }),
      focusable: [grip({ x: at.input.x + column * found.step * at.side, y: at.input.y + row * found.step * at.side,
        side: long, row, column, position, count: count * count, go, text: `row ${row + 1}, column ${column + 1}` })],
    });
    sum.replaceChildren(...formula(state, found.out));
    says.replaceChildren(...note(state, found));
    code.textContent = pytorch(state).layer;
  }
  return follow(model, names, redraw);
}

export default { render };
