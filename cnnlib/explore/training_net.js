// A small ConvNet in typed arrays: forward, backward, and three ways to take a step. Parameters lie in
// one array, in PyTorch's order, so that they can be copied there. Tests compare both.

import { generator } from "./shared/random.js";

/** What a network is made of: convolutions of 3×3, each with ReLU and pooling, and a linear layer. */
export function plan({ channels, height, width, classes, filters }) {
  const convs = [];
  let [C, H, W, at] = [channels, height, width, 0];
  for (const F of filters) {
    convs.push({ C, F, H, W, w: at, b: at + 9 * C * F });
    at += 9 * C * F + F;
    [C, H, W] = [F, H >> 1, W >> 1];
  }
  const inputs = C * H * W;
  const linear = { inputs, classes, w: at, b: at + inputs * classes };
  return { channels, height, width, classes, convs, linear, count: at + inputs * classes + classes };
}

/** Parameters to begin with: small random weights (He et al., 2015), no biases. */
export function initial(net, seed) {
  const random = generator(seed);
  const params = new Float32Array(net.count);
  const draw = (from, to, bound) => {
    for (let i = from; i < to; i++) params[i] = bound * (2 * random() - 1);
  };
  for (const { C, w, b } of net.convs) draw(w, b, Math.sqrt(6 / (9 * C)));
  draw(net.linear.w, net.linear.b, Math.sqrt(3 / net.linear.inputs));
  return params;
}

/** Room for what one image makes of a network, and for the gradients of that. */
export function workplace(net) {
  const like = ({ F, H, W }) => new Float32Array(F * H * W);
  const wide = ({ C, H, W }) => new Float32Array(C * (H + 2) * (W + 2));
  const halved = ({ F, H, W }) => F * (H >> 1) * (W >> 1);
  return {
    inputs: net.convs.map(wide), dinputs: net.convs.map(wide),
    maps: net.convs.map(like), dmaps: net.convs.map(like),
    pooled: net.convs.map((conv) => new Float32Array(halved(conv))),
    dpooled: net.convs.map((conv) => new Float32Array(halved(conv))),
    winners: net.convs.map((conv) => new Int32Array(halved(conv))),
    logits: new Float32Array(net.classes), chances: new Float32Array(net.classes),
  };
}

/** Copy maps into others that have a border of zeros, one pixel wide; `back` copies them out again. */
function border({ C, H, W }, plain, wide, back = false) {
  for (let c = 0; c < C; c++) {
    for (let i = 0; i < H; i++) {
      const [at, inside] = [(c * H + i) * W, (c * (H + 2) + i + 1) * (W + 2) + 1];
      for (let j = 0; j < W; j++) {
        if (back) plain[at + j] = wide[inside + j];
        else wide[inside + j] = plain[at + j];
      }
    }
  }
}

/** y = x ∗ w + b; `x` has a border, and `y` one map after the other. */
export function convolveAll({ C, F, H, W, w, b }, params, x, y) {
  const wide = W + 2;
  for (let f = 0; f < F; f++) {
    y.fill(params[b + f], f * H * W, (f + 1) * H * W);
    for (let c = 0; c < C; c++) {
      const k = w + (f * C + c) * 9;
      const [k0, k1, k2, k3, k4, k5, k6, k7, k8] = params.subarray(k, k + 9);
      for (let i = 0; i < H; i++) {
        let [up, out] = [(c * (H + 2) + i) * wide, (f * H + i) * W];
        for (let j = 0; j < W; j++, up++, out++) {
          const [mid, low] = [up + wide, up + 2 * wide];
          y[out] += k0 * x[up] + k1 * x[up + 1] + k2 * x[up + 2] + k3 * x[mid] + k4 * x[mid + 1]
            + k5 * x[mid + 2] + k6 * x[low] + k7 * x[low + 1] + k8 * x[low + 2];
        }
      }
    }
  }
}

/** Add the gradients of the parameters, and in `dx`, if there, those of the input with its border. */
export function convolveBack({ C, F, H, W, w, b }, params, x, dy, grad, dx) {
  const wide = W + 2;
  const sums = new Float64Array(9);
  for (let f = 0; f < F; f++) {
    for (let i = f * H * W; i < (f + 1) * H * W; i++) grad[b + f] += dy[i];
    for (let c = 0; c < C; c++) {
      const k = w + (f * C + c) * 9;
      sums.fill(0);
      for (let i = 0; i < H; i++) {
        for (let j = 0; j < W; j++) {
          const d = dy[(f * H + i) * W + j];
          if (d === 0) continue;  // most are: ReLU and pooling let little through
          for (let p = 0; p < 3; p++) {
            const at = (c * (H + 2) + i + p) * wide + j;
            const row = 3 * p;
            sums[row] += d * x[at];
            sums[row + 1] += d * x[at + 1];
            sums[row + 2] += d * x[at + 2];
            if (dx === null) continue;
            dx[at] += d * params[k + row];
            dx[at + 1] += d * params[k + row + 1];
            dx[at + 2] += d * params[k + row + 2];
          }
        }
      }
      for (let n = 0; n < 9; n++) grad[k + n] += sums[n];
    }
  }
}

