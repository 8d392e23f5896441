// What the explorer of gradients draws: six grids, the flow between them, and what adds up in a cell.

import { taps } from "./shared/arithmetic.js";
import { cells, figure } from "./shared/cells.js";
import { product, terms } from "./shared/gradients.js";
import { disc, path, rect, words } from "./shared/scene.js";

const NAMES = { x: "pixel", w: "weight", y: "output" };
const LINES = 9;

function lit(key, box, [i, j], kind, look = "explore-read") {
  return rect(key, box.x + j * box.side, box.y + i * box.side, box.side, box.side, `${look} explore-${kind}`);
}

function frame(key, box, [i, j], reach, kind) {
  return rect(key, box.x + j * box.side, box.y + i * box.side, reach * box.side, reach * box.side,
    `explore-window explore-${kind}`, { rx: 3 });
}

/** A grid with its title; an image's padding is hatched. */
function sheet(key, box, values, kind, title, { padding = 0, hatch, known = () => true, strong = () => false }) {
  const inside = (i, j) => i >= padding && j >= padding && i < box.rows - padding && j < box.columns - padding;
  const found = [words(`title-${key}`, box.x, box.y - 12, title, `explore-title explore-${kind}-words`)];
  if (padding) {
    const inner = (box.rows - 2 * padding) * box.side;
    found.push(rect(`hatch-${key}`, box.x, box.y, box.rows * box.side, box.rows * box.side, "", { style: `fill:url(#${hatch})` }),
      rect(`paper-${key}`, box.x + padding * box.side, box.y + padding * box.side, inner, inner, "explore-paper"));
  }
  return [...found, ...cells(key, box, {
    kind,
    text: (i, j) => (box.side < 22 || !known(i, j) ? "" : figure(values(i, j), box.side < 34)),
    look: (i, j) => `${strong(i, j) ? "explore-strong-cell" : ""} ${inside(i, j) ? "" : "explore-note"}`,
  })];
}

/** The six grids. */
function sheets({ layer, numbers, found, count, lighted, hatch }, at) {
  const { padding, size } = layer;
  const { forward, backward } = at;
  const image = (i, j) => {
    const [r, s] = [i - padding, j - padding];
    return r >= 0 && s >= 0 && r < size && s < size ? numbers.x[r][s] : 0;
  };
  const [n, k, m] = [size, layer.kernel, count].map((each) => `${each} × ${each}`);
  const weight = (i, j) => numbers.w[i][j];
  return [
    ...sheet("x", forward.x, image, "input", `x, ${n}`, { padding, hatch }),
    ...sheet("w", forward.w, weight, "kernel", `w, ${k}`, { strong: () => true }),
    ...sheet("y", forward.y, (i, j) => found.y[i][j], "output", count ? `y, ${m}` : "no y", {}),
    ...sheet("dx", backward.x, (i, j) => found.dx[i][j], "gradient", "dx", { padding, hatch, strong: (i, j) => found.dx[i][j] !== 0 }),
    ...sheet("dw", backward.w, (i, j) => found.dw[i][j], "gradient", "dw", { strong: (i, j) => found.dw[i][j] !== 0 }),
    ...sheet("dy", backward.y, (i, j) => numbers.dy[i][j], "gradient", count ? "dy" : "", { strong: (i, j) => lighted.has(i * count + j) }),
  ];
}

