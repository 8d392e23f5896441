// Training: a ConvNet learns in the page. Watch it, change its learning rate, draw for it.

import { editing } from "./shared/cells.js";
import { button, choice, copier, el, focusable, follow, pick, put, labelled, slider } from "./shared/dom.js";
import { pointer, rect, scene } from "./shared/scene.js";
import { arrange, description, paintPixels, rateWords, RATES, shapes } from "./training_draw.js";
import { forward, OPTIMISERS } from "./training_net.js";
import { asPyTorch, training, unpack } from "./training_run.js";

/** Steps are taken for so many milliseconds; then the picture is drawn. */
const SLICE = 30;
const NAMES = ["lr", "optimiser", "batch", "augment", "epochs", "seed"];
const KINDS = ["input", "kernel", "output", "paper"];

function render({ model, el: root }) {
  const [channels, height, width] = model.get("shape");
  const names = model.get("names");
  const shape = { channels, height, width, classes: names.length };
  const set = (name) => ({ images: unpack(model.get(name), channels * height * width), labels: model.get(`${name}_labels`) });
  const sets = { training: set("training"), validation: set("validation") };
  const start = () => training(shape, model.get("filters"), sets, model.get("seed"));
  const canvas = document.createElement("canvas");
  const view = { chosen: 0, own: null, timer: 0, until: 0, said: "" };
  let run = start();
  const stage = scene({ name: "Training", arrange: () => redraw() });
  const settings = () => ({ momentum: 0.9, decay: 5e-4,
    ...Object.fromEntries(NAMES.map((name) => [name, model.get(name)])) });
  const image = () => view.own ?? sets.validation.images[view.chosen];

  function look() {
    const at = arrange(stage.width, run.net, names);
    const strip = Array.from({ length: Math.min(at.strip.count, sets.validation.images.length) }, (_, i) => i);
    const answers = strip.map((n) => {
      const chances = forward(run.net, run.params, sets.validation.images[n], run.room);
      return chances.indexOf(Math.max(...chances));
    });
    // The last to go forward is the image, whose maps are shown.
    const chances = Float32Array.from(forward(run.net, run.params, image(), run.room));
    const style = getComputedStyle(root);
    const colours = Object.fromEntries(KINDS.map((kind) => [kind, style.getPropertyValue(`--cnn-${kind}`) || "#888"]));
    return { at, net: run.net, run, image: image(), chances, answers, names, settings: settings(), view, colours,
      shown: { strip, sets, width: stage.width } };
  }

  function tick() {
    const end = performance.now() + SLICE;
    const now = settings();
    do run.step(now); while (run.epoch < view.until && performance.now() < end);
    if (run.epoch >= view.until || !root.isConnected) stop();
    else view.timer = setTimeout(tick, 0);
    redraw();
  }
  function stop() {
    clearTimeout(view.timer);
    view.timer = 0;
  }

  const ink = (x, y) => {
    const { at } = look();
    const [j, i] = [Math.floor((x - at.image.x) / at.image.side), Math.floor((y - at.image.y) / at.image.side)];
    if (i < 0 || j < 0 || i >= height || j >= width) return false;
    view.own ??= new Float32Array(channels * height * width);
    for (const [a, b, much] of [[i, j, 1], [i - 1, j, 0.3], [i + 1, j, 0.3], [i, j - 1, 0.3], [i, j + 1, 0.3]]) {
      if (a < 0 || b < 0 || a >= height || b >= width) continue;
      for (let c = 0; c < channels; c++) {
        const n = (c * height + a) * width + b;
        view.own[n] = Math.min(1, Math.max(view.own[n], much));
      }
    }
    redraw();
    return true;
  };
  const toRate = (x) => {
    const { at: { rate } } = look();
    const power = RATES[0] + ((x - rate.x) / rate.width) * (RATES[1] - RATES[0]);
    const lr = 10 ** Math.min(RATES[1], Math.max(RATES[0], power));
    put(model, { lr: Number(lr.toPrecision(2)) });
  };
  pointer(stage, {
    press(x, y) {
      const { at } = look();
      if (Math.abs(y - at.rate.y) < 20 && x > at.rate.x - 14 && x < at.rate.x + at.rate.width + 14) {
        toRate(x);
        return { move: toRate };
      }
      const place = Math.floor((x - at.strip.x) / at.strip.step);
      if (y > at.strip.y && y < at.strip.y + at.strip.side && place >= 0 && place < at.strip.count) {
        choose(place);
        return null;
      }
      return ink(x, y) ? { move: ink } : null;
    },
  });
  const keys = editing({
    key: "image", label: (i, j) => `Pixel in row ${i + 1}, column ${j + 1}`,
    read: (i, j) => Number(image()[i * width + j].toFixed(2)),
    write(i, j, value) {
      view.own ??= Float32Array.from(image());
      for (let c = 0; c < channels; c++) view.own[(c * height + i) * width + j] = Math.min(1, Math.max(0, value));
      redraw();
    },
    step: () => 0.25, redraw: () => redraw(),
  });

  function choose(n) {
    view.own = null;
    view.chosen = n;
    redraw();
  }
  function restart() {
    stop();
    run = start();
    redraw();
  }

  const play = button("▶ Train", () => {
    if (view.timer) stop();
    else {
      view.until = Math.floor(run.epoch + 1e-9) + model.get("epochs");
      view.timer = setTimeout(tick, 0);
    }
    redraw();
  }, { class: "explore-strong" });
  const single = button("One step", () => { stop(); run.step(settings()); redraw(); });
  const again = button("Restart", () => {
    put(model, { seed: model.get("seed") + 1 });
  });
  const blank = button("Blank image", () => {
    view.own = new Float32Array(channels * height * width);
    redraw();
  });
  const rate = slider({ label: "Learning rate", min: RATES[0], max: RATES[1], step: 0.1, value: Math.log10(model.get("lr")),
    show: (power) => rateWords(10 ** power), oninput: (power) => put(model, { lr: Number((10 ** power).toPrecision(2)) }) });
  const chosen = (name, label, values, convert = (value) => value) => {
    const node = pick({ label, values, value: model.get(name), onchange: (value) => put(model, { [name]: convert(value) }) });
    return { node: labelled(label, node), set: (value) => { node.value = String(value); } };
  };
  const picks = {
    optimiser: chosen("optimiser", "Optimiser", Object.keys(OPTIMISERS)),
    batch: chosen("batch", "Batch", [8, 32, 128], Number),
  };
  const augment = choice({ label: "Augmentation", values: ["nothing", "shifts", "flips"], names: ["as they are", "shifted", "flipped"],
    value: model.get("augment"), onchange: (value) => put(model, { augment: value }) });
  const status = el("p", { class: "explore-formula" });
  const said = el("span", { class: "explore-aside", "aria-live": "polite" });
  root.replaceChildren(el("div", { class: "explore", role: "group", "aria-label": "Training explorer" },
    stage.node, status, said,
    el("div", { class: "explore-row" }, play, single, again, rate.node, blank, copier(() => asPyTorch(run, image()))),
    el("div", { class: "explore-row" }, ...Object.values(picks).map(({ node }) => node),
      el("span", { class: "explore-labelled" }, "Train on images", augment.node))));

  function handles({ at, shown }) {
    const chosenOnes = shown.strip.map((n, i) => ({
      ...rect(`pick-${i}`, at.strip.x + i * at.strip.step, at.strip.y, at.strip.side, at.strip.side, "explore-handle",
        focusable("button", `Show validation image ${i + 1}, ${names[sets.validation.labels[n]]}`)),
      on: { onkeydown(event) {
        if (event.key !== " " && event.key !== "Enter") return;
        event.preventDefault();
        event.stopPropagation();
        choose(n);
      } },
    }));
    // More pixels than a person would set one by one are left to the pointer.
    const pixels = height * width > 400 ? [] : keys.handles({ ...at.image, rows: height, columns: width });
    return [...pixels, ...chosenOnes];
  }

  function redraw() {
    const now = look();
    paintPixels(canvas, now);
    play.textContent = view.timer ? "❚❚ Pause" : "▶ Train";
    rate.set({ value: Math.log10(now.settings.lr) });
    for (const [name, { set: show }] of Object.entries(picks)) show(now.settings[name]);
    augment.set(now.settings.augment);
    stage.show({
      height: now.at.height, description: description(now), shapes: shapes(now), focusable: handles(now),
      pixels: { sheet: { canvas, x: 0, y: 0, width: stage.width, height: now.at.height } },
    });
    const last = run.checks.at(-1);
    const loss = run.losses.at(-1)?.loss;
    status.textContent = `epoch ${run.epoch.toFixed(2)}, step ${run.steps}: loss ${loss === undefined ? "–" : loss.toFixed(3)}, `
      + `validation ${(100 * last.share).toFixed(1)} % right`;
    const word = view.timer ? `Training, epoch ${Math.floor(run.epoch)}` : `Stopped at epoch ${run.epoch.toFixed(2)}, ${(100 * last.share).toFixed(1)} % right`;
    if (word !== view.said) said.textContent = view.said = word;
  }
  model.on("change:seed", restart);
  const undo = follow(model, NAMES.filter((name) => name !== "seed"), redraw);
  return () => {
    stop();
    model.off("change:seed", restart);
    undo();
  };
}

export default { render };
