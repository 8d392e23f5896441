// Where the four maps of a pooling are: in a row where there is room, else two by two.

const HEAD = 40;
const GAP = 52;

/** Boxes of the input with its padding, the output, the gradient and the un-pooled map. */
export function poolingLayout(width, { rows: n, padding, written }, m) {
  const narrow = width < 760;
  const across = (count, side) => ({ side, rows: count, columns: count });
  const total = n + 2 * padding;
  let boxes;
  if (written) {
    const columns = narrow ? [total + m, 2 * n] : [total + m + 2 * n];
    const free = width - (narrow ? GAP / 2 : 3 * GAP) - 8;
    const side = Math.max(8, Math.floor(Math.min(66, 330 / total, free / Math.max(...columns))));
    boxes = [across(total, side), across(m, side), across(n, side), across(n, side)];
  } else {
    const room = narrow ? (width - GAP / 2) / 2 : Math.min(270, (width - 3 * GAP) / 4);
    boxes = [n, m, n, n].map((count) => across(count, room / count));
  }
  const wide = boxes.map((box) => box.side * box.columns);
  const lines = narrow ? [[0, 1], [2, 3]] : [[0, 1, 2, 3]];
  const gap = narrow ? GAP / 2 : GAP;
  let top = HEAD;
  for (const line of lines) {
    const tall = Math.max(...line.map((i) => wide[i]), narrow ? 0 : 300);
    let left = (width - line.reduce((sum, i) => sum + wide[i], 0) - gap * (line.length - 1)) / 2;
    for (const i of line) {
      Object.assign(boxes[i], { x: Math.floor(left), y: Math.floor(top + (tall - wide[i]) / 2) });
      left += wide[i] + gap;
    }
    top += tall + HEAD;
  }
  for (const box of boxes) Object.assign(box, { right: box.x + box.side * box.columns, bottom: box.y + box.side * box.rows });
  const [input, output, gradient, large] = boxes;
  const inset = written ? padding * input.side : 0;
  const image = { ...input, x: input.x + inset, y: input.y + inset, rows: n, columns: n };
  return { input, image, output, gradient, large, height: top - HEAD + 10, narrow };
}
