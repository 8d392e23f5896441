// Where the grids of a layer are: forward above, backward below; what adds up is written beside.

const HEAD = 36;
const BETWEEN = 52;
const COMPACT = 820;

function placed(x, y, side, count) {
  return { x, y, side, rows: count, columns: count, right: x + side * count, bottom: y + side * count };
}

/** Boxes for the padded image, the kernel and the output, each with its gradient below. */
export function layerLayout(width, total, kernel, count) {
  const compact = width < COMPACT;
  const room = compact ? width - 8 : Math.min(800, width * 0.66);
  const cellsAcross = total + kernel + Math.max(1, count);
  const most = Math.max(total, kernel, count);
  const least = compact ? 20 : 56;
  const side = Math.floor(Math.min(52, (room - 2 * least) / cellsAcross, 376 / (2 * most)));
  const gap = Math.floor(Math.min(130, (room - side * cellsAcross) / 2));
  const tall = side * most;
  const across = side * cellsAcross + 2 * gap;
  const start = Math.floor(compact ? (width - across) / 2 : Math.max(4, (width - across - 410) / 2));
  const row = (top) => {
    const middle = (n) => top + Math.floor((tall - side * n) / 2);
    const x = placed(start, middle(total), side, total);
    const w = placed(x.right + gap, middle(kernel), side, kernel);
    return { x, w, y: placed(w.right + gap, middle(count), side, count) };
  };
  const forward = row(HEAD);
  const backward = row(HEAD + tall + BETWEEN);
  const bottom = HEAD + 2 * tall + BETWEEN;
  const left = compact ? 8 : forward.y.right + 76;
  const panel = { x: left, y: compact ? bottom + 52 : HEAD, width: width - left - 4 };
  return { side, forward, backward, panel, compact, height: compact ? bottom + 420 : Math.max(bottom + 8, 400) };
}
