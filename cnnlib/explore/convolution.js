// A convolution: slide the window, see the products add up, change the kernel.

import { numbers, photo, sum } from "./convolution_draw.js";
import { numbersLayout, photoLayout } from "./convolution_layout.js";
import { cellAt, editing, figure, grip, hovering } from "./shared/cells.js";
import { convolve, decode, plane, products } from "./shared/convolve.js";
import { button, choice, copier, el, follow, labelled, pick, put } from "./shared/dom.js";
import { pointer, scene } from "./shared/scene.js";

const OWN = "your own";

/** The PyTorch line that computes the map of one filter. */
export function pytorch({ source, filters }, chosen) {
  const weights = JSON.stringify(filters[chosen]);
  const imports = `import torch;${source.includes("photo(") ? " from cnnlib.data import photo;" : ""}`;
  return `${imports} torch.nn.functional.conv2d(`
    + `torch.tensor(${source}, dtype=torch.float64)[None], `
    + `torch.tensor([${weights}], dtype=torch.float64))`;
}

/** The name of a filter: that of the preset which all its channels are, if there is one. */
export function named(presets, filter) {
  const same = (one) => filter.every((kernel) => JSON.stringify(kernel) === JSON.stringify(one));
  return Object.keys(presets).find((name) => same(presets[name])) ?? OWN;
}

