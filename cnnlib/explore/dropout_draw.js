// What the explorer of dropout shows: a network with its numbers, and the mean as masks go on.

import { figure } from "./shared/cells.js";
import { el, focusable } from "./shared/dom.js";
import { disc, path, words } from "./shared/scene.js";

const KINDS = ["input", "output", "output"];

/** Where the units and the chart are. */
export function places(width, widths) {
  const narrow = width < 800;
  const wide = narrow ? width : Math.min(560, width * 0.48);
  const high = narrow ? 310 : 386;
  const radius = narrow ? 30 : 38;
  const units = widths.flatMap((count, layer) => Array.from({ length: count }, (_, i) => [
    radius + 8 + layer * ((wide - 2 * radius - 16) / 2),
    34 + (high - 34) * ((i + 0.5) / count),
  ]));
  const chart = narrow ? { x: 44, y: high + 50, width: width - 60, height: 200 }
    : { x: wide + 110, y: 40, width: width - wide - 130, height: high - 74 };
  return { narrow, units, radius, chart, height: narrow ? high + 300 : high + 6, widths };
}

/** The layer of a unit, and its place in it. */
function locate(widths, unit) {
  if (unit < widths[0]) return [0, unit];
  return unit < widths[0] + widths[1] ? [1, unit - widths[0]] : [2, 0];
}

function incoming(widths, weights, unit) {
  const [layer, i] = locate(widths, unit);
  if (layer === 0) return [];
  const before = layer === 1 ? 0 : widths[0];
  return weights[layer - 1][i].map((weight, from) => [before + from, weight]);
}

/** The network: units with their values, edges as thick as weights are large. */
export function network({ at, mask, scales, values, weights, view }, { toggle, point }) {
  const { units, radius, widths } = at;
  const stays = (unit) => unit >= mask.length || mask[unit];
  const scaled = (unit) => unit < mask.length && Math.abs(scales[unit] - 1) > 1e-9;
  const last = units.length - 1;
  const shapes = [];
  units.forEach((_, unit) => incoming(widths, weights, unit).forEach(([from, weight]) => {
    const [[x1, y1], [x2, y2]] = [units[from], units[unit]];
    const alive = stays(from) && stays(unit);
    const chosen = (view.hover ?? last) === unit;
    shapes.push(path(`edge-${from}-${unit}`, `M${x1} ${y1}L${x2} ${y2}`,
      `explore-link explore-kernel ${alive ? "" : "explore-cut"} ${chosen ? "" : "explore-aloof"}`,
      { "stroke-width": 1.5 + 6 * Math.abs(weight) }));
  }));
  units.forEach(([x, y], unit) => {
    const kind = KINDS[locate(widths, unit)[0]];
    const kept = stays(unit);
    shapes.push(disc(`paper-${unit}`, x, y, radius, "explore-paper"),
      disc(`unit-${unit}`, x, y, radius, `explore-unit explore-${kind} ${kept ? "" : "explore-dropped"}`));
    if (kept) {
      shapes.push(words(`value-${unit}`, x, y + (scaled(unit) ? -1 : 7), figure(values[unit]), "explore-middle explore-figure"));
    } else {
      const r = 0.5 * radius;
      shapes.push(path(`gone-${unit}`, `M${x - r} ${y - r}L${x + r} ${y + r}M${x + r} ${y - r}L${x - r} ${y + r}`,
        "explore-cross explore-wrong explore-appears"));
    }
    if (kept && scaled(unit)) {
      shapes.push(words(`scale-${unit}`, x, y + 18, `×${figure(scales[unit])}`,
        "explore-middle explore-small explore-kernel-words"));
    }
  });
  if (!at.narrow) {
    ["inputs", "hidden units", "output"].forEach((name, layer) => shapes.push(words(`layer-${layer}`,
      units[[0, widths[0], last][layer]][0] + (layer === 0 ? -radius : layer === 2 ? radius : 0), 18, name,
      `explore-title explore-${KINDS[layer]}-words ${["", "explore-middle", "explore-end"][layer]}`)));
  }
  const handles = units.slice(0, mask.length).map(([x, y], unit) => {
    const [layer, i] = locate(widths, unit);
    const name = layer === 0 ? `Input ${i + 1}` : `Hidden unit ${i + 1}`;
    return {
      ...disc(`handle-${unit}`, x, y, radius + 2, "explore-handle", {
        ...focusable("checkbox", `${name} stays`), "aria-checked": String(stays(unit)) }),
      on: {
        onkeydown(event) {
          if (event.key !== " " && event.key !== "Enter") return;
          event.preventDefault();
          event.stopPropagation();
          toggle(unit);
        },
        onfocus: (event) => { if (event.target.matches(":focus-visible")) point(unit); },
        onblur: () => point(null),
      },
    };
  });
  return { shapes, handles };
}

