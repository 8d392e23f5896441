// What a network computes, step by step, as PyTorch computes it in evaluation mode.

function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return Float64Array.from(new Float32Array(bytes.buffer));
}

/** Steps with their weights as numbers. */
export function prepare(program) {
  return program.map((step) => ({
    ...step,
    ...(step.w ? { w: unpacked(step.w) } : {}),
    ...(step.b ? { b: unpacked(step.b) } : {}),
  }));
}

/** The values after each step, for an image as a flat list of numbers. */
export function run(steps, image) {
  const values = [];
  steps.forEach((step, index) => {
    const inputs = step.from.map((i) => values[i]);
    const shapes = step.from.map((i) => steps[i].shape);
    values[index] = step.op === "input" ? Float64Array.from(image)
      : OPERATIONS[step.op](step, inputs, shapes);
  });
  return values;
}

/** How many numbers a shape has. */
export function count(shape) {
  return shape.reduce((product, n) => product * n, 1);
}

/** Which rows (or columns) a window reads: pairs of the place in the window and in the input. */
export function reads(step, axis, index, size) {
  const { kernel, stride, pad, dilation = [1, 1] } = step;
  const before = pad.length === 4 ? pad[2 * axis] : pad[axis];
  const found = [];
  for (let tap = 0; tap < kernel[axis]; tap++) {
    const at = index * stride[axis] - before + tap * dilation[axis];
    if (at >= 0 && at < size) found.push([tap, at]);
  }
  return found;
}

function windows(step, axis, size, length) {
  return Array.from({ length }, (_, i) => reads(step, axis, i, size));
}

function convolution(step, [x], [[channels, height, width]]) {
  const [outputs, rows, columns] = step.shape;
  const [kh, kw] = step.kernel;
  const y = new Float64Array(count(step.shape));
  const [down, across] = [windows(step, 0, height, rows), windows(step, 1, width, columns)];
  const [each, made] = [channels / step.groups, outputs / step.groups];
  for (let f = 0; f < outputs; f++) {
    const first = Math.floor(f / made) * each;
    if (step.b) y.fill(step.b[f], f * rows * columns, (f + 1) * rows * columns);
    for (let c = 0; c < each; c++) {
      const [from, weights] = [(first + c) * height * width, (f * each + c) * kh * kw];
      for (let i = 0; i < rows; i++) {
        for (const [p, row] of down[i]) {
          for (let j = 0; j < columns; j++) {
            let sum = 0;
            for (const [q, column] of across[j]) {
              sum += step.w[weights + p * kw + q] * x[from + row * width + column];
            }
            y[(f * rows + i) * columns + j] += sum;
          }
        }
      }
    }
  }
  return y;
}

function linear(step, [x]) {
  return Float64Array.from({ length: step.shape[0] }, (_, f) => {
    let sum = step.b ? step.b[f] : 0;
    for (let i = 0; i < x.length; i++) sum += step.w[f * x.length + i] * x[i];
    return sum;
  });
}

/** Fill an output place by place: `value(channel, row, column)`. */
function filled([channels, rows, columns], value) {
  const y = new Float64Array(channels * rows * columns);
  let at = 0;
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) y[at++] = value(c, i, j);
  }
  return y;
}

function largest(step, [x], [[, height, width]]) {
  const [down, across] = [windows(step, 0, height, step.shape[1]), windows(step, 1, width, step.shape[2])];
  return filled(step.shape, (c, i, j) => {
    let most = -Infinity;
    for (const [, row] of down[i]) {
      for (const [, column] of across[j]) most = Math.max(most, x[(c * height + row) * width + column]);
    }
    return most;
  });
}

/** By what a mean divides: the places of the window, with or without those in the padding. */
export function divisor(step, height, width, i, j, inside) {
  if (!step.counted) return inside;
  const long = (axis, index, size) => {
    const start = index * step.stride[axis] - step.pad[2 * axis];
    return Math.min(start + step.kernel[axis], size + step.pad[2 * axis + 1]) - start;
  };
  return long(0, i, height) * long(1, j, width);
}

function average(step, [x], [[, height, width]]) {
  const [down, across] = [windows(step, 0, height, step.shape[1]), windows(step, 1, width, step.shape[2])];
  return filled(step.shape, (c, i, j) => {
    let sum = 0;
    for (const [, row] of down[i]) {
      for (const [, column] of across[j]) sum += x[(c * height + row) * width + column];
    }
    return sum / divisor(step, height, width, i, j, down[i].length * across[j].length);
  });
}