/** The cells and frames that belong to one output: its window, the kernel, and the way back. */
function ofOutput({ layer }, [i, j], at) {
  const { forward, backward } = at;
  const [down, across] = [taps(layer, i), taps(layer, j)].map((each) => each.map((tap) => tap + layer.padding));
  const reach = down.at(-1) - down[0] + 1;
  const found = [];
  down.forEach((r, p) => across.forEach((s, q) => found.push(
    lit(`tap-${p}-${q}`, forward.x, [r, s], "input"), lit(`back-${p}-${q}`, backward.x, [r, s], "gradient"))));
  const dy = backward.y;
  // From edge to edge of the grids, so that no number is crossed.
  const [cx, cy] = [dy.x + (j + 0.5) * dy.side, dy.y + (i + 0.5) * dy.side];
  const [wx, wy] = [backward.w.right + 9, backward.w.y + (backward.w.rows * dy.side) / 2];
  const [tx, ty] = [backward.x.right + 9, backward.x.y + (down[0] + reach / 2) * dy.side];
  const low = Math.max(dy.bottom, backward.w.bottom) + 20;
  const flow = at.compact ? [] : [
    path("to-w", `M${dy.x - 4} ${cy}Q${(dy.x + wx) / 2} ${cy} ${wx} ${wy}`, "explore-flow explore-gradient"),
    path("to-x", `M${cx} ${dy.bottom + 4}C${cx} ${low} ${cx} ${low} ${wx} ${low}L${backward.w.x} ${low}`
      + `C${tx + 30} ${low} ${tx + 40} ${ty} ${tx} ${ty}`, "explore-flow explore-gradient"),
    disc("at-w", wx, wy, 6, "explore-weight explore-gradient"), disc("at-x", tx, ty, 6, "explore-weight explore-gradient")];
  return [...found, ...flow,
    frame("window", forward.x, [down[0], across[0]], reach, "input"),
    frame("stamp", backward.x, [down[0], across[0]], reach, "gradient"),
    frame("kernel", forward.w, [0, 0], layer.kernel, "kernel"), frame("all", backward.w, [0, 0], layer.kernel, "gradient"),
    frame("read", forward.y, [i, j], 1, "output"), frame("source", dy, [i, j], 1, "gradient")];
}

