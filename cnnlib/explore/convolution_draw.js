// What the explorer of convolutions shows: an image in numbers, or a photo.

import { cells, figure } from "./shared/cells.js";
import { shade } from "./shared/convolve.js";
import { el } from "./shared/dom.js";
import { path, rect, words } from "./shared/scene.js";

const TINTS = { red: [1, 0, 0], green: [0, 1, 0], blue: [0, 0, 1] };
const byte = (value) => Math.round(255 * Math.min(1, Math.max(0, value)));

function title(key, box, name, kind, above = 12) {
  return words(`title-${key}`, box.x, box.y - above, name, `explore-title explore-${kind}-words`);
}

function sign(key, x, y, text) {
  return words(`sign-${key}`, x, y + 10, text, "explore-sign");
}

function frame(key, box, i, j, rows, kind) {
  const side = rows * box.side;
  return rect(key, box.x + j * box.side, box.y + i * box.side, side, side, `explore-window explore-${kind}`, { rx: 4 });
}

function kernels({ at, filter, kernelEditors, scene: { channels } }) {
  return at.kernels.flatMap((box, c) => cells(`w${c}`, box, {
    kind: "kernel", look: () => "explore-strong-cell",
    text: (i, j) => kernelEditors[c].typing(i, j) ?? figure(filter[c][i][j], channels.length > 1 || box.side < 40),
  }));
}

/** An image in numbers. */
export function numbers(state) {
  const { at, pixels, filter, found, row, column, position, seen, view, parts, imageEditor, kernelEditors } = state;
  const { image, kernels: [kernel], products: made, output } = at;
  const k = kernel.rows;
  const inside = (i, j) => i >= row && j >= column && i < row + k && j < column + k;
  const value = (i, j) => pixels.channels[0][i * pixels.columns + j];
  const shapes = [
    title("x", image, `image x, ${pixels.rows} × ${pixels.columns}`, "input"),
    title("w", kernel, at.narrow ? "kernel w" : `kernel w, ${k} × ${k}`, "kernel"),
    title("p", made, "products", "ink"),
    title("y", output, `output y, ${found.rows} × ${found.columns}`, "output"),
    ...cells("x", image, { kind: "input", look: (i, j) => (inside(i, j) ? "explore-strong-cell" : ""),
      text: (i, j) => imageEditor.typing(i, j) ?? figure(value(i, j)) }),
  ];
  const [left, top] = view.float ?? [image.x + column * image.side, image.y + row * image.side];
  if (image.side >= 64) {
    filter[0].forEach((weights, a) => weights.forEach((weight, b) => shapes.push(
      words(`small-${a}-${b}`, left + (b + 1) * image.side - 6, top + (a + 1) * image.side - 7,
        `×${figure(weight)}`, "explore-small explore-kernel-words"))));
  }
  shapes.push(rect("window", left, top, k * image.side, k * image.side, "explore-window explore-input", { rx: 4 }));
  shapes.push(...kernels(state), ...cells("p", made, {
    kind: "ink", fresh: `-${position}`, look: () => "explore-appears", text: (i, j) => figure(parts[0][i][j]) }));
  const known = (i, j) => seen.has(i * found.columns + j);
  shapes.push(...cells("y", output, {
    kind: "output", look: (i, j) => (i === row && j === column ? "explore-strong-cell explore-late" : ""),
    text: (i, j) => (known(i, j) ? figure(found.values[i * found.columns + j]) : "") }));
  shapes.push(frame("spot", output, row, column, 1, "output"));
  if (!at.narrow) {
    const [tx, ty] = [output.x - 6, output.y + (row + 0.5) * output.side];
    shapes.push(sign("times", (image.right + kernel.x) / 2, (kernel.y + kernel.bottom) / 2, "∗"),
      path("flow", `M${made.right + 8} ${(made.y + made.bottom) / 2}C${made.right + 70} ${(made.y + made.bottom) / 2} `
        + `${output.x - 50} ${ty} ${tx} ${ty}`, "explore-flow explore-output"),
      words("adds", made.right + 14, made.bottom - 4, "add up", "explore-note"));
  } else {
    shapes.push(sign("equals", kernel.right + 18, (kernel.y + kernel.bottom) / 2, "→"));
  }
  return { shapes, focusable: [...imageEditor.handles(image), ...kernelEditors[0].handles(kernel)] };
}

