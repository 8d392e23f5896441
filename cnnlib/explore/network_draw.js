// What the network explorer shows: the layers, the maps of one, one map, and what makes a unit.

import { layout } from "./network_explain.js";
import { activate } from "./network_forward.js";
import { mapBox, sheet } from "./network_layout.js";
import { figure } from "./shared/cells.js";
import { el } from "./shared/dom.js";
import { disc, path, rect, words } from "./shared/scene.js";

function rgb(root, name) {
  const text = getComputedStyle(root).getPropertyValue(`--cnn-${name}`).trim();
  return [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16) || 0);
}

/** The largest absolute value: it gets the full colour. */
export function largestOf(values) {
  let most = 1e-9;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}

/** Paint maps into a canvas: positive in the step's colour, negative in grey, nothing where zero. */
export function paintMaps(canvas, root, step, values, only = null) {
  const { maps, rows, columns, size } = layout(step.shape);
  const pixels = only === null ? sheet(step.shape) : { across: 1, width: columns, height: rows };
  if (canvas.width !== pixels.width || canvas.height !== pixels.height) {
    Object.assign(canvas, { width: pixels.width, height: pixels.height });
  }
  const [plus, minus] = [rgb(root, step.op === "input" ? "input" : "output"), rgb(root, "muted")];
  const image = new ImageData(pixels.width, pixels.height);
  const most = largestOf(values);
  for (let map = only ?? 0; map < (only === null ? maps : only + 1); map++) {
    const shown = only === null ? map : 0;
    const [top, left] = [Math.floor(shown / pixels.across) * (rows + 1), (shown % pixels.across) * (columns + 1)];
    for (let place = 0; place < size; place++) {
      const value = values[map * size + place];
      const at = 4 * ((top + Math.floor(place / columns)) * pixels.width + left + (place % columns));
      const colour = value < 0 ? minus : plus;
      image.data.set([...colour, Math.round((255 * Math.abs(value)) / most)], at);
    }
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/** A shape in a few letters: 6×28² for six maps of 28 by 28. */
const times = ([channels, height, width]) => (height === undefined || height * width === 1 ? String(channels)
  : `${channels}×${height === width ? `${height}²` : `${height}×${width}`}`);

/** The layers in a row, joined by lines; what goes around others bends below. */
export function strip({ at, steps, layer }) {
  const shapes = [];
  const places = new Map(at.columns.map((column) => [column.index, column]));
  for (const { index, middle, box } of at.columns) {
    for (const from of steps[index].from) {
      const source = places.get(from);
      if (!source) continue;
      const [x1, x2] = [source.box.x + source.box.width + 2, box.x - 2];
      shapes.push(path(`link-${from}-${index}`, from === index - 1 ? `M${x1} 64H${x2}`
        : `M${source.middle} 99C${source.middle} 114 ${middle} 114 ${middle} 99`, "explore-lines"));
    }
    const learns = steps[index].w !== undefined;
    const chosen = index === layer;
    shapes.push(rect(`edge-${index}`, box.x - 1, box.y - 1, box.width + 2, box.height + 2,
      `explore-edge explore-${index === 0 ? "input" : "output"} ${chosen ? "" : "explore-thin"}`),
    words(`name-${index}`, middle, 20, steps[index].label,
      `explore-middle explore-brief ${learns ? "explore-kernel-words" : ""}`),
    words(`shape-${index}`, middle, 128, times(steps[index].shape), "explore-middle explore-brief explore-note"));
  }
  const now = places.get(layer);
  if (now) {
    shapes.push(rect("layer", now.left + 1, 0, now.wide - 2, 138, "explore-window explore-ink", { rx: 8 }));
  }
  const [first, last] = [at.columns[0].index, at.columns.at(-1).index];
  if (first > 0) shapes.push(words("more-before", 4, 157, `◂ ${first} more`, "explore-note"));
  if (last < steps.length - 1) {
    shapes.push(words("more-after", at.columns.at(-1).left + at.columns.at(-1).wide, 157, `${steps.length - 1 - last} more ▸`,
      "explore-note explore-end"));
  }
  return shapes;
}

/** What a step is called: by its name where it has one, else by what it does. */
export function titled({ name, label }) {
  const own = name.split(".").at(-1);
  return /^\d*$/.test(own) ? label : own;
}

/** The numbers of a short vector, each with a bar, from a place on; the bars have this much room. */
function longBars(numbers, { x, y, step, room, kind }) {
  const most = largestOf(numbers);
  const high = 0.6 * Math.min(step, 30);
  return [...numbers].flatMap((value, i) => {
    const middle = y + (i + 0.5) * step;
    const long = Math.max(1, (room * Math.abs(value)) / most);
    return [rect(`long-${i}`, x, middle - high / 2, long, high, `explore-weight explore-${value < 0 ? "ink" : kind}`),
      words(`value-${i}`, x + long + 8, middle + 6, figure(value), "explore-brief")];
  });
}

const indices = (count, x, y, step) => Array.from({ length: count }, (_, i) =>
  words(`index-${i}`, x, y + (i + 0.5) * step + 6, String(i), "explore-brief explore-end explore-note"));

/** A short vector's numbers beside its cells. */
function beside({ at: { one, laid, left, narrow }, step, values, layer }) {
  const room = narrow ? 150 : left - one.x - one.side - 120;
  return [...indices(laid.size, one.x - 10, one.y, one.side),
    ...longBars(values[layer], { x: one.x + one.side + 10, y: one.y, step: one.side, room, kind: step.op === "input" ? "input" : "output" })];
}

/** What the network answers, beside its input. */
function answers({ at: { left, grids, narrow, top, bars: { width } }, steps, values }) {
  const last = steps.at(-1);
  if (last.shape.length > 1 || last.shape[0] > 12) return [];
  const [x, y] = [left + 34, narrow ? grids.bottom - 250 : top];
  return [words("title-answers", left, y - 12, "what comes out", "explore-title explore-output-words"),
    ...indices(last.shape[0], x - 10, y, 24), ...longBars(values.at(-1), { x, y, step: 24, room: narrow ? 180 : Math.min(320, width - 110), kind: "output" })];
}

/** All maps of the chosen layer, and one of them large. */
export function maps(state) {
  const { at, step, map, unit, vector } = state;
  const { all, one, laid } = at;
  const name = `${titled(step)}: `;
  const kind = step.op === "input" ? "input" : "output";
  const shapes = [words("title-all", 6, at.top - 12,
    vector ? `${name}${laid.size} numbers` : `${!at.narrow && one.x < 230 ? "" : name}${laid.maps} map${laid.maps > 1 ? "s" : ""}`, `explore-title explore-${kind}-words`)];
  if (at.short) shapes.push(...beside(state));
  if (!vector) {
    const box = mapBox(all, step.shape, map);
    shapes.push(rect("edge-all", all.x - 1, all.y - 1, all.width + 2, all.height + 2, `explore-edge explore-${kind} explore-thin`),
      rect("map", box.x - 2, box.y - 2, box.width + 4, box.height + 4, "explore-window explore-ink", { rx: 3 }),
      words("title-one", one.x, one.y - 12, step.op === "input" ? "drag to draw" : `map ${map}`, `explore-title explore-${kind}-words`));
  }
  // A pen may scroll no page.
  if (step.op === "input") shapes.push(rect("pen", one.x, one.y, one.width, one.height, "explore-handle explore-grab"));
  const [i, j] = [Math.floor(unit / laid.columns), unit % laid.columns];
  const grow = Math.max(0, 10 - one.side) / 2;
  shapes.push(rect("edge-one", one.x - 1, one.y - 1, one.width + 2, one.height + 2, `explore-edge explore-${kind}`),
    rect("unit-halo", one.x + j * one.side - grow - 3, one.y + i * one.side - grow - 3, one.side + 2 * grow + 6,
      one.side + 2 * grow + 6, "explore-halo", { rx: 5 }),
    rect("unit", one.x + j * one.side - grow, one.y + i * one.side - grow, one.side + 2 * grow, one.side + 2 * grow,
      "explore-window explore-ink", { rx: 3 }));
  return shapes;
}

function grid(key, box, values, kind, winner = -1) {
  const most = largestOf(values.filter((value) => value !== null));
  const roomy = box.side >= 34;
  const shapes = [];
  values.forEach((value, index) => {
    const [i, j] = [Math.floor(index / box.columns), index % box.columns];
    const [x, y] = [box.x + j * box.side, box.y + i * box.side];
    const share = value === null ? 0 : (0.5 * Math.abs(value)) / most;
    const look = value === null ? "ink" : value < 0 ? "ink" : kind;
    shapes.push(rect(`${key}-${index}`, x, y, box.side, box.side,
      `explore-cell explore-${look} ${value === null ? "explore-outside" : ""}`, { style: `fill-opacity:${share.toFixed(3)}` }));
    if (roomy) {
      shapes.push(words(`${key}-${index}-n`, x + box.side / 2, y + box.side / 2 + 6, value === null ? "0" : figure(value, true),
        `explore-number explore-brief ${value === null ? "explore-note" : ""}`));
    }
    if (index === winner) shapes.push(rect(`${key}-winner`, x, y, box.side, box.side, "explore-window explore-output", { rx: 3 }));
  });
  return shapes;
}

/** The curve of an activation, and the unit on it. */
function curve({ left, y, width, step, made }) {
  const reach = Math.max(1.5, 1.3 * Math.abs(made.before));
  const xs = Array.from({ length: 81 }, (_, i) => reach * (i / 40 - 1));
  const ys = xs.map((x) => activate(step, x));
  const [low, high] = [Math.min(0, made.value, ...ys), Math.max(0.1, made.value, ...ys)];
  const height = 190;
  const px = (x) => (left + (width * (x + reach)) / (2 * reach)).toFixed(1);
  const py = (value) => (y + height * (1 - (value - low) / (high - low))).toFixed(1);
  const line = xs.map((x, i) => `${i ? "L" : "M"}${px(x)} ${py(ys[i])}`).join("");
  return [path("curve-axes", `M${left} ${py(0)}H${left + width}M${px(0)} ${y}V${y + height}`, "explore-axis"),
    path("curve", line, "explore-mean explore-kernel"),
    path("curve-to", `M${px(made.before)} ${py(0)}V${py(made.value)}H${px(0)}`, "explore-zoom explore-output"),
    disc("curve-dot", Number(px(made.before)), Number(py(made.value)), 8, "explore-weight explore-output")];
}

/** What makes the unit: numbers read, weights, products; or the one number before a function. */
export function making(state) {
  const { at, made, part, step } = state;
  const { grids, left } = at;
  const top = at.narrow ? grids.bottom - 240 : at.top;
  if (step.op === "input") return answers(state);
  if (made.how === "function" || made.how === "share") {
    const [x, y] = [left, top + 20];
    const drawn = made.how === "function" ? curve({ left: x, y: y + 30, width: at.narrow ? 240 : Math.min(330, at.bars.width), step, made }) : [];
    return [...drawn, words("big", x, y, [[figure(made.before), "explore-input-words"], "  →  ",
      step.how ?? "e^x ÷ sum", "  →  ", [figure(made.value), "explore-output-words"]], "explore-big")];
  }
  if (made.how === "one") {
    return [words("big", left, top + 40, [[figure(made.value), "explore-output-words"], " is passed on"], "explore-big")];
  }
  if (made.how === "sum") {
    return made.terms.flatMap(({ name, value }, i) => [
      words(`term-${i}`, left + 150, top + 30 + 40 * i, figure(value), "explore-big explore-end explore-input-words"),
      words(`term-name-${i}`, left + 170, top + 30 + 40 * i, `${i ? "+ " : ""}${name}`, "")])
      .concat(path("rule", `M${left + 40} ${top + 46 + 40 * (made.terms.length - 1)}h120`, "explore-axis"),
        words("big", left + 150, top + 40 + 40 * made.terms.length, figure(made.value), "explore-big explore-end explore-output-words"));
  }
  const shown = made.parts[part];
  if (!shown || grids.boxes.length === 0) return [];
  const [x, w, p] = grids.boxes;
  const shapes = [words("title-x", x.x, x.y - 12, `reads ${shown.name}`, "explore-title explore-input-words"),
    ...grid("x", x, shown.x, "input", shown.winner)];
  if (shown.w) {
    const apart = shown.columns * x.side > 70;
    shapes.push(words("title-w", w.x, w.y - 12, apart ? "weights" : "w", "explore-title explore-kernel-words"),
      words("title-p", p.x, p.y - 12, apart ? "products" : "x·w", "explore-title explore-output-words"),
      ...grid("w", w, shown.w, "kernel"), ...grid("p", p, shown.p, "output"));
    if (!at.narrow) {
      const middle = x.y + (x.rows * x.side) / 2 + 9;
      shapes.push(words("times", w.x - grids.gap / 2, middle, "·", "explore-sign"),
        words("equals", p.x - grids.gap / 2, middle, "=", "explore-sign"));
    }
  }
  return shapes;
}

/** A bar for each map that is read: what its products add up to. */
export function barPlaces({ at, made }) {
  const count = made.parts.length;
  if (count < 2 || made.parts.some((each) => each.sum === undefined)) return [];
  const wide = Math.min(46, at.bars.width / count);
  return made.parts.map((_, i) => ({ x: at.bars.x + i * wide, y: at.bars.y, width: wide, height: at.bars.height }));
}

export function bars(state) {
  const { made, part } = state;
  const most = largestOf(made.parts.map(({ sum }) => sum ?? 0));
  const places = barPlaces(state);
  const title = places.length ? [words("title-bars", places[0].x, places[0].y - 12, "sum of each map's products", "explore-brief explore-note")] : [];
  return [...title, ...places.flatMap((place, i) => {
    const { sum } = made.parts[i];
    const high = Math.max(2, (place.height * Math.abs(sum)) / most);
    return [rect(`bar-${i}`, place.x + 2, place.y + place.height - high, place.width - 4, high,
      `explore-weight explore-${sum < 0 ? "ink" : "output"}`),
    ...(i === part ? [rect("part", place.x, place.y - 4, place.width, place.height + 8, "explore-window explore-ink", { rx: 4 })] : [])];
  })];
}

const signed = (value) => (value < 0 ? `− ${figure(-value)}` : `+ ${figure(value)}`);

/** The sum in words. */
export function sentence({ made, step, part }) {
  const total = el("b", { class: `explore-${step.op === "input" ? "input" : "output"}-words` }, figure(made.value));
  if (step.op === "input") return ["This pixel is ", total, "."];
  if (made.how === "largest") return ["The largest of the window is ", total, "."];
  if (made.how === "function") return [`${step.how}(${figure(made.before)}) = `, total];
  if (made.how === "share") return [`e^${figure(made.before)} ÷ ${figure(made.sum)} = `, total];
  if (made.how === "sum") return [made.terms.map(({ value }, i) => (i ? ` ${signed(value)}` : figure(value))).join(""), " = ", total];
  if (made.parts.length === 0) return ["This number is ", total, "."];
  const bias = made.bias === null ? [] : [" ", el("b", { class: "explore-kernel-words" }, signed(made.bias)), " (bias)"];
  const sums = made.parts.map(({ sum }) => sum);
  if (sums.length === 1) {
    const count = made.parts[part].x.length;
    return [count > 1 ? `${count} products add up to ${figure(sums[0])}` : `${figure(made.parts[0].x[0])} · ${figure(made.parts[0].w[0])}`,
      ...bias, " = ", total];
  }
  const text = sums.length <= 8 ? sums.map((sum, i) => (i ? ` ${signed(sum)}` : figure(sum))).join("")
    : `${sums.length} maps add up to ${figure(sums.reduce((a, b) => a + b, 0))}`;
  return [text, ...bias, " = ", total];
}
