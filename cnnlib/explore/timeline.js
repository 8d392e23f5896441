// A timeline: threads run side by side; point at an event, read what happened and where it is written.

import { button, choice, el, focusable, follow, put, slider } from "./shared/dom.js";
import { disc, path, pointer, scene, words } from "./shared/scene.js";

const TOP = 12;
const ALL = "all threads";
// A colour for each lane, beside its name.
const KINDS = ["input", "gradient", "kernel", "output", "wrong", "ink"];

/** Threads in the order in which they begin. */
export function threads(events) {
  return [...new Set(events.map(({ thread = "" }) => thread))];
}

/**
 * Where each event is between 0 and 1. Years alone would crowd what is recent, and order alone would
 * hide how long nothing happened: half of each.
 */
export function places(events) {
  const [first, last] = [events[0].year, events.at(-1).year];
  return events.map(({ year }, i) => {
    const same = events.map((event, j) => (event.year === year ? j : -1)).filter((j) => j >= 0);
    const rank = events.length > 1 ? (same.reduce((a, b) => a + b, 0) / same.length) / (events.length - 1) : 0;
    const shift = events.length > 1 ? (i - (same[0] + same.at(-1)) / 2) / (events.length - 1) : 0;
    return (rank + (year - first) / Math.max(1, last - first)) / 2 + 0.5 * shift;
  });
}

/** Where a year is, between its neighbours among the events. */
export function placeOf(year, events, spots) {
  const after = events.findIndex((event) => event.year >= year);
  if (after <= 0) return spots[Math.max(0, after)];
  const [a, b] = [events[after - 1].year, events[after].year];
  return spots[after - 1] + ((spots[after] - spots[after - 1]) * (year - a)) / Math.max(1, b - a);
}

function arrangement(width, events, spots, lanes) {
  const narrow = width < 800;
  const left = narrow ? 16 : lanes.length > 1 ? 190 : 24;
  const long = width - left - 28;
  const pitch = Math.min(90, narrow ? 66 : 280 / lanes.length);
  const y = (lane) => TOP + pitch * (lane + 0.5) + (narrow ? 10 : 0);
  const points = events.map(({ thread = "" }, i) => [left + long * spots[i], y(lanes.indexOf(thread))]);
  return { narrow, left, long, pitch, y, points, axis: TOP + pitch * lanes.length + 12,
    height: TOP + pitch * lanes.length + 48 };
}

/** Titles that find room above or below their dots; the one that is shown takes it from others. */
function titles(events, at, width, visible, shown) {
  const placed = (i, below, far = 0) => {
    const [x, y] = at.points[i];
    const wide = 9.8 * events[i].title.length;
    const start = Math.max(at.left - 8, Math.min(width - wide - 4, x - wide / 2));
    const base = y + (below ? 28 + far : -15 - far);
    return { i, start, base, box: [start - 6, base - 15, start + wide + 6, base + 4] };
  };
  const meet = ({ box: a }, { box: b }) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
  const found = [];
  for (const i of at.narrow ? [] : visible) {
    const free = [placed(i, false), placed(i, true)].find((one) => !found.some((other) => meet(one, other)));
    if (free) found.push(free);
  }
  const old = found.find(({ i }) => i === shown);
  const now = placed(shown, old ? old.base > at.points[shown][1] : at.narrow, 9);
  return [...found.filter((one) => one.i !== shown && !meet(one, now)), now];
}

function shapes(events, spots, lanes, at, { shown, thread, width }) {
  const faint = (i) => thread && (events[i].thread ?? "") !== thread;
  const found = [];
  lanes.forEach((lane, l) => {
    const off = thread && lane !== thread ? "explore-faint" : "";
    const kind = KINDS[l % KINDS.length];
    found.push(path(`lane-${l}`, `M${at.left - 8} ${at.y(l)}H${at.left + at.long + 12}`, `explore-lane explore-${kind} ${off}`));
    if (!lane) return;
    found.push(at.narrow ? words(`name-${l}`, 4, at.y(l) - 20, lane, `explore-title explore-${kind}-words ${off}`)
      : words(`name-${l}`, 4, at.y(l) + 6, lane, `explore-title explore-${kind}-words ${off}`));
  });
  const [first, last] = [events[0].year, events.at(-1).year];
  const step = at.narrow ? 20 : 10;
  let free = -Infinity;
  for (let year = Math.ceil(first / step) * step; year <= last; year += step) {
    const x = at.left + at.long * placeOf(year, events, spots);
    if (x - free < 56) continue;
    free = x;
    found.push(path(`tick-${year}`, `M${x} ${TOP}V${at.axis}`, "explore-tick"),
      words(`year-${year}`, x, at.axis + 22, String(year), "explore-middle explore-note"));
  }
  const [cx, cy] = at.points[shown];
  found.push(path("needle", `M${cx} ${TOP}V${at.axis}`, "explore-needle"));
  events.forEach((event, i) => {
    const lane = lanes.indexOf(event.thread ?? "");
    found.push(disc(`event-${i}`, ...at.points[i], i === shown ? 12 : 9,
      `explore-event explore-${KINDS[lane % KINDS.length]} ${i === shown ? "explore-now" : ""} ${faint(i) ? "explore-faint" : ""}`));
  });
  const visible = [...events.keys()].filter((i) => !faint(i));
  for (const { i, start, base } of titles(events, at, width, visible, shown)) {
    found.push(words(`title-${i}`, start, base, events[i].title,
      `explore-event-title explore-outlined ${i === shown ? "explore-figure" : ""}`));
  }
  found.push(disc("now", cx, cy, 18, "explore-ring"));
  return found;
}

