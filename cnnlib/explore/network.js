// A network at work: from the layers to a map, to a unit, to the products that make it.

import { bars, barPlaces, largestOf, making, maps, paintMaps, sentence, strip, titled } from "./network_draw.js";
import { explain, layout } from "./network_explain.js";
import { prepare, run } from "./network_forward.js";
import { arrange, mapBox } from "./network_layout.js";
import { figure, hovering } from "./shared/cells.js";
import { button, copier, el, focusable, follow, labelled, pick, put, slider } from "./shared/dom.js";
import { pointer, rect, scene } from "./shared/scene.js";

const NAMES = ["program", "images", "labels", "digit", "layer", "map", "unit", "ink"];
const limit = (value, most) => Math.min(Math.max(value, 0), most);
const inside = (box, x, y) => x >= box.x && y >= box.y && x < box.x + box.width && y < box.y + box.height;

function render({ model, el: root }) {
  const view = { hover: null, part: 0, computed: null, program: model.get("program") };
  // A node keeps the listener that it was made with; here is what it does now.
  const handlers = new Map();
  const handle = (...given) => grasp(handlers, ...given);
  const canvases = new Map();
  const stage = scene({ name: "Network", arrange: () => redraw() });
  let steps = prepare(view.program);

  const image = () => (model.get("ink").length ? model.get("ink") : model.get("images")[limit(model.get("digit"), model.get("images").length - 1)]);

  /** The values of all steps, computed anew when another image goes in. */
  function values() {
    const now = image();
    if (view.computed?.of !== now) view.computed = { of: now, values: run(steps, now) };
    return view.computed.values;
  }

  function look() {
    const all = values();
    const layer = limit(model.get("layer"), steps.length - 1);
    const step = steps[layer];
    const laid = layout(step.shape);
    const map = limit(model.get("map"), laid.maps - 1);
    const unit = limit(view.hover ?? model.get("unit"), laid.size - 1);
    const made = explain(steps, all, layer, map * laid.size + unit);
    const part = limit(view.part, Math.max(0, made.parts.length - 1));
    const vector = step.shape.length === 1;
    const at = arrange(stage.width, steps, { layer, parts: made.parts, vector });
    return { steps, values: all, layer, step, map, unit, made, part, at, vector, laid };
  }

  const choose = (layer) => {
    const shape = layout(steps[layer].shape);
    const middle = Math.floor(shape.rows / 2) * shape.columns + Math.floor(shape.columns / 2);
    put(model, { layer, map: limit(model.get("map"), shape.maps - 1), unit: shape.maps > 1 ? middle : best(layer) });
  };
  /** The unit with the highest value, of a layer that is one map. */
  const best = (layer) => values()[layer].reduce((most, value, i, all) => (value > all[most] ? i : most), 0);

  function place(box, laid, x, y) {
    const [i, j] = [Math.floor((y - box.y) / box.side), Math.floor((x - box.x) / box.side)];
    return limit(i, laid.rows - 1) * laid.columns + limit(j, laid.columns - 1);
  }

  /** Put ink where the pointer is: the pen is as wide as a stroke of the digits. */
  function draw(x, y, fresh) {
    const { at: { one }, laid } = look();
    const ink = fresh && !model.get("ink").length ? Array(laid.size * steps[0].shape[0]).fill(0) : [...image()];
    const [px, py] = [(x - one.x) / one.side, (y - one.y) / one.side];
    const pen = Math.max(0.9, Math.min(laid.rows, laid.columns) / 14);
    for (let i = 0; i < laid.size; i++) {
      const far = Math.hypot((i % laid.columns) + 0.5 - px, Math.floor(i / laid.columns) + 0.5 - py);
      ink[i] = Math.max(ink[i], limit(1.7 - far / pen, 1));
    }
    put(model, { ink });
  }

  pointer(stage, {
    press(x, y) {
      const { at, layer, step, laid, vector } = look();
      view.hover = null;
      const column = at.columns.find((each) => x >= each.left && x < each.left + each.wide);
      if (y < 140 && column) {
        choose(column.index);
        return { move: (px) => {
          const other = at.columns.find((each) => px >= each.left && px < each.left + each.wide);
          if (other && other.index !== model.get("layer")) choose(other.index);
        } };
      }
      if (inside(at.one, x, y)) {
        if (layer === 0 && steps[0].shape[0] === 1) {
          draw(x, y, true);
          return { move: (px, py) => draw(px, py, false) };
        }
        const go = (px, py) => put(model, { unit: place(at.one, laid, px, py) });
        go(x, y);
        return { move: go };
      }
      if (!vector && inside(at.all, x, y)) {
        const map = Array.from({ length: laid.maps }, (_, i) => i).find((i) => inside(mapBox(at.all, step.shape, i), x, y));
        if (map !== undefined) put(model, { map });
        return {};
      }
      const part = barPlaces(look()).findIndex((box) => inside({ ...box, y: box.y - 6, height: box.height + 12 }, x, y));
      if (part < 0) return null;
      view.part = part;
      redraw();
      return {};
    },
    ...hovering(view, () => redraw(), (x, y) => {
      const { at, laid, layer } = look();
      return inside(at.one, x, y) && layer > 0 ? place(at.one, laid, x, y) : null;
    }),
  });

  const digit = slider({ label: "Digit", min: 0, max: Math.max(1, model.get("images").length - 1), value: model.get("digit"),
    show: (index) => model.get("labels")[index] || String(index + 1), oninput: (to) => put(model, { digit: to, ink: [] }) });
  const own = button("Draw your own", () => {
    choose(0);
    put(model, { ink: Array(layout(steps[0].shape).size).fill(0) });
  }, { class: "explore-strong" });
  const back = button("Back to the digit", () => put(model, { ink: [] }));
  const layers = pick({ label: "Layer", value: model.get("layer"),
    values: steps.map((step, i) => `${i} · ${titled(step)}`),
    onchange: (text) => choose(Number.parseInt(text, 10)) });
  const sum = el("p", { class: "explore-formula", "aria-live": "polite" });
  const says = el("span", { class: "explore-answer" });
  root.replaceChildren(el("div", { class: "explore", role: "group", "aria-label": "Network explorer" }, stage.node, sum,
    el("div", { class: "explore-row" }, says, labelled("Layer", layers), digit.node, own, back,
      copier(() => model.get("source")))));

  function answer() {
    const last = steps.at(-1);
    if (last.shape.length !== 1 || last.shape[0] < 2) return [""];
    const scores = values().at(-1);
    const first = best(steps.length - 1);
    return ["predicts ", el("b", { class: "explore-output-words" }, String(first)),
      last.op === "softmax" ? `, ${Math.round(100 * scores[first])} %` : ""];
  }

  function canvas(key, wanted, box, step, numbers, only) {
    if (!canvases.has(key)) canvases.set(key, { node: document.createElement("canvas"), shown: [] });
    const kept = canvases.get(key);
    const now = [numbers, step, only];
    if (now.some((each, i) => kept.shown[i] !== each)) {
      paintMaps(kept.node, root, step, numbers, only);
      kept.shown = now;
    }
    wanted[key] = { canvas: kept.node, x: box.x, y: box.y, width: box.width, height: box.height };
  }

  function pixels({ at, step, map, vector, layer }) {
    const wanted = {};
    for (const { index, box } of at.columns) canvas(`strip-${index}`, wanted, box, steps[index], values()[index], null);
    if (!vector) canvas("all", wanted, at.all, step, values()[layer], null);
    canvas("one", wanted, at.one, step, values()[layer], map);
    return wanted;
  }

  /** Handles for the keyboard: the layer, the map, the unit, the map that is read. */
  function handles(state) {
    const { at, layer, map, unit, laid, step, vector, made, part } = state;
    const column = at.columns.find((each) => each.index === layer);
    const found = [handle("layer-handle", { x: column.left, y: 0, width: column.wide, height: 138 }, "Layer", layer,
      steps.length, `${step.name} ${step.label}, ${step.shape.join(" by ")}`, (by) => choose(limit(layer + by, steps.length - 1)))];
    if (!vector && laid.maps > 1) {
      found.push(handle("map-handle", mapBox(at.all, step.shape, map), "Map", map, laid.maps, `map ${map}`,
        (by) => put(model, { map: limit(map + by, laid.maps - 1) })));
    }
    const [i, j] = [Math.floor(unit / laid.columns), unit % laid.columns];
    found.push(handle("unit-handle", { x: at.one.x + j * at.one.side, y: at.one.y + i * at.one.side, width: at.one.side,
      height: at.one.side }, "Unit", unit, laid.size, `row ${i + 1}, column ${j + 1}: ${figure(made.value)}`,
    (by, down) => put(model, { unit: limit(down ? unit + by * laid.columns : unit + by, laid.size - 1) }), true));
    const places = barPlaces(state);
    if (places.length) {
      found.push(handle("part-handle", places[part], "What it reads", part, made.parts.length, made.parts[part].name,
        (by) => { view.part = limit(part + by, made.parts.length - 1); redraw(); }));
    }
    return found;
  }

  function redraw() {
    const state = look();
    const { steps: all, layer, step, laid, unit, map, made } = state;
    digit.set({ value: model.get("digit") });
    back.hidden = model.get("ink").length === 0;
    own.hidden = steps[0].shape[0] !== 1 || !back.hidden;
    layers.selectedIndex = layer;
    stage.show({
      height: state.at.height, shapes: [...strip(state), ...maps(state), ...making(state), ...bars(state)],
      focusable: handles(state), pixels: pixels(state),
      description: `A network of ${all.length - 1} steps. Step ${layer}, ${step.label}, gives ${step.shape.join(" by ")}. `
        + `Unit ${unit + 1} of ${laid.size}${laid.maps > 1 ? `, map ${map}` : ""}, is ${figure(made.value)}; the largest of the step is ${figure(largestOf(values()[layer]))}.`,
    });
    sum.replaceChildren(...sentence(state));
    says.replaceChildren(...answer());
  }
  return follow(model, NAMES, () => {
    if (view.program !== model.get("program")) {
      view.program = model.get("program");
      steps = prepare(view.program);
      view.computed = null;
    }
    redraw();
  });
}

/** Something that arrow keys move; `go(by, down)` says by how much. */
function grasp(handlers, key, box, label, value, count, text, go, flat = false) {
  const size = [Math.max(box.width, 24), Math.max(box.height, 24)];
  const [x, y] = [box.x - (size[0] - box.width) / 2, box.y - (size[1] - box.height) / 2];
  const shape = rect(key, x, y, size[0], size[1], "explore-handle", { ...focusable("slider", label),
    "aria-valuemin": 0, "aria-valuemax": Math.max(1, count - 1), "aria-valuenow": value, "aria-valuetext": text, rx: 4 });
  handlers.set(key, go);
  const onkeydown = (event) => {
    const by = { ArrowLeft: [-1], ArrowRight: [1], ArrowUp: [flat ? -1 : 1, flat], ArrowDown: [flat ? 1 : -1, flat],
      Home: [-Infinity], End: [Infinity] }[event.key];
    if (!by) return;
    event.preventDefault();
    event.stopPropagation();
    handlers.get(key)(...by);
  };
  return { ...shape, on: { onkeydown } };
}

export default { render };
