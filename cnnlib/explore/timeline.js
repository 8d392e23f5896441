// A timeline: move along the years, read what happened, and where it is written.

import { button, draw, el, follow, put, slider } from "./shared/dom.js";

const [WIDTH, LEFT, LINE] = [880, 30, 96];

/** The event that lies nearest to a position; `events` are sorted by year. */
export function nearest(events, year) {
  let best = 0;
  events.forEach((event, i) => {
    if (Math.abs(event.year - year) < Math.abs(events[best].year - year)) best = i;
  });
  return best;
}

/** Where a year lies on the line. */
export function place(events, year) {
  const [first, last] = [events[0].year, events.at(-1).year];
  return LEFT + ((WIDTH - 2 * LEFT) * (year - first)) / Math.max(1, last - first);
}

function picture(events, chosen, moveTo) {
  const [first, last] = [events[0].year, events.at(-1).year];
  const decades = [];
  for (let year = Math.ceil(first / 10) * 10; year <= last; year += 10) {
    const x = place(events, year);
    decades.push(draw("line", { x1: x, x2: x, y1: LINE, y2: LINE + 8, class: "explore-line" }),
      draw("text", { x, y: LINE + 24, "text-anchor": "middle" }, String(year)));
  }
  const marks = events.map((event, i) => {
    const x = place(events, event.year);
    const height = i === chosen ? 62 : 14 + 12 * (i % 4);
    return draw("g", {},
      draw("line", { x1: x, x2: x, y1: LINE - height, y2: LINE, class: "explore-line" }),
      draw("circle", { cx: x, cy: LINE - height, r: i === chosen ? 8 : 5,
        class: i === chosen ? "explore-chosen" : "explore-node" }));
  });
  const x = place(events, events[chosen].year);
  const anchor = x < 160 ? "start" : x > WIDTH - 160 ? "end" : "middle";
  const label = draw("text", { x, y: 20, "text-anchor": anchor, class: "explore-title" },
    `${events[chosen].year} · ${events[chosen].title}`);
  const node = draw("svg", { viewBox: `0 0 ${WIDTH} 130`, width: WIDTH, height: 130, role: "img",
    "aria-label": `Timeline from ${first} to ${last}; ${events.length} events` },
  draw("line", { x1: LEFT, x2: WIDTH - LEFT, y1: LINE, y2: LINE, class: "explore-line" }),
  ...decades, ...marks, label);
  const pick = (event) => {
    if (!(event.buttons & 1)) return;
    const at = (event.offsetX / node.clientWidth) * WIDTH;
    const year = first + ((at - LEFT) * (last - first)) / (WIDTH - 2 * LEFT);
    moveTo(nearest(events, year));
  };
  node.addEventListener("pointerdown", pick);
  node.addEventListener("pointermove", pick);
  return node;
}

function render({ model, el: root }) {
  const events = model.get("events");
  const go = (to) => put(model, { chosen: Math.max(0, Math.min(events.length - 1, to)) });
  const control = slider({ label: "Event", min: 0, max: events.length - 1, value: 0,
    show: (i) => String(events[i].year), oninput: go });
  const stage = el("div", { class: "explore-stage" });
  const card = el("div", { "aria-live": "polite", class: "explore-card" });
  root.replaceChildren(el("div", { class: "explore explore-column", role: "group", "aria-label": "Timeline" },
    stage, el("div", { class: "explore-row" }, button("Earlier", () => go(model.get("chosen") - 1)),
      control.node, button("Later", () => go(model.get("chosen") + 1))), card));
  return follow(model, ["chosen"], () => {
    const chosen = model.get("chosen");
    const { year, title, text, source } = events[chosen];
    control.set({ value: chosen });
    stage.replaceChildren(picture(events, chosen, go));
    card.replaceChildren(el("p", {}, el("strong", {}, `${year} · ${title}`)), el("p", {}, text),
      el("p", {}, el("small", {}, source)));
  });
}

export default { render };
