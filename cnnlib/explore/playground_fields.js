// What every unit makes of the plane: sampled on a grid, painted in a canvas, its boundary as a path.

import { forwards } from "./playground_net.js";

/** From where to where the plane is shown, on both axes. */
export const REACH = 1.5;

/** Where the i-th of n samples is, from left to right. */
const sample = (i, n) => -REACH + (2 * REACH * (i + 0.5)) / n;

/** For every unit of every layer its weighted sums and activations on a grid of n by n points. */
export function sampled(net, activation, n) {
  const fields = net.map(({ b }) => b.map(() => ({ sums: new Float32Array(n * n), outputs: new Float32Array(n * n) })));
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      // Rows go down, y goes up.
      const found = forwards(net, activation, [sample(column, n), -sample(row, n)]);
      fields.forEach((layer, l) => layer.forEach((unit, u) => {
        unit.sums[row * n + column] = found.sums[l][u];
        unit.outputs[row * n + column] = found.outputs[l + 1][u];
      }));
    }
  }
  return fields;
}

/** Where sums change their sign, as a path in a square of `side` at (x, y): by marching squares. */
export function boundary(sums, n, x, y, side) {
  const cell = side / n;
  const parts = [];
  const spot = (row, column) => [x + (column + 0.5) * cell, y + (row + 0.5) * cell];
  const between = (a, b) => {
    const [va, vb] = [sums[a[0] * n + a[1]], sums[b[0] * n + b[1]]];
    if ((va > 0) === (vb > 0)) return null;
    const t = va / (va - vb);
    const [[ax, ay], [bx, by]] = [spot(...a), spot(...b)];
    return `${(ax + t * (bx - ax)).toFixed(1)} ${(ay + t * (by - ay)).toFixed(1)}`;
  };
  for (let i = 0; i < n - 1; i++) {
    for (let j = 0; j < n - 1; j++) {
      const corners = [[i, j], [i, j + 1], [i + 1, j + 1], [i + 1, j]];
      const crossed = corners.map((corner, k) => between(corner, corners[(k + 1) % 4])).filter(Boolean);
      for (let k = 0; k + 1 < crossed.length; k += 2) parts.push(`M${crossed[k]}L${crossed[k + 1]}`);
    }
  }
  return parts.join("") || null;
}

/** The line z = 0 of a unit that reads x and y themselves, clipped to the square; null if it passes by. */
export function line([w1, w2], bias) {
  const ends = [];
  const inside = (value) => Math.abs(value) <= REACH + 1e-9;
  for (const edge of [-REACH, REACH]) {
    if (w2 !== 0 && inside(-(w1 * edge + bias) / w2)) ends.push([edge, -(w1 * edge + bias) / w2]);
    if (w1 !== 0 && inside(-(w2 * edge + bias) / w1)) ends.push([-(w2 * edge + bias) / w1, edge]);
  }
  return ends.length > 1 ? [ends[0], ends.at(-1)] : null;
}

/** The three colours of fields, as the page has them now: nothing, positive, negative. */
export function inks(node) {
  const style = getComputedStyle(node);
  const read = (name) => {
    const hex = style.getPropertyValue(`--cnn-${name}`).trim();
    return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  };
  return { paper: read("paper"), positive: read("output"), negative: read("muted") };
}

/**
 * Paint values into a canvas: from paper at `zero` to green at `most`, or to grey as far below.
 * `part` is how much of the colour the largest value gets.
 */
export function tint(canvas, values, n, { zero, most, part }, { paper, positive, negative }) {
  if (canvas.width !== n) Object.assign(canvas, { width: n, height: n });
  const picture = new ImageData(n, n);
  for (let i = 0; i < n * n; i++) {
    // Where training has gone beyond all numbers there is nothing to show.
    const share = Math.max(-1, Math.min(1, (values[i] - zero) / (most - zero))) || 0;
    const ink = share > 0 ? positive : negative;
    const strength = part * Math.abs(share);
    for (let c = 0; c < 3; c++) picture.data[4 * i + c] = paper[c] + strength * (ink[c] - paper[c]);
    picture.data[4 * i + 3] = 255;
  }
  canvas.getContext("2d").putImageData(picture, 0, 0);
}
