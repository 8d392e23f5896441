// What the explorer of activation functions shows: a curve with a point on it, and ten layers below.

import { FUNCTIONS } from "./activations_functions.js";
import { disc, path, rect, words } from "./shared/scene.js";

/** From which numbers to which the planes reach. */
export const ACROSS = [-4, 4];
const UP = [-1.9, 2.5];
const POINTS = 160;
const TOP = 64;

/** Where the panels are: beside each other, or below each other where there is no room. */
export function places(width, layers) {
  const narrow = width < 800;
  const gap = 56;
  const wide = narrow ? width - 8 : (width - gap) / 2;
  const plane = narrow ? 190 : 252;
  const step = wide / layers;
  const tall = TOP + plane + 168;
  const panels = [0, 1].map((number) => ({
    x: narrow ? 4 : number * (wide + gap), y: narrow ? number * (tall + 20) : 0, wide, plane, step, bar: 64,
  }));
  return { narrow, panels, height: narrow ? 2 * tall + 20 : tall };
}

/** The place of a number in a panel's plane. */
export function placed({ x, y, wide, plane }, across, up) {
  return [
    x + (wide * (across - ACROSS[0])) / (ACROSS[1] - ACROSS[0]),
    y + TOP + plane * (1 - (up - UP[0]) / (UP[1] - UP[0])),
  ];
}

/** The number across that belongs to a place, and whether it is in the panel's plane. */
export function numberAt({ x, y, wide, plane }, px, py) {
  const across = ACROSS[0] + ((ACROSS[1] - ACROSS[0]) * (px - x)) / wide;
  return { across, inside: px >= x - 6 && px <= x + wide + 6 && py >= y + TOP - 8 && py <= y + TOP + plane + 8 };
}

/** The layer whose unit or bar a place belongs to, or null. */
export function layerAt({ x, y, plane, step, wide }, px, py, layers) {
  const top = y + TOP + plane;
  if (py < top + 26 || py > top + 168 || px < x || px > x + wide) return null;
  return Math.min(layers - 1, Math.floor((px - x) / step));
}

/** A number in few letters: two places, or a power of ten. */
export function brief(value) {
  const size = Math.abs(value);
  if (size === 0 || (size >= 0.001 && size < 1000)) {
    const text = size >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(size < 0.01 ? 1 : 2)));
    return text.replace("-", "−");
  }
  return `${value < 0 ? "−" : ""}10${raised(Math.round(Math.log10(size)))}`;
}

/** The same with its leading digits, as in 8.3 · 10⁻⁷. */
export function exact(value) {
  const size = Math.abs(value);
  if (size === 0 || (size >= 0.001 && size < 10000)) {
    return String(Number(value.toPrecision(3))).replace("-", "−");
  }
  const [head, power] = value.toExponential(1).split("e");
  return `${head.replace("-", "−")} · 10${raised(Number(power))}`;
}

function raised(power) {
  return String(power).replace(/[-\d]/g, (each) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(each)]);
}

/** A curve as a path; where it leaves the plane or jumps, the pen is lifted. */
function curve(panel, f) {
  let last = null;
  return Array.from({ length: POINTS + 1 }, (_, i) => {
    const x = ACROSS[0] + ((ACROSS[1] - ACROSS[0]) * i) / POINTS;
    const y = f(x);
    const inside = y >= UP[0] && y <= UP[1];
    const [px, py] = placed(panel, x, Math.max(UP[0], Math.min(UP[1], y)));
    const joined = inside && last !== null && Math.abs(y - last) < 0.15;
    last = inside ? y : null;
    return `${joined ? "L" : "M"}${px.toFixed(1)} ${py.toFixed(1)}`;
  }).join("");
}

function tangent(panel, z, y, slope) {
  const [px, py] = placed(panel, z, y);
  const scale = [panel.wide / (ACROSS[1] - ACROSS[0]), panel.plane / (UP[1] - UP[0])];
  const [dx, dy] = [scale[0], -slope * scale[1]];
  const room = Math.min(py - panel.y - TOP, panel.y + TOP + panel.plane - py) + 12;
  const reach = Math.min(90 / Math.hypot(dx, dy), room / Math.max(1e-9, Math.abs(dy)));
  return `M${(px - reach * dx).toFixed(1)} ${(py - reach * dy).toFixed(1)}L${(px + reach * dx).toFixed(1)} ${(py + reach * dy).toFixed(1)}`;
}

