// Backward through a convolution: send output gradients to their windows and to the kernel.

import { convOutputSize } from "./shared/arithmetic.js";
import { cellAt, figure, grip, hovering } from "./shared/cells.js";
import { button, copier, el, focusable, follow, freshId, hatching, put, slider } from "./shared/dom.js";
import { passBack } from "./shared/gradients.js";
import { pointer, rect, scene } from "./shared/scene.js";
import { backwardShapes } from "./backward_draw.js";
import { layerLayout } from "./backward_layout.js";

const SETTINGS = [
  { name: "size", label: "Input size", min: 3, max: 6 },
  { name: "kernel", label: "Kernel", min: 1, max: 4 },
  { name: "stride", label: "Stride", min: 1, max: 3 },
  { name: "dilation", label: "Dilation", min: 1, max: 2 },
  { name: "padding", label: "Padding", min: 0, max: 2 },
];

/** What PyTorch is told to do, and a line that does all of it. */
export function backwardCode({ stride, padding, dilation }, { x, w, dy }, lighted) {
  const settings = [["stride", stride, 1], ["padding", padding, 0], ["dilation", dilation, 1]]
    .filter(([, value, usual]) => value !== usual).map(([name, value]) => `, ${name}=${value}`).join("");
  const call = `F.conv2d(x, w${settings}).backward(dy)`;
  const text = (rows) => JSON.stringify(rows);
  const sent = dy.map((row, i) => row.map((value, j) => (lighted.has(i * dy.length + j) ? value : 0)));
  return { call, line: "import torch; import torch.nn.functional as F; "
    + `x = torch.tensor([[${text(x)}]], dtype=torch.float64, requires_grad=True); `
    + `w = torch.tensor([[${text(w)}]], dtype=torch.float64, requires_grad=True); `
    + `dy = torch.tensor([[${text(sent)}]], dtype=torch.float64); ${call}; x.grad, w.grad` };
}

/** The recipes with their numbers. */
function recipe({ stride, padding, dilation, kernel }, count) {
  if (!count) return "";
  const zeros = (n) => `${n} zero${n === 1 ? "" : "s"}`;
  const name = (word) => el("b", { class: "explore-gradient-words" }, word);
  return [name("dx"), `: dy with ${zeros(stride - 1)} between, ${zeros(dilation * (kernel - 1))} around; w flipped`,
    dilation > 1 ? " and dilated" : "", padding ? `; cut ${padding}` : "", "  ·  ",
    name("dw"), ": x with dy", stride > 1 ? `, its elements ${stride} apart` : "",
    dilation > 1 ? `, in steps of ${dilation}` : ""];
}

