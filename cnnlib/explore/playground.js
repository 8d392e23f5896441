// A playground: points in the plane, a small network that learns to separate them in the page.

import { fromField, handles, picture, places, sum } from "./playground_draw.js";
import { inks, REACH, sampled, tint } from "./playground_fields.js";
import { ACTIVATIONS, predict, torchCode, training } from "./playground_net.js";
import { parse, written } from "./playground_text.js";
import { button, choice, copier, el, follow, freshId, labelled, pick, put, slider } from "./shared/dom.js";
import { pointer, scene } from "./shared/scene.js";

const OWN = "your own";
const RATES = [0.01, 0.03, 0.1, 0.3, 1, 3, 10];
const MOST_STEPS = 20000;
const GRID = 44;
const NAMES = ["data", "points", "layers", "activation", "rate", "seed", "step"];

function render({ model, el: root }) {
  const view = { frame: 0, step: 0, hover: null, pinned: null, at: null, cursor: null, tool: 1,
    changing: false };
  const canvases = new Map();
  let run = { key: "" };
  const stage = scene({ name: "Playground", arrange: () => redraw() });

  const points = () => (model.get("data") === OWN ? model.get("points") : model.get("sets")[model.get("data")]);
  const steps = () => (view.frame ? view.step : model.get("step"));

  /** The run of the present settings, after the present number of steps. */
  function trained() {
    const settings = { points: points() };
    for (const name of ["layers", "activation", "rate", "seed"]) settings[name] = model.get(name);
    const key = JSON.stringify(settings);
    if (run.key !== key || run.losses.length > steps()) run = Object.assign(training(settings), { key });
    run.reach(steps());
    return run;
  }

  /** Change settings; training begins anew. */
  function set(values) {
    Object.assign(view, { step: 0, pinned: null, changing: true });
    put(model, { ...values, step: 0 });
    view.changing = false;
    redraw();
  }

  function canvas(key) {
    if (!canvases.has(key)) canvases.set(key, document.createElement("canvas"));
    const found = canvases.get(key);
    found.style.imageRendering = "auto";
    return found;
  }

  // Training by itself.
  function pause() {
    if (!view.frame) return;
    cancelAnimationFrame(view.frame);
    view.frame = 0;
    put(model, { step: view.step });
    const { loss, right } = trained();
    says.textContent = `Step ${view.step}: loss ${loss.toFixed(3)}, ${Math.round(100 * right)} % of the points right`;
    redraw();
  }
  function tick() {
    if (!root.isConnected || view.step >= MOST_STEPS || !Number.isFinite(run.loss ?? 0)) {
      pause();
      return;
    }
    // Slowly while single steps matter; later as many as fit between two pictures.
    const until = performance.now() + 8;
    for (let i = 0; i <= view.step / 25 && view.step < MOST_STEPS && performance.now() < until; i++) {
      view.step += 1;
      trained();
    }
    redraw();
    view.frame = requestAnimationFrame(tick);
  }
  const play = button("▶ Train", () => {
    if (view.frame) pause();
    else {
      view.step = model.get("step") < MOST_STEPS ? model.get("step") : 0;
      view.frame = requestAnimationFrame(tick);
      redraw();
    }
  }, { class: "explore-strong" });
  const once = button("Step", () => {
    pause();
    put(model, { step: Math.min(MOST_STEPS, model.get("step") + 1) });
    redraw();
  });
  const again = button("Restart", () => set({}));
  const fresh = button("New weights", () => set({ seed: model.get("seed") + 1 }));

  // Points.
  function change(list) {
    set({ data: OWN, points: list });
  }
  const round = (value) => Math.round(Math.max(-REACH, Math.min(REACH, value)) * 1000) / 1000;
  const add = ([x, y], label = view.tool) => change([...points(), [round(x), round(y), label]]);
  function nearest([x, y], within) {
    const all = points().map(([px, py], i) => [Math.hypot(px - x, py - y), i]).sort((a, b) => a[0] - b[0]);
    return all.length && all[0][0] < within ? all[0][1] : null;
  }
  function erase(at) {
    const index = nearest(at, 0.12);
    if (index !== null) change(points().filter((_, i) => i !== index));
  }
  const inField = (x, y) => {
    const { field } = places(stage.width, model.get("layers"));
    return x >= field.x && y >= field.y && x <= field.x + field.side && y <= field.y + field.side
      ? fromField(field, x, y) : null;
  };
  const unitAt = (x, y) => places(stage.width, model.get("layers")).columns.flat()
    .find((each) => x >= each.x && y >= each.y && x <= each.x + each.side && y <= each.y + each.side) ?? null;

  pointer(stage, {
    press(x, y) {
      const unit = unitAt(x, y);
      if (unit) return { end: (moved) => { if (!moved) pin(unit); } };
      const at = inField(x, y);
      if (!at) return null;
      if (view.tool === null) {
        erase(at);
        return { move: (mx, my) => { const to = inField(mx, my); if (to) erase(to); } };
      }
      const held = nearest(at, 0.05);
      if (held !== null) {
        return { move: (mx, my) => { const to = inField(mx, my);
          if (to) change(points().map((each, i) => (i === held ? [round(to[0]), round(to[1]), each[2]] : each))); } };
      }
      add(at);
      let last = at;
      return { move: (mx, my) => {
        const to = inField(mx, my);
        if (!to || Math.hypot(to[0] - last[0], to[1] - last[1]) < 0.13) return;
        last = to;
        add(to);
      } };
    },
    hover(x, y) {
      const [unit, at] = [unitAt(x, y), inField(x, y)];
      const same = unit?.layer === view.hover?.layer && unit?.unit === view.hover?.unit;
      if (same && !at && !view.at) return;
      Object.assign(view, { hover: unit, at });
      if (same) say();
      else redraw();
    },
    leave() {
      Object.assign(view, { hover: null, at: null });
      redraw();
    },
  });

  function pin(unit) {
    const same = view.pinned?.layer === unit.layer && view.pinned?.unit === unit.unit;
    view.pinned = same ? null : unit;
    redraw();
  }

  /** The cursor in the field: moved by arrow keys, adds and removes points. */
  function press(event) {
    const [x, y] = view.cursor ?? [0, 0];
    const step = event.shiftKey ? 0.5 : 0.1;
    const to = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] }[event.key];
    view.cursor = to ? [round(x + to[0]), round(y + to[1])] : [x, y];
    view.at = view.cursor;
    if (event.type !== "keydown") {
      redraw();
      return;
    }
    if (event.key === "1" || event.key === "0") add(view.cursor, Number(event.key));
    else if (event.key === "Delete" || event.key === "Backspace") erase(view.cursor);
    else if (event.key === " " || event.key === "Enter") {
      if (view.tool === null) erase(view.cursor);
      else add(view.cursor);
    } else if (!to) return;
    else redraw();
    event.preventDefault();
    event.stopPropagation();
  }

  // Points as text, in a panel over the network.
  const complaint = el("p", { class: "explore-wrong-words", role: "alert" });
  const textId = freshId("points");
  const area = el("textarea", { id: textId, rows: 11, spellcheck: "false", "data-lm-suppress-shortcuts": true });
  const panel = el("div", { class: "explore-panel", hidden: true },
    el("label", { for: textId }, "One point per line: x, y, class (0 or 1)"), area, complaint,
    el("div", { class: "explore-row" },
      button("Use these points", () => {
        const { points: found, error } = parse(area.value);
        complaint.textContent = error ?? "";
        if (error) return;
        panel.hidden = true;
        change(found);
      }, { class: "explore-strong" }),
      button("Close", () => { panel.hidden = true; text.focus(); })));
  area.addEventListener("keydown", (event) => event.stopPropagation());
  const text = button("Text", () => {
    panel.hidden = !panel.hidden;
    complaint.textContent = "";
    area.value = written(points());
    if (!panel.hidden) area.focus();
  });
  stage.node.append(panel);

  // Settings.
  const units = ["Layer 1", "Layer 2", "Layer 3"].map((label, layer) => slider({
    label, min: layer ? 0 : 1, max: 6, value: model.get("layers")[layer] ?? 0,
    oninput: (count) => {
      const layers = [...model.get("layers")];
      // A layer without units is none; so are those behind it.
      for (let before = layers.length; before < layer; before++) layers.push(1);
      layers[layer] = count;
      set({ layers: layers.slice(0, count === 0 ? layer : 3) });
    },
  }));
  const data = pick({ label: "Points", values: [...Object.keys(model.get("sets")), OWN], value: model.get("data"),
    onchange: (value) => set(value === OWN && model.get("points").length === 0 ? { data: OWN, points: [] } : { data: value }) });
  const activation = pick({ label: "Activation", values: Object.keys(ACTIVATIONS), value: model.get("activation"),
    onchange: (value) => set({ activation: value }) });
  const rate = slider({ label: "Rate", min: 0, max: RATES.length - 1, value: RATES.indexOf(model.get("rate")),
    show: (index) => String(RATES[index]), oninput: (index) => set({ rate: RATES[index] }) });
  const tool = choice({ label: "What the mouse draws", values: [1, 0, null], names: ["● 1", "□ 0", "✗ erase"], value: 1,
    onchange: (value) => { view.tool = value; redraw(); } });
  const clear = button("Clear", () => change([]));
  const formula = el("p", { class: "explore-formula" });
  const says = el("span", { class: "explore-aside", "aria-live": "polite" });
  const copy = copier(() => torchCode(trained().net, model.get("activation"), points().slice(0, 5)));
  root.replaceChildren(el("div", { class: "explore", role: "group", "aria-label": "Playground explorer" },
    stage.node, formula,
    el("div", { class: "explore-row" }, play, once, again, fresh, tool.node, clear, text, copy),
    el("div", { class: "explore-row" }, labelled("Points", data), ...units.map(({ node }) => node),
      labelled("f", activation), rate.node, says)));

  function now() {
    const { net, losses, loss, right } = trained();
    const layers = model.get("layers");
    const exists = (each) => each && (each.layer === 0 || each.unit < (layers[each.layer - 1] ?? 0));
    return {
      net, losses, loss, right, view, points: points(), step: steps(), rate: model.get("rate"),
      activation: model.get("activation"), at: places(stage.width, layers),
      chosen: [view.hover, view.pinned].find(exists) ?? null,
      output: (point) => predict(net, model.get("activation"), point),
    };
  }

  function say() {
    formula.replaceChildren(...sum(now()));
  }

  /** Paint the fields of all units, and the large one; return where they lie. */
  function pixels({ net, chosen, at, activation: name }, fields) {
    const colours = inks(root);
    const found = {};
    const scale = (values) => ({ zero: 0, part: 0.6,
      most: name === "ReLU" || name === "linear" ? Math.max(1e-9, ...values.map(Math.abs)) : 1 });
    const paint = (key, values, look, { x, y, side }) => {
      const each = canvas(key);
      tint(each, values, GRID, look, colours);
      found[key] = { canvas: each, x, y, width: side, height: side };
    };
    fields.slice(0, -1).forEach((layer, l) => layer.forEach(({ outputs }, u) =>
      paint(`unit-${l + 1}-${u}`, outputs, scale(outputs), at.columns[l + 1][u])));
    const inputs = [0, 1].map((axis) => Float32Array.from({ length: GRID * GRID }, (_, i) =>
      (axis ? GRID / 2 - Math.floor(i / GRID) : (i % GRID) - GRID / 2) / (GRID / 2)));
    inputs.forEach((values, u) => paint(`unit-0-${u}`, values, { zero: 0, most: 1, part: 0.6 }, at.columns[0][u]));
    if (chosen?.layer === 0) paint("field", inputs[chosen.unit], { zero: 0, most: 1, part: 0.6 }, at.field);
    else if (chosen) {
      const { outputs } = fields[chosen.layer - 1][chosen.unit];
      paint("field", outputs, scale(outputs), at.field);
    } else paint("field", fields.at(-1)[0].outputs, { zero: 0, most: 1, part: 0.5 }, at.field);
    return found;
  }

  function redraw() {
    const present = now();
    const fields = sampled(present.net, present.activation, GRID);
    units.forEach((each, layer) => each.set({ value: model.get("layers")[layer] ?? 0 }));
    rate.set({ value: RATES.indexOf(model.get("rate")) });
    data.value = model.get("data");
    activation.value = model.get("activation");
    tool.set(view.tool);
    play.textContent = view.frame ? "❚❚ Pause" : "▶ Train";
    const all = { ...present, fields, grid: GRID };
    stage.show({
      height: present.at.height, shapes: picture(all),
      focusable: handles(present, { pin, press, blur: () => { view.cursor = null; view.at = null; redraw(); },
        look: (unit) => { view.hover = unit; redraw(); } }),
      pixels: pixels(present, fields),
      description: `A network of ${[2, ...model.get("layers"), 1].join(", ")} units and ${present.points.length} points. `
        + `After ${present.step} steps the loss is ${present.loss.toFixed(3)}, and ${Math.round(100 * present.right)} % `
        + "of the points are on the correct side.",
    });
    formula.replaceChildren(...sum(present));
  }
  // Several settings that change at once are drawn once.
  return follow(model, NAMES, () => { if (!view.changing) redraw(); });
}

export default { render };
