// Activation functions: move the input along two curves, and see what ten layers leave of a gradient.

import { ACROSS, exact, layerAt, numberAt, panel, placed, places } from "./activations_draw.js";
import { chain, FUNCTIONS, pytorch } from "./activations_functions.js";
import { copier, el, focusable, follow, labelled, pick, player, put, slider } from "./shared/dom.js";
import { pointer, rect, scene } from "./shared/scene.js";

const LAYERS = 10;
const STEP = 0.05;

function inRange(x) {
  const rounded = Math.round(x / STEP) * STEP;
  return Number(Math.max(ACROSS[0], Math.min(ACROSS[1], rounded)).toFixed(2)) || 0;
}

/** The input as something that arrow keys move. */
function handle(px, py, { x, go }) {
  const shape = rect("input", px - 16, py - 16, 32, 32, "explore-handle explore-grab", {
    ...focusable("slider", "Input"), "aria-valuemin": ACROSS[0], "aria-valuemax": ACROSS[1], "aria-valuenow": x, rx: 16,
  });
  const onkeydown = (event) => {
    const now = Number(event.target.getAttribute("aria-valuenow"));
    const step = event.shiftKey ? 1 : 0.1;
    const to = { ArrowLeft: now - step, ArrowDown: now - step, ArrowRight: now + step, ArrowUp: now + step,
      Home: ACROSS[0], End: ACROSS[1] }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    go(to);
  };
  return { ...shape, on: { onkeydown } };
}

function render({ model, el: root }) {
  const names = ["first", "second", "x", "weight"];
  const view = { hover: null, way: 1 };
  const stage = scene({ name: "Activation functions", arrange: () => redraw() });
  const go = (x) => put(model, { x: inRange(x) });

  function look() {
    const state = Object.fromEntries(names.map((name) => [name, model.get(name)]));
    const at = places(stage.width, LAYERS);
    return { state, at, chains: [state.first, state.second].map((name) => chain(name, state.x, state.weight, LAYERS)) };
  }

  function find(px, py) {
    const { panels } = look().at;
    for (let number = 0; number < 2; number++) {
      const layer = layerAt(panels[number], px, py, LAYERS);
      if (layer !== null) return layer;
    }
    return null;
  }

  const point = (layer) => {
    if (layer === view.hover) return;
    view.hover = layer;
    redraw();
  };
  pointer(stage, {
    press(px, py) {
      const { panels } = look().at;
      const held = panels.find((each) => numberAt(each, px, py).inside);
      if (!held) return null;
      play.stop();
      go(numberAt(held, px, py).across);
      return { move: (mx, my) => go(numberAt(held, mx, my).across) };
    },
    hover: (px, py) => point(find(px, py)),
    leave: () => point(null),
  });

  const play = player("Move", 180, () => {
    const x = model.get("x");
    if (x >= ACROSS[1]) view.way = -1;
    if (x <= ACROSS[0]) view.way = 1;
    go(x + view.way * 0.1);
  });
  const choose = (name, label) => pick({ label, values: Object.keys(FUNCTIONS), value: model.get(name),
    onchange: (value) => put(model, { [name]: value }) });
  const choices = { first: choose("first", "First function"), second: choose("second", "Second function") };
  const weight = slider({ label: "Weight", min: 0.5, max: 2, step: 0.1, value: model.get("weight"),
    show: (value) => value.toFixed(1), oninput: (value) => put(model, { weight: Number(value.toFixed(1)) }) });
  const says = el("p", { class: "explore-formula", "aria-live": "polite" });
  root.replaceChildren(el("div", { class: "explore", role: "group", "aria-label": "Explorer of activation functions" },
    stage.node, says,
    el("div", { class: "explore-row" }, labelled("Left", choices.first), labelled("Right", choices.second),
      weight.node, play.node, copier(() => pytorch(look().state)))));

  /** What becomes of a gradient; or, where a layer is pointed at, that layer's numbers. */
  function sentence({ state, chains }) {
    const part = (text, look) => el("b", { class: `explore-${look}-words` }, text);
    const each = (name, layers) => {
      if (view.hover === null) return [`ten ${name} layers leave `, part(exact(layers[0].gradient), "gradient")];
      const { z, slope } = layers[view.hover];
      const after = view.hover + 1 < LAYERS ? state.weight * layers[view.hover + 1].gradient : 1;
      return [`layer ${view.hover + 1}, z = `, part(exact(z), "input"), ": ", part(exact(slope), "gradient"), " · ",
        part(exact(after), "gradient"), " = ", part(exact(slope * after), "gradient")];
    };
    const [one, two] = [each(state.first, chains[0]), each(state.second, chains[1])];
    return view.hover === null ? ["Of a gradient of 1, ", ...one, "; ", ...two]
      : [...one, "   |   ", ...two];
  }

  function redraw() {
    const now = look();
    const { state, at, chains } = now;
    const shown = view.hover ?? 0;
    const keys = ["first", "second"];
    const shapes = at.panels.flatMap((each, i) => panel(each, {
      key: keys[i], name: state[keys[i]], layers: chains[i], shown, x: state.x, narrow: at.narrow }));
    for (const key of keys) choices[key].value = state[key];
    weight.set({ value: state.weight });
    const told = keys.map((key, i) => `${state[key]}: value ${exact(chains[i][0].output)}, slope ${exact(chains[i][0].slope)}, `
      + `${exact(chains[i][0].gradient)} of the gradient left after ten layers`);
    stage.show({ height: at.height, shapes, description: `The input is ${exact(state.x)}. ${told.join("; ")}.`,
      focusable: [handle(...placed(at.panels[0], state.x, 0), { x: state.x, go })] });
    says.replaceChildren(...sentence(now));
  }
  return follow(model, names, redraw);
}

export default { render };
