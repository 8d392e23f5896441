// What the explorer of pixels and features shows: the photo and its lamp, its numbers, two answers.

import { BINS, CELLS, SMALL } from "./pixels_compute.js";
import { focusable } from "./shared/dom.js";
import { disc, path, rect, words } from "./shared/scene.js";

/** Where everything is, in a scene of this width. */
export function arrangement(width) {
  const narrow = width < 900;
  const size = narrow ? Math.min(280, width - 60) : 372;
  const photo = { x: narrow ? Math.floor((width - size) / 2) : 30, y: 56, size };
  const small = narrow ? 100 : 172;
  const left = narrow ? 4 : photo.x + size + 70;
  const rows = [0, 1].map((number) => ({
    x: left, y: (narrow ? photo.y + size + 58 : photo.y + 4) + number * (small + 44), size: small,
  }));
  const thumb = narrow ? 44 : 76;
  const bars = { x: left + small + (narrow ? 14 : 50), thumb, step: thumb + (narrow ? 12 : 18) };
  bars.long = width - bars.x - thumb - (narrow ? 64 : 150);
  return { narrow, photo, rows, bars, height: rows[1].y + small + 14 };
}

/** Two distances in words, with as many places as it takes to tell them apart. */
export function told(own, other) {
  const places = Math.abs(own - other) < 0.01 ? 4 : 2;
  return [own, other].map((each) => each.toFixed(places));
}

/** Where the lamp and the knob that turns the photo are. */
export function places({ photo: { x, y, size } }, { direction, slant, angle }) {
  const [cx, cy] = [x + size / 2, y + size / 2];
  const [light, turn] = [(direction * Math.PI) / 180, (angle * Math.PI) / 180];
  const reach = size / 2 - 14;
  return {
    middle: [cx, cy], reach,
    lamp: [cx + reach * slant * Math.cos(light), cy + reach * slant * Math.sin(light)],
    knob: [cx - (size / 2 + 22) * Math.sin(turn), cy - (size / 2 + 22) * Math.cos(turn)],
  };
}

/** The strokes of all cells, along their edges, as one path. */
function strokes(cells, { x, y, size }) {
  const side = size / CELLS;
  const sums = Array.from({ length: CELLS * CELLS }, (_, i) =>
    cells.slice(i * BINS, (i + 1) * BINS).reduce((a, b) => a + b, 0));
  const most = Math.max(...sums, 1e-9) * 0.45;
  const found = [];
  cells.forEach((value, i) => {
    const long = 0.48 * side * Math.min(1, value / most);
    if (long < 1.2) return;
    const [cell, bin] = [Math.floor(i / BINS), i % BINS];
    const [cx, cy] = [x + ((cell % CELLS) + 0.5) * side, y + (Math.floor(cell / CELLS) + 0.5) * side];
    const angle = (((bin + 0.5) * 180) / BINS + 90) * (Math.PI / 180);
    const [dx, dy] = [long * Math.cos(angle), long * Math.sin(angle)];
    found.push(`M${(cx - dx).toFixed(1)} ${(cy - dy).toFixed(1)}L${(cx + dx).toFixed(1)} ${(cy + dy).toFixed(1)}`);
  });
  return found.join("");
}

/** The bars of one way to compare. */
function bars(name, answer, row, { x, thumb, step, long }, most, narrow) {
  const gap = narrow ? 6 : 14;
  const found = [];
  const numbers = told(answer.own, answer.other);
  [["own", "her own photo"], ["other", "nearest other"]].forEach(([who, label], number) => {
    const top = row.y + number * step;
    const nearest = (who === "own") === answer.right;
    const kind = !nearest ? "ink" : who === "own" ? "output" : "wrong";
    const wide = Math.max(2, Math.min(1, answer[who] / most) * long);
    const left = x + thumb + gap;
    const middle = top + thumb / 2;
    if (!narrow) found.push(words(`${name}-${who}-label`, left, top + 18, label, "explore-note"));
    found.push(
      rect(`${name}-${who}-bar`, left, narrow ? middle - 10 : top + 28, wide, narrow ? 20 : 34, `explore-bar explore-${kind}`),
      words(`${name}-${who}-value`, left + wide + 10, narrow ? middle + 6 : top + 52,
        `${numbers[number]}${nearest ? (who === "own" ? " ✓" : " ✗") : ""}`,
        nearest ? `explore-strong-words explore-${kind}-words` : "explore-muted-words"));
  });
  return found;
}

