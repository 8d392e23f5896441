// A convolution of one channel and its gradients, product by product, as PyTorch computes them.
// Tests compare both on random settings.

import { convOutputSize, taps } from "./arithmetic.js";

/** Along one axis: which output reads which pixel with which weight; pixels may be padding. */
export function meetings(layer) {
  const count = convOutputSize(layer) ?? 0;
  return Array.from({ length: count }, (_, y) => taps(layer, y).map((x, w) => ({ y, w, x }))).flat();
}

/**
 * The products that add up in one cell: of the image (`grid` is "x"), of the kernel ("w"), or of the
 * output ("y"). Each says which cells of the three grids meet in it.
 */
export function terms(layer, grid, row, column) {
  const all = meetings(layer);
  const [down, across] = [row, column].map((at) => all.filter((each) => each[grid] === at));
  return down.flatMap((a) => across.map((b) => ({ y: [a.y, b.y], w: [a.w, b.w], x: [a.x, b.x] })));
}

/** A pixel of the image; padding is zero. */
export function pixelAt(image, size, [i, j]) {
  return i < 0 || j < 0 || i >= size || j >= size ? 0 : image[i][j];
}

/** What a product is worth, with its two factors: forward x · w, backward dy · w or dy · x. */
export function product({ y, w, x }, grid, numbers, layer) {
  const weight = numbers.w[w[0]][w[1]];
  const pixel = pixelAt(numbers.x, layer.size, x);
  const gradient = numbers.dy[y[0]][y[1]];
  const [a, b] = { x: [gradient, weight], w: [gradient, pixel], y: [pixel, weight] }[grid];
  return { a, b, value: a * b };
}

function zeros(count) {
  return Array.from({ length: count }, () => Array(count).fill(0));
}

/** The output, and what has arrived in the padded image and in the kernel from some outputs. */
export function passBack(layer, numbers, sent) {
  const count = convOutputSize(layer) ?? 0;
  const { padding, kernel, size } = layer;
  const [y, dx, dw] = [zeros(count), zeros(size + 2 * padding), zeros(kernel)];
  const lit = new Set(sent);
  const all = meetings(layer);
  for (const a of all) {
    for (const b of all) {
      const at = { y: [a.y, b.y], w: [a.w, b.w], x: [a.x, b.x] };
      y[a.y][b.y] += product(at, "y", numbers, layer).value;
      if (!lit.has(a.y * count + b.y)) continue;
      dx[a.x + padding][b.x + padding] += product(at, "x", numbers, layer).value;
      dw[a.w][b.w] += product(at, "w", numbers, layer).value;
    }
  }
  return { y, dx, dw };
}
