// Pooling forward and backward, as PyTorch computes it, and un-pooling.

import { convOutputSize } from "./arithmetic.js";

/** The rows that a window covers, without those of the padding. */
export function covered(row, size, { kernel, stride, padding }) {
  const from = row * stride - padding;
  return [Math.max(0, from), Math.min(size, from + kernel)];
}

/** How large the output is: `[rows, columns]`, or null if no window fits. */
export function pooledSize({ rows, columns }, { kernel, stride, padding }) {
  const along = (size) => convOutputSize({ size, kernel, stride, padding, dilation: 1 });
  const [m, mc] = [along(rows), along(columns)];
  return m === null || mc === null ? null : [m, mc];
}

/**
 * Pool a map. `kind` is max, average or norm, with its power `p`. Padding never is the maximum; it
 * counts as zero for an average. `winners` are the places of the maxima, the first one of equals.
 */
export function pool(x, settings) {
  const { kind, kernel, p } = settings;
  const [rows, columns] = pooledSize(x, settings);
  const values = new Float64Array(rows * columns);
  const winners = kind === "max" ? new Int32Array(rows * columns) : null;
  // Powers once for each pixel, not once for each window that reads it.
  const read = kind === "norm" ? x.values.map((value) => Math.abs(value) ** p) : x.values;
  for (let i = 0; i < rows; i++) {
    const [top, bottom] = covered(i, x.rows, settings);
    for (let j = 0; j < columns; j++) {
      const [left, right] = covered(j, x.columns, settings);
      let [best, place, total] = [-Infinity, -1, 0];
      for (let a = top; a < bottom; a++) {
        for (let b = left; b < right; b++) {
          const value = read[a * x.columns + b];
          if (value > best) {
            best = value;
            place = a * x.columns + b;
          }
          total += value;
        }
      }
      const at = i * columns + j;
      if (winners) [values[at], winners[at]] = [best, place];
      else values[at] = kind === "norm" ? total ** (1 / p) : total / kernel ** 2;
    }
  }
  return { rows, columns, values, winners };
}

/** What each pixel gets when a gradient of 1 arrives at every output. */
export function poolBackward(x, y, settings) {
  const { kind, kernel, p } = settings;
  const values = new Float64Array(x.values.length);
  if (y.winners) for (const place of y.winners) values[place] += 1;
  else {
    // Of an average each pixel gets an equal share; of a norm x |x|^(p − 2) / y^(p − 1).
    const norm = kind === "norm";
    const own = norm ? x.values.map((value) => Math.sign(value) * Math.abs(value) ** (p - 1)) : null;
    for (let i = 0; i < y.rows; i++) {
      const [top, bottom] = covered(i, x.rows, settings);
      for (let j = 0; j < y.columns; j++) {
        const [left, right] = covered(j, x.columns, settings);
        const result = y.values[i * y.columns + j];
        const share = !norm ? 1 / kernel ** 2 : result > 0 ? result ** (1 - p) : 0;
        for (let a = top; a < bottom; a++) {
          for (let b = left; b < right; b++) {
            const at = a * x.columns + b;
            values[at] += norm ? own[at] * share : share;
          }
        }
      }
    }
  }
  return { rows: x.rows, columns: x.columns, values };
}

/** Every maximum back in its place, zeros elsewhere; null where no place was remembered. */
export function unpool(x, y) {
  if (!y.winners) return null;
  const values = new Float64Array(x.values.length);
  y.winners.forEach((place, index) => { values[place] = y.values[index]; });
  return { rows: x.rows, columns: x.columns, values };
}

/** The outputs whose windows cover a pixel, as places in the output. */
export function readers(x, y, settings, row, column) {
  const along = (count, size, at) => Array.from({ length: count }, (_, i) => i).filter((i) => {
    const [from, to] = covered(i, size, settings);
    return from <= at && at < to;
  });
  const down = along(y.rows, x.rows, row);
  return along(y.columns, x.columns, column).flatMap((j) => down.map((i) => i * y.columns + j))
    .sort((a, b) => a - b);
}