/** A photo, with its window enlarged beside it. */
export function photo(state, maps) {
  const { at, pixels, found, row, column, position, view, parts, kernelEditors, scene: { channels } } = state;
  const { image, patches, kernels: kernelBoxes, products: made, output } = at;
  const k = patches[0].rows;
  const single = channels.length === 1;
  const roomy = image.right - image.x > 260;
  const painted = JSON.stringify([maps.key, view.known]);
  if (maps.shown !== painted) {
    shade(maps.canvas, found, view.known);
    maps.shown = painted;
  }
  const shapes = [
    title("x", image, roomy ? `image x, ${pixels.rows} × ${pixels.columns}${single ? "" : ` × ${channels.length}`}` : "image x", "input"),
    title("y", output, roomy ? `output y, ${found.rows} × ${found.columns}` : "output y", "output", 12 + (at.narrow ? 0 : output.y - image.y)),
    title("patch", patches[0], "window", "input"),
    title("w", kernelBoxes[0], "kernel w", "kernel"),
    rect("edge-x", image.x, image.y, image.right - image.x, image.bottom - image.y, "explore-edge explore-input"),
    rect("edge-y", output.x, output.y, output.right - output.x, output.bottom - output.y, "explore-edge explore-output"),
  ];
  patches.forEach((box, c) => {
    const tint = TINTS[channels[c]] ?? [1, 1, 1];
    shapes.push(...cells(`v${c}`, box, {
      kind: "input",
      fill: (i, j) => `rgb(${tint.map((each) => each * byte(pixels.channels[c][(row + i) * pixels.columns + column + j])).join(",")})`,
      text: (i, j) => figure(pixels.channels[c][(row + i) * pixels.columns + column + j], !single || box.side < 40),
    }));
    shapes.push(sign(`times-${c}`, box.right + 17, (box.y + box.bottom) / 2, "×"));
    if (!single) {
      const own = parts[c].flat().reduce((sum, each) => sum + each, 0);
      shapes.push(words(`channel-${c}`, kernelBoxes[c].right + 8, (box.y + box.bottom) / 2 - 14, channels[c], "explore-note"),
        words(`sum-${c}`, kernelBoxes[c].right + 8, (box.y + box.bottom) / 2 + 12, `= ${figure(own)}`, "explore-figure"));
    }
  });
  shapes.push(...kernels(state));
  if (made) {
    shapes.push(title("p", made, "products", "ink"), ...cells("p", made, {
      kind: "ink", fresh: view.playing ? "" : `-${position}`, look: () => "explore-appears",
      text: (i, j) => figure(parts[0][i][j], made.side < 40) }),
    words("total", made.x - 20, (made.y + made.bottom) / 2 - 8, "sum", "explore-note explore-end"),
    words("value", made.x - 20, (made.y + made.bottom) / 2 + 22, figure(found.values[position]),
      "explore-big explore-output-words explore-end"));
  }
  // The window is small in the photo: a ring shows where it is, and lines lead to its enlargement.
  const [cx, cy] = view.float ? view.float.map((each) => each + (k * image.side) / 2)
    : [image.x + (column + k / 2) * image.side, image.y + (row + k / 2) * image.side];
  const half = Math.max((k * image.side) / 2, 7);
  shapes.push(rect("halo", cx - half - 3, cy - half - 3, 2 * half + 6, 2 * half + 6, "explore-halo", { rx: 5 }),
    rect("window", cx - half, cy - half, 2 * half, 2 * half, "explore-window explore-input", { rx: 3 }));
  if (!at.narrow) {
    const last = patches.at(-1);
    shapes.push(path("zoom-1", `M${cx + half} ${cy - half}L${patches[0].x - 4} ${patches[0].y}`, "explore-zoom explore-input"),
      path("zoom-2", `M${cx + half} ${cy + half}L${last.x - 4} ${last.bottom}`, "explore-zoom explore-input"));
  }
  const [ox, oy] = [output.x + (column + 0.5) * output.side, output.y + (row + 0.5) * output.side];
  shapes.push(rect("spot-halo", ox - 10, oy - 10, 20, 20, "explore-halo", { rx: 5 }),
    rect("spot", ox - 7, oy - 7, 14, 14, "explore-window explore-output", { rx: 3 }));
  if (!at.narrow) {
    const from = made ? [made.right + 6, (made.y + made.bottom) / 2]
      : [kernelBoxes[0].right + 80, (kernelBoxes[1].y + kernelBoxes[1].bottom) / 2];
    shapes.push(path("flow", `M${from.join(" ")}L${ox - 11} ${oy}`, "explore-zoom explore-output"));
  }
  const [least, most] = found.range;
  shapes.push(words("key", output.right, output.bottom + 24, `black ${figure(least)}, white ${figure(most)}`, "explore-note explore-end"));
  const pixelsAt = (box, canvas) => ({ canvas, x: box.x, y: box.y, width: box.right - box.x, height: box.bottom - box.y });
  return {
    shapes, focusable: kernelBoxes.flatMap((box, c) => kernelEditors[c].handles(box)),
    pixels: { x: pixelsAt(image, pixels.canvas), y: pixelsAt(output, maps.canvas) },
  };
}

const TERM = 12;

/** The sum in words, its pieces in their colours. */
export function sum({ scene: { channels }, filter, pixels, row, column, found, position, parts }) {
  const total = el("b", { class: "explore-output-words" }, figure(found.values[position]));
  const signed = (value) => (value < 0 ? `(${figure(value)})` : figure(value));
  if (channels.length > 1) {
    const pieces = channels.map((name, c) => `${name} ${figure(parts[c].flat().reduce((a, b) => a + b, 0))}`);
    return [pieces.join(" + ").replaceAll("+ −", "− "), " = ", total];
  }
  const terms = filter[0].flatMap((weights, a) => weights.map((weight, b) => [
    pixels.channels[0][(row + a) * pixels.columns + column + b], weight]));
  if (terms.length > TERM || terms.flat().some((each) => figure(each).length > 2)) {
    return [`The ${terms.length} products add up to `, total];
  }
  return [...terms.flatMap(([x, w], i) => [
    el("span", { class: "explore-term", style: `animation-delay:calc(${i} * var(--explore-beat, 20ms))` },
      i ? " + " : "", el("b", { class: "explore-input-words" }, signed(x)), "·",
      el("b", { class: "explore-kernel-words" }, signed(w)))]),
  el("span", { class: "explore-term explore-late" }, " = ", total)];
}
