// The arithmetic of convolutions, as cnnlib.arithmetic and cnnlib.receptive_field have it.
// Tests compare both on random settings.

/** Pixels from the first to the last that a kernel touches. */
export function span(kernel, dilation) {
  return dilation * (kernel - 1) + 1;
}

/** Output size of a convolution along one axis; null where the kernel does not fit. */
export function convOutputSize({ size, kernel, stride, padding, dilation }) {
  const room = size + 2 * padding - span(kernel, dilation);
  return room < 0 ? null : Math.floor(room / stride) + 1;
}

/** Output size of a transposed convolution along one axis; null where nothing is left. */
export function convTransposeOutputSize({ size, kernel, stride, padding, dilation }) {
  const out = (size - 1) * stride - 2 * padding + span(kernel, dilation);
  return out < 1 ? null : out;
}

/** Rows (or columns) at the end of the padded input that no window reads. */
export function leftOver({ size, kernel, stride, padding, dilation }) {
  const room = size + 2 * padding - span(kernel, dilation);
  return room < 0 ? 0 : room % stride;
}

/** Input positions that output position `index` reads; some may lie in the padding. */
export function taps({ kernel, stride, padding, dilation }, index) {
  return Array.from({ length: kernel }, (_, i) => index * stride - padding + i * dilation);
}

/**
 * Receptive fields along one axis: for the input and after each layer its size, its stride (the
 * distance between neighbours' fields), and the first pixel of unit 0.
 */
export function receptiveFields(layers) {
  const fields = [{ size: 1, stride: 1, start: 0 }];
  for (const { kernel, stride, padding, dilation } of layers) {
    const last = fields[fields.length - 1];
    fields.push({
      size: last.size + (span(kernel, dilation) - 1) * last.stride,
      stride: last.stride * stride,
      start: last.start - padding * last.stride,
    });
  }
  return fields;
}

/** Number of units after each layer, the input first; stops before a layer that does not fit. */
export function sizes(size, layers) {
  const found = [size];
  for (const layer of layers) {
    const next = convOutputSize({ ...layer, size: found[found.length - 1] });
    if (next === null) break;
    found.push(next);
  }
  return found;
}

/**
 * What one unit of the last layer reads, found by walking back through every window: for each
 * layer, the input first, the units in order. Nothing is computed but which unit reads which.
 */
export function reached(size, layers, unit) {
  const counts = sizes(size, layers);
  const found = [[unit]];
  for (let depth = layers.length - 1; depth >= 0; depth--) {
    const units = new Set();
    for (const index of found[0]) {
      for (const tap of taps(layers[depth], index)) {
        if (tap >= 0 && tap < counts[depth]) units.add(tap);
      }
    }
    found.unshift([...units].sort((a, b) => a - b));
  }
  return found;
}