function card({ year, title, text, source, picture, alt }) {
  return [el("div", { class: "explore-year" }, String(year)),
    el("div", { class: "explore-story" }, el("p", { class: "explore-headline" }, title),
      el("p", {}, text), el("p", { class: "explore-source" }, source)),
    picture ? el("img", { src: picture, alt: alt ?? title }) : ""];
}

function render({ model, el: root }) {
  const events = model.get("events");
  const lanes = threads(events);
  const spots = places(events);
  const view = { hover: null };
  const stage = scene({ name: "Timeline", arrange: () => redraw() });
  const at = () => arrangement(stage.width, events, spots, lanes);
  const visible = () => events.map((_, i) => i).filter((i) =>
    !model.get("thread") || (events[i].thread ?? "") === model.get("thread"));

  /** The event that is nearest to a point; with `most`, only if it is so near. */
  function nearest(x, y, most = Infinity) {
    const { points } = at();
    const far = (i) => Math.hypot(points[i][0] - x, 1.5 * (points[i][1] - y));
    const best = visible().reduce((a, b) => (far(b) < far(a) ? b : a));
    return far(best) <= most ? best : null;
  }

  function go(by) {
    const all = visible();
    const now = model.get("chosen");
    const next = by > 0 ? all.find((i) => i > now) : all.findLast((i) => i < now);
    if (next !== undefined) put(model, { chosen: next });
  }

  function choose(thread) {
    const to = thread === ALL ? "" : thread;
    const inside = events.findIndex((event) => !to || event.thread === to);
    const now = events[model.get("chosen")];
    put(model, { thread: to, chosen: !to || now.thread === to ? model.get("chosen") : inside });
  }

  pointer(stage, {
    press(x, y) {
      view.hover = null;
      put(model, { chosen: nearest(x, y) });
      return { move: (px, py) => put(model, { chosen: nearest(px, py) }) };
    },
    hover(x, y) {
      const hover = nearest(x, y, 26);
      if (hover === view.hover) return;
      view.hover = hover;
      redraw();
    },
    leave() {
      view.hover = null;
      redraw();
    },
  });

  const control = slider({ label: "Event", min: 0, max: events.length - 1, value: 0,
    show: (i) => String(events[i].year), oninput: (to) => put(model, { chosen: to, thread: "" }) });
  const [before, after] = [button("◀ Earlier", () => go(-1)), button("Later ▶", () => go(1), { class: "explore-strong" })];
  const filter = choice({ label: "Threads", values: [ALL, ...lanes], value: ALL, onchange: choose });
  const story = el("div", { "aria-live": "polite", class: "explore-card" });
  root.replaceChildren(el("div", { class: "explore", role: "group", "aria-label": "Timeline explorer" },
    stage.node, story, el("div", { class: "explore-row" }, before, after, control.node,
      lanes.length > 1 ? filter.node : "")));
  let told = null;

  function redraw() {
    const chosen = Math.min(model.get("chosen"), events.length - 1);
    const shown = view.hover ?? chosen;
    const where = at();
    control.set({ value: chosen });
    filter.set(model.get("thread") || ALL);
    before.disabled = !visible().some((i) => i < chosen);
    after.disabled = !visible().some((i) => i > chosen);
    stage.show({
      height: where.height,
      shapes: shapes(events, spots, lanes, where, { shown, thread: model.get("thread"), width: stage.width }),
      description: `Timeline from ${events[0].year} to ${events.at(-1).year} with ${events.length} events. `
        + `Shown: ${events[shown].year}, ${events[shown].title}.`,
      focusable: [handle(where.points[chosen], chosen)],
    });
    if (told !== shown) story.replaceChildren(...card(events[shown]));
    told = shown;
  }

  function handle([x, y], chosen) {
    return {
      ...disc("handle", x, y, 20, "explore-handle explore-grab", {
        ...focusable("slider", "Event on the line"), "aria-valuemin": 0, "aria-valuemax": events.length - 1,
        "aria-valuenow": chosen, "aria-valuetext": `${events[chosen].year}, ${events[chosen].title}` }),
      on: {
        onkeydown(event) {
          const all = visible();
          const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
          const end = { Home: all[0], End: all.at(-1) }[event.key];
          if (!by && end === undefined) return;
          event.preventDefault();
          event.stopPropagation();
          if (by) go(by);
          else put(model, { chosen: end });
        },
      },
    };
  }
  return follow(model, ["chosen", "thread"], redraw);
}

export default { render };
