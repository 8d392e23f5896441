// Where the parts of the network explorer are.

import { layout } from "./network_explain.js";

/** A step's maps as one picture of pixels, with a gap of one pixel between maps. */
export function sheet(shape) {
  const { maps, rows, columns } = layout(shape);
  const across = Math.ceil(Math.sqrt((maps * (rows + 1)) / (columns + 1)));
  const down = Math.ceil(maps / across);
  return { across, down, width: across * (columns + 1) - 1, height: down * (rows + 1) - 1 };
}

/** The place of one map in a box that shows all. */
export function mapBox(box, shape, map) {
  const { rows, columns } = layout(shape);
  const { across } = sheet(shape);
  const [i, j] = [Math.floor(map / across), map % across];
  return { x: box.x + j * (columns + 1) * box.side, y: box.y + i * (rows + 1) * box.side,
    width: columns * box.side, height: rows * box.side };
}

/** Fit a picture of so many pixels into a square. */
function fitted(x, y, room, width, height, most = Infinity) {
  const side = Math.min(room / width, room / height, most);
  return { x, y, side, width: width * side, height: height * side };
}

/** The layers in a row: those that there is room for, around the chosen one. */
function columnsOf(width, steps, layer) {
  const shown = Math.min(steps.length, Math.max(4, Math.floor(width / 80)));
  const first = Math.min(Math.max(0, layer - Math.floor(shown / 2)), steps.length - shown);
  const wide = (width - 8) / shown;
  const side = Math.min(64, wide - 12);
  return Array.from({ length: shown }, (_, i) => {
    const index = first + i;
    const pixels = sheet(steps[index].shape);
    const middle = 4 + (i + 0.5) * wide;
    const box = fitted(0, 0, side, pixels.width, pixels.height);
    return { index, middle, wide, left: 4 + i * wide,
      box: { ...box, x: middle - box.width / 2, y: 32 + (64 - box.height) / 2 } };
  });
}

export function arrange(width, steps, { layer, parts, vector }) {
  const narrow = width < 800;
  const columns = columnsOf(width, steps, layer);
  const top = 192;
  // Beside a notebook's margin there is less room than on a slide.
  const [allRoom, oneRoom] = narrow ? [Math.min(width, 260), Math.min(width, 260)] : width < 1080 ? [130, 180] : [200, 244];
  const pixels = sheet(steps[layer].shape);
  const laid = layout(steps[layer].shape);
  // A vector is one map: it is shown once; a short one as a column, with its numbers beside it.
  const short = vector && laid.columns === 1;
  const all = vector ? fitted(short ? 34 : 6, top, 240, laid.columns, laid.rows, 60)
    : fitted(6, top, allRoom, pixels.width, pixels.height);
  const one = vector ? all : fitted(narrow ? 6 : allRoom + 44, narrow ? all.y + all.height + 50 : top,
    oneRoom, laid.columns, laid.rows, 90);
  const left = narrow ? 6 : vector ? 330 : allRoom + oneRoom + 90;
  const start = narrow ? Math.max(one.y + one.height, all.y + all.height) + 50 : top;
  const grids = arrangeParts({ narrow, left, start, width, parts });
  const bars = { x: left, y: (narrow ? grids.bottom : Math.max(grids.bottom, top + 190)) + 34, height: 30,
    width: width - left - 4 };
  const height = narrow ? bars.y + bars.height + 20 : Math.max(bars.y + 40, one.y + one.height + 12, 444);
  return { narrow, columns, short, all, one, grids, bars, height, top, left, laid };
}

/** Numbers read, weights and products side by side. */
function arrangeParts({ narrow, left, start, width, parts }) {
  const shown = parts[0];
  if (!shown) return { boxes: [], bottom: start + (narrow ? 260 : 60) };
  const { rows, columns } = shown;
  const count = shown.w ? 3 : 1;
  const [gap, room] = [28, width - left - 4];
  const across = narrow ? 1 : count;
  const side = Math.min(60, (room - gap * (across - 1)) / across / columns, 190 / rows);
  const step = Math.min(Math.max(columns * side + gap, 165), (room - columns * side) / 2);
  const boxes = Array.from({ length: count }, (_, i) => ({
    x: left + (narrow ? 0 : i * step),
    y: start + (narrow ? i * (rows * side + 40) : 0), side, rows, columns,
  }));
  return { boxes, bottom: boxes.at(-1).y + rows * side, gap, side };
}
