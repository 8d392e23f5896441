// The convolution of deep learning, as torch.nn.functional.conv2d computes it: no flip.

/** Channels as arrays of numbers: `{ rows, columns, channels: [Float64Array, …] }`. */
export function plane(image) {
  const [rows, columns] = [image[0].length, image[0][0].length];
  return { rows, columns, channels: image.map((channel) => Float64Array.from(channel.flat())) };
}

/** Decode a picture into its first `count` channels, from 0 to 1. */
export async function decode(url, count) {
  const picture = new Image();
  picture.src = url;
  await picture.decode();
  const { naturalWidth: columns, naturalHeight: rows } = picture;
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: columns, height: rows });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(picture, 0, 0);
  const bytes = context.getImageData(0, 0, columns, rows).data;
  const channels = Array.from({ length: count }, (_, c) =>
    Float64Array.from({ length: rows * columns }, (_, i) => bytes[4 * i + c] / 255));
  return { rows, columns, channels, canvas };
}

/** One filter over a whole image. */
export function convolve({ rows, columns, channels }, filter) {
  const k = filter[0].length;
  const [m, mc] = [rows - k + 1, columns - k + 1];
  const values = new Float64Array(m * mc);
  filter.forEach((kernel, c) => {
    const x = channels[c];
    kernel.forEach((row, a) => row.forEach((weight, b) => {
      if (weight === 0) return;
      for (let i = 0; i < m; i++) {
        const from = (i + a) * columns + b;
        for (let j = 0; j < mc; j++) values[i * mc + j] += weight * x[from + j];
      }
    }));
  });
  return { rows: m, columns: mc, values, range: range(values) };
}

/** What one output is made of: for each channel the products, row by row. */
export function products({ columns, channels }, filter, row, column) {
  return filter.map((kernel, c) => kernel.map((weights, a) => weights.map((weight, b) =>
    weight * channels[c][(row + a) * columns + column + b])));
}

/** From which value, black, to which, white, a map is shown; 0 is in the middle if signs differ. */
function range(values) {
  let least = Infinity;
  for (const value of values) if (value < least) least = value;
  // A few extreme values must not make all the others grey.
  const sizes = values.map(Math.abs).sort();
  const most = Math.max(sizes[Math.floor(0.99 * (sizes.length - 1))], 1e-9);
  return [least < -1e-9 ? -most : 0, most];
}

/** Paint a map in grey, the first `known` values of it; what is not known stays clear. */
export function shade(canvas, { rows, columns, values, range: [least, most] }, known = Infinity) {
  if (canvas.width !== columns || canvas.height !== rows) {
    Object.assign(canvas, { width: columns, height: rows });
  }
  const picture = new ImageData(columns, rows);
  const count = Math.min(values.length, known);
  for (let i = 0; i < count; i++) {
    const grey = (255 * (values[i] - least)) / (most - least);
    picture.data[4 * i] = picture.data[4 * i + 1] = picture.data[4 * i + 2] = grey;
    picture.data[4 * i + 3] = 255;
  }
  canvas.getContext("2d").putImageData(picture, 0, 0);
}
