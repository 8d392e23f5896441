// Layers as cards in a row: changed by their lists, moved by dragging or by arrow keys.

import { button, el, focusable, labelled, pick } from "./shared/dom.js";

const CHOICES = { kernel: [1, 2, 3, 5, 7, 11], stride: [1, 2, 3, 4], dilation: [1, 2, 3, 4] };
const LETTERS = { kernel: "K", stride: "S", dilation: "D" };

/** A row of cards; `change(layers)` is told what somebody made of them. */
export function layerCards(change) {
  const node = el("div", { class: "explore-cards", role: "list", "aria-label": "Layers" });
  let now = [];
  let shown = "";

  const move = (from, to) => {
    if (to < 0 || to >= now.length || from === to) return;
    const layers = now.filter((_, i) => i !== from);
    layers.splice(to, 0, now[from]);
    change(layers);
    node.children[to]?.querySelector(".explore-grip").focus();
  };

  function grip(i) {
    const name = el("span", { class: "explore-grip", ...focusable("button",
      `Layer ${i + 1}; move it with the left and right arrow keys`) }, `⠿ ${i + 1}`);
    name.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!by) return;
      event.preventDefault();
      event.stopPropagation();
      move(i, i + by);
    });
    name.addEventListener("pointerdown", (event) => {
      let at = i;
      const drag = ({ clientX, clientY }) => {
        const over = [...node.children].findIndex((card) => {
          const { left, right, top, bottom } = card.getBoundingClientRect();
          return clientX >= left && clientX < right && clientY >= top - 60 && clientY < bottom + 60;
        });
        if (over < 0 || over === at) return;
        move(at, over);
        at = over;
      };
      const end = () => {
        window.removeEventListener("pointermove", drag);
        window.removeEventListener("pointerup", end);
        window.removeEventListener("pointercancel", end);
      };
      window.addEventListener("pointermove", drag);
      window.addEventListener("pointerup", end);
      window.addEventListener("pointercancel", end);
      event.preventDefault();
      name.focus();
    });
    return name;
  }

  function card(each, i) {
    const set = (values) => change(now.map((old, j) => (i === j ? { ...old, ...values } : old)));
    const kind = pick({ label: `Layer ${i + 1}: kind`, values: ["conv", "pool"], value: each.kind,
      onchange: (value) => set({ kind: value }) });
    const remove = button("✕", () => change(now.filter((_, j) => j !== i)),
      { "aria-label": `Remove layer ${i + 1}`, class: "explore-plain" });
    remove.disabled = now.length <= 1;
    return el("div", { class: "explore-layer", role: "listitem" },
      el("div", {}, grip(i), kind, remove),
      el("div", {}, ...Object.entries(CHOICES).map(([name, values]) => labelled(LETTERS[name],
        pick({ label: `Layer ${i + 1}: ${name}`, values, value: each[name],
          onchange: (value) => set({ [name]: Number(value) }) })))));
  }

  return {
    node,
    show(layers, fits) {
      now = layers;
      if (shown !== JSON.stringify(layers)) {
        // Rebuilt only when it changed, so that the keyboard's focus stays where it is.
        const places = "select, button, .explore-grip";
        const focus = [...node.querySelectorAll(places)].indexOf(document.activeElement);
        shown = JSON.stringify(layers);
        node.replaceChildren(...layers.map(card));
        node.querySelectorAll(places)[focus]?.focus();
      }
      [...node.children].forEach((each, i) => each.classList.toggle("explore-unfit", i >= fits));
    },
  };
}
