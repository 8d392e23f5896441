// Pooling: drag the window; see what it keeps, where the gradient goes, and what can be undone.

import { pointed, poolingShapes, poolingSum, tintGradient } from "./pooling_draw.js";
import { poolingLayout } from "./pooling_layout.js";
import { cellAt, editing, figure, grip, hovering } from "./shared/cells.js";
import { decode, shade } from "./shared/convolve.js";
import { choice, copier, el, follow, freshId, hatching, put, slider } from "./shared/dom.js";
import { pool, poolBackward, pooledSize, unpool } from "./shared/pool.js";
import { pointer, scene } from "./shared/scene.js";

const KINDS = ["max", "average", "norm"];
/** How large windows may be, by scene, and what a scene begins with. */
const LARGEST = { numbers: 5, photo: 16 };
const BEGIN = { numbers: { kernel: 3, stride: 2, padding: 0 }, photo: { kernel: 4, stride: 4, padding: 0 } };
const NAMES = ["scene", "image", "photo", "kind", "p", "kernel", "stride", "padding", "position"];

/** The lines of PyTorch that compute what is shown. */
export function poolingCode({ scene: chosen, image, kind, kernel, stride, padding, p }) {
  const x = chosen === "photo" ? "torch.tensor(face(112))[None, None]"
    : `torch.tensor([[${JSON.stringify(image)}]], dtype=torch.float64)`;
  const begin = ["import torch", "import torch.nn.functional as F",
    ...(chosen === "photo" ? ["from cnnlib.lessons.pooling.photos import face"] : []),
    `x = ${x}.requires_grad_()`];
  const size = `${kernel}, ${stride}`;
  const lines = {
    max: [`y, where = F.max_pool2d(x, ${size}, ${padding}, return_indices=True)`],
    average: [`y = F.avg_pool2d(x, ${size}, ${padding})`],
    norm: [`y = F.lp_pool2d(x.abs(), ${p}, ${size})`],
  }[kind];
  const large = kind === "max"
    ? ", torch.zeros_like(x).flatten(2).scatter(2, where.flatten(2), y.flatten(2)).view_as(x)" : "";
  return [...begin, ...lines, "y.sum().backward()", `(y, x.grad${large})`].join("; ");
}

/** Settings that go together: as PyTorch, at most half a window of padding, and none for norms. */
export function allowed({ kind, kernel, stride, padding, p }, size) {
  const fits = Math.min(kernel, size);
  return { kind, p, kernel: fits, stride, padding: kind === "norm" ? 0 : Math.min(padding, Math.floor(fits / 2), 2) };
}

