// What the explorer of receptive fields shows: the field over a photo, and layer below layer.

import { path, rect, words } from "./shared/scene.js";

const TOP = 40;
const HEADS = ["units", "field", "jump", "start"];

/** Where the photo and the strips of units are. */
export function arrangement(width, { size }, found) {
  const narrow = width < 800;
  const whole = size + 2 * found.margin;
  const room = narrow ? Math.min(width - 8, 320) : Math.min(320, 0.3 * width);
  const side = room / whole;
  const corner = narrow ? (width - room) / 2 : 4;
  const photo = { x: corner + found.margin * side, y: TOP + found.margin * side, side };
  const left = narrow ? 70 : room + (width < 1000 ? 100 : 130);
  const columns = narrow ? 1 : width < 1000 ? 2 : 4;
  const numbers = width - columns * 66;
  const long = numbers - left - 16;
  const unit = Math.min(20, long / whole);
  const rows = found.counts.length;
  const top = narrow ? TOP + room + 62 : TOP + 4;
  const pitch = Math.min(100, (narrow ? 300 : 296) / Math.max(1, rows - 1));
  const middle = left + long / 2;
  const strips = found.counts.map((count, depth) => ({
    x: middle - (count * unit) / 2, y: top + pitch * (rows - 1 - depth), unit, high: Math.min(26, pitch * 0.45), count,
  }));
  return { narrow, size, photo, strips, numbers, columns, left, room, corner, margin: found.margin,
    height: narrow ? top + pitch * (rows - 1) + 36 : TOP + 330 };
}

/** The unit at a place, with its layer; `loosely` takes the nearest one of a strip. */
export function unitAt({ strips }, found, px, py, loosely = false) {
  const depth = strips.findIndex(({ y, high }) => py >= y - 6 && py <= y + high + 6);
  if (depth < 0) return null;
  const { x, unit, count } = strips[depth];
  const index = Math.floor((px - x) / unit);
  if (loosely) return { depth, unit: Math.max(0, Math.min(count - 1, index)) };
  return index >= 0 && index < count ? { depth, unit: index } : null;
}

/** Neighbours joined: `[first, count]` of each run. */
function runs(units) {
  const found = [];
  for (const unit of units) {
    const last = found.at(-1);
    if (last && last[0] + last[1] === unit) last[1] += 1;
    else found.push([unit, 1]);
  }
  return found;
}

function overPhoto(now, found, at, hatch) {
  const { x, y, side } = at.photo;
  const whole = now.size * side;
  const around = found.margin * side;
  const seen = runs(found.rows).flatMap(([row, down]) => runs(found.units[0]).map(([column, across]) =>
    `M${x + column * side} ${y + row * side}h${across * side}v${down * side}h${-across * side}z`));
  const reach = found.reach * side;
  return [
    words("title-photo", at.corner, TOP - 14, `image, ${now.size} × ${now.size}`, "explore-title explore-input-words"),
    path("ring", `M${x - around} ${y - around}h${whole + 2 * around}v${whole + 2 * around}h${-whole - 2 * around}z`
      + `M${x} ${y}v${whole}h${whole}v${-whole}z`, "", { style: `fill:url(#${hatch})` }),
    path("unseen", `M${x} ${y}h${whole}v${whole}h${-whole}z${seen.join("")}`, "explore-unseen"),
    rect("edge", x, y, whole, whole, "explore-edge explore-input"),
    rect("field-halo", x + found.first * side - 3, y + found.firstRow * side - 3, reach + 6, reach + 6,
      "explore-halo", { rx: 5 }),
    rect("field", x + found.first * side, y + found.firstRow * side, reach, reach,
      "explore-window explore-input", { rx: 3 }),
  ];
}

function pyramid(now, found, at, hatch) {
  const shapes = [];
  const heads = { 1: ["field"], 2: ["units", "field"], 4: HEADS }[at.columns];
  heads.forEach((head, i) => shapes.push(words(`head-${head}`, at.numbers + 66 * i + 60,
    at.narrow ? at.strips.at(-1).y - 16 : TOP - 14, head, "explore-note explore-end")));
  at.strips.forEach(({ x, y, unit, high, count }, depth) => {
    const kind = depth === 0 ? "input" : "output";
    const { size, stride, start } = found.fields[depth];
    const name = depth ? `${depth} ${now.layers[depth - 1].kind}` : "image";
    shapes.push(words(`name-${depth}`, at.left - 12, y + high / 2 + 6, name, `explore-end explore-${kind}-words`));
    const values = at.columns === 1 ? [size] : [count, size, stride, start].slice(0, at.columns);
    values.forEach((value, i) => shapes.push(words(`value-${depth}-${i}`, at.numbers + 66 * i + 60, y + high / 2 + 6,
      String(value).replace("-", "−"), `explore-end ${heads[i] === "field" ? "explore-figure" : ""}`)));
    const cells = Array.from({ length: count }, (_, i) => `M${x + i * unit} ${y}h${unit}v${high}h${-unit}z`);
    shapes.push(path(`strip-${depth}`, cells.join(""), `explore-cell explore-${kind}`));
  });
  // Windows: from each unit's own to what it reads in the layer below.
  for (let depth = found.depth; depth > 0; depth--) {
    const [above, below] = [found.units[depth], found.units[depth - 1]];
    if (above.length === 0 || below.length === 0) continue;
    const [one, two] = [at.strips[depth], at.strips[depth - 1]];
    shapes.push(path(`window-${depth}`, `M${one.x + above[0] * one.unit} ${one.y + one.high}`
      + `L${two.x + below[0] * two.unit} ${two.y}H${two.x + (below.at(-1) + 1) * two.unit}`
      + `L${one.x + (above.at(-1) + 1) * one.unit} ${one.y + one.high}z`, "explore-cone explore-kernel"));
  }
  at.strips.forEach(({ x, y, unit, high }, depth) => {
    const units = found.units[depth];
    if (depth > found.depth || !units) return;
    const marks = units.map((i) => `M${x + i * unit} ${y}h${unit}v${high}h${-unit}z`);
    shapes.push(path(`reached-${depth}`, marks.join(""), `explore-reached explore-${depth ? "output" : "input"}`));
  });
  const { x, y, unit, high } = at.strips[0];
  const [before, behind] = [Math.min(0, found.first), Math.max(0, found.first + found.reach - now.size)];
  shapes.push(path("outside", `M${x + before * unit} ${y}H${x}v${high}H${x + before * unit}z`
    + `M${x + now.size * unit} ${y}h${behind * unit}v${high}h${-behind * unit}z`, "explore-outside",
  { style: `fill:url(#${hatch})` }));
  const top = at.strips[found.depth];
  shapes.push(rect("spot", top.x + found.chosen * top.unit, top.y, top.unit, top.high,
    `explore-window explore-${found.depth ? "output" : "input"}`, { rx: 2 }));
  return shapes;
}

/** All shapes of the scene. */
export function shapes(now, found, at, hatch) {
  return [...overPhoto(now, found, at, hatch), ...pyramid(now, found, at, hatch)];
}
