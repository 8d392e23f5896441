// Drawings that follow each other: what stays is left alone, what has a key moves, the rest fades.

import { button, draw, el, follow, freshId, put } from "./shared/dom.js";

/** The element that a piece of SVG describes. */
function parse(part) {
  const holder = draw("svg");
  holder.innerHTML = part;
  return holder.firstElementChild;
}

/** Let an element look like another; its style sheet says how fast. */
function become(node, wanted) {
  for (const { name } of [...node.attributes]) {
    if (!wanted.hasAttribute(name) && name !== "class") node.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  }
  if (node.innerHTML !== wanted.innerHTML) node.innerHTML = wanted.innerHTML;
}

/** Show the pieces of a drawing in a group, in their order, moving what was there before. */
function show(group, pieces) {
  const old = new Map([...group.children].map((node) => [node.dataset.name, node]));
  let next = group.firstElementChild;
  for (const { name, part } of pieces) {
    let node = old.get(name);
    old.delete(name);
    if (node === undefined) {
      node = parse(part);
      node.dataset.name = name;
      node.classList.add("explore-new");
      group.insertBefore(node, next);
    } else {
      if (node.part !== part) become(node, parse(part));
      node.classList.remove("explore-new");
      node.dataset.name = name;
      if (node === next) next = node.nextElementSibling;
      else group.insertBefore(node, next);
    }
    node.part = part;
  }
  for (const node of old.values()) node.remove();
}

function render({ model, el: place }) {
  // Several drawings stand in one page: what is defined in each has a name of its own.
  const own = freshId("steps");
  const parts = model.get("parts").map((part) => part.replace(/\bcnn-(hatch|arrow-\w+)/g, `$&-${own}`));
  const keys = parts.map((part, number) => /^<[^>]*?data-key="([^"]+)"/.exec(part)?.[1] ?? `#${number}`);
  const frames = model.get("frames");
  const group = draw("g");
  const [x, y, width, height] = model.get("box");
  const picture = draw("svg", { class: "cnn-drawing", role: "img", width, height,
    viewBox: `${x} ${y} ${width} ${height}` }, group);
  const caption = el("p", { class: "explore-caption", "aria-live": "polite" });
  const move = (by) => put(model, { at: Math.min(frames.length - 1, Math.max(0, model.get("at") + by)) });
  const back = button("◀", () => move(-1));
  const forth = button("▶", () => move(1));
  back.setAttribute("aria-label", "Step back");
  forth.setAttribute("aria-label", "Next step");
  const count = el("span", {});
  place.append(el("div", { class: "explore explore-column explore-steps" }, picture, caption,
    el("div", { class: "explore-row explore-steps-controls" }, back, forth, count)));
  return follow(model, ["at"], () => {
    const at = Math.min(model.get("at"), frames.length - 1);
    show(group, frames[at].map((number) => ({ name: keys[number], part: parts[number] })));
    picture.setAttribute("aria-label", model.get("texts")[at]);
    caption.textContent = model.get("captions")[at] ?? "";
    count.textContent = `${at + 1} of ${frames.length}`;
    back.disabled = at === 0;
    forth.disabled = at === frames.length - 1;
  });
}

export default { render };
