// Dropout: drop units by hand or by chance, watch the mean over masks come to the whole network's output.

import { chart, network, places, term } from "./dropout_draw.js";
import { button, choice, copier, el, follow, put, slider } from "./shared/dom.js";
import { generator } from "./shared/random.js";
import { pointer, scene } from "./shared/scene.js";

const MOST = 500;
const WIDTHS = [3, 4, 1];
const INPUT = [1, 0.6, 0.8];
// Fixed weights, so that everybody sees the same numbers. weights[layer][to][from].
const WEIGHTS = [
  [[0.5, 0.3, 0.4], [0.6, 0.4, -0.2], [0.3, 0.7, 0.5], [0.9, -0.2, 0.1]],
  [[0.7, 0.4, 0.6, 0.5]],
];
const UNITS = WIDTHS[0] + WIDTHS[1];

/** Which units stay, for the first `count` masks of a seed. */
export function masks(seed, count, inputs, hidden) {
  const random = generator(seed);
  return Array.from({ length: count }, () => Array.from({ length: UNITS }, (_, i) =>
    random() >= (i < WIDTHS[0] ? inputs : hidden)));
}

/** The values of all units of the linear network; `factors` multiplies each that can be dropped. */
export function forward(factors) {
  const values = INPUT.map((value, i) => value * factors[i]);
  for (const row of WEIGHTS[0]) {
    const sum = row.reduce((total, weight, from) => total + weight * values[from], 0);
    values.push(sum * factors[values.length]);
  }
  values.push(WEIGHTS[1][0].reduce((sum, weight, from) => sum + weight * values[WIDTHS[0] + from], 0));
  return values;
}

/** One number for each unit that can be dropped. */
export function factors({ inputs, hidden }, each) {
  return Array.from({ length: UNITS }, (_, i) => each(i < WIDTHS[0] ? inputs : hidden, i));
}

/** What a mask multiplies units by in training, and what they are multiplied by at test time. */
export function trained(state, mask) {
  return factors(state, (p, i) => (mask[i] ? (state.scaling === "in training" ? 1 / (1 - p) : 1) : 0));
}

export function tested(state) {
  return factors(state, (p) => (state.scaling === "at test time" ? 1 - p : 1));
}

let latest = { key: "" };

/** The outputs that training sees with the masks of a seed. */
function trainings(state) {
  const key = JSON.stringify([state.seed, state.inputs, state.hidden, state.scaling]);
  if (latest.key !== key) {
    const all = masks(state.seed, MOST, state.inputs, state.hidden);
    latest = { key, all, outputs: all.map((mask) => forward(trained(state, mask)).at(-1)) };
  }
  return latest;
}

/** What training sees with each mask, and what the whole network gives at test time. */
export function study(state) {
  const { all, outputs } = trainings(state);
  let sum = 0;
  const means = outputs.slice(0, state.count).map((value, i) => (sum += value) / (i + 1));
  const test = forward(tested(state)).at(-1);
  return { mask: all[state.count - 1], outputs, means, test, mean: means.at(-1) };
}

function pytorch({ hidden, scaling }) {
  const p = Number(hidden.toFixed(2));
  return scaling === "in training" ? `import torch; torch.nn.Dropout(${p})(torch.ones(4, 8))`
    : `import torch; torch.bernoulli(torch.full((4, 8), 1 - ${p}))`;
}