/** The sum that makes the unit that is pointed at, else the output; its pieces in their colours. */
export function term({ at, mask, scales, values, weights, inputs, state, view }) {
  const last = at.units.length - 1;
  const unit = view.hover ?? last;
  const kind = KINDS[locate(at.widths, unit)[0]];
  const value = (text, look) => el("b", { class: `explore-${look}-words` }, text);
  if (unit < mask.length && !mask[unit]) return [value("✗ dropped: ", "wrong"), "0, whatever comes in"];
  const scale = scales[unit] === undefined || Math.abs(scales[unit] - 1) < 1e-9 ? []
    : [" × ", value(figure(scales[unit]), "kernel")];
  const into = incoming(at.widths, weights, unit);
  if (into.length === 0) {
    return [value(figure(inputs[unit]), kind), ...scale, " = ", value(figure(values[unit]), kind)];
  }
  const terms = into.flatMap(([from, weight], i) => [i ? " + " : "",
    value(figure(values[from]), KINDS[locate(at.widths, from)[0]]), "·",
    value(weight < 0 ? `(${figure(weight)})` : figure(weight), "kernel")]);
  const sum = scale.length ? ["(", ...terms, ")"] : terms;
  return [...sum, ...scale, " = ", value(figure(values[unit]), kind)];
}

/** The output of each mask, the mean so far, and the whole network at test time. */
export function chart({ at: { chart: { x, y, width, height }, narrow }, found, state }) {
  const { outputs, means, test, mean } = found;
  const [low, high] = [Math.min(0, ...outputs), Math.max(test * 1.3, ...outputs)];
  const steps = [20, 100, 500].find((most) => most >= means.length);
  const px = (i) => (x + (width * (i + 0.5)) / steps).toFixed(1);
  const py = (value) => (y + height * (1 - (value - low) / (high - low))).toFixed(1);
  const size = steps > 100 ? 4 : steps > 20 ? 6 : 10;
  const dots = outputs.slice(0, means.length).map((value, i) =>
    `M${px(i)} ${py(value)}h0`).join("");
  const line = means.map((value, i) => `${i ? "L" : "M"}${px(i)} ${py(value)}`).join("");
  // The two labels must not stand on each other.
  const above = mean >= test ? 1 : -1;
  const label = (value, side) => Number(py(value)) + (side > 0 ? -12 : 26);
  return [
    words("chart-title", x, y - 22, narrow ? "output with each mask" : "the output with each mask, and their mean", "explore-title"),
    path("axes", `M${x} ${y}V${y + height}H${x + width}`, "explore-axis"),
    words("axis-low", x - 8, Number(py(0)) + 6, "0", "explore-end explore-note"),
    words("axis-high", x - 8, Number(py(high)) + 8, figure(high), "explore-end explore-note"),
    words("axis-first", x, y + height + 24, "mask 1", "explore-note"),
    words("axis-last", x + width, y + height + 24, String(steps), "explore-note explore-end"),
    path("dots", dots, "explore-dots", { "stroke-width": size }),
    path("test", `M${x} ${py(test)}H${x + width}`, "explore-test explore-input"),
    path("mean", line, "explore-mean explore-output"),
    disc("mean-end", Number(px(means.length - 1)), Number(py(mean)), 7, "explore-weight explore-output"),
    words("test-label", x + width, label(test, -above), `at test time: ${test.toFixed(2)}`,
      "explore-end explore-outlined explore-input-words explore-figure"),
    words("mean-label", x + width, label(mean, above), `mean of ${state.count}: ${mean.toFixed(2)}`,
      "explore-end explore-outlined explore-output-words explore-figure"),
  ];
}
