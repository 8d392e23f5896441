// A small network of two inputs and one output: forward, backward, one step of gradient descent.

import { generator } from "./shared/random.js";

/** Activations: f, its slope f′(z) (given z and f(z)), and its name in PyTorch. */
export const ACTIVATIONS = {
  tanh: { f: Math.tanh, slope: (z, h) => 1 - h * h, torch: "nn.Tanh()" },
  ReLU: { f: (z) => Math.max(0, z), slope: (z) => (z > 0 ? 1 : 0), torch: "nn.ReLU()" },
  sigmoid: { f: sigmoid, slope: (z, h) => h * (1 - h), torch: "nn.Sigmoid()" },
  linear: { f: (z) => z, slope: () => 1, torch: "nn.Identity()" },
};

export function sigmoid(z) {
  return z < 0 ? Math.exp(z) / (1 + Math.exp(z)) : 1 / (1 + Math.exp(-z));
}

/**
 * Small random weights, the same for the same seed. A network is a list of layers; each has its
 * weights `w[to][from]` and its biases `b[to]`. The last layer has one unit.
 */
export function initial(hidden, seed) {
  const random = generator(7919 * seed + 17);
  const sizes = [2, ...hidden, 1];
  return sizes.slice(1).map((count, layer) => {
    const reach = Math.sqrt(3 / sizes[layer]);
    const draw = (most) => most * (2 * random() - 1);
    return {
      w: Array.from({ length: count }, () => Array.from({ length: sizes[layer] }, () => draw(reach))),
      b: Array.from({ length: count }, () => draw(layer < sizes.length - 2 ? 1 : 0)),
    };
  });
}

/** Weighted sums and activations of every layer for one point; the last sum is the logit. */
export function forwards(net, activation, point) {
  const { f } = ACTIVATIONS[activation];
  const sums = [];
  const outputs = [point];
  net.forEach(({ w, b }, layer) => {
    const from = outputs[layer];
    const z = w.map((row, to) => {
      let sum = b[to];
      for (let i = 0; i < row.length; i++) sum += row[i] * from[i];
      return sum;
    });
    sums.push(z);
    outputs.push(z.map(layer < net.length - 1 ? f : sigmoid));
  });
  return { sums, outputs };
}

/** The network's output for one point, from 0 to 1. */
export function predict(net, activation, point) {
  return forwards(net, activation, point).outputs.at(-1)[0];
}

/** Cross-entropy of an output's logit and its class, 0 or 1, without overflow. */
function crossEntropy(logit, target) {
  return Math.max(logit, 0) - logit * target + Math.log1p(Math.exp(-Math.abs(logit)));
}

/** The mean loss over points `[x, y, class]`, and its derivative for every weight and bias. */
export function gradient(net, activation, points) {
  const { slope } = ACTIVATIONS[activation];
  const slopes = net.map(({ w, b }) => ({ w: w.map((row) => row.map(() => 0)), b: b.map(() => 0) }));
  let loss = 0;
  for (const [x, y, target] of points) {
    const { sums, outputs } = forwards(net, activation, [x, y]);
    const logit = sums.at(-1)[0];
    loss += crossEntropy(logit, target) / points.length;
    // By the logit; then layer by layer: by the sums z, by the weights, by what came in.
    let dz = [(sigmoid(logit) - target) / points.length];
    for (let layer = net.length - 1; layer >= 0; layer--) {
      const from = outputs[layer];
      const { w, b } = slopes[layer];
      dz.forEach((back, to) => {
        b[to] += back;
        for (let i = 0; i < from.length; i++) w[to][i] += back * from[i];
      });
      if (layer === 0) break;
      dz = from.map((h, i) => {
        let dh = 0;
        for (let to = 0; to < dz.length; to++) dh += net[layer].w[to][i] * dz[to];
        return dh * slope(sums[layer - 1][i], h);
      });
    }
  }
  return { loss, slopes };
}

/** The network after one step of gradient descent, and the loss before it. */
export function descend(net, activation, points, rate) {
  const { loss, slopes } = gradient(net, activation, points);
  return {
    loss,
    net: net.map(({ w, b }, layer) => ({
      w: w.map((row, to) => row.map((weight, i) => weight - rate * slopes[layer].w[to][i])),
      b: b.map((bias, to) => bias - rate * slopes[layer].b[to]),
    })),
  };
}

/** A run of training that can be asked for the network after any number of steps. */
export function training({ layers, activation, rate, seed, points }) {
  let net = initial(layers, seed);
  const losses = [];
  return {
    losses,
    get net() { return net; },
    /** Go on until so many steps are done. */
    reach(steps) {
      while (losses.length < steps && points.length > 0) {
        const next = descend(net, activation, points, rate);
        losses.push(next.loss);
        net = next.net;
      }
    },
    get loss() { return points.length ? gradient(net, activation, points).loss : 0; },
    /** The share of points on the correct side. */
    get right() {
      const hits = points.filter(([x, y, target]) =>
        (predict(net, activation, [x, y]) > 0.5) === (target > 0.5)).length;
      return points.length ? hits / points.length : 1;
    },
  };
}

const list = (values) => `[${values.map((each) => (Array.isArray(each) ? list(each) : String(each))).join(", ")}]`;

/** The network with its weights as PyTorch code; its last line computes the outputs of some points. */
export function torchCode(net, activation, points) {
  const modules = net.flatMap(({ w }, layer) => [`nn.Linear(${w[0].length}, ${w.length})`,
    layer < net.length - 1 ? ACTIVATIONS[activation].torch : "nn.Sigmoid()"]);
  const weights = net.flatMap(({ w, b }, layer) => [
    `    net[${2 * layer}].weight.copy_(torch.tensor(${list(w)}, dtype=torch.float64))`,
    `    net[${2 * layer}].bias.copy_(torch.tensor(${list(b)}, dtype=torch.float64))`]);
  return ["import torch", "from torch import nn", "",
    `net = nn.Sequential(${modules.join(", ")}).double()`, "with torch.no_grad():", ...weights, "",
    `net(torch.tensor(${list(points.map(([x, y]) => [x, y]))}, dtype=torch.float64))`, ""].join("\n");
}