/** The cells that meet in one pixel or weight, and the cell itself. */
function ofCell({ layer }, { grid, row, column }, at) {
  const { forward, backward } = at;
  const { padding } = layer;
  const shift = grid === "x" ? padding : 0;
  const [found, seen] = [[], new Set()];
  for (const each of terms(layer, grid, row - shift, column - shift)) {
    const others = { x: ["y", "w"], w: ["y", "x"], y: ["x", "w"] }[grid];
    for (const other of others) {
      const [i, j] = each[other].map((place) => place + (other === "x" ? padding : 0));
      const key = `meets-${other}-${i}-${j}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const kind = { x: "input", w: "kernel", y: "gradient" }[other];
      found.push(lit(key, (other === "y" ? backward : forward)[other], [i, j], kind));
    }
  }
  return [...found, frame("cell", (grid === "y" ? forward : backward)[grid], [row, column], 1, grid === "y" ? "output" : "gradient"),
    frame("twin", (grid === "y" ? backward : forward)[grid], [row, column], 1, { x: "input", w: "kernel", y: "gradient" }[grid])];
}

/** The products of a cell, one below the other, and their sum. */
function account(state, { grid, row, column }, { panel }) {
  const { layer, numbers, lighted, count } = state;
  const shift = grid === "x" ? layer.padding : 0;
  const [i, j] = [row - shift, column - shift];
  const outside = grid === "x" && (i < 0 || j < 0 || i >= layer.size || j >= layer.size);
  const name = grid === "y" ? `y[${i}, ${j}]` : `d${grid}[${i}, ${j}]`;
  const colour = grid === "y" ? "output" : "gradient";
  const kinds = { x: ["gradient", "kernel"], w: ["gradient", "input"], y: ["input", "kernel"] }[grid];
  const lines = terms(layer, grid, i, j).map((met) => ({ ...product(met, grid, numbers, layer),
    here: grid === "y" || lighted.has(met.y[0] * count + met.y[1]) }));
  const total = lines.filter(({ here }) => here).reduce((sum, { value }) => sum + value, 0);
  const title = outside ? "padding: what arrives here is cut off" : `What adds up in ${name}`;
  const found = [words("panel-title", panel.x, panel.y - 12, title, `explore-title explore-${colour}-words`)];
  if (!lines.length) {
    return [...found, words("panel-none", panel.x, panel.y + 30, `No window reads this ${NAMES[grid]}: the gradient is 0.`, "")];
  }
  const step = 36;
  const each = lines.length > LINES ? Math.ceil(Math.min(lines.length, 2 * LINES) / 2) : LINES;
  lines.slice(0, 2 * LINES).forEach(({ a, b, value, here }, index) => {
    const x = panel.x + (index < each ? 0 : Math.min(230, panel.width / 2));
    const y = panel.y + 20 + step * (index % each);
    const factor = b < 0 ? `(${figure(b)})` : figure(b);
    const look = here ? (kind) => `explore-${kind}-words` : () => "explore-muted-words";
    found.push(words(`term-${index}`, x, y, [[figure(a), look(kinds[0])], " · ", [factor, look(kinds[1])],
      [here ? ` = ${figure(value)}` : "  not sent yet", here ? "" : "explore-muted-words"]], here ? "" : "explore-note", { style: "font-size:22px" }));
  });
  const more = lines.length - 2 * LINES;
  const bottom = panel.y + 20 + step * Math.min(each, lines.length) + 14;
  const tail = more > 0 ? ` (and ${more} more)` : "";
  found.push(words("panel-sum", panel.x, bottom, `${name} = ${figure(total)}`, `explore-big explore-${colour}-words`));
  return tail ? [...found, words("panel-more", panel.x, bottom + 28, tail.trim(), "explore-note")] : found;
}

/** What one output sends: a stamp for dx and its window for dw. */
function parcel({ layer, numbers, lighted, count }, [i, j], { panel }) {
  const k = layer.kernel;
  const amount = numbers.dy[i][j];
  const side = Math.floor(Math.min(46, 140 / k, (panel.width - 10) / k));
  const box = (y) => ({ x: panel.x, y, side, rows: k, columns: k });
  const [down, across] = [taps(layer, i), taps(layer, j)];
  const pixel = (p, q) => {
    const [r, s] = [down[p], across[q]];
    return r < 0 || s < 0 || r >= layer.size || s >= layer.size ? 0 : numbers.x[r][s];
  };
  const low = panel.y + k * side + 58;
  const way = lighted.has(i * count + j) ? "has sent" : "would send";
  const note = (key, y, text) => words(key, panel.x + k * side + 18, y, text, "explore-note");
  return [
    words("panel-title", panel.x, panel.y - 12, `dy[${i}, ${j}] = ${figure(amount)} ${way}`, "explore-title explore-gradient-words"),
    ...cells("parcel-x", box(panel.y), { kind: "gradient", look: () => "explore-strong-cell", text: (p, q) => figure(amount * numbers.w[p][q], side < 34) }),
    note("parcel-x-1", panel.y + (k * side) / 2 - 4, [[figure(amount), "explore-gradient-words"], " · w"]),
    note("parcel-x-2", panel.y + (k * side) / 2 + 22, "to its window of dx"),
    ...cells("parcel-w", box(low), { kind: "gradient", look: () => "explore-strong-cell", text: (p, q) => figure(amount * pixel(p, q), side < 34) }),
    note("parcel-w-1", low + (k * side) / 2 - 4, [[figure(amount), "explore-gradient-words"], " · window of x"]),
    note("parcel-w-2", low + (k * side) / 2 + 22, "to dw"),
  ];
}

/** All shapes of a state; `focus` is what is pointed at: an output on its way back, or a cell. */
export function backwardShapes(state, at) {
  const { focus, layer, count } = state;
  const { forward } = at;
  const middle = (box) => box.y + (box.rows * box.side) / 2 + 10;
  const signs = at.compact ? [] : [
    words("times", (forward.x.right + forward.w.x) / 2, middle(forward.w), "∗", "explore-sign"),
    words("equals", (forward.w.right + forward.y.x) / 2, middle(forward.w), "=", "explore-sign")];
  const found = [...sheets(state, at), ...signs];
  if (!count) {
    return [...found, ...["The window is larger", "than the padded input."].map((line, index) =>
      words(`unfit-${index}`, at.panel.x, at.panel.y + 26 * index, line, "explore-title explore-wrong-words"))];
  }
  if (focus.grid === "dy") {
    return [...found, ...ofOutput({ layer }, [focus.row, focus.column], at), ...parcel(state, [focus.row, focus.column], at)];
  }
  return [...found, ...ofCell({ layer }, focus, at), ...account(state, focus, at)];
}