function render({ model, el: root }) {
  const names = ["seed", "count", "inputs", "hidden", "scaling"];
  const view = { mask: null, hover: null, test: false, timer: 0 };
  const stage = scene({ name: "Dropout", arrange: () => redraw() });
  const two = (value) => value.toFixed(2);
  const controls = {
    inputs: slider({ label: "Drop inputs", min: 0, max: 0.9, step: 0.05, value: model.get("inputs"),
      show: two, oninput: (inputs) => set({ inputs }) }),
    hidden: slider({ label: "Drop hidden units", min: 0, max: 0.9, step: 0.05,
      value: model.get("hidden"), show: two, oninput: (hidden) => set({ hidden }) }),
    count: slider({ label: "Masks", min: 1, max: MOST, value: model.get("count"),
      oninput: (count) => set({ count }) }),
  };

  function set(values) {
    view.mask = null;
    put(model, values);
  }

  function look() {
    const state = Object.fromEntries(names.map((name) => [name, model.get(name)]));
    const found = study(state);
    const mask = view.test ? Array(UNITS).fill(true) : view.mask ?? found.mask;
    const scales = view.test ? tested(state) : trained(state, mask);
    return { state, found, mask, scales, values: forward(scales), at: places(stage.width, WIDTHS),
      weights: WEIGHTS, inputs: INPUT, view };
  }

  function toggle(unit) {
    if (unit >= UNITS || view.test) return;
    const { mask } = look();
    view.mask = mask.map((stays, i) => (i === unit ? !stays : stays));
    redraw();
  }

  const near = (x, y) => {
    const { units, radius } = look().at;
    const found = units.findIndex(([ux, uy]) => Math.hypot(x - ux, y - uy) <= radius + 4);
    return found < 0 ? null : found;
  };
  const point = (unit) => {
    if (unit === view.hover) return;
    view.hover = unit;
    redraw();
  };
  pointer(stage, {
    press(x, y) {
      const unit = near(x, y);
      return unit === null ? null : { end: (moved) => { if (!moved) toggle(unit); } };
    },
    hover: (x, y) => point(near(x, y)),
    leave: () => point(null),
  });

  function stop() {
    clearInterval(view.timer);
    view.timer = 0;
  }
  const play = button("▶ Draw masks", () => {
    if (view.timer) stop();
    else {
      if (model.get("count") >= MOST) set({ count: 1 });
      view.timer = setInterval(() => {
        const count = model.get("count");
        if (!root.isConnected || count >= MOST) stop();
        // Slowly while single masks matter.
        set({ count: Math.min(MOST, count + (count < 20 ? 1 : 5)) });
      }, 220);
    }
    redraw();
  });
  const fresh = button("New mask", () => set(model.get("count") < MOST
    ? { count: model.get("count") + 1 } : { count: 1, seed: model.get("seed") + 1 }), { class: "explore-strong" });
  const again = button("Restart", () => set({ count: 1, seed: model.get("seed") + 1 }));
  const scaling = choice({ label: "Scale", values: ["in training", "at test time", "never"],
    value: model.get("scaling"), onchange: (value) => set({ scaling: value }) });
  const mode = choice({ label: "Show", values: [false, true], names: ["training", "test time"], value: false,
    onchange: (value) => { view.test = value; redraw(); } });
  const sum = el("p", { class: "explore-formula", "aria-live": "polite" });
  root.replaceChildren(el("div", { class: "explore", role: "group", "aria-label": "Dropout explorer" },
    stage.node, sum,
    el("div", { class: "explore-row" }, mode.node, fresh, play, again,
      el("span", { class: "explore-labelled" }, "Scale", scaling.node)),
    el("div", { class: "explore-row" }, ...Object.values(controls).map(({ node }) => node),
      copier(() => pytorch(look().state)))));

  function redraw() {
    const now = look();
    const { state, found, at } = now;
    for (const [name, control] of Object.entries(controls)) control.set({ value: state[name] });
    scaling.set(state.scaling);
    mode.set(view.test);
    play.textContent = view.timer ? "❚❚ Pause" : "▶ Draw masks";
    fresh.disabled = view.test;
    const dropped = now.mask.filter((stays) => !stays).length;
    const net = network(now, { toggle, point });
    stage.show({
      height: at.height, shapes: [...net.shapes, ...chart(now)], focusable: net.handles,
      description: `A network of 3 inputs, 4 hidden units and 1 output; ${dropped} units are dropped. `
        + `The mean output over ${state.count} masks is ${found.mean.toFixed(2)}; the whole network at test time `
        + `gives ${found.test.toFixed(2)}.`,
    });
    sum.replaceChildren(...term(now));
  }
  return follow(model, names, redraw);
}

export default { render };
