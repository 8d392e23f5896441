// What the playground shows: units with their fields, links, the whole output, points, the loss.

import { boundary, line, REACH } from "./playground_fields.js";
import { figure } from "./shared/cells.js";
import { el, focusable } from "./shared/dom.js";
import { disc, path, rect, words } from "./shared/scene.js";

const LAYERS = ["first", "second", "third"];

/** Where units, the large field and the curve of the loss are; layer 0 are the inputs. */
export function places(width, layers) {
  const narrow = width < 800;
  const high = narrow ? 330 : 412;
  const side = narrow ? Math.min(width - 10, 340) : 384;
  const field = narrow ? { x: (width - side) / 2, y: high + 40, side } : { x: width - side - 4, y: 26, side };
  const left = narrow ? 8 : 10;
  const right = narrow ? width - 8 : field.x - 50;
  const counts = [2, ...layers];
  const small = Math.min(narrow ? 38 : 58, (high - 24) / Math.max(...counts) - 8);
  const columns = counts.map((count, layer) => {
    const x = left + (counts.length === 1 ? 0 : (right - left - small) * (layer / Math.max(1, narrow ? layers.length : layers.length + 0.35)));
    const room = layer === 0 && !narrow ? 220 : high - 24;
    return Array.from({ length: count }, (_, i) => ({
      x, y: 24 + room * ((i + 0.5) / count) - small / 2, side: small, layer, unit: i,
    }));
  });
  const chart = narrow ? { x: 50, y: field.y + side + 40, width: width - 60, height: 100 }
    : { x: left + 6, y: 292, width: 150, height: 92 };
  return { narrow, field, columns, chart, height: narrow ? chart.y + 140 : high + 8 };
}

/** A point of the plane as a place in the field, and back. */
export const toField = ({ x, y, side }, px, py) =>
  [x + side * (px + REACH) / (2 * REACH), y + side * (REACH - py) / (2 * REACH)];
export const fromField = ({ x, y, side }, sx, sy) =>
  [((sx - x) / side) * 2 * REACH - REACH, REACH - ((sy - y) / side) * 2 * REACH];

export const unitName = ({ layer, unit }) =>
  (layer === 0 ? `Input ${unit + 1}` : `Unit ${unit + 1} of the ${LAYERS[layer - 1]} layer`);

/** How a unit's number is called in a sum. */
const symbol = (layer, unit) => `${layer === 0 ? "x" : "h"}${"₁₂₃₄₅₆"[unit]}`;

/** Links, thick where weights are large, dashed where they are negative. */
function links({ at, net, chosen }) {
  const { columns, field } = at;
  return net.flatMap(({ w }, layer) => w.flatMap((row, to) => row.map((weight, from) => {
    const start = columns[layer][from];
    const end = columns[layer + 1]?.[to];
    const [x1, y1] = [start.x + (end || !at.narrow ? start.side : 0), start.y + start.side / 2];
    const [x2, y2] = end ? [end.x, end.y + end.side / 2]
      : at.narrow ? [field.x + field.side / 2, field.y - 26] : [field.x, field.y + field.side / 2];
    const bend = (x1 + x2) / 2;
    const near = !chosen || (chosen.layer === layer + 1 && chosen.unit === to);
    return path(`link-${layer}-${from}-${to}`, `M${x1} ${y1}C${bend} ${y1} ${bend} ${y2} ${x2} ${y2}`,
      `explore-link explore-kernel ${near ? "" : "explore-aloof"}`, {
        "stroke-width": (1 + 6 * (Math.min(1, Math.abs(weight) / 4) || 0)).toFixed(1),
        "stroke-dasharray": weight < 0 ? "4 6" : null,
      });
  })));
}

/** Frames of the units with their boundaries; what they make of the plane lies below in canvases. */
function units({ at, fields, grid, chosen }) {
  return at.columns.flatMap((column, layer) => column.map(({ x, y, side, unit }) => {
    const own = chosen?.layer === layer && chosen?.unit === unit;
    const kind = layer === 0 ? "input" : own ? "ink" : "output";
    const shapes = [rect(`frame-${layer}-${unit}`, x, y, side, side, `explore-edge explore-${kind} explore-appears`,
      { rx: 3, style: own ? "stroke-width:4" : null })];
    if (layer > 0) {
      shapes.push(path(`border-${layer}-${unit}`, boundary(fields[layer - 1][unit].sums, grid, x, y, side),
        "explore-mean explore-kernel", { style: "stroke-width:2" }));
    } else shapes.push(words(`name-${unit}`, x + side / 2, y + side / 2 + 7, symbol(0, unit), "explore-middle explore-figure explore-outlined"));
    return shapes;
  }).flat());
}

/** The points: discs of class 1, squares of class 0. */
function dots({ at, points }) {
  return points.map(([px, py, label], i) => {
    const [x, y] = toField(at.field, px, py);
    return label ? disc(`disc-${i}`, x, y, 6, "explore-playing explore-input")
      : rect(`square-${i}`, x - 5, y - 5, 10, 10, "explore-playing explore-hollow");
  });
}

