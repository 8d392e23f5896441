// Pixels and features: move the lamp, turn the photo, change the wall; who is nearest?

import { BINS, CELLS, SIDE, SMALL, gallery, numbers, study } from "./pixels_compute.js";
import { arrangement, handles, places, shapes, told } from "./pixels_draw.js";
import { shade } from "./shared/convolve.js";
import { hovering } from "./shared/cells.js";
import { button, choice, el, follow, labelled, player, put, slider } from "./shared/dom.js";
import { pointer, scene } from "./shared/scene.js";

const WALLS = ["own", "black", "white", "striped"];
const PLAIN = { direction: 0, slant: 0, power: 1, angle: 0, wall: "own" };

/** What both ways to compare say, in words. */
export function verdict({ pixels, hog }) {
  const say = ({ own, other, right }, name) => {
    const [hers, theirs] = told(own, other);
    const [less, more] = right ? [hers, theirs] : [theirs, hers];
    return `${name}: ${right ? "she is recognised" : "she is taken for somebody else"}, ${less} < ${more}.`;
  };
  return [say(pixels, "Pixels"), say(hog, "HoG")];
}

/** Where the number under the pointer comes from. */
function explain(hover, found, known) {
  if (hover.kind === "pixel") {
    const i = hover.row * SMALL + hover.column;
    const [now, then] = [found.image[i], known[0].image[i]];
    return `Row ${hover.row + 1}, column ${hover.column + 1}: ${now.toFixed(2)} here, ${then.toFixed(2)} in her own photo; `
      + `the square of the difference is ${((now - then) ** 2).toFixed(3)}.`;
  }
  const start = (hover.row * CELLS + hover.column) * BINS;
  const bins = [...found.cells.slice(start, start + BINS)];
  const best = bins.indexOf(Math.max(...bins));
  return `Cell in row ${hover.row + 1}, column ${hover.column + 1}: its gradients are strongest from ${best * 20} to ${best * 20 + 20} degrees.`;
}

function render({ model, el: root }) {
  const names = Object.keys(PLAIN);
  const [photo, mask] = [numbers(model.get("photo")), numbers(model.get("mask"))];
  const known = gallery(photo, numbers(model.get("others")));
  const view = { hover: null };
  const canvases = Object.fromEntries(["large", "small", "own-0", "own-1", "other-0", "other-1"].map((name) =>
    [name, document.createElement("canvas")]));
  canvases.large.style.imageRendering = "auto";
  const stage = scene({ name: "Pixels and features", arrange: () => redraw() });
  const state = () => Object.fromEntries(names.map((name) => [name, model.get(name)]));
  const set = (values) => put(model, values);

  const round = (value, step) => Math.round(Math.round(value / step) * step * 1000) / 1000;
  const within = (value, low, high) => Math.max(low, Math.min(high, value));
  const lampTo = (direction, slant) => set({
    direction: ((Math.round(direction) % 360) + 360) % 360, slant: within(round(slant, 0.02), 0, 1),
  });
  const moves = {
    turnLamp: (by, to = null) => lampTo(to ?? model.get("direction") + by, Math.max(0.1, model.get("slant"))),
    slantLamp: (by) => lampTo(model.get("direction"), model.get("slant") + by),
    tilt: (by, to = null) => set({ angle: within(Math.round(to ?? model.get("angle") + by), -45, 45) }),
  };

  const near = ([x, y], px, py) => Math.hypot(px - x, py - y) < 30;
  pointer(stage, {
    press(x, y) {
      const at = arrangement(stage.width);
      const { lamp, knob, middle, reach } = places(at, state());
      const inside = Math.hypot(x - middle[0], y - middle[1]) < reach * 1.3;
      play.stop();
      if (near(knob, x, y)) {
        return { move: (px, py) => moves.tilt(0, (-Math.atan2(px - middle[0], middle[1] - py) * 180) / Math.PI) };
      }
      if (!near(lamp, x, y) && !inside) return null;
      const go = (px, py) => lampTo((Math.atan2(py - middle[1], px - middle[0]) * 180) / Math.PI,
        Math.hypot(px - middle[0], py - middle[1]) / reach);
      return { move: go, end: (moved) => { if (!moved && !near(lamp, x, y)) go(x, y); } };
    },
    ...hovering(view, () => redraw(), (x, y) => {
      const { rows } = arrangement(stage.width);
      const number = rows.findIndex((row) => x >= row.x && y >= row.y && x < row.x + row.size && y < row.y + row.size);
      if (number < 0) return null;
      const count = number === 0 ? SMALL : CELLS;
      const [row, column] = [y - rows[number].y, x - rows[number].x].map((far) => Math.floor((far / rows[number].size) * count));
      const { hover } = view;
      const kind = number === 0 ? "pixel" : "cell";
      return hover?.kind === kind && hover.row === row && hover.column === column ? hover : { kind, row, column };
    }),
  });

  const play = player("Move the lamp", 120,
    () => lampTo(model.get("direction") + 6, Math.max(0.9, model.get("slant"))));
  const wall = choice({ label: "Wall", values: WALLS, value: model.get("wall"), onchange: (value) => set({ wall: value }) });
  const power = slider({ label: "Lamp power", min: 0.2, max: 1.4, step: 0.05, value: model.get("power"),
    show: (value) => value.toFixed(2), oninput: (value) => set({ power: value }) });
  const says = el("p", { class: "explore-formula", "aria-live": "polite" });
  root.replaceChildren(el("div", { class: "explore", role: "group", "aria-label": "Pixels and features explorer" },
    stage.node, says,
    el("div", { class: "explore-row" }, play.node, labelled("Wall", wall.node), power.node,
      button("Reset", () => { play.stop(); set(PLAIN); }))));

  /** The canvases, painted, and where they are. */
  function paintings(at, found) {
    const paint = (name, values, side) => {
      shade(canvases[name], { rows: side, columns: side, values, range: [0, 1] });
      return canvases[name];
    };
    const square = (canvas, { x, y, size }) => ({ canvas, x, y, width: size, height: size });
    const { photo: place, rows, bars: { x, thumb, step } } = at;
    const drawn = { large: square(paint("large", found.large, SIDE), place), small: square(paint("small", found.image, SMALL), rows[0]) };
    [found.pixels, found.hog].forEach((answer, number) => {
      [["own", known[0]], ["other", known[answer.nearest]]].forEach(([who, { image }], line) => {
        const y = rows[number].y + line * step;
        drawn[`${who}-${number}`] = square(paint(`${who}-${number}`, image, SMALL), { x, y, size: thumb });
      });
    });
    return drawn;
  }

  function redraw() {
    const now = state();
    const at = arrangement(stage.width);
    const found = study(now, photo, mask, known);
    wall.set(now.wall);
    power.set({ value: now.power });
    const both = verdict(found);
    stage.show({
      height: at.height, shapes: shapes(at, now, found, view.hover), focusable: handles(at, now, moves),
      pixels: paintings(at, found),
      description: `A photo of a face, the lamp ${Math.round(100 * now.slant)} per cent to the side, turned by ${now.angle} `
        + `degrees, wall: ${now.wall}. ${both.join(" ")}`,
    });
    const kind = (answer) => (answer.right ? "explore-output-words" : "explore-wrong-words");
    says.replaceChildren(...(view.hover ? [explain(view.hover, found, known)] : [
      el("span", { class: kind(found.pixels) }, both[0]), " ", el("span", { class: kind(found.hog) }, both[1])]));
  }
  return follow(model, names, redraw);
}

export default { render };
