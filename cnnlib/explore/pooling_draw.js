// What a pooling looks like: four maps, and where a number comes from or goes.

import { cells, figure } from "./shared/cells.js";
import { readers } from "./shared/pool.js";
import { path, rect, words } from "./shared/scene.js";

/** What is pointed at: an output, or a pixel with all outputs that read it. */
export function pointed({ x, y, settings, hover, position }) {
  if (hover?.pixel !== undefined) {
    const [row, column] = [Math.floor(hover.pixel / x.columns), hover.pixel % x.columns];
    const read = readers(x, y, settings, row, column);
    const won = y.winners ? read.filter((at) => y.winners[at] === hover.pixel) : read;
    return { pixel: hover.pixel, read, won };
  }
  const output = hover?.output ?? position;
  const pixels = y.winners ? [y.winners[output]] : [];
  return { output, pixels, read: [output], won: [output] };
}

function mapTitle(key, box, text, kind) {
  return words(`title-${key}`, box.x, box.y - 12, text, `explore-title explore-${kind}-words`);
}

function place(box, index) {
  return [box.x + (index % box.columns) * box.side, box.y + Math.floor(index / box.columns) * box.side];
}

/** A frame around a cell; a small one gets room, so that it can be seen. */
function mark(key, box, index, kind, look = "explore-window") {
  const [x, y] = place(box, index);
  const side = Math.max(box.side, 12);
  const shift = (side - box.side) / 2;
  return rect(key, x - shift, y - shift, side, side, `${look} explore-${kind}`, { rx: 4 });
}

function arc(key, from, start, to, end, kind) {
  const [, y0] = place(from, start);
  const [, y1] = place(to, end);
  const [a, b] = [y0 + from.side / 2, y1 + to.side / 2];
  return path(key, `M${from.right + 6} ${a}C${from.right + 30} ${a} ${to.x - 30} ${b} ${to.x - 6} ${b}`,
    `explore-flow explore-${kind}`);
}

/** Titles, grids or edges of the four maps. */
function maps({ at, x, y, dx, large, settings, written, typing, focus, hatch }) {
  const { input, image, output, gradient, large: undone } = at;
  const pad = settings.padding;
  const short = at.narrow;
  const shapes = [
    mapTitle("x", input, short ? "input x" : `input x, ${x.rows} × ${x.columns}`, "input"),
    mapTitle("y", output, short ? "output y" : `output y, ${y.rows} × ${y.columns}`, "output"),
    mapTitle("dx", gradient, "backward: dx", "gradient"),
    mapTitle("large", undone, "un-pooled", "output"),
  ];
  if (!written) {
    for (const [key, box, kind] of [["x", image, "input"], ["y", output, "output"], ["dx", gradient, "gradient"], ["large", undone, "output"]]) {
      shapes.push(rect(`edge-${key}`, box.x, box.y, box.right - box.x, box.bottom - box.y, `explore-edge explore-${kind}`));
    }
  } else {
    if (pad) {
      shapes.push(rect("sheet", input.x, input.y, input.right - input.x, input.bottom - input.y, "", { style: `fill:url(#${hatch})` }),
        rect("paper", image.x, image.y, image.side * x.columns, image.side * x.rows, "explore-paper"));
    }
    const strong = (test) => (i, j) => (test(i, j) ? "explore-strong-cell" : "");
    const pixel = (i, j) => i * x.columns + j;
    const winners = y.winners ? new Set(y.winners) : null;
    shapes.push(
      ...cells("x", image, { kind: "input", look: strong((i, j) => winners?.has(pixel(i, j))),
        text: (i, j) => typing(i, j) ?? figure(x.values[pixel(i, j)]) }),
      ...cells("y", output, { kind: "output", look: strong((i, j) => focus.won.includes(i * y.columns + j)),
        text: (i, j) => figure(y.values[i * y.columns + j]) }),
      ...cells("dx", gradient, { kind: "gradient", look: strong((i, j) => dx.values[pixel(i, j)] !== 0),
        text: (i, j) => figure(dx.values[pixel(i, j)], true) }),
      ...cells("large", undone, { kind: large ? "output" : "ink", look: strong((i, j) => winners?.has(pixel(i, j))),
        text: (i, j) => (large ? figure(large.values[pixel(i, j)]) : "") }));
  }
  if (!large) {
    const [cx, cy] = [(undone.x + undone.right) / 2, (undone.y + undone.bottom) / 2];
    shapes.push(rect("none", undone.x, undone.y, undone.right - undone.x, undone.bottom - undone.y, "", { style: `fill:url(#${hatch})` }),
      rect("none-paper", undone.x + 4, cy - 34, undone.right - undone.x - 8, 64, "explore-paper"),
      words("none-1", cx, cy - 8, "no single pixel won:", "explore-middle"),
      words("none-2", cx, cy + 18, "nothing to put back", "explore-middle"));
  }
  return shapes;
}