/** The large field: of the output, or of the unit that is looked at. */
function large(now) {
  const { at, fields, grid, net, chosen, view, step } = now;
  const { x, y, side } = at.field;
  const sums = chosen?.layer > 0 ? fields[chosen.layer - 1][chosen.unit].sums
    : chosen ? null : fields.at(-1)[0].sums;
  const shapes = [rect("field", x, y, side, side, "explore-edge explore-ink")];
  if (!chosen && net.length > 1) {
    net[0].w.forEach((w, unit) => {
      const ends = line(w, net[0].b[unit])?.map((end) => toField(at.field, ...end).map((each) => each.toFixed(1)).join(" "));
      shapes.push(path(`line-${unit}`, ends ? `M${ends[0]}L${ends[1]}` : null, "explore-mean explore-kernel", { style: "stroke-width:2" }));
    });
  }
  const kind = chosen ? "kernel" : "figure-ink";
  shapes.push(path("border", sums && boundary(sums, grid, x, y, side), `explore-mean explore-${kind}`));
  shapes.push(...dots(now));
  if (view.cursor) {
    const [cx, cy] = toField(at.field, ...view.cursor);
    shapes.push(path("cursor", `M${cx - 12} ${cy}h24M${cx} ${cy - 12}v24`, "explore-mean explore-wrong"));
  }
  const title = chosen ? unitName(chosen) : at.narrow ? "output" : `output after ${step} step${step === 1 ? "" : "s"}`;
  shapes.push(words("field-title", x, y - 8, title, "explore-title explore-output-words"));
  return shapes;
}

/** The loss so far. */
function curve({ at, losses, loss, rate, right, step }) {
  const { x, y, width, height } = at.chart;
  const most = Math.max(0.8, ...losses.slice(0, 1), loss);
  const every = Math.max(1, Math.ceil(losses.length / 200));
  const all = [...losses.filter((_, i) => i % every === 0), loss];
  const spot = (value, i) => `${(x + (width * i) / Math.max(1, all.length - 1)).toFixed(1)} `
    + `${(y + height * (1 - Math.min(1, value / most))).toFixed(1)}`;
  const says = Number.isFinite(loss) ? loss.toFixed(3) : "∞";
  return [
    path("axes", `M${x} ${y}V${y + height}H${x + width}`, "explore-axis"),
    path("loss", all.length > 1 && Number.isFinite(loss) ? `M${all.map(spot).join("L")}` : null, "explore-mean explore-wrong"),
    words("loss-value", x + 10, y - 8, [[`loss ${says}`, "explore-wrong-words explore-figure"]]),
    words("loss-step", x, y + height + 24, at.narrow ? `step ${step}, ${Math.round(100 * right)} % right, rate ${rate}`
      : `${Math.round(100 * right)} % right, rate ${rate}`, "explore-note"),
  ];
}

/** All shapes of the playground. */
export function picture(now) {
  return [...links(now), ...units(now), ...large(now), ...curve(now)];
}

/** What can have the keyboard's focus: the field's cursor, and every unit. */
export function handles({ at, view, output }, { look, pin, press, blur }) {
  const { x, y, side } = at.field;
  const [cx, cy] = view.cursor ?? [0, 0];
  const cursor = {
    ...rect("cursor-handle", x, y, side, side, "explore-handle explore-field", focusable("button",
      `Cursor at x ${figure(cx)}, y ${figure(cy)}, output ${output([cx, cy]).toFixed(2)}. `
      + "Arrow keys move it; 1 and 0 add a point of that class, Delete removes one.")),
    on: { onkeydown: press, onfocus: (event) => { if (event.target.matches(":focus-visible")) press(event); },
      onblur: blur },
  };
  return [cursor, ...at.columns.flat().map((place) => ({
    ...rect(`handle-${place.layer}-${place.unit}`, place.x - 2, place.y - 2, place.side + 4, place.side + 4, "explore-handle", {
      ...focusable("button", `Show ${unitName(place).toLowerCase()}`),
      "aria-pressed": String(view.pinned?.layer === place.layer && view.pinned?.unit === place.unit),
    }),
    on: {
      onkeydown(event) {
        if (event.key !== " " && event.key !== "Enter") return;
        event.preventDefault();
        event.stopPropagation();
        pin(place);
      },
      onfocus: (event) => { if (event.target.matches(":focus-visible")) look(place); },
      onblur: () => look(null),
    },
  }))];
}

/** The sum of a unit, its pieces in their colours. */
export function sum({ net, chosen, view, output, points, activation, loss }) {
  const value = (text, look) => el("b", { class: `explore-${look}-words` }, text);
  if (!Number.isFinite(loss)) return [value("The weights have become infinite: the rate is too large.", "wrong")];
  if (chosen?.layer === 0) return [value(symbol(0, chosen.unit), "input"), chosen.unit ? " is how far up" : " is how far right", " a point is"];
  if (chosen) {
    const { w, b } = net[chosen.layer - 1];
    const terms = w[chosen.unit].flatMap((weight, from) => [from ? (weight < 0 ? " − " : " + ") : (weight < 0 ? "−" : ""),
      value(figure(Math.abs(weight)), "kernel"), "·", value(symbol(chosen.layer - 1, from), chosen.layer === 1 ? "input" : "output")]);
    const bias = b[chosen.unit];
    return ["z = ", ...terms, bias < 0 ? " − " : " + ", value(figure(Math.abs(bias)), "kernel"), `,  h = ${activation}(z)`];
  }
  if (view.at) return [`at (${view.at.map((each) => figure(each)).join(", ")}): output `, value(output(view.at).toFixed(2), "output")];
  if (points.length === 0) return ["Draw points: press on the field."];
  return ["Every small picture is a unit; on its ", value("orange", "kernel"), " line z is 0. On the thick line the output is ½."];
}
