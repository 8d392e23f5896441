// What the explorer of training shows: curves, filters, maps, answers.

import { figure } from "./shared/cells.js";
import { disc, path, rect, words } from "./shared/scene.js";

/** Learning rates from the lowest to the highest, as powers of ten. */
export const RATES = [-3, 0.5];

/** Where everything is, for a width; names of classes that are words need more room than digits. */
export function arrange(width, net, names) {
  const worded = names.some((name) => name.length > 2);
  const [first, second] = net.convs;
  if (width < 900) {
    const side = Math.floor(150 / net.width);
    return {
      narrow: true, height: 838, chart: { x: 40, y: 46, width: width - 56, height: 150 },
      rate: { x: 40, y: 268, width: width - 56 },
      image: { x: 8, y: 352, side }, bars: { x: worded ? 260 : 200, y: 346, width: width - (worded ? 322 : 262), step: 18 },
      one: { x: 8, y: 562, columns: 4, count: Math.min(8, first.F), map: 40, gap: 8 },
      two: { x: 8, y: 694, columns: 8, count: Math.min(8, second?.F ?? 0), map: 32, gap: 8 },
      strip: { x: 8, y: 764, count: 6, side: 40, step: 58 },
    };
  }
  const spare = (width - 1140) / 2;
  const at = (x) => Math.round(x + spare);
  return {
    narrow: false, height: 410, chart: { x: at(44), y: 46, width: 376, height: 218 },
    rate: { x: at(44), y: 346, width: 376 },
    image: { x: at(470), y: 46, side: Math.floor(192 / net.width) },
    one: { x: at(704), y: 46, columns: 2, count: Math.min(8, first.F), map: 48, gap: 6 },
    two: { x: at(880), y: 46, columns: worded ? 2 : 3, count: Math.min(worded ? 8 : 12, second?.F ?? 0), map: 44, gap: 8 },
    bars: { x: at(worded ? 1086 : 1062), y: 46, width: worded ? 26 : 40, step: 21 },
    strip: { x: at(470), y: 316, count: 12, side: 48, step: 56 },
  };
}

/** Where the square of one filter or map is; filters of the first layer stand before their maps. */
function spot({ x, y, columns, map, gap }, number, wide) {
  return [x + (number % columns) * (wide + gap), y + Math.floor(number / columns) * (map + gap)];
}

const kernelSide = (map) => 3 * Math.floor((0.62 * map) / 3);

/** Paint everything that is made of pixels. */
export function paintPixels(canvas, { at, net, run, image, colours, shown }) {
  const scale = window.devicePixelRatio > 1.5 ? 2 : 1;
  const [wide, high] = [Math.round(scale * shown.width), scale * at.height];
  if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, { width: wide, height: high });
  const pen = canvas.getContext("2d");
  pen.setTransform(scale, 0, 0, scale, 0, 0);
  pen.clearRect(0, 0, shown.width, at.height);
  const grid = (x, y, size, rows, columns, colour) => {
    const side = size / columns;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        pen.fillStyle = colour(i * columns + j);
        // On whole pixels, so that no line shows between two of them.
        const [left, top] = [Math.round(x + j * side), Math.round(y + i * side)];
        pen.fillRect(left, top, Math.round(x + (j + 1) * side) - left, Math.round(y + (i + 1) * side) - top);
      }
    }
  };
  const picture = (pixels, x, y, size) => grid(x, y, size, net.height, net.width, (n) => {
    const value = (c) => Math.round(255 * pixels[c * net.height * net.width + n]);
    // Handwriting is ink on paper; colours are colours.
    return net.channels === 3 ? `rgb(${value(0)},${value(1)},${value(2)})`
      : `rgb(${255 - value(0)},${255 - value(0)},${255 - value(0)})`;
  });
  picture(image, at.image.x, at.image.y, at.image.side * net.width);
  for (const [i, n] of shown.strip.entries()) {
    picture(shown.sets.validation.images[n], at.strip.x + i * at.strip.step, at.strip.y, at.strip.side);
  }
  const tint = (kind, share) => `color-mix(in srgb, ${colours[kind]} ${Math.round(100 * share)}%, ${colours.paper})`;
  const small = kernelSide(at.one.map);
  const weights = run.params.subarray(net.convs[0].w, net.convs[0].b);
  const most = Math.max(...weights.map(Math.abs), 1e-9);
  for (let f = 0; f < at.one.count; f++) {
    const [x, y] = spot(at.one, f, small + 4 + at.one.map);
    const own = weights.subarray(9 * net.channels * f);
    grid(x, y + (at.one.map - small) / 2, small, 3, 3, (k) =>
      tint(own[k] < 0 ? "kernel" : "input", Math.abs(own[k]) / most));
  }
  [at.one, at.two].forEach((place, level) => {
    const conv = net.convs[level];
    if (!conv) return;
    const maps = run.room.maps[level];
    const top = Math.max(...maps, 1e-9);
    for (let f = 0; f < place.count; f++) {
      const [x, y] = spot(place, f, level ? place.map : small + 4 + place.map);
      grid(level ? x : x + small + 4, y, place.map, conv.H, conv.W, (n) =>
        tint("output", maps[f * conv.H * conv.W + n] / top));
    }
  });
}

