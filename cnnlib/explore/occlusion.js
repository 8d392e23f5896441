// Occlusion: drag a grey square over a photo, and watch what a network says.

import { arrangement, shapes } from "./occlusion_draw.js";
import { clamp, heatOf, nearestPlace, pictured, tinted } from "./occlusion_map.js";
import { grip } from "./shared/cells.js";
import { button, checkbox, choice, el, focusable, follow, put } from "./shared/dom.js";
import { pointer, rect, scene } from "./shared/scene.js";

const NAMES = ["scenes", "scene", "side", "row", "column", "label", "heat", "live", "trouble", "sides"];

function render({ model, el: root }) {
  const photos = new Map();
  const heats = new Map();
  const view = { hover: null, waiting: "" };
  const now = () => model.get("scenes")[Math.min(model.get("scene"), model.get("scenes").length - 1)];

  /** The present photo as a canvas, once it is decoded. */
  function photo() {
    const { image } = now();
    if (!photos.has(image)) {
      photos.set(image, null);
      pictured(image).then((canvas) => { photos.set(image, canvas); redraw(); });
    }
    return photos.get(image);
  }

  /** What is known for the present square; null while a kernel computes it. */
  const known = () => now().maps[String(model.get("side"))] ?? null;

  /** The photo, with the map of a class over it where it is wanted. */
  function picture(canvas, map, label) {
    const wanted = map && model.get("heat");
    const key = JSON.stringify([now().image, wanted && [model.get("side"), label]]);
    if (!heats.has(key)) {
      heats.set(key, tinted(canvas, wanted && heatOf(map, now().whole[label], label,
        { size: model.get("size"), side: model.get("side"), step: model.get("step") })));
    }
    return heats.get(key);
  }

  const stage = scene({ name: "Occlusion", arrange: () => redraw() });
  stage.node.classList.add("explore-photo");

  function go(row, column) {
    const map = known();
    if (!map) return;
    put(model, { row: clamp(row, map.length - 1), column: clamp(column, map[0].length - 1) });
  }

  function choose(values) {
    put(model, values);
    redraw();
  }

  pointer(stage, {
    press(x, y) {
      const at = arrangement(stage.width, model.get("size"));
      const row = at.bars.findIndex((box) => x >= box.x && y >= box.y && y < box.y + box.height);
      if (row >= 0 && row < now().labels.length) {
        choose({ label: row });
        return null;
      }
      if (x < at.photo.x || y < at.photo.y || x > at.photo.x + at.photo.width
        || y > at.photo.y + at.photo.width) return null;
      const follows = (px, py) => {
        const settings = { size: model.get("size"), side: model.get("side"), step: model.get("step") };
        const pixel = (value, from) => (value - from) / at.photo.side;
        go(nearestPlace(pixel(py, at.photo.y), settings), nearestPlace(pixel(px, at.photo.x), settings));
      };
      follows(x, y);
      return { move: follows };
    },
  });

  const tabs = el("span");
  const squares = el("span");
  const shade = checkbox({ label: "Heat map", value: model.get("heat"),
    onchange: (value) => put(model, { heat: value }) });
  const file = el("input", { type: "file", accept: "image/*", class: "explore-aside", tabindex: -1,
    "aria-label": "A photo of your own", onchange: () => opened(file.files[0]) });
  const opener = button("Your photo …", () => file.click());
  const says = el("p", { class: "explore-says", "aria-live": "polite" });
  root.replaceChildren(el("div", { class: "explore", role: "group", "aria-label": "Occlusion explorer" },
    stage.node, says, el("div", { class: "explore-row" }, tabs, squares, shade.node, opener, file)));

  /** Send a photo to the kernel, as PNG and not larger than it needs. */
  function opened(found) {
    if (!found) return;
    const url = URL.createObjectURL(found);
    pictured(url, 512).then((canvas) => {
      view.waiting = "Computing …";
      put(model, { own: canvas.toDataURL("image/png") });
      redraw();
    }, () => { says.textContent = "This file is not a picture that can be read."; })
      .finally(() => URL.revokeObjectURL(url));
  }

  let listed = "";
  function showChoices() {
    const sizes = [...new Set([...model.get("sides"), ...(model.get("live") ? model.get("more_sides") : [])])]
      .sort((a, b) => a - b);
    const state = JSON.stringify([model.get("scenes").map(({ name }) => name), sizes,
      model.get("scene"), model.get("side"), model.get("live")]);
    if (state === listed) return;
    listed = state;
    const names = model.get("scenes").map(({ name }) => name);
    tabs.replaceChildren(names.length > 1 ? choice({ label: "Photo", values: names.map((_, i) => i),
      names, value: model.get("scene"), onchange: (value) => choose({ scene: value, label: 0 }) }).node : "");
    squares.replaceChildren(choice({ label: "Side of the square", values: sizes,
      names: sizes.map((n) => `${n} px`), value: model.get("side"),
      onchange: (value) => choose({ side: value }) }).node);
    opener.hidden = !model.get("live");
  }

  function redraw() {
    const canvas = photo();
    showChoices();
    shade.set(model.get("heat"));
    if (!canvas) return;
    const map = known();
    const at = arrangement(stage.width, model.get("size"));
    const label = Math.min(model.get("label"), now().labels.length - 1);
    const [row, column] = map ? [clamp(model.get("row"), map.length - 1),
      clamp(model.get("column"), map[0].length - 1)] : [0, 0];
    const left = map ? map[row][column] : now().whole;
    const side = model.get("side") * at.photo.side;
    const [x, y] = [at.photo.x + column * model.get("step") * at.photo.side,
      at.photo.y + row * model.get("step") * at.photo.side];
    stage.show({
      height: at.height,
      pixels: { photo: { canvas: picture(canvas, map, label), ...at.photo, height: at.photo.width } },
      description: describe(now(), left, row, column, model.get("side")),
      shapes: shapes(at, now(), left, label, map ? { x, y, side } : null),
      focusable: [...map ? [grip({ x, y, side, row, column, position: row * map[0].length + column,
        count: map.length * map[0].length, go, far: 4,
        text: `row ${row + 1}, column ${column + 1}: ${now().labels[0]} ${percent(left[0])}` })] : [],
      ...now().labels.map((name, i) => pickable(at.bars[i], name, i, i === label))],
    });
    says.textContent = model.get("trouble") || (map ? told(now(), left) : "Computing …");
  }

  /** A bar as a button: its class is the one that the heat map is about. */
  function pickable({ x, y, width, height }, name, i, chosen) {
    const shape = rect(`pick-${i}`, x - 20, y - 4, width + 24, height, "explore-handle",
      { ...focusable("button", `Heat map of ${name}`), "aria-pressed": String(chosen), rx: 4 });
    const onkeydown = (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      choose({ label: i });
    };
    return { ...shape, on: { onkeydown } };
  }

  const undo = follow(model, NAMES, redraw);
  put(model, { asked: model.get("asked") + 1 });
  return undo;
}

export function percent(share) {
  return `${Math.round(100 * share)} %`;
}

/** What happened to the first answer. */
function told({ labels, whole }, left) {
  const first = left.indexOf(Math.max(...left));
  const now = first === 0 ? `still says ${labels[0]}` : `now says ${labels[first]} rather than ${labels[0]}`;
  return `Of these three, the network ${now}, whose ${percent(whole[0])} became ${percent(left[0])}.`;
}

function describe({ name, labels }, left, row, column, side) {
  return `A photo, ${name}, with a grey square of ${side} pixels in row ${row + 1}, column ${column + 1}. `
    + labels.map((label, i) => `${label}: ${percent(left[i])}`).join(", ");
}

export default { render };
