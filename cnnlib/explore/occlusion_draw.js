// What is seen of an occlusion: a photo with a square, and bars.

import { rect, words } from "./shared/scene.js";

const BAR = 118;

/** Where photo and bars are in a scene of this width. */
export function arrangement(width, size) {
  const narrow = width < 720;
  const side = narrow ? Math.min(width - 8, 380) : 452;
  const photo = { x: narrow ? Math.floor((width - side) / 2) : Math.max(4, Math.floor(width / 2) - 520), y: 6,
    width: side, side: side / size };
  const left = narrow ? 8 : photo.x + side + 70;
  const top = narrow ? photo.y + side + 20 : photo.y + 36;
  const long = narrow ? width - 16 : Math.min(500, width - left - 20);
  const bars = [0, 1, 2].map((i) => ({ x: left, y: top + BAR * i, width: long, height: BAR - 12 }));
  return { photo, bars, height: narrow ? top + 3 * BAR : photo.y + side + 8 };
}

/** Frame, square and bars. */
export function shapes(at, { labels, whole }, left, chosen, square) {
  const { photo, bars } = at;
  const found = [rect("frame", photo.x, photo.y, photo.width, photo.width, "explore-edge explore-input")];
  if (square) {
    found.push(rect("square", square.x, square.y, square.side, square.side, "explore-cover explore-window explore-ink",
      { rx: 3 }));
  }
  labels.forEach((label, i) => {
    const { x, y, width } = bars[i];
    const number = (share) => `${Math.round(100 * share)} %`;
    if (i === chosen) found.push(rect("chosen", x - 14, y, 5, BAR - 18, "explore-mark explore-wrong"));
    found.push(
      words(`name-${i}`, x, y + 26, label, "explore-title"),
      words(`share-${i}`, x + width, y + 26, number(left[i]), "explore-title explore-end explore-output-words"),
      rect(`room-${i}`, x, y + 38, width, 30, "explore-cell explore-ink", { rx: 4 }),
      rect(`bar-${i}`, x, y + 38, Math.max(2, width * left[i]), 30, "explore-bar explore-output", { rx: 4 }),
      rect(`whole-${i}`, x + width * whole[i] - 2, y + 33, 4, 40, "explore-mark explore-ink"),
      words(`was-${i}`, x, y + 92, `${number(whole[i])} with nothing hidden`, "explore-note"));
  });
  return found;
}