/** All shapes of one panel. */
export function panel(at, { key, name, layers, shown, x, narrow }) {
  const now = layers[shown];
  const { value, slope } = FUNCTIONS[name];
  const [left, zero] = placed(at, ACROSS[0], 0);
  const right = left + at.wide;
  const [middle] = placed(at, 0, 0);
  const inside = now.z >= ACROSS[0] && now.z <= ACROSS[1] && now.output >= UP[0] && now.output <= UP[1];
  const [px, py] = placed(at, now.z, now.output);
  const [ix] = placed(at, x, 0);
  const shapes = [
    words(`${key}-name`, at.x, at.y + 26, name, "explore-big"),
    words(`${key}-value`, at.x, at.y + 52, `f(z) = ${exact(now.output)}`, "explore-output-words explore-figure"),
    words(`${key}-steep`, at.x + 170, at.y + 52, `slope ${exact(now.slope)}`, "explore-gradient-words explore-figure"),
    words(`${key}-way`, at.x + at.wide, at.y + TOP + at.plane + 24, "← a gradient of 1 comes in", "explore-small explore-gradient-words"),
    path(`${key}-axes`, `M${left} ${zero}H${right}M${middle} ${at.y + TOP}V${at.y + TOP + at.plane}`, "explore-axis"),
    ...[-2, 2].map((tick) => words(`${key}-tick${tick}`, placed(at, tick, 0)[0], zero + 20,
      String(tick).replace("-", "−"), "explore-middle explore-note")),
    path(`${key}-slope`, curve(at, slope), "explore-thin explore-gradient"),
    path(`${key}-curve`, curve(at, value), "explore-flow explore-output"),
    path(`${key}-input`, `M${ix.toFixed(1)} ${at.y + TOP}V${at.y + TOP + at.plane}`, "explore-test explore-input explore-follows"),
    disc(`${key}-knob`, ix, zero, 10, "explore-corner explore-input explore-follows"),
  ];
  layers.forEach((layer, i) => {
    if (i === shown || Math.abs(layer.z) > ACROSS[1] || layer.output > UP[1] || layer.output < UP[0]) return;
    const [dx, dy] = placed(at, layer.z, layer.output);
    shapes.push(disc(`${key}-dot-${i}`, dx, dy, 4, "explore-weight explore-output explore-follows"));
  });
  if (inside) {
    shapes.push(path(`${key}-tangent`, tangent(at, now.z, now.output, now.slope), "explore-window explore-gradient explore-follows"),
      disc(`${key}-point`, px, py, 9, "explore-weight explore-output explore-follows"));
  }
  return [...shapes, ...below(at, { key, layers, shown, narrow })];
}

/** The ten layers, and under each how much of the gradient reaches it. */
function below(at, { key, layers, shown, narrow }) {
  const top = at.y + TOP + at.plane + 48;
  const shapes = [path(`${key}-wire`, `M${at.x + at.step / 2} ${top}H${at.x + at.wide - at.step / 2}`, "explore-lines explore-output")];
  const floor = top + 22 + at.bar;
  layers.forEach(({ gradient }, i) => {
    const middle = at.x + at.step * (i + 0.5);
    const size = Math.min(1.15, Math.abs(gradient)) * at.bar / 1.15;
    const wide = Math.min(30, at.step - 10);
    shapes.push(disc(`${key}-paper-${i}`, middle, top, 13, "explore-paper"),
      disc(`${key}-unit-${i}`, middle, top, 13, `explore-unit explore-output ${i === shown ? "explore-now" : ""}`),
      words(`${key}-number-${i}`, middle, top + 5.5, String(i + 1), "explore-middle explore-small explore-figure"),
      rect(`${key}-bar-${i}`, middle - wide / 2, floor - size, wide, size, "explore-reached explore-gradient"));
    if (Math.abs(gradient) > 1.15) {
      shapes.push(words(`${key}-over-${i}`, middle, floor - at.bar + 16, "▲", "explore-middle explore-small explore-over"));
    }
    if (!narrow || i % 3 === 0) {
      shapes.push(words(`${key}-left-${i}`, middle, floor + 20, brief(gradient), `explore-middle explore-small explore-gradient-words ${i === shown ? "explore-figure" : ""}`));
    }
  });
  return shapes;
}
