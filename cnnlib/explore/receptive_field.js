// Receptive fields: stack layers, point at a unit, see what it reads.

import { layerCards } from "./receptive_field_cards.js";
import { arrangement, shapes, unitAt } from "./receptive_field_draw.js";
import { reached, receptiveFields, sizes, span } from "./shared/arithmetic.js";
import { grip } from "./shared/cells.js";
import { button, checkbox, copier, el, follow, freshId, hatching, put, slider } from "./shared/dom.js";
import { pointer, scene } from "./shared/scene.js";

const MOST = 6;

/** A layer as arithmetic wants it: with padding as a number. */
export function layer({ kernel, stride, dilation }, pad) {
  return { kernel, stride, dilation, padding: pad ? Math.floor((span(kernel, dilation) - 1) / 2) : 0 };
}

/** Everything that the picture shows of a unit of the last layer, or of one that is pointed at. */
export function study({ size, layers, pad, unit, row }, hover) {
  const stack = layers.map((each) => layer(each, pad));
  const counts = sizes(size, stack);
  const fits = counts.length - 1;
  const used = stack.slice(0, fits);
  const limit = (value) => Math.max(0, Math.min(counts[fits] - 1, value));
  const [across, down] = [limit(unit), limit(row ?? unit)];
  const whole = [reached(size, used, across), reached(size, used, down)];
  const fields = receptiveFields(used);
  const depth = hover?.depth ?? fits;
  const chosen = hover?.unit ?? across;
  const middle = (units) => units[Math.floor(units.length / 2)] ?? 0;
  const chosenRow = hover ? middle(whole[1][depth]) : down;
  const under = used.slice(0, depth);
  const { size: reach, stride, start } = fields[depth];
  return {
    used, counts, fits, fields, depth, chosen, chosenRow, across, down, reach,
    first: start + chosen * stride, firstRow: start + chosenRow * stride,
    units: reached(size, under, chosen), rows: reached(size, under, chosenRow)[0],
    margin: Math.max(0, -fields[fits].start),
  };
}

/** The field in words: what the formula gives beside what was counted in the picture. */
export function sentence(found, size) {
  const { reach, first, depth, chosen } = found;
  const counted = found.units[0].length;
  const outside = Math.min(reach, Math.max(0, -first) + Math.max(0, first + reach - size));
  const holes = reach - outside - counted;
  const parts = [
    outside ? `${outside} of them outside the image` : "",
    holes ? `${holes} ${outside ? "" : "of them "}skipped` : "",
  ].filter(Boolean);
  const who = depth ? `Unit ${chosen} of layer ${depth}` : `Pixel ${chosen}`;
  return `${who} sees ${reach} pixels along each axis, from ${first} to ${first + reach - 1}`.replaceAll("-", "−")
    + `${parts.length ? `, ${parts.join(" and ")}` : ""}.`;
}

/** The line that runs such a network. */
export function pytorch(size, layers, used) {
  const each = used.map(({ kernel, stride, padding, dilation }, i) => {
    const settings = [["stride", stride, layers[i].kind === "pool" ? null : 1], ["padding", padding, 0],
      ["dilation", dilation, 1]].filter(([, value, usual]) => value !== usual)
      .map(([name, value]) => `, ${name}=${value}`).join("");
    return `nn.${layers[i].kind === "pool" ? "MaxPool2d(" : "Conv2d(1, 1, "}${kernel}${settings})`;
  });
  return `import torch; from torch import nn; nn.Sequential(${each.join(", ")})`
    + `(torch.zeros(1, 1, ${size}, ${size})).shape`;
}