/** The window of an output, and where its number comes from and goes to. */
function outputMarks({ at, x, y, large, settings, focus, float }) {
  const { image, output, gradient, large: undone } = at;
  const { kernel, stride, padding } = settings;
  const [row, column] = [Math.floor(focus.output / y.columns), focus.output % y.columns];
  const [left, top] = float ?? [image.x + (column * stride - padding) * image.side, image.y + (row * stride - padding) * image.side];
  const long = kernel * image.side;
  const shapes = [];
  const [won] = focus.pixels;
  if (!at.narrow) {
    const from = won ?? Math.max(0, Math.min(x.rows - 1, row * stride - padding + Math.floor(kernel / 2))) * x.columns;
    shapes.push(arc("flow-y", { ...image, right: at.input.right }, from, output, focus.output, "output"),
      arc("flow-dx", output, focus.output, gradient, from, "gradient"));
  }
  shapes.push(rect("halo", left - 3, top - 3, long + 6, long + 6, "explore-halo", { rx: 5 }),
    rect("window", left, top, long, long, "explore-window explore-input", { rx: 4 }),
    mark("spot", output, focus.output, "output"));
  if (won === undefined) {
    const from = [gradient.x + (column * stride - padding) * gradient.side, gradient.y + (row * stride - padding) * gradient.side];
    const x0 = Math.max(gradient.x, from[0]);
    const y0 = Math.max(gradient.y, from[1]);
    shapes.push(rect("shared", x0, y0, Math.min(gradient.right, from[0] + kernel * gradient.side) - x0,
      Math.min(gradient.bottom, from[1] + kernel * gradient.side) - y0, "explore-window explore-gradient", { rx: 4 }));
  } else {
    shapes.push(mark("won-x", image, won, "output"), mark("won-dx", gradient, won, "gradient"));
    if (large) shapes.push(mark("won-large", undone, won, "output"));
  }
  return shapes;
}

/** A pixel, the outputs that it reaches, and what comes back. */
function pixelMarks({ at, large, focus }) {
  const { image, output, gradient, large: undone } = at;
  const shapes = [];
  if (!at.narrow) {
    for (const reader of focus.won.slice(0, 16)) {
      shapes.push(arc(`flow-y-${reader}`, { ...image, right: at.input.right }, focus.pixel, output, reader, "output"),
        arc(`flow-dx-${reader}`, output, reader, gradient, focus.pixel, "gradient"));
    }
  }
  focus.read.slice(0, 64).forEach((reader) => shapes.push(mark(`reads-${reader}`, output, reader, "output",
    focus.won.includes(reader) ? "explore-window" : "explore-zoom")));
  shapes.push(mark("pixel", image, focus.pixel, "input"), mark("pixel-dx", gradient, focus.pixel, "gradient"));
  if (large) shapes.push(mark("pixel-large", undone, focus.pixel, "output"));
  return shapes;
}

/** Everything that a scene of pooling shows. */
export function poolingShapes(state) {
  return [...maps(state), ...(state.focus.pixel === undefined ? outputMarks(state) : pixelMarks(state))];
}

/** Paint a gradient: the more, the stronger; where nothing arrives it stays clear. */
export function tintGradient(canvas, { rows, columns, values }) {
  if (canvas.width !== columns || canvas.height !== rows) Object.assign(canvas, { width: columns, height: rows });
  const most = values.reduce((a, b) => Math.max(a, b), 1e-9);
  const picture = new ImageData(columns, rows);
  values.forEach((value, i) => picture.data.set([176, 65, 142, (255 * value) / most], 4 * i));
  canvas.getContext("2d").putImageData(picture, 0, 0);
}

const LISTED = 9;

/** What is computed where somebody points, in words. */
export function poolingSum({ x, y, dx, settings, focus }) {
  const { kind, kernel, stride, padding, p } = settings;
  if (focus.pixel !== undefined) {
    const [all, won] = [focus.read.length, focus.won.length];
    const windows = `${all} window${all === 1 ? "" : "s"}`;
    const value = figure(x.values[focus.pixel]);
    const gets = figure(dx.values[focus.pixel]);
    if (kind === "max") return `The pixel ${value} is in ${windows} and wins in ${won}: dx = ${gets}.`;
    return `The pixel ${value} is in ${windows} and gets a share from each: dx = ${gets}.`;
  }
  const [row, column] = [Math.floor(focus.output / y.columns), focus.output % y.columns];
  const numbers = [];
  for (let a = 0; a < kernel; a++) {
    for (let b = 0; b < kernel; b++) {
      const [i, j] = [row * stride - padding + a, column * stride - padding + b];
      if (i >= 0 && j >= 0 && i < x.rows && j < x.columns) numbers.push(figure(x.values[i * x.columns + j]));
    }
  }
  const result = figure(y.values[focus.output]);
  const few = numbers.length <= LISTED;
  if (kind === "max") return `max(${few ? numbers.join(", ") : `${numbers.length} pixels`}) = ${result}`;
  if (kind === "average") return `(${few ? numbers.join(" + ").replaceAll("+ −", "− ") : `sum of ${numbers.length} pixels`}) / ${kernel ** 2} = ${result}`;
  return `${p}-norm of ${few ? numbers.join(", ") : `${numbers.length} pixels`} = ${result}`;
}
