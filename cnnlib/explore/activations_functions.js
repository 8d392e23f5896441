// The activation functions, as cnnlib.lessons.activations has them, and a chain of layers of them.
// Tests compare both on random settings.

const ALPHA = 1.6732632423543772;
const SCALE = 1.0507009873554805;
const HINGES = [[0.4, 1], [-0.6, -1]];

/** 1 / (1 + e⁻ˣ), without ever raising e to a large positive number. */
function sigmoid(x) {
  const small = Math.exp(-Math.abs(x));
  return x >= 0 ? 1 / (1 + small) : small / (1 + small);
}

/** The share of a normal distribution that is below x; by a series without differences. */
function normal(x) {
  if (Math.abs(x) > 9) return x > 0 ? 1 : 0;
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (x * x) / (2 * n + 1);
    sum += term;
  }
  return 0.5 + bell(x) * sum;
}

function bell(x) {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/** A function that is the identity above 0. */
function hinged(value, slope, code) {
  return { value: (x) => (x > 0 ? x : value(x)), slope: (x) => (x > 0 ? 1 : slope(x)), code };
}

function leaky(slope, code) {
  return hinged((x) => slope * x, () => slope, code);
}

const root = (x) => x / Math.sqrt(1 + x * x);
const rootSlope = (x) => (1 + x * x) ** -1.5;
const nn = "torch.nn.functional";

/** Value, slope and PyTorch's words for each function. */
export const FUNCTIONS = {
  "identity": { value: (x) => x, slope: () => 1, code: "lambda z: z" },
  "binary step": { value: (x) => (x >= 0 ? 1 : 0), slope: () => 0, code: "lambda z: (z >= 0) + 0 * z" },
  "sigmoid": { value: sigmoid, slope: (x) => sigmoid(x) * (1 - sigmoid(x)), code: "torch.sigmoid" },
  "tanh": { value: Math.tanh, slope: (x) => 1 - Math.tanh(x) ** 2, code: "torch.tanh" },
  "softsign": { value: (x) => x / (1 + Math.abs(x)), slope: (x) => (1 + Math.abs(x)) ** -2, code: `${nn}.softsign` },
  "SQNL": {
    value: (x) => (Math.abs(x) > 2 ? Math.sign(x) : x - (x * Math.abs(x)) / 4),
    slope: (x) => Math.max(0, 1 - Math.abs(x) / 2),
    code: "lambda z: z.clamp(-2, 2) - z.clamp(-2, 2) * z.clamp(-2, 2).abs() / 4",
  },
  "ISRU": { value: root, slope: rootSlope, code: "lambda z: z / (1 + z**2).sqrt()" },
  "arctan": { value: Math.atan, slope: (x) => 1 / (1 + x * x), code: "torch.atan" },
  "arsinh": { value: Math.asinh, slope: (x) => 1 / Math.sqrt(1 + x * x), code: "torch.asinh" },
  "ReLU": leaky(0, "torch.relu"),
  "leaky ReLU": leaky(0.01, `${nn}.leaky_relu`),
  "PReLU": leaky(0.25, "lambda z: torch.where(z > 0, z, 0.25 * z)"),
  "RReLU": leaky(11 / 48, `${nn}.rrelu`),
  "BReLU": { value: (x) => Math.min(0, x), slope: (x) => (x < 0 ? 1 : 0), code: "lambda z: -torch.relu(-z)" },
  "SReLU": {
    value: (x) => (x < -1 ? -1 + 0.2 * (x + 1) : x > 1 ? 1 + 0.4 * (x - 1) : x),
    slope: (x) => (x <= -1 ? 0.2 : x > 1 ? 0.4 : 1),
    code: "lambda z: z.clamp(-1, 1) - 0.2 * torch.relu(-1 - z) + 0.4 * torch.relu(z - 1)",
  },
  "APL": {
    value: (x) => HINGES.reduce((sum, [a, b]) => sum + a * Math.max(0, b - x), Math.max(0, x)),
    slope: (x) => HINGES.reduce((sum, [a, b]) => sum - (x <= b ? a : 0), x > 0 ? 1 : 0),
    code: "lambda z: torch.relu(z) + 0.4 * torch.relu(1 - z) - 0.6 * torch.relu(-1 - z)",
  },
  "maxout": {
    value: (x) => Math.max(-0.5 * x - 1, x),
    slope: (x) => (-0.5 * x - 1 >= x ? -0.5 : 1),
    code: "lambda z: torch.maximum(-0.5 * z - 1, z)",
  },
  "ELU": hinged(Math.expm1, Math.exp, `${nn}.elu`),
  "SELU": {
    value: (x) => SCALE * (x > 0 ? x : ALPHA * Math.expm1(x)),
    slope: (x) => SCALE * (x > 0 ? 1 : ALPHA * Math.exp(x)),
    code: "torch.selu",
  },
  "ISRLU": hinged(root, rootSlope, "lambda z: torch.where(z > 0, z, z / (1 + z**2).sqrt())"),
  "GELU": { value: (x) => x * normal(x), slope: (x) => normal(x) + x * bell(x), code: `${nn}.gelu` },
  "SiLU": {
    value: (x) => x * sigmoid(x),
    slope: (x) => sigmoid(x) + x * sigmoid(x) * (1 - sigmoid(x)),
    code: `${nn}.silu`,
  },
};

/**
 * Layers of one unit each: the sum of the first is x, each passes f(z) on, times a weight. For each
 * layer its sum, its output, its slope, and the gradient of the last output with respect to its sum.
 */
export function chain(name, x, weight, layers = 10) {
  const { value, slope } = FUNCTIONS[name];
  const found = [];
  for (let z = x; found.length < layers;) {
    const output = value(z);
    found.push({ z, output, slope: slope(z) });
    z = weight * output;
  }
  let gradient = 1;
  for (const layer of [...found].reverse()) {
    layer.gradient = gradient * layer.slope;
    gradient = weight * layer.gradient;
  }
  return found;
}

/** The line of PyTorch that computes what is shown for two functions. */
export function pytorch({ first, second, x, weight }) {
  const [f, g] = [FUNCTIONS[first].code, FUNCTIONS[second].code];
  const layers = `functools.reduce(lambda y, _: h(${weight} * y), range(9), h(x))`;
  return `import functools, torch; f = ${f}; g = ${g}; `
    + `x = torch.tensor(${x}, dtype=torch.float64, requires_grad=True); `
    + `[torch.autograd.grad(${layers}, x)[0].item() for h in (f, g)]`;
}