function render({ model, el: root }) {
  const names = [...SETTINGS.map(({ name }) => name), "position", "sent", "x", "w", "dy"];
  const view = { hover: null, probe: null };
  const hatch = freshId("hatch");
  const stage = scene({ name: "Gradients", arrange: () => redraw() });
  stage.defs.append(hatching(hatch));

  /** The settings, the numbers, and what follows from them. */
  function look() {
    const layer = Object.fromEntries(SETTINGS.map(({ name }) => [name, model.get(name)]));
    const count = convOutputSize(layer) ?? 0;
    const crop = (rows, n) => rows.slice(0, n).map((row) => row.slice(0, n));
    const numbers = { x: crop(model.get("x"), layer.size), w: crop(model.get("w"), layer.kernel), dy: crop(model.get("dy"), count) };
    const sent = model.get("sent").filter((each) => each < count * count);
    const position = Math.max(0, Math.min(model.get("position"), count * count - 1));
    const [row, column] = count ? [Math.floor(position / count), position % count] : [0, 0];
    const total = layer.size + 2 * layer.padding;
    const probe = view.probe && view.probe.map((each) => Math.max(0, Math.min(total - 1, each)));
    const pointed = view.hover && JSON.parse(view.hover);
    const focus = pointed ?? (probe ? { grid: "x", row: probe[0], column: probe[1] } : { grid: "dy", row, column });
    return { layer, count, numbers, sent, position, row, column, total, focus, hatch, lighted: new Set(sent),
      found: passBack(layer, numbers, sent), at: layerLayout(stage.width, total, layer.kernel, count) };
  }

  const limited = (value, most) => Math.max(0, Math.min(most - 1, value));

  function go(row, column) {
    const { count } = look();
    put(model, { position: limited(row, count) * count + limited(column, count) });
  }

  /** Send an output's gradient, or take it back; `on` says which, else it changes. */
  function send(index, on) {
    const { sent, lighted } = look();
    const wanted = on ?? !lighted.has(index);
    if (wanted !== lighted.has(index)) {
      put(model, { sent: wanted ? [...sent, index] : sent.filter((each) => each !== index) });
    }
    return wanted;
  }

  pointer(stage, {
    press(x, y) {
      const { at, count } = look();
      const spot = cellAt(at.backward.y, x, y);
      if (!spot) return null;
      view.hover = null;
      const pass = ([i, j], on) => { put(model, { position: i * count + j }); return send(i * count + j, on); };
      const on = pass(spot);
      return { move(px, py) {
        const other = cellAt(at.backward.y, px, py);
        if (other) pass(other, on);
      } };
    },
    ...hovering(view, () => redraw(), (x, y) => {
      const { at } = look();
      for (const [way, boxes] of Object.entries({ forward: at.forward, backward: at.backward })) {
        for (const [grid, box] of Object.entries(boxes)) {
          const spot = cellAt(box, x, y);
          if (!spot) continue;
          const name = grid === "y" && way === "backward" ? "dy" : grid;
          // As text, so that the same cell is the same value.
          return JSON.stringify({ grid: name, row: spot[0], column: spot[1] });
        }
      }
      return null;
    }),
  });

  const controls = Object.fromEntries(SETTINGS.map(({ name, ...settings }) =>
    [name, slider({ ...settings, value: model.get(name), oninput: (value) => put(model, { [name]: value, sent: [], position: 0 }) })]));
  const next = button("Send next", () => {
    const { count, lighted } = look();
    const index = Array.from({ length: count * count }, (_, i) => i).find((each) => !lighted.has(each));
    if (index === undefined) return;
    put(model, { position: index });
    send(index, true);
  });
  const all = button("Send all", () => {
    const { count } = look();
    put(model, { sent: Array.from({ length: count * count }, (_, i) => i), position: Math.max(0, count * count - 1) });
  });
  const clear = button("Clear", () => put(model, { sent: [], position: 0 }));
  const formula = el("p", { class: "explore-says" });
  const says = el("p", { class: "explore-aside", "aria-live": "polite" });
  const code = el("code");
  root.replaceChildren(el("div", { class: "explore", role: "group", "aria-label": "Backward through a convolution" },
    stage.node, formula, says,
    el("div", { class: "explore-row" }, ...Object.values(controls).map(({ node }) => node)),
    el("div", { class: "explore-row explore-last" }, next, all, clear, code,
      copier(() => { const { layer, numbers, lighted } = look(); return backwardCode(layer, numbers, lighted).line; }))));

  /** The output that the keyboard has chosen; space and enter send it. */
  function sender({ at, count, position, row, column, lighted }) {
    const box = at.backward.y;
    const state = lighted.has(position) ? "sent" : "not sent";
    const shape = grip({ x: box.x + column * box.side, y: box.y + row * box.side, side: box.side, row, column,
      position, count: count * count, go, text: `output gradient in row ${row + 1}, column ${column + 1}, ${state}` });
    const move = shape.on.onkeydown;
    const onkeydown = (event) => {
      if (event.key !== " " && event.key !== "Enter") {
        move(event);
        return;
      }
      event.preventDefault();
      event.stopPropagation();
      send(look().position);
    };
    return { ...shape, on: { onkeydown } };
  }

  /** A cell of dx that the keyboard asks about. */
  function prober({ at, total, focus }) {
    const box = at.backward.x;
    const [row, column] = view.probe ?? [0, 0];
    const shape = rect("probe", box.x + limited(column, total) * box.side, box.y + limited(row, total) * box.side,
      box.side, box.side, "explore-handle", { ...focusable("slider", "Cell of dx"), "aria-valuemin": 1,
        "aria-valuemax": total * total, "aria-valuenow": limited(row, total) * total + limited(column, total) + 1,
        "aria-valuetext": `row ${row + 1}, column ${column + 1}${focus.grid === "x" ? `: ${told(look())}` : ""}` });
    const onkeydown = (event) => {
      const size = look().total;
      const [i, j] = view.probe ?? [0, 0];
      const to = { ArrowLeft: [i, j - 1], ArrowRight: [i, j + 1], ArrowUp: [i - 1, j], ArrowDown: [i + 1, j],
        Home: [0, 0], End: [size - 1, size - 1] }[event.key];
      if (!to) return;
      event.preventDefault();
      event.stopPropagation();
      view.probe = to.map((each) => limited(each, size));
      redraw();
    };
    return { ...shape, on: { onkeydown, onfocus: () => { view.probe ??= [0, 0]; redraw(); },
      onblur: () => { view.probe = null; redraw(); } } };
  }

  function told({ focus: { grid, row, column }, found, numbers, layer, count }) {
    const place = `row ${row + 1}, column ${column + 1}`;
    if (!count) return "The window is larger than the padded input.";
    if (grid === "dy") return `Output gradient ${figure(numbers.dy[row][column])} in ${place}.`;
    if (grid === "y") return `Output ${figure(found.y[row][column])} in ${place}.`;
    return `The gradient in ${place} of the ${grid === "w" ? "kernel" : layer.padding ? "padded image" : "image"} is `
      + `${figure(found[`d${grid}`][row][column])} so far.`;
  }

  function redraw() {
    const state = look();
    const { layer, count, sent, at } = state;
    for (const [name, control] of Object.entries(controls)) control.set({ value: layer[name] });
    const progress = `${sent.length} of ${count * count} output gradients sent.`;
    stage.show({ height: at.height,
      description: `A convolution and its gradients. ${progress} ${told(state)}`,
      shapes: backwardShapes(state, at), focusable: count ? [sender(state), prober(state)] : [] });
    formula.replaceChildren(...[recipe(layer, count)].flat());
    says.textContent = progress;
    next.disabled = all.disabled = sent.length === count * count;
    clear.disabled = sent.length === 0;
    code.textContent = count ? backwardCode(layer, state.numbers, state.lighted).call : "no output";
    root.querySelector(".explore-copy").disabled = !count;
  }
  return follow(model, names, redraw);
}

export default { render };
