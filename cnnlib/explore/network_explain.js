// Of what a single unit is made: the numbers that it reads, the weights, the products, their sum.

import { adaptiveWindow, count, divisor, reads, response } from "./network_forward.js";

/** How the numbers of a step are laid out: maps of rows and columns; a vector is one map. */
export function layout(shape) {
  if (shape.length === 3) return { maps: shape[0], rows: shape[1], columns: shape[2], size: shape[1] * shape[2] };
  const columns = shape[0] <= 12 ? 1 : Math.ceil(Math.sqrt(shape[0] * 1.3));
  return { maps: 1, rows: Math.ceil(shape[0] / columns), columns, size: shape[0] };
}

/**
 * What makes unit `index` of a step: `parts`, each a grid of numbers read (`x`), weights (`w`) and
 * products (`p`) with their `sum`; what is read outside of the input is null in `x`. `how` says how
 * the `value` is made: of products and a `bias`, as the largest, as a sum of `terms`, as a function
 * or a share of one number, or "one": it is passed on.
 */
export function explain(steps, values, at, index) {
  const step = steps[at];
  const inputs = step.from.map((i) => values[i]);
  const shapes = step.from.map((i) => steps[i].shape);
  const value = values[at][index];
  const size = layout(step.shape).size;
  const [channel, place] = [Math.floor(index / size), index % size];
  const made = MAKERS[step.op]?.({ step, steps, inputs, shapes, index, channel, place, value });
  return { how: "one", parts: [], bias: null, ...made, value };
}

function where({ step, place }) {
  const columns = step.shape[2];
  return [Math.floor(place / columns), place % columns];
}

/** What a window reads of one map, row by row; null in the padding. */
function readWindow(step, x, [, height, width], map, i, j) {
  const [kh, kw] = step.kernel;
  const found = Array(kh * kw).fill(null);
  for (const [p, row] of reads(step, 0, i, height)) {
    for (const [q, column] of reads(step, 1, j, width)) found[p * kw + q] = x[(map * height + row) * width + column];
  }
  return found;
}

function part(name, rows, columns, x, w) {
  const p = w.map((weight, i) => weight * (x[i] ?? 0));
  return { name, rows, columns, x, w, p, sum: p.reduce((sum, each) => sum + each, 0) };
}

function convolved({ step, inputs: [x], shapes: [shape], channel, place }) {
  const [i, j] = where({ step, place });
  const [kh, kw] = step.kernel;
  const [each, made] = [shape[0] / step.groups, step.shape[0] / step.groups];
  const first = Math.floor(channel / made) * each;
  if (kh * kw === 1 && each > 1) return mixed({ step, x, shape, channel, first, each, i, j });
  const parts = Array.from({ length: each }, (_, c) => {
    const w = [...step.w.slice((channel * each + c) * kh * kw, (channel * each + c + 1) * kh * kw)];
    return part(`map ${first + c}`, kh, kw, readWindow(step, x, shape, first + c, i, j), w);
  });
  const used = parts.filter(({ w }) => w.some((weight) => weight !== 0));
  return { how: "products", parts: used.length ? used : parts, bias: step.b ? step.b[channel] : null };
}

/** A 1×1 convolution reads one number of each map: they are shown as one grid. */
function mixed({ step, x, shape, channel, first, each, i, j }) {
  const { rows, columns } = layout([each]);
  const read = Array.from({ length: each }, (_, c) => readWindow(step, x, shape, first + c, i, j)[0]);
  const w = [...step.w.slice(channel * each, (channel + 1) * each)];
  return { how: "products", parts: [part(`${each} maps`, rows, columns, read, w)], bias: step.b ? step.b[channel] : null };
}

function connected({ step, steps, inputs: [x], index }) {
  // Behind a flattening, a row of weights is a filter as large as the maps.
  let source = steps[step.from[0]];
  while (source.op === "copy" && source.from.length) source = steps[source.from[0]];
  const laid = count(source.shape) === x.length ? layout(source.shape) : layout([x.length]);
  const parts = Array.from({ length: laid.maps }, (_, c) => {
    const from = c * laid.size;
    const w = [...step.w.slice(index * x.length + from, index * x.length + from + laid.size)];
    const name = laid.maps > 1 ? `map ${c}` : `all ${x.length}`;
    return part(name, laid.rows, laid.columns, [...x.slice(from, from + laid.size)], w);
  });
  return { how: "products", parts, bias: step.b ? step.b[index] : null };
}

function chosen({ step, inputs: [x], shapes: [shape], channel, place, value }) {
  const [i, j] = where({ step, place });
  const read = readWindow(step, x, shape, channel, i, j);
  return { how: "largest", parts: [{ name: `map ${channel}`, rows: step.kernel[0], columns: step.kernel[1], x: read,
    winner: read.indexOf(value) }] };
}

function averaged({ step, inputs: [x], shapes: [shape], channel, place }) {
  const [i, j] = where({ step, place });
  const read = readWindow(step, x, shape, channel, i, j);
  const share = 1 / divisor(step, shape[1], shape[2], i, j, read.filter((each) => each !== null).length);
  return { how: "products", parts: [part(`map ${channel}`, ...step.kernel, read, read.map((each) => (each === null ? 0 : share)))] };
}

function spread({ step, inputs: [x], shapes: [[, height, width]], channel, place }) {
  const [i, j] = where({ step, place });
  const [top, bottom] = adaptiveWindow(i, height, step.shape[1]);
  const [left, right] = adaptiveWindow(j, width, step.shape[2]);
  const read = [];
  for (let row = top; row < bottom; row++) {
    for (let column = left; column < right; column++) read.push(x[(channel * height + row) * width + column]);
  }
  return { how: "products", parts: [part(`map ${channel}`, bottom - top, right - left, read, read.map(() => 1 / read.length))] };
}

const single = (name, x, w) => part(name, 1, 1, [x], [w]);

const MAKERS = {
  conv: convolved,
  linear: connected,
  max: chosen,
  avg: averaged,
  adaptive: spread,
  act: ({ inputs: [x], index }) => ({ how: "function", before: x[index] }),
  norm: ({ step, inputs: [x], index, channel }) => {
    const c = step.shape.length === 3 ? channel : index;
    return { how: "products", parts: [single("before", x[index], step.scale[c])], bias: step.shift[c] };
  },
  add: ({ step, steps, inputs, index }) => ({ how: "sum", terms: inputs.map((x, i) => {
    const { name, label } = steps[step.from[i]];
    return { name: /(^|\.)shortcut(\.|$)/.test(name) ? "shortcut" : label, value: x[index] };
  }) }),
  softmax: ({ step, inputs: [x], index, place }) => {
    const each = step.shape.length === 3 ? count(step.shape.slice(1)) : 1;
    const at = step.shape.length === 3 ? place : 0;
    let sum = 0;
    for (let c = 0; c < step.shape[0]; c++) sum += Math.exp(x[c * each + at]);
    return { how: "share", before: x[index], sum };
  },
  lrn: ({ step, inputs: [x], index, channel, place }) => ({ how: "products",
    parts: [single("before", x[index], 1 / response(step, x, channel, place))] }),
};
