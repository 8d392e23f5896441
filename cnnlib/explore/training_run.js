// A training that can be stopped after each step: batches, new versions of images, and what is kept.

import { generator } from "./shared/random.js";
import { initial, judge, learn, memory, plan, workplace } from "./training_net.js";

/** Bytes of a set, as base64, become images from 0 to 1. */
export function unpack(text, size) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return Array.from({ length: bytes.length / size }, (_, n) =>
    Float32Array.from(bytes.subarray(n * size, (n + 1) * size), (byte) => byte / 255));
}

/** Another version of an image: shifted by up to `reach` pixels, or mirrored. */
export function another(image, { channels, height, width }, how, random) {
  if (how === "nothing") return image;
  const reach = how === "shifts" ? Math.max(1, Math.round(height / 16)) : 0;
  const some = () => Math.floor(random() * (2 * reach + 1)) - reach;
  const [down, across] = [some(), some()];
  const mirrored = how === "flips" && random() < 0.5;
  const made = new Float32Array(image.length);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        const [row, column] = [i - down, (mirrored ? width - 1 - j : j) - across];
        if (row < 0 || column < 0 || row >= height || column >= width) continue;
        made[(c * height + i) * width + j] = image[(c * height + row) * width + column];
      }
    }
  }
  return made;
}

/** Numbers from 0 to `count` − 1 in an order that a generator decides. */
export function shuffled(count, random) {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** A training of a new network; `step(settings)` takes one step of it. */
export function training(shape, filters, sets, seed) {
  const net = plan({ ...shape, filters });
  const run = {
    net, params: initial(net, seed), room: workplace(net), kept: memory(net), optimiser: "",
    epoch: 0, steps: 0, losses: [], checks: [], step, check,
  };
  const random = generator(seed + 1);
  const { images, labels } = sets.training;
  let order = [];
  let seen = 0;

  function check() {
    run.checks.push({ epoch: run.epoch,
      ...judge(net, run.params, sets.validation.images, sets.validation.labels, run.room) });
  }

  function step(settings) {
    if (settings.optimiser !== run.optimiser) {  // what another one remembers is of no use
      run.kept = memory(net);
      run.optimiser = settings.optimiser;
    }
    if (order.length === 0) order = shuffled(images.length, random);
    const chosen = order.splice(0, settings.batch);
    const loss = learn(net, run.params, run.kept, chosen.map((n) => another(images[n], shape, settings.augment, random)),
      chosen.map((n) => labels[n]), settings, run.room);
    const before = Math.floor((4 * seen) / images.length);
    seen += chosen.length;
    run.steps += 1;
    run.epoch = seen / images.length;
    run.losses.push({ epoch: run.epoch, loss });
    // Four times in each epoch, whatever the batch, and at its end.
    if (Math.floor((4 * seen) / images.length) > before) check();
  }

  check();
  return run;
}

/** The trained network as PyTorch code that says what it takes `image` for. */
export function asPyTorch({ net, params }, image) {
  const encode = (values) => btoa(Array.from(new Uint8Array(Float32Array.from(values).buffer),
    (byte) => String.fromCharCode(byte)).join(""));
  const layers = net.convs.flatMap(({ C, F }) => [`nn.Conv2d(${C}, ${F}, 3, padding=1)`, "nn.ReLU()", "nn.MaxPool2d(2)"]);
  layers.push("nn.Flatten()", `nn.Linear(${net.linear.inputs}, ${net.classes})`);
  return [
    "import base64", "import torch", "from torch import nn", "",
    "net = nn.Sequential(", ...layers.map((layer) => `    ${layer},`), ")",
    "def numbers(text):",
    "    return torch.frombuffer(bytearray(base64.b64decode(text)), dtype=torch.float32)", "",
    "# What was learned, in PyTorch's order.",
    `nn.utils.vector_to_parameters(numbers("${encode(params)}"), net.parameters())`,
    `image = numbers("${encode(image)}").view(1, ${net.channels}, ${net.height}, ${net.width})`,
    "print(net(image).softmax(1))", "",
  ].join("\n");
}
