// Scenes: a picture is described anew for each state, and drawn by changing only what differs. What
// keeps its key keeps its node, so that the style sheet can let it glide to its new place.

import { draw, el } from "./dom.js";

const drawn = new WeakMap();

/** A rectangle; `look` are the classes that give its colours. */
export function rect(key, x, y, width, height, look = "", more = {}) {
  return { key, tag: "rect", x, y, attributes: { width, height, class: look, ...more } };
}

/** A circle. */
export function disc(key, x, y, r, look = "", more = {}) {
  return { key, tag: "circle", x, y, attributes: { r, class: look, ...more } };
}

/** A path, in the coordinates of the picture. */
export function path(key, d, look = "", more = {}) {
  return { key, tag: "path", attributes: { d, class: look, ...more } };
}

/** A line of words, or of pieces `[words, look]`; `y` is its base line. */
export function words(key, x, y, text, look = "", more = {}) {
  return { key, tag: "text", x, y, text, attributes: { class: look, ...more } };
}

function dress(node, shape, before) {
  const place = shape.x === undefined ? "" : `translate(${shape.x}px, ${shape.y}px)`;
  for (const [name, value] of Object.entries(shape.attributes)) {
    if (before?.attributes[name] === value) continue;
    if (value === null || value === undefined || value === false) node.removeAttribute(name);
    else node.setAttribute(name, value === true ? "" : value);
  }
  for (const name of Object.keys(before?.attributes ?? {})) {
    if (!(name in shape.attributes)) node.removeAttribute(name);
  }
  // Behind the attributes, one of which may be a style.
  if (node.style.transform !== place) node.style.transform = place;
  const text = JSON.stringify(shape.text);
  if (text !== before?.text) {
    const pieces = Array.isArray(shape.text) ? shape.text : [shape.text ?? ""];
    node.replaceChildren(...pieces.map((piece) =>
      (Array.isArray(piece) ? draw("tspan", { class: piece[1] }, piece[0]) : String(piece))));
  }
  return { node, place, text, attributes: shape.attributes };
}

/** Let a group show these shapes, in their order, and nothing else. */
export function paint(group, shapes) {
  const old = drawn.get(group) ?? new Map();
  const now = new Map();
  for (const shape of shapes) {
    const before = old.get(shape.key);
    const node = before?.node ?? draw(shape.tag, shape.on ?? {});
    now.set(shape.key, dress(node, shape, before));
  }
  for (const [key, { node }] of old) if (!now.has(key)) node.remove();
  let next = group.firstChild;
  for (const { node } of now.values()) {
    if (node === next) next = next.nextSibling;
    else group.insertBefore(node, next);
  }
  drawn.set(group, now);
}

/**
 * A place for a scene, as wide as there is room, one unit a CSS pixel, so that words keep their size.
 *
 * `arrange()` is called when the width changes. `show` takes the height, a description, the shapes,
 * and handles: shapes that can have the keyboard's focus. Pixels lie below in canvases.
 */
export function scene({ name, usual = 1160, arrange }) {
  const picture = draw("g", { role: "img" });
  const handles = draw("g");
  const defs = draw("defs");
  const svg = draw("svg", { class: "explore-scene", role: "group", "aria-label": name }, defs, picture, handles);
  const node = el("div", { class: "explore-stage" }, svg);
  const canvases = new Map();
  let width = usual;
  new ResizeObserver(() => {
    const room = Math.floor(node.clientWidth);
    if (room === 0 || room === width) return;
    width = room;
    arrange();
  }).observe(node);
  return {
    node, svg, defs, handles,
    get width() { return width; },
    show({ height, description, shapes, focusable = [], pixels = {} }) {
      for (const [attribute, value] of [["width", width], ["height", height],
        ["viewBox", `0 0 ${width} ${height}`]]) {
        if (svg.getAttribute(attribute) !== String(value)) svg.setAttribute(attribute, value);
      }
      if (picture.getAttribute("aria-label") !== description) {
        picture.setAttribute("aria-label", description);
      }
      paint(picture, shapes);
      paint(handles, focusable);
      for (const [key, { canvas, x, y, width: w, height: h }] of Object.entries(pixels)) {
        if (canvases.get(key) !== canvas) {
          canvases.get(key)?.remove();
          canvases.set(key, canvas);
          canvas.setAttribute("aria-hidden", "true");
          node.prepend(canvas);
        }
        Object.assign(canvas.style, { left: `${x}px`, top: `${y}px`, width: `${w}px`, height: `${h}px` });
      }
      for (const [key, canvas] of canvases) {
        if (key in pixels) continue;
        canvas.remove();
        canvases.delete(key);
      }
    },
    /** Where an event is, in the scene's units. */
    at(event) {
      const { x, y } = new DOMPoint(event.clientX, event.clientY)
        .matrixTransform(svg.getScreenCTM().inverse());
      return [x, y];
    },
  };
}

/**
 * Listen to mouse, pen and touch on a scene. `press(x, y, event)` returns nothing, or what follows:
 * an object with `move(x, y, dx, dy)` and `end(moved)`. `hover(x, y)` and `leave()` need no button.
 */
export function pointer(stage, { press, hover = () => {}, leave = () => {} }) {
  const { svg } = stage;
  let held = null;
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const [x, y] = stage.at(event);
    const what = press(x, y, event);
    if (!what) return;
    held = { what, x, y, moved: false };
    svg.setPointerCapture(event.pointerId);
    stage.node.classList.add("explore-dragging");
  });
  svg.addEventListener("pointermove", (event) => {
    const [x, y] = stage.at(event);
    if (!held) {
      hover(x, y, event);
      return;
    }
    const [dx, dy] = [x - held.x, y - held.y];
    if (!held.moved && Math.hypot(dx, dy) < 4) return;
    held.moved = true;
    held.what.move?.(x, y, dx, dy);
  });
  const release = () => {
    if (!held) return;
    const { what, moved } = held;
    held = null;
    stage.node.classList.remove("explore-dragging");
    what.end?.(moved);
  };
  svg.addEventListener("pointerup", release);
  svg.addEventListener("pointercancel", release);
  svg.addEventListener("pointerleave", (event) => { if (!held) leave(event); });
}
