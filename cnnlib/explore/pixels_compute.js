// Light, angle, wall; and how far photos are apart, by their pixels and by their HoG.

/** The side of the photo, of what is compared, and of a cell of HoG. */
export const SIDE = 100;
export const SMALL = 25;
const CELL = 5;
export const CELLS = SMALL / CELL;
export const BINS = 9;
const BLOCK = 2;

/** Bytes in base64, as numbers from 0 to 1. */
export function numbers(text) {
  const bytes = atob(text);
  return Float64Array.from({ length: bytes.length }, (_, i) => bytes.charCodeAt(i) / 255);
}

/** The brightness of a wall at a place; null where the photo's own is kept. */
function brightness(wall, column) {
  if (wall === "striped") return Math.floor(column / 6) % 2 ? 0.9 : 0.1;
  return { black: 0, white: 1 }[wall] ?? null;
}

/** The photo before a wall: `mask` says how much of each pixel is the person. */
export function before(photo, mask, wall) {
  return photo.map((value, i) => {
    const other = brightness(wall, i % SIDE);
    return other === null ? value : mask[i] * value + (1 - mask[i]) * other;
  });
}

/** An image turned about its middle, anticlockwise; its edge is continued outwards. */
export function turned(image, degrees) {
  if (degrees === 0) return image;
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const middle = (SIDE - 1) / 2;
  const limit = (value) => Math.max(0, Math.min(SIDE - 1, value));
  const found = new Float64Array(SIDE * SIDE);
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++) {
      const [dx, dy] = [column - middle, row - middle];
      const x = middle + cos * dx - sin * dy;
      const y = middle + sin * dx + cos * dy;
      const [left, top] = [Math.floor(x), Math.floor(y)];
      const at = (i, j) => image[limit(i) * SIDE + limit(j)];
      const upper = at(top, left) * (left + 1 - x) + at(top, left + 1) * (x - left);
      const lower = at(top + 1, left) * (left + 1 - x) + at(top + 1, left + 1) * (x - left);
      found[row * SIDE + column] = upper * (top + 1 - y) + lower * (y - top);
    }
  }
  return found;
}

/** An image under a lamp: brighter towards its direction, darker away from it. */
export function relit(image, { direction, slant, power }) {
  const angle = (direction * Math.PI) / 180;
  const place = (i) => -1 + (2 * i) / (SIDE - 1);
  return image.map((value, i) => {
    const slope = Math.cos(angle) * place(i % SIDE) + Math.sin(angle) * place(Math.floor(i / SIDE));
    return Math.max(0, Math.min(1, value * power * (1 + slant * slope)));
  });
}

/** An image with fewer pixels, each the mean of a square. */
export function shrunk(image) {
  const step = SIDE / SMALL;
  const found = new Float64Array(SMALL * SMALL);
  image.forEach((value, i) => {
    const [row, column] = [Math.floor(i / SIDE / step), Math.floor((i % SIDE) / step)];
    found[row * SMALL + column] += value / step ** 2;
  });
  // So that what is equal stays equal: rounding errors have no direction.
  return found.map((value) => Math.round(value * 1e6) / 1e6);
}

/** The histograms of oriented gradients of the cells of a small image, row by row. */
export function histograms(image) {
  const found = new Float64Array(CELLS * CELLS * BINS);
  for (let row = 0; row < SMALL; row++) {
    for (let column = 0; column < SMALL; column++) {
      const at = (i, j) => image[i * SMALL + j];
      const inner = (place) => place > 0 && place < SMALL - 1;
      const down = inner(row) ? at(row + 1, column) - at(row - 1, column) : 0;
      const across = inner(column) ? at(row, column + 1) - at(row, column - 1) : 0;
      const turn = (((Math.atan2(down, across) * 180) / Math.PI) % 180 + 180) % 180;
      const bin = Math.floor((turn * BINS) / 180);
      const cell = Math.floor(row / CELL) * CELLS + Math.floor(column / CELL);
      if (bin < BINS) found[cell * BINS + bin] += Math.hypot(down, across) / CELL ** 2;
    }
  }
  return found;
}

function normalised(block) {
  const divide = (values) => {
    const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 1e-10));
    return values.map((value) => value / length);
  };
  return divide(divide(block).map((value) => Math.min(value, 0.2)));
}

/** HoG: the histograms of blocks of 2 by 2 cells, each normalised, one after the other. */
export function hog(cells) {
  const found = [];
  for (let row = 0; row + BLOCK <= CELLS; row++) {
    for (let column = 0; column + BLOCK <= CELLS; column++) {
      const block = [];
      for (let i = 0; i < BLOCK; i++) {
        const start = ((row + i) * CELLS + column) * BINS;
        block.push(...cells.slice(start, start + BLOCK * BINS));
      }
      found.push(...normalised(block));
    }
  }
  return found;
}

/** How far apart two lists are: the root of the sum of squares, or of their mean. */
export function apart(one, two, mean) {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += (one[i] - two[i]) ** 2;
  return Math.sqrt(mean ? sum / one.length : sum);
}

/** What is known: her own photo first, then the others; each as pixels and as HoG. */
export function gallery(photo, others) {
  const count = others.length / SMALL ** 2;
  const images = [shrunk(photo)];
  for (let i = 0; i < count; i++) images.push(others.slice(i * SMALL ** 2, (i + 1) * SMALL ** 2));
  return images.map((image) => ({ image, hog: hog(histograms(image)) }));
}

/** The changed photo, and how far it is from her own one and from the nearest other. */
export function study(state, photo, mask, known) {
  const large = relit(turned(before(photo, mask, state.wall), state.angle), state);
  const image = shrunk(large);
  const cells = histograms(image);
  const mine = hog(cells);
  const ways = [(each) => apart(image, each.image, true), (each) => apart(mine, each.hog, false)];
  const answers = ways.map((far) => {
    const distances = known.map(far);
    let nearest = 1;
    distances.forEach((distance, i) => { if (i > 0 && distance < distances[nearest]) nearest = i; });
    return { own: distances[0], other: distances[nearest], nearest, right: distances[0] < distances[nearest] };
  });
  return { large, image, cells, pixels: answers[0], hog: answers[1] };
}
