// Points as text: one per line, x, y and class.

import { REACH } from "./playground_fields.js";

const MOST = 400;

/** Points as text that `parse` reads. */
export function written(points) {
  return points.map(([x, y, label]) => `${Number(x.toFixed(3))}, ${Number(y.toFixed(3))}, ${label}`).join("\n");
}

/** The points that a text says, or one line that says what is wrong. */
export function parse(text) {
  const points = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (!line.trim()) continue;
    const parts = line.trim().split(/[\s,;]+/).filter(Boolean);
    const numbers = parts.map(Number);
    if (parts.length !== 3 || !numbers.every(Number.isFinite)) {
      return { error: `Line ${i + 1} is not x, y and class, such as 0.5, -0.2, 1.` };
    }
    if (numbers[2] !== 0 && numbers[2] !== 1) return { error: `Line ${i + 1}: the class must be 0 or 1.` };
    if (Math.abs(numbers[0]) > REACH || Math.abs(numbers[1]) > REACH) {
      return { error: `Line ${i + 1}: x and y must be from -${REACH} to ${REACH}.` };
    }
    points.push(numbers);
    if (points.length > MOST) return { error: `More than ${MOST} points.` };
  }
  return { points };
}