function render({ model, el: root }) {
  const view = { hover: null, float: null };
  const hatch = freshId("hatch");
  const photo = { given: null, found: null };
  const canvases = { y: document.createElement("canvas"), dx: document.createElement("canvas"), large: document.createElement("canvas") };
  const kept = { key: "", maps: null };

  /** The input, once it is there. */
  function input() {
    if (model.get("scene") === "numbers") {
      const image = model.get("image");
      return { rows: image.length, columns: image[0].length, values: Float64Array.from(image.flat()) };
    }
    if (photo.given !== model.get("photo")) {
      Object.assign(photo, { given: model.get("photo"), found: null });
      decode(photo.given, 1).then(({ channels: [values], ...rest }) => { photo.found = { ...rest, values }; redraw(); });
    }
    return photo.found;
  }

  function look() {
    const x = input();
    if (!x) return null;
    const written = model.get("scene") === "numbers";
    const asked = Object.fromEntries(NAMES.map((name) => [name, model.get(name)]));
    const settings = allowed(asked, x.rows);
    const key = JSON.stringify([asked.scene, written ? asked.image : 0, settings]);
    if (kept.key !== key || kept.x !== photo.found) {
      const y = pool(x, settings);
      const maps = { y, dx: poolBackward(x, y, settings), large: unpool(x, y) };
      if (!written) {
        const most = settings.kind === "norm" ? Math.max(...y.values) : 1;
        shade(canvases.y, { ...y, range: [0, most] });
        tintGradient(canvases.dx, maps.dx);
        if (maps.large) shade(canvases.large, { ...maps.large, range: [0, 1] });
      }
      Object.assign(kept, { key, maps, x: photo.found });
    }
    const { y } = kept.maps;
    const position = Math.min(asked.position, y.values.length - 1);
    const at = poolingLayout(stage.width, { rows: x.rows, padding: written ? settings.padding : 0, written }, y.rows);
    const focus = pointed({ x, y, settings, hover: view.hover, position });
    return { asked, settings, written, x, ...kept.maps, position, at, focus, float: view.float, hatch };
  }

  function go(row, column) {
    const { y } = look();
    const limit = (value, most) => Math.max(0, Math.min(most - 1, value));
    put(model, { position: limit(row, y.rows) * y.columns + limit(column, y.columns) });
  }

  const stage = scene({ name: "Pooling", arrange: () => redraw() });
  stage.defs.append(hatching(hatch));
  const editor = editing({
    key: "x", label: (i, j) => `Input, row ${i + 1}, column ${j + 1}`, redraw: () => redraw(),
    read: (i, j) => model.get("image")[i][j],
    write(i, j, value) {
      const image = structuredClone(model.get("image"));
      image[i][j] = value;
      put(model, { image });
    },
  });

  pointer(stage, {
    press(x, y) {
      const now = look();
      if (!now) return null;
      const { at, settings: { kernel, stride, padding } } = now;
      const spot = cellAt(at.output, x, y);
      if (spot) {
        view.hover = null;
        go(...spot);
        return { move: (px, py) => go(Math.floor((py - at.output.y) / at.output.side), Math.floor((px - at.output.x) / at.output.side)) };
      }
      if (!cellAt(at.input, x, y)) return null;
      view.hover = null;
      const { side } = at.image;
      const [row, column] = [Math.floor(now.position / now.y.columns), now.position % now.y.columns];
      const [zx, zy] = [at.image.x - padding * side, at.image.y - padding * side];
      const [left, top] = [zx + column * stride * side, zy + row * stride * side];
      const long = kernel * side;
      const inside = x >= left && y >= top && x < left + long && y < top + long;
      const [gx, gy] = inside ? [x - left, y - top] : [long / 2, long / 2];
      const follows = (px, py) => {
        const limit = (value, count) => Math.max(0, Math.min((count - 1) * stride * side, value));
        const [dx, dy] = [limit(px - gx - zx, now.y.columns), limit(py - gy - zy, now.y.rows)];
        view.float = [zx + dx, zy + dy];
        go(Math.round(dy / (stride * side)), Math.round(dx / (stride * side)));
        redraw();
      };
      if (!inside) follows(x, y);
      return { move: follows, end: () => { view.float = null; redraw(); } };
    },
    ...hovering(view, () => redraw(), (x, y) => {
      const now = look();
      if (!now) return null;
      const { at } = now;
      const same = (name, value) => (view.hover?.[name] === value ? view.hover : { [name]: value });
      const spot = cellAt(at.output, x, y);
      if (spot) return same("output", spot[0] * now.y.columns + spot[1]);
      for (const box of [at.image, at.gradient, ...(now.large ? [at.large] : [])]) {
        const cell = cellAt(box, x, y);
        if (cell) return same("pixel", cell[0] * now.x.columns + cell[1]);
      }
      return null;
    }),
  });

  const scenes = choice({ label: "Input", values: ["numbers", "photo"], value: model.get("scene"),
    onchange: (chosen) => { view.hover = null; put(model, { ...BEGIN[chosen], position: 0, scene: chosen }); } });
  const kinds = choice({ label: "Kind", values: KINDS, value: model.get("kind"),
    onchange: (kind) => put(model, { kind }) });
  const change = (name) => (value) => put(model, { [name]: value, position: 0 });
  const power = slider({ label: "p", min: 1, max: 10, value: model.get("p"), oninput: change("p") });
  const kernel = slider({ label: "Window K", min: 1, max: 5, value: model.get("kernel"), oninput: change("kernel") });
  const stride = slider({ label: "Stride S", min: 1, max: 5, value: model.get("stride"), oninput: change("stride") });
  const padding = slider({ label: "Padding P", min: 0, max: 2, value: model.get("padding"), oninput: change("padding") });
  const sum = el("p", { class: "explore-formula", "aria-live": "polite" });
  const code = el("code");
  root.replaceChildren(el("div", { class: "explore", role: "group", "aria-label": "Pooling" },
    stage.node, sum,
    el("div", { class: "explore-row" }, scenes.node, kinds.node, power.node, kernel.node, padding.node, stride.node),
    el("div", { class: "explore-row explore-last" }, code, copier(() => {
      const { asked, settings } = look();
      return poolingCode({ ...asked, ...settings });
    }))));

  function redraw() {
    const now = look();
    if (!now) return;
    const { asked, settings, written, x, y, at, position } = now;
    scenes.set(asked.scene);
    kinds.set(asked.kind);
    power.set({ value: settings.p });
    power.node.style.display = settings.kind === "norm" ? "" : "none";
    kernel.set({ value: settings.kernel, max: Math.min(LARGEST[asked.scene], x.rows) });
    stride.set({ value: settings.stride, max: LARGEST[asked.scene] });
    padding.set({ value: settings.padding, max: Math.max(1, Math.min(2, Math.floor(settings.kernel / 2))) });
    padding.node.style.display = settings.kind === "norm" || settings.kernel === 1 ? "none" : "";
    const [row, column] = [Math.floor(position / y.columns), position % y.columns];
    const text = poolingSum(now);
    const canvas = (box, from) => ({ canvas: from, x: box.x, y: box.y, width: box.right - box.x, height: box.bottom - box.y });
    stage.show({
      height: at.height,
      description: `${settings.kind === "norm" ? `${settings.p}-norm` : settings.kind} pooling of ${x.rows} by ${x.columns} `
        + `${written ? "numbers" : "pixels"}, giving ${y.rows} by ${y.columns}. ${text}`,
      shapes: poolingShapes({ ...now, typing: editor.typing }),
      focusable: [
        ...(written ? editor.handles(at.image) : []),
        grip({ x: at.image.x + (column * settings.stride - settings.padding) * at.image.side,
          y: at.image.y + (row * settings.stride - settings.padding) * at.image.side,
          side: settings.kernel * at.image.side, row, column, position, count: y.values.length, go,
          far: 8, text: `row ${row + 1}, column ${column + 1}: ${figure(y.values[position])}` }),
      ],
      pixels: written ? {} : { x: canvas(at.image, photo.found.canvas), y: canvas(at.output, canvases.y),
        dx: canvas(at.gradient, canvases.dx), ...(now.large ? { large: canvas(at.large, canvases.large) } : {}) },
    });
    sum.textContent = text;
    const layers = { max: "MaxPool2d", average: "AvgPool2d", norm: "LPPool2d" };
    code.textContent = `nn.${layers[settings.kind]}(${settings.kind === "norm" ? `${settings.p}, ` : ""}${settings.kernel}, `
      + `stride=${settings.stride}${settings.padding ? `, padding=${settings.padding}` : ""})`;
  }
  return follow(model, NAMES, redraw);
}

export default { render };
