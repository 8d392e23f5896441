// Dropout: draw masks, watch the average over masks come to the whole network's output.

import { button, draw, el, follow, pick, put, slider } from "./shared/dom.js";

const WIDTHS = [3, 4, 1];
const INPUT = [1, 0.6, 0.8];
// Fixed weights, so that everybody sees the same numbers. weights[layer][to][from].
const WEIGHTS = [
  [[0.5, 0.3, 0.4], [0.6, 0.4, -0.2], [0.3, 0.7, 0.5], [0.9, -0.2, 0.1]],
  [[0.7, 0.4, 0.6, 0.5]],
];
const UNITS = WIDTHS[0] + WIDTHS[1];

/** A generator of numbers in [0, 1) that gives the same ones for the same seed (mulberry32). */
export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Which units stay, for the first `count` masks of a seed. */
export function masks(seed, count, inputs, hidden) {
  const random = generator(seed);
  return Array.from({ length: count }, () => Array.from({ length: UNITS }, (_, i) =>
    random() >= (i < WIDTHS[0] ? inputs : hidden)));
}

/** The output of the linear network; `factors` multiplies each unit that can be dropped. */
export function output(factors) {
  let values = INPUT.map((value, i) => value * factors[i]);
  values = WEIGHTS[0].map((row, to) =>
    row.reduce((sum, weight, from) => sum + weight * values[from], 0) * factors[WIDTHS[0] + to]);
  return WEIGHTS[1][0].reduce((sum, weight, from) => sum + weight * values[from], 0);
}

/** One number for each unit. */
export function factors(inputs, hidden, each) {
  return Array.from({ length: UNITS }, (_, i) => each(i < WIDTHS[0] ? inputs : hidden, i));
}

/** What training sees with each mask, and what the whole network gives at test time. */
export function study({ seed, count, inputs, hidden, scaling }) {
  const inverted = scaling === "in training";
  const drawn = masks(seed, count, inputs, hidden);
  const outputs = drawn.map((mask) => output(factors(inputs, hidden, (p, i) =>
    (mask[i] ? (inverted ? 1 / (1 - p) : 1) : 0))));
  const test = output(factors(inputs, hidden, (p) => (scaling === "at test time" ? 1 - p : 1)));
  let sum = 0;
  const means = outputs.map((value, i) => (sum += value) / (i + 1));
  return { drawn, outputs, means, test, mean: means.at(-1) };
}

function network(mask) {
  const at = (layer, i) => [40 + 100 * layer, 30 + 44 * i + 22 * (4 - WIDTHS[layer])];
  const stays = (layer, i) => layer === 2 || mask[layer * WIDTHS[0] + i];
  const lines = WEIGHTS.flatMap((rows, layer) => rows.flatMap((row, to) => row.map((_, from) => {
    const [[x1, y1], [x2, y2]] = [at(layer, from), at(layer + 1, to)];
    const alive = stays(layer, from) && stays(layer + 1, to);
    return draw("line", { x1, y1, x2, y2, class: alive ? "explore-line" : "explore-gone" });
  })));
  const nodes = WIDTHS.flatMap((count, layer) => Array.from({ length: count }, (_, i) => {
    const [cx, cy] = at(layer, i);
    const circle = draw("circle", { cx, cy, r: 13, class: "explore-node" });
    if (stays(layer, i)) return circle;
    return draw("g", {}, circle, draw("path", { class: "explore-cross",
      d: `M${cx - 8} ${cy - 8}l16 16m0 -16l-16 16` }));
  }));
  const dropped = mask.filter((stay) => !stay).length;
  return draw("svg", { viewBox: "0 0 280 195", width: 280, height: 195, role: "img",
    "aria-label": `A network of 3 inputs, 4 hidden units and 1 output; ${dropped} units are crossed out` },
  ...lines, ...nodes);
}

function chart({ means, test }) {
  const [width, height, left] = [330, 195, 42];
  const all = [...means, test];
  const low = Math.min(...all, 0) - 0.2;
  const high = Math.max(...all, 0) + 0.2;
  const x = (i) => left + ((width - left - 8) * (i + 1)) / means.length;
  const y = (value) => 10 + ((height - 40) * (high - value)) / (high - low);
  const points = means.map((mean, i) => `${x(i).toFixed(1)},${y(mean).toFixed(1)}`).join(" ");
  const label = `Mean output over ${means.length} masks: ${means.at(-1).toFixed(3)}; `
    + `the whole network at test time: ${test.toFixed(3)}`;
  return draw("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img",
    "aria-label": label },
  draw("path", { class: "explore-arrow", d: `M${left} 6V${height - 30}H${width - 4}` }),
  draw("line", { class: "explore-dashed", x1: left, x2: width - 8, y1: y(test), y2: y(test) }),
  draw("polyline", { class: "explore-line", points }),
  draw("text", { x: 2, y: y(test) + 4 }, test.toFixed(2)),
  draw("text", { x: left, y: height - 12 }, "1 mask"),
  draw("text", { x: width - 8, y: height - 12, "text-anchor": "end" }, `${means.length} masks`));
}

function render({ model, el: root }) {
  const percent = (value) => value.toFixed(2);
  const controls = {
    inputs: slider({ label: "Drop inputs", min: 0, max: 0.9, step: 0.05, value: model.get("inputs"),
      show: percent, oninput: (inputs) => put(model, { inputs }) }),
    hidden: slider({ label: "Drop hidden units", min: 0, max: 0.9, step: 0.05,
      value: model.get("hidden"), show: percent, oninput: (hidden) => put(model, { hidden }) }),
    count: slider({ label: "Masks", min: 1, max: 500, value: model.get("count"),
      oninput: (count) => put(model, { count }) }),
  };
  const scaling = pick({ label: "Scale", values: ["in training", "at test time", "never"],
    value: model.get("scaling"), onchange: (value) => put(model, { scaling: value }) });
  const fresh = button("Other masks", () => put(model, { seed: model.get("seed") + 1 }));
  const stage = el("div", { class: "explore-stage explore-row" });
  const words = el("p", { "aria-live": "polite" });
  root.replaceChildren(el("div", { class: "explore", role: "group", "aria-label": "Dropout" },
    el("div", { class: "explore-controls" },
      ...Object.values(controls).map(({ node }) => node), el("div", { class: "explore-control" }, "Scale ", scaling), fresh),
    el("div", { class: "explore-result" }, stage, words)));
  const names = ["seed", "count", "inputs", "hidden", "scaling"];
  return follow(model, names, () => {
    const state = Object.fromEntries(names.map((name) => [name, model.get(name)]));
    for (const name of Object.keys(controls)) controls[name].set({ value: state[name] });
    scaling.value = state.scaling;
    const found = study(state);
    stage.replaceChildren(network(found.drawn.at(-1)), chart(found));
    words.textContent = `Mean over ${state.count} masks: ${found.mean.toFixed(3)}. The whole network `
      + `at test time (dashed): ${found.test.toFixed(3)}. Left: the last mask, one of `
      + `2${"⁷"} = ${2 ** UNITS} smaller networks.`;
  });
}

export default { render };