function render({ model, el: root }) {
  const names = ["size", "layers", "pad", "unit", "row"];
  const view = { hover: null };
  const hatch = freshId("hatch");
  const stage = scene({ name: "Receptive field", arrange: () => redraw() });
  stage.defs.append(hatching(hatch));
  const canvas = document.createElement("canvas");
  const photo = new Image();
  photo.src = model.get("photo");
  photo.decode().then(() => redraw(), () => {});

  const state = () => Object.fromEntries(names.map((name) => [name, model.get(name)]));

  /** The photo with as many pixels as the image has. */
  function pixels(size) {
    if (!photo.complete || photo.naturalWidth === 0) return {};
    if (canvas.width !== size || !canvas.dataset.ready) {
      Object.assign(canvas, { width: size, height: size });
      canvas.dataset.ready = "yes";
      const context = canvas.getContext("2d");
      context.imageSmoothingQuality = "high";
      context.drawImage(photo, 0, 0, size, size);
    }
    return canvas;
  }

  function look() {
    const now = state();
    const found = study(now, view.hover);
    return { now, found, at: arrangement(stage.width, now, found) };
  }

  function go(row, column) {
    const { found } = look();
    const limit = (value) => Math.max(0, Math.min(found.counts[found.fits] - 1, value));
    put(model, { unit: limit(column), row: limit(row) });
  }

  /** The unit of the last layer whose field is centred nearest to a place of the photo. */
  function goTo(x, y) {
    const { found, at } = look();
    const { size, stride, start } = found.fields[found.fits];
    const [row, column] = [(y - at.photo.y) / at.photo.side, (x - at.photo.x) / at.photo.side]
      .map((pixel) => Math.round((pixel - start - size / 2) / stride));
    go(row, column);
  }

  function inside({ photo: { x, y, side }, margin, size }, px, py) {
    const [low, high] = [-margin * side, (size + margin) * side];
    return px - x >= low && px - x < high && py - y >= low && py - y < high;
  }

  pointer(stage, {
    press(x, y) {
      const { found, at } = look();
      view.hover = null;
      if (inside(at, x, y)) {
        goTo(x, y);
        return { move: goTo };
      }
      const spot = unitAt(at, found, x, y);
      if (!spot) return null;
      const follows = (px) => {
        const unit = unitAt(at, found, px, at.strips[spot.depth].y + 1, true)?.unit;
        if (unit === undefined) return;
        if (spot.depth === found.fits) put(model, { unit });
        else { view.hover = { depth: spot.depth, unit }; redraw(); }
      };
      follows(x);
      return { move: follows };
    },
    hover(x, y) {
      const { found, at } = look();
      const spot = unitAt(at, found, x, y);
      if (spot?.depth === view.hover?.depth && spot?.unit === view.hover?.unit) return;
      view.hover = spot;
      redraw();
    },
    leave() {
      if (!view.hover) return;
      view.hover = null;
      redraw();
    },
  });

  const width = slider({ label: "Image size", min: 8, max: 64, value: model.get("size"),
    oninput: (size) => put(model, { size }) });
  const place = slider({ label: "Unit", min: 0, max: 0, value: 0,
    oninput: (unit) => put(model, { unit }) });
  const pad = checkbox({ label: "Pad by half the kernel", value: model.get("pad"),
    onchange: (value) => put(model, { pad: value }) });
  const cards = layerCards((layers) => put(model, { layers }));
  const add = button("+ Add a layer", () => put(model, {
    layers: [...model.get("layers"), { kind: "conv", kernel: 3, stride: 1, dilation: 1 }] }));
  const says = el("p", { class: "explore-says", "aria-live": "polite" });
  root.replaceChildren(el("div", { class: "explore", role: "group", "aria-label": "Receptive field explorer" },
    stage.node, says, cards.node, el("div", { class: "explore-row" }, add, width.node, place.node, pad.node,
      copier(() => { const { now, found } = look(); return pytorch(now.size, now.layers, found.used); }))));

  function redraw() {
    const { now, found, at } = look();
    width.set({ value: now.size });
    pad.set(now.pad);
    place.set({ value: found.across, max: found.counts[found.fits] - 1 });
    cards.show(now.layers, found.fits);
    add.disabled = now.layers.length >= MOST;
    const missing = found.fits < now.layers.length
      ? `Layer ${found.fits + 1} does not fit: its window is larger than what comes in. ` : "";
    says.textContent = missing + sentence(found, now.size);
    const shown = pixels(now.size);
    const side = at.photo.side * now.size;
    stage.show({
      height: at.height, description: says.textContent, shapes: shapes(now, found, at, hatch),
      focusable: [grip({
        ...field(at, found), row: found.down,
        column: found.across, position: found.across, count: found.counts[found.fits], go,
        text: says.textContent })],
      pixels: shown instanceof HTMLCanvasElement
        ? { photo: { canvas: shown, x: at.photo.x, y: at.photo.y, width: side, height: side } } : {},
    });
  }
  return follow(model, names, redraw);
}

/** Where the field of the chosen unit is in the photo. */
function field({ photo: { x, y, side } }, { fields, fits, across, down }) {
  const { size, stride, start } = fields[fits];
  return { x: x + (start + across * stride) * side, y: y + (start + down * stride) * side, side: size * side };
}

export default { render };