function render({ model, el: root }) {
  const images = new Map();
  const visited = new Map();
  const view = { hover: null, float: null, playing: null, known: Infinity };
  const maps = { canvas: document.createElement("canvas"), key: "", found: null };

  const now = () => model.get("scenes").find(({ name }) => name === model.get("scene"));
  const chosen = () => Math.min(model.get("filter"), now().filters.length - 1);
  const seen = () => visited.get(now().name) ?? visited.set(now().name, new Set()).get(now().name);

  /** The image of a scene, once it is there. */
  function image() {
    const { name, image: given, channels } = now();
    if (!images.has(name)) {
      if (typeof given !== "string") images.set(name, { given, ...plane(given) });
      else {
        images.set(name, null);
        decode(given, channels.length).then((found) => { images.set(name, { given, ...found }); redraw(); });
      }
    } else if (images.get(name) && images.get(name).given !== given) {
      images.set(name, { given, ...plane(given) });
    }
    return images.get(name);
  }

  function map(pixels) {
    const filter = now().filters[chosen()];
    const key = JSON.stringify([now().name, filter]);
    if (maps.key !== key || maps.of !== pixels) {
      Object.assign(maps, { key, of: pixels, found: convolve(pixels, filter), shown: null });
    }
    return maps.found;
  }

  const written = () => typeof now().image !== "string";

  function arrangement(pixels) {
    const k = now().filters[0][0].length;
    return written() ? numbersLayout(stage.width, pixels.rows, pixels.columns, k)
      : photoLayout(stage.width, pixels.rows, pixels.columns, k, pixels.channels.length);
  }

  /** Replace the present scene's values. */
  function change(values) {
    put(model, { scenes: model.get("scenes").map((each) =>
      (each.name === now().name ? { ...each, ...values } : each)) });
  }

  function setWeight(c, i, j, value) {
    const filters = structuredClone(now().filters);
    filters[chosen()][c][i][j] = value;
    change({ filters });
  }

  function setPixel(i, j, value) {
    const values = structuredClone(now().image);
    values[0][i][j] = value;
    change({ image: values });
  }

  const stage = scene({ name: "Convolution", arrange: () => redraw() });
  const whole = () => now().filters[chosen()].flat(2).every(Number.isInteger);
  const kernelEditors = [0, 1, 2].map((c) => editing({
    key: `w${c}`, read: (i, j) => now().filters[chosen()][c][i][j], step: () => (whole() ? 1 : 0.1),
    label: (i, j) => `Kernel${now().channels[1] ? `, ${now().channels[c]}` : ""}, row ${i + 1}, column ${j + 1}`,
    write: (i, j, value) => setWeight(c, i, j, value), redraw: () => redraw(),
  }));
  const imageEditor = editing({
    key: "x", label: (i, j) => `Image, row ${i + 1}, column ${j + 1}`,
    read: (i, j) => now().image[0][i][j], write: setPixel, redraw: () => redraw(),
  });

  // Moving the window.
  function place(count) {
    const at = view.hover ?? view.playing?.at ?? model.get("position");
    return Math.min(Math.max(at, 0), count - 1);
  }

  function go(row, column) {
    const found = map(image());
    const [i, j] = [Math.min(Math.max(row, 0), found.rows - 1), Math.min(Math.max(column, 0), found.columns - 1)];
    put(model, { position: i * found.columns + j });
  }

  function pause() {
    if (!view.playing) return;
    clearTimeout(view.playing.timer);
    cancelAnimationFrame(view.playing.timer);
    const { at } = view.playing;
    Object.assign(view, { playing: null, known: Infinity });
    stage.node.classList.remove("explore-slow");
    put(model, { position: at });
  }

  function play() {
    if (view.playing) return pause();
    const count = map(image()).values.length;
    const from = model.get("position") >= count - 1 ? 0 : model.get("position");
    view.playing = { at: from, timer: 0 };
    if (written()) {
      if (from === 0) seen().clear();
      stage.node.classList.add("explore-slow");
      const next = () => {
        if (!root.isConnected) return;
        redraw();
        if (view.playing.at === count - 1) pause();
        else view.playing.timer = setTimeout(() => { view.playing.at += 1; next(); }, 1500);
      };
      next();
    } else {
      const began = performance.now();
      const next = (time) => {
        if (!view.playing || !root.isConnected) return;
        view.playing.at = Math.min(count - 1, from + Math.round((Math.max(0, time - began) / 6000) * count));
        view.known = view.playing.at + 1;
        redraw();
        if (view.playing.at === count - 1) pause();
        else view.playing.timer = requestAnimationFrame(next);
      };
      view.playing.timer = requestAnimationFrame(next);
    }
    return undefined;
  }

  pointer(stage, {
    press(x, y) {
      const pixels = image();
      if (!pixels) return null;
      const at = arrangement(pixels);
      const found = map(pixels);
      const c = at.kernels.findIndex((box) => cellAt(box, x, y));
      if (c >= 0) {
        const [i, j] = cellAt(at.kernels[c], x, y);
        const before = now().filters[chosen()][c][i][j];
        const step = whole() ? 1 : 0.1;
        return { move: (_x, _y, _dx, dy) =>
          setWeight(c, i, j, Math.round((before - Math.round(dy / 16) * step) * 100) / 100) };
      }
      const k = at.kernels[0].rows;
      const { image: box, output } = at;
      const spot = cellAt(output, x, y);
      if (spot) {
        pause();
        view.hover = null;
        go(...spot);
        return { move(px, py) { go(Math.floor((py - output.y) / output.side), Math.floor((px - output.x) / output.side)); } };
      }
      if (!cellAt(box, x, y)) return null;
      pause();
      const position = place(found.values.length);
      const [row, column] = [Math.floor(position / found.columns), position % found.columns];
      const [left, top] = [box.x + column * box.side, box.y + row * box.side];
      const inside = x >= left && y >= top && x < left + k * box.side && y < top + k * box.side;
      const [gx, gy] = inside && written() ? [x - left, y - top] : [k * box.side / 2, k * box.side / 2];
      const follows = (px, py) => {
        const limit = (value, low, most) => Math.min(Math.max(value, low), most);
        const fx = limit(px - gx, box.x, box.right - k * box.side);
        const fy = limit(py - gy, box.y, box.bottom - k * box.side);
        view.float = [fx, fy];
        go(Math.round((fy - box.y) / box.side), Math.round((fx - box.x) / box.side));
        redraw();
      };
      if (!written()) follows(x, y);
      return { move: follows, end: () => { view.float = null; redraw(); } };
    },
    ...hovering(view, () => redraw(), (x, y) => {
      const pixels = image();
      if (!pixels || view.playing) return undefined;
      const spot = cellAt(arrangement(pixels).output, x, y);
      return spot ? spot[0] * map(pixels).columns + spot[1] : null;
    }),
  });

  // The controls below.
  const scenes = model.get("scenes");
  const tabs = choice({ label: "Image", values: scenes.map(({ name }) => name), value: model.get("scene"),
    onchange: (name) => {
      pause();
      const { start } = scenes.find((each) => each.name === name);
      put(model, { scene: name, filter: 0, position: start });
    } });
  const player = button("▶ Slide", play, { class: "explore-strong" });
  const fillAll = button("Show all", () => {
    const all = seen();
    const count = map(image()).values.length;
    if (all.size >= count) all.clear();
    else for (let i = 0; i < count; i++) all.add(i);
    redraw();
  });
  const presets = model.get("presets");
  const kind = pick({ label: "Kernel", values: [...Object.keys(presets), OWN], value: OWN,
    onchange: (name) => { if (presets[name]) change({ filters: now().filters.map((filter, f) =>
      (f === chosen() ? filter.map(() => presets[name]) : filter)) }); } });
  const list = el("div", { class: "explore-choice", role: "group", "aria-label": "Filter" });
  const formula = el("p", { class: "explore-formula", "aria-live": "polite" });
  root.replaceChildren(el("div", { class: "explore", role: "group", "aria-label": "Convolution explorer" },
    stage.node, formula, el("div", { class: "explore-row" },
      scenes.length > 1 ? tabs.node : "", player, fillAll, labelled("Kernel", kind), list,
      copier(() => pytorch({ ...now(), source: now().source ?? JSON.stringify(now().image) }, chosen())))));

  function showFilters() {
    const { filters } = now();
    const add = button("+", () => {
      const zero = filters[0].map((kernel) => kernel.map((row, i) => row.map((_, j) =>
        Number(i === j && 2 * i + 1 === kernel.length))));
      change({ filters: [...filters, zero] });
      put(model, { filter: filters.length });
    }, { "aria-label": "Add a filter" });
    list.replaceChildren(...filters.map((_, f) => button(String(f + 1), () => put(model, { filter: f }),
      { "aria-pressed": String(f === chosen()), "aria-label": `Filter ${f + 1}` })),
    filters.length < 4 ? add : "");
  }

  let listed = "";
  function redraw() {
    const pixels = image();
    if (!pixels) return;
    const found = map(pixels);
    const position = place(found.values.length);
    const state = {
      scene: now(), pixels, found, position, at: arrangement(pixels), view, filter: now().filters[chosen()],
      row: Math.floor(position / found.columns), column: position % found.columns, seen: seen(),
      kernelEditors, imageEditor,
    };
    if (written()) seen().add(position);
    state.parts = products(pixels, state.filter, state.row, state.column);
    const shown = written() ? numbers(state) : photo(state, maps);
    stage.show({ ...shown, description: describe(state), height: state.at.height,
      focusable: [...shown.focusable, handle(state, go)] });
    formula.replaceChildren(...sum(state));
    player.textContent = view.playing ? "❚❚ Pause" : "▶ Slide";
    fillAll.hidden = !written();
    fillAll.textContent = seen().size >= found.values.length ? "Clear" : "Show all";
    tabs.set(now().name);
    kind.value = named(presets, state.filter);
    const list = JSON.stringify([now().name, now().filters.length, chosen()]);
    if (list !== listed) showFilters();
    listed = list;
  }
  return follow(model, ["scenes", "scene", "filter", "position"], () => {
    if (now()) redraw();
  });
}

function describe({ scene: { channels }, pixels, row, column, found, position }) {
  const what = channels.length > 1 ? `, ${channels.join(", ")},` : "";
  return `An image of ${pixels.rows} by ${pixels.columns}${what} and its output of ${found.rows} by `
    + `${found.columns}. The window for output row ${row + 1}, column ${column + 1} gives `
    + `${figure(found.values[position])}.`;
}

/** The window as something that arrow keys move. */
function handle({ at, row, column, found, position, pixels }, go) {
  const { image, kernels: [{ rows: k }] } = at;
  return grip({
    x: image.x + column * image.side, y: image.y + row * image.side, side: k * image.side,
    row, column, position, count: found.values.length, go, far: pixels.rows > 20 ? 10 : 1,
    text: `row ${row + 1}, column ${column + 1}: ${figure(found.values[position])}`,
  });
}

export default { render };