/** Everything but the pixels. */
export function shapes(at, state, found, hover) {
  const { photo, rows, narrow } = at;
  const { middle, lamp, knob } = places(at, state);
  const frame = ({ x, y, size }, key, kind) => rect(key, x, y, size, size, `explore-edge explore-${kind}`);
  const drawn = [
    frame(photo, "frame", "input"),
    path("arm", `M${middle[0]} ${photo.y}L${knob[0]} ${knob[1]}`, "explore-lines"),
    disc("knob", ...knob, 13, "explore-knob explore-input"),
    words("turn", knob[0] + 22, knob[1] + 6, "turn me", "explore-note"),
    path("ray", `M${middle[0]} ${middle[1]}L${lamp[0]} ${lamp[1]}`, "explore-ray explore-kernel"),
    disc("glow", ...lamp, 15 + 12 * state.power, "explore-glow explore-kernel"),
    disc("lamp", ...lamp, 15, "explore-knob explore-kernel"),
    words("title-pixels", rows[0].x, rows[0].y - 10, narrow ? "pixels" : "25 × 25 pixels", "explore-title explore-input-words"),
    words("title-hog", rows[1].x, rows[1].y - 10, "HoG", "explore-title explore-kernel-words"),
    frame(rows[0], "small", "input"),
    rect("paper", rows[1].x, rows[1].y, rows[1].size, rows[1].size, "explore-paper"),
    frame(rows[1], "cells", "kernel"),
    path("strokes", strokes(found.cells, rows[1]), "explore-strokes explore-kernel"),
    ...bars("pixels", found.pixels, rows[0], at.bars, 0.5, narrow),
    ...bars("hog", found.hog, rows[1], at.bars, 4, narrow),
  ];
  if (hover) {
    const count = hover.kind === "pixel" ? SMALL : CELLS;
    const row = rows[hover.kind === "pixel" ? 0 : 1];
    [[row, "here"], [photo, "there"]].forEach(([{ x, y, size }, key]) => {
      const side = size / count;
      drawn.push(rect(key, x + hover.column * side, y + hover.row * side, side, side, "explore-window explore-wrong"));
    });
  }
  return drawn;
}

/** What the keyboard can hold: the lamp and the knob. */
export function handles(at, state, { turnLamp, slantLamp, tilt }) {
  const { lamp, knob } = places(at, state);
  const keys = (moves) => ({
    onkeydown: (event) => {
      const move = moves[event.key];
      if (!move) return;
      event.preventDefault();
      event.stopPropagation();
      move();
    },
  });
  const grip = (key, [x, y], label, values) => disc(key, x, y, 22, "explore-handle explore-grab",
    { ...focusable("slider", label), ...values });
  return [
    { ...grip("grip-lamp", lamp, "Lamp", { "aria-valuemin": 0, "aria-valuemax": 350, "aria-valuenow": state.direction,
      "aria-valuetext": `at ${state.direction} degrees, ${Math.round(100 * state.slant)} per cent to the side` }),
    on: keys({ ArrowRight: () => turnLamp(10), ArrowLeft: () => turnLamp(-10), ArrowUp: () => slantLamp(0.1),
      ArrowDown: () => slantLamp(-0.1), Home: () => turnLamp(null, 0), End: () => turnLamp(null, 180) }) },
    { ...grip("grip-knob", knob, "Angle", { "aria-valuemin": -45, "aria-valuemax": 45, "aria-valuenow": state.angle,
      "aria-valuetext": `turned by ${state.angle} degrees` }),
    on: keys({ ArrowRight: () => tilt(-5), ArrowLeft: () => tilt(5), ArrowUp: () => tilt(5), ArrowDown: () => tilt(-5),
      Home: () => tilt(null, -45), End: () => tilt(null, 45) }) },
  ];
}