/** The window of an adaptive mean along one axis. */
export function adaptiveWindow(index, size, outputs) {
  return [Math.floor((index * size) / outputs), Math.ceil(((index + 1) * size) / outputs)];
}

function adaptive(step, [x], [[, height, width]]) {
  return filled(step.shape, (c, i, j) => {
    const [top, bottom] = adaptiveWindow(i, height, step.shape[1]);
    const [left, right] = adaptiveWindow(j, width, step.shape[2]);
    let sum = 0;
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) sum += x[(c * height + row) * width + column];
    }
    return sum / ((bottom - top) * (right - left));
  });
}

const sigmoid = (x) => 1 / (1 + Math.exp(-x));

/** The error function, by its series near zero and by a continued fraction far from it. */
export function erf(x) {
  const size = Math.abs(x);
  if (size < 2.5) {
    let [term, sum] = [size, size];
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum) && n < 200; n++) {
      term *= (-size * size) / n;
      sum += term / (2 * n + 1);
    }
    return (Math.sign(x) * 2 * sum) / Math.sqrt(Math.PI);
  }
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / 2 / (size + fraction);
  return Math.sign(x) * (1 - Math.exp(-size * size) / Math.sqrt(Math.PI) / (size + fraction));
}

const ACTIVATIONS = {
  ReLU: (x) => Math.max(0, x),
  ReLU6: (x) => Math.min(Math.max(0, x), 6),
  LeakyReLU: (x, slope) => (x > 0 ? x : slope * x),
  ELU: (x, alpha) => (x > 0 ? x : alpha * Math.expm1(x)),
  SELU: (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
  GELU: (x) => (x * (1 + erf(x / Math.SQRT2))) / 2,
  SiLU: (x) => x * sigmoid(x),
  Sigmoid: sigmoid,
  Tanh: Math.tanh,
  Softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  Softsign: (x) => x / (1 + Math.abs(x)),
  Hardtanh: (x) => Math.min(Math.max(-1, x), 1),
};

/** How many numbers of a step belong to one channel. */
const perChannel = ([, ...rest]) => count(rest);

/** An activation of one number; where each channel has a slope of its own, with that of the first. */
export function activate({ how, args }, x) {
  return how === "PReLU" ? (x > 0 ? x : args[0] * x) : ACTIVATIONS[how](x, ...args);
}

function activation(step, [x]) {
  if (step.how === "PReLU") {
    const each = perChannel(step.shape);
    const slope = (i) => step.args[step.args.length > 1 ? Math.floor(i / each) : 0];
    return x.map((value, i) => (value > 0 ? value : slope(i) * value));
  }
  return x.map((value) => activate(step, value));
}

function normalised(step, [x]) {
  const each = perChannel(step.shape);
  return x.map((value, i) => {
    const c = Math.floor(i / each);
    return value * step.scale[c] + step.shift[c];
  });
}

/** By what local response normalisation divides a unit. */
export function response(step, x, channel, place) {
  const each = perChannel(step.shape);
  const first = channel - Math.floor(step.size / 2);
  let sum = 0;
  for (let c = Math.max(0, first); c < Math.min(step.shape[0], first + step.size); c++) {
    sum += x[c * each + place] ** 2;
  }
  return (step.k + (step.alpha * sum) / step.size) ** step.beta;
}

function shares(step, [x]) {
  const [each, channels] = [perChannel(step.shape), step.shape[0]];
  const y = new Float64Array(x.length);
  for (let place = 0; place < each; place++) {
    let [most, sum] = [-Infinity, 0];
    for (let c = 0; c < channels; c++) most = Math.max(most, x[c * each + place]);
    for (let c = 0; c < channels; c++) sum += y[c * each + place] = Math.exp(x[c * each + place] - most);
    for (let c = 0; c < channels; c++) y[c * each + place] /= sum;
  }
  return y;
}

const OPERATIONS = {
  conv: convolution,
  linear,
  max: largest,
  avg: average,
  adaptive,
  act: activation,
  norm: normalised,
  softmax: shares,
  copy: (_, [x]) => Float64Array.from(x),
  add: (_, inputs) => inputs[0].map((_value, i) => inputs.reduce((sum, x) => sum + x[i], 0)),
  concat: (_, inputs) => Float64Array.from(inputs.flatMap((x) => [...x])),
  channels: (step, [x], [[, height, width]]) =>
    x.slice(step.start * height * width, step.start * height * width + count(step.shape)),
  lrn: (step, [x]) => {
    const each = perChannel(step.shape);
    return x.map((value, i) => value / response(step, x, Math.floor(i / each), i % each));
  },
};
