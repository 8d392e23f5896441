// Where the parts of a convolution are: side by side where there is room, else one below the other.

const TOP = 40;
const NARROW = 760;

function box(x, y, side, rows, columns = rows) {
  return { x, y, side, rows, columns, right: x + side * columns, bottom: y + side * rows };
}

/** Boxes for an image that is written in numbers. */
export function numbersLayout(width, rows, columns, k) {
  const [m, mc] = [rows - k + 1, columns - k + 1];
  if (width < NARROW) {
    const side = Math.floor(Math.min(58, (width - 4) / columns));
    const small = Math.floor(Math.min(46, (width - 44) / (2 * k)));
    const image = box(Math.floor((width - side * columns) / 2), TOP, side, rows, columns);
    const left = Math.floor((width - 2 * k * small - 36) / 2);
    const kernel = box(left, image.bottom + 44, small, k);
    const products = box(kernel.right + 36, kernel.y, small, k);
    const output = box(Math.floor((width - side * mc) / 2), kernel.bottom + 50, side, m, mc);
    return { height: output.bottom + 8, image, kernels: [kernel], products, output, narrow: true };
  }
  const small = Math.floor(Math.min(58, 350 / (2 * k)));
  const side = Math.floor(Math.min(86, 410 / rows, (width - k * small - 140) / (columns + mc)));
  const gap = Math.floor(Math.min(120, (width - k * small - side * (columns + mc)) / 2.4));
  const total = side * (columns + mc) + 2 * gap + k * small;
  const tall = Math.max(rows * side, 2 * k * small + 56);
  const image = box(Math.floor((width - total) / 2), TOP + Math.floor((tall - rows * side) / 2), side, rows, columns);
  const kernel = box(image.right + gap, TOP, small, k);
  const products = box(kernel.x, TOP + tall - k * small, small, k);
  const output = box(kernel.right + gap, TOP + Math.floor((tall - m * side) / 2), side, m, mc);
  return { height: TOP + tall + 8, image, kernels: [kernel], products, output, narrow: false };
}

/** Boxes for a photo: beside it the window, enlarged, one row for each channel. */
export function photoLayout(width, rows, columns, k, channels) {
  const [m, mc] = [rows - k + 1, columns - k + 1];
  const narrow = width < NARROW;
  const single = channels === 1;
  const room = narrow ? width : Math.min(400, width * 0.36);
  const tail = single ? 0 : 76;
  const small = Math.floor(Math.min(single ? 56 : 40, (room - 34 - tail) / (2 * k), (single ? 360 : 380) / (k * Math.max(2, channels))));
  const middle = 2 * k * small + 34 + tail;
  const wide = Math.min(385 * (columns / rows), narrow ? Math.min(width, 320) : (width - middle - 100) / 2);
  const side = wide / columns;
  const step = k * small + (single ? 56 : 24);
  const tall = channels * step + (single ? k * small : -24);
  const full = narrow ? 0 : Math.max(rows * side, tall);
  const start = narrow ? (width - wide) / 2 : (width - 2 * wide - middle - 100) / 2;
  const image = box(start, TOP + (narrow ? 0 : (full - rows * side) / 2), side, rows, columns);
  const left = Math.floor(narrow ? (width - middle) / 2 : image.right + 50);
  const top = narrow ? image.bottom + 44 : TOP + (full - tall) / 2;
  const patches = Array.from({ length: channels }, (_, c) => box(left, Math.floor(top + c * step), small, k));
  const kernels = patches.map((each) => box(each.right + 34, each.y, small, k));
  const products = single ? box(kernels[0].x, patches[0].bottom + 56, small, k) : null;
  const bottom = products?.bottom ?? kernels.at(-1).bottom;
  const output = box(narrow ? (width - mc * side) / 2 : left + middle + 50,
    narrow ? bottom + 48 : image.y + side * Math.floor(k / 2), side, m, mc);
  const height = narrow ? output.bottom + 34 : TOP + full + 34;
  return { height, image, patches, kernels, products, output, narrow };
}