/** ReLU in place, and the largest of each 2×2; remember which, the first where several are. */
function activate({ F, H, W }, y, pooled, winners) {
  for (let i = 0; i < y.length; i++) if (y[i] < 0) y[i] = 0;
  const [h, v] = [H >> 1, W >> 1];
  for (let f = 0, out = 0; f < F; f++) {
    for (let i = 0; i < h; i++) {
      for (let j = 0; j < v; j++, out++) {
        let best = f * H * W + 2 * i * W + 2 * j;
        for (const other of [best + 1, best + W, best + W + 1]) if (y[other] > y[best]) best = other;
        pooled[out] = y[best];
        winners[out] = best;
      }
    }
  }
}

/** The chances of each class for an image; everything on the way stays in `room`. */
export function forward(net, params, image, room) {
  let x = image;
  net.convs.forEach((conv, i) => {
    border(conv, x, room.inputs[i]);
    convolveAll(conv, params, room.inputs[i], room.maps[i]);
    activate(conv, room.maps[i], room.pooled[i], room.winners[i]);
    x = room.pooled[i];
  });
  const { inputs, classes, w, b } = net.linear;
  let most = -Infinity;
  for (let k = 0; k < classes; k++) {
    let sum = params[b + k];
    for (let i = 0; i < inputs; i++) sum += params[w + k * inputs + i] * x[i];
    room.logits[k] = sum;
    most = Math.max(most, sum);
  }
  let total = 0;
  for (let k = 0; k < classes; k++) total += room.chances[k] = Math.exp(room.logits[k] - most);
  for (let k = 0; k < classes; k++) room.chances[k] /= total;
  return room.chances;
}

/** Cross-entropy of an image that went forward; never infinite. */
export function entropy(room, label) {
  return -Math.log(Math.max(room.chances[label], 1e-30));
}

/** Add the gradients of the loss of an image that went forward. */
export function backward(net, params, label, room, grad) {
  const { inputs, classes, w, b } = net.linear;
  const last = net.convs.length - 1;
  const [x, top] = [room.pooled[last], room.dpooled[last].fill(0)];
  for (let k = 0; k < classes; k++) {
    const d = room.chances[k] - (k === label ? 1 : 0);
    grad[b + k] += d;
    for (let i = 0; i < inputs; i++) {
      grad[w + k * inputs + i] += d * x[i];
      top[i] += d * params[w + k * inputs + i];
    }
  }
  for (let level = last; level >= 0; level--) {
    const [maps, dmaps, winners] = [room.maps[level], room.dmaps[level], room.winners[level]];
    dmaps.fill(0);
    room.dpooled[level].forEach((d, i) => { if (maps[winners[i]] > 0) dmaps[winners[i]] = d; });
    const dx = level ? room.dinputs[level].fill(0) : null;
    convolveBack(net.convs[level], params, room.inputs[level], dmaps, grad, dx);
    if (level) border(net.convs[level], room.dpooled[level - 1], dx, true);
  }
}

/** What an optimiser remembers: two numbers for each parameter, and how many steps there were. */
export function memory(net) {
  return { one: new Float32Array(net.count), two: new Float32Array(net.count), steps: 0 };
}

/** Change the parameters by a gradient, as torch.optim does. */
export const OPTIMISERS = {
  SGD(params, grad, { one }, { lr, momentum }) {
    for (let i = 0; i < params.length; i++) {
      one[i] = momentum * one[i] + grad[i];
      params[i] -= lr * one[i];
    }
  },
  Adadelta(params, grad, { one, two }, { lr }) {
    for (let i = 0; i < params.length; i++) {
      one[i] = 0.9 * one[i] + 0.1 * grad[i] ** 2;
      const change = (Math.sqrt(two[i] + 1e-6) / Math.sqrt(one[i] + 1e-6)) * grad[i];
      two[i] = 0.9 * two[i] + 0.1 * change ** 2;
      params[i] -= lr * change;
    }
  },
  Adam(params, grad, { one, two, steps }, { lr }) {
    const [first, second] = [1 - 0.9 ** steps, Math.sqrt(1 - 0.999 ** steps)];
    for (let i = 0; i < params.length; i++) {
      one[i] = 0.9 * one[i] + 0.1 * grad[i];
      two[i] = 0.999 * two[i] + 0.001 * grad[i] ** 2;
      params[i] -= ((lr / first) * one[i]) / (Math.sqrt(two[i]) / second + 1e-8);
    }
  },
};

/** One step on a batch; return its mean loss. `settings` are the optimiser, lr, momentum and decay. */
export function learn(net, params, kept, images, labels, settings, room) {
  const grad = new Float32Array(net.count);
  let loss = 0;
  images.forEach((image, i) => {
    forward(net, params, image, room);
    loss += entropy(room, labels[i]);
    backward(net, params, labels[i], room, grad);
  });
  for (let i = 0; i < grad.length; i++) grad[i] = grad[i] / images.length + settings.decay * params[i];
  kept.steps += 1;
  OPTIMISERS[settings.optimiser](params, grad, kept, settings);
  return loss / images.length;
}

/** The mean loss of images, and the share that is named right. */
export function judge(net, params, images, labels, room) {
  let [loss, right] = [0, 0];
  images.forEach((image, i) => {
    const chances = forward(net, params, image, room);
    loss += entropy(room, labels[i]);
    if (chances.indexOf(Math.max(...chances)) === labels[i]) right += 1;
  });
  return { loss: loss / images.length, share: right / images.length };
}