/** The curves, and the learning rate on its own line. */
function curves({ at: { chart: { x, y, width, height }, rate, narrow }, run, settings }) {
  const most = Math.max(4, Math.ceil(run.epoch));
  const px = (epoch) => (x + (width * epoch) / most).toFixed(1);
  const py = (loss) => (y + height * (1 - Math.min(loss, 2.5) / 2.5)).toFixed(1);
  const bin = Math.max(1, Math.ceil(run.losses.length / 160));
  const means = [];
  for (let i = 0; i < run.losses.length; i += bin) {
    const part = run.losses.slice(i, i + bin);
    means.push([part.at(-1).epoch, part.reduce((sum, { loss }) => sum + loss, 0) / part.length]);
  }
  const line = (points) => points.map(([a, b], i) => `${i ? "L" : "M"}${px(a)} ${py(b)}`).join("");
  const last = run.checks.at(-1);
  const spot_ = rate.x + (rate.width * (Math.log10(settings.lr) - RATES[0])) / (RATES[1] - RATES[0]);
  const ticks = [-3, -2, -1, 0].map((power) => [rate.x + (rate.width * (power - RATES[0])) / (RATES[1] - RATES[0]), 10 ** power]);
  return [
    words("loss-title", x, y - 20, [["training loss", "explore-kernel-words"], "  and  ", ["validation loss", "explore-output-words"]], "explore-figure"),
    path("axes", `M${x} ${y}V${y + height}H${x + width}`, "explore-axis"),
    words("y-low", x - 8, y + height + 6, "0", "explore-end explore-note"),
    words("y-two", x - 8, Number(py(2)) + 6, "2", "explore-end explore-note"),
    words("x-low", x, y + height + 22, "0", "explore-note explore-middle"),
    words("x-most", x + width, y + height + 22, `${most} epochs`, "explore-note explore-end"),
    path("loss", means.length > 1 ? line(means) : "M0 0", "explore-mean explore-kernel"),
    path("check", run.checks.length > 1 ? line(run.checks.map(({ epoch, loss }) => [epoch, loss])) : "M0 0", "explore-mean explore-output"),
    words("share", x + width, y + (narrow ? 40 : 56), `${(100 * last.share).toFixed(1)} %`, "explore-end explore-big explore-outlined explore-output-words", { style: `font-size:${narrow ? 30 : 44}px` }),
    words("share-note", x + width, y + (narrow ? 62 : 82), "validation right", "explore-end explore-outlined explore-output-words"),
    words("rate-title", rate.x, rate.y - 26, [["learning rate ", "explore-gradient-words"], [rateWords(settings.lr), "explore-gradient-words"]], "explore-figure"),
    path("rate-line", `M${rate.x} ${rate.y}H${rate.x + rate.width}`, "explore-axis"),
    ...ticks.map(([place, value], i) => words(`rate-${i}`, place, rate.y + 32, String(value), "explore-note explore-middle")),
    disc("rate", spot_, rate.y, 11, "explore-weight explore-gradient explore-grab"),
  ];
}

/** A learning rate in few digits. */
export function rateWords(lr) {
  return String(Number(lr.toPrecision(2)));
}

/** How sure the network is of each class. */
function bars({ at: { bars: { x, y, width, step } }, chances, names }) {
  const best = chances.indexOf(Math.max(...chances));
  return [...chances].flatMap((chance, k) => [
    words(`bar-${k}-name`, x - 6, y + step * k + 0.72 * step, names[k], `explore-end ${k === best ? "explore-figure" : ""}`, { style: "font-size:16px" }),
    rect(`bar-${k}`, x, y + step * k + 2, Math.max(1.5, width * chance), step - 4, `explore-weight explore-${k === best ? "output" : "ink"}`),
    ...(chance > 0.005 ? [words(`bar-${k}-share`, x + width * chance + 5, y + step * k + 0.72 * step, `${Math.round(100 * chance)} %`, "explore-note", { style: "font-size:16px" })] : []),
  ]);
}

/** Validation images with what the network takes them for. */
function strip({ at: { strip: place }, shown, answers, names, view }) {
  return shown.strip.flatMap((n, i) => {
    const x = place.x + i * place.step;
    const right = answers[i] === shown.sets.validation.labels[n];
    const kind = right ? "output" : "wrong";
    return [
      rect(`strip-${i}`, x, place.y, place.side, place.side, `explore-edge explore-${kind}`, { "stroke-width": view.chosen === n && !view.own ? 4 : 1.5 }),
      words(`strip-${i}-answer`, x + place.side / 2, place.y + place.side + 22, `${names[answers[i]].slice(0, 3)} ${right ? "✓" : "✗"}`,
        `explore-middle explore-figure explore-${kind}-words`, { style: "font-size:17px" }),
    ];
  });
}

/** All shapes but the handles. */
export function shapes(look) {
  const { at, net, view } = look;
  const small = kernelSide(at.one.map);
  const frames = [];
  for (let f = 0; f < at.one.count; f++) {
    const [x, y] = spot(at.one, f, small + 4 + at.one.map);
    frames.push(rect(`filter-${f}`, x, y + (at.one.map - small) / 2, small, small, "explore-edge explore-kernel"),
      rect(`one-${f}`, x + small + 4, y, at.one.map, at.one.map, "explore-edge explore-output", { "stroke-width": 1 }));
  }
  for (let f = 0; f < at.two.count; f++) {
    const [x, y] = spot(at.two, f, at.two.map);
    frames.push(rect(`two-${f}`, x, y, at.two.map, at.two.map, "explore-edge explore-output", { "stroke-width": 1 }));
  }
  const side = at.image.side * net.width;
  const title = (key, place, text, kind) => words(key, place.x, place.y - 20, text, `explore-figure explore-${kind}-words`);
  return [
    ...curves(look), ...frames,
    rect("image", at.image.x, at.image.y, side, at.image.side * net.height, "explore-edge explore-input"),
    title("image-title", at.image, view.own ? "your digit" : "draw here", "input"),
    title("one-title", at.one, at.narrow ? "first filters and maps" : "filters, maps", "kernel"),
    ...(at.two.count ? [title("two-title", at.two, "second maps", "output")] : []),
    ...(at.narrow ? [] : [words("bars-title", at.bars.x - 6, at.bars.y - 20, "answer", "explore-figure")]),
    ...bars(look),
    ...(at.narrow ? [] : [words("strip-title", at.strip.x, at.strip.y - 16, "validation images and answers: choose one", "explore-note")]),
    ...strip(look),
  ];
}

/** What can be said of the picture. */
export function description({ run, chances, names, settings }) {
  const best = chances.indexOf(Math.max(...chances));
  const last = run.checks.at(-1);
  return `A ConvNet after ${figure(run.epoch)} epochs, ${run.steps} steps; learning rate ${rateWords(settings.lr)}; `
    + `validation loss ${last.loss.toFixed(3)}, ${(100 * last.share).toFixed(1)} % right. It takes the image for `
    + `${names[best]}, with probability ${chances[best].toFixed(4)}.`;
}
