// Where a square can be, what it hides, and the map of what that costs.

/** A number from 0 to `most`. */
export function clamp(value, most) {
  return Math.min(Math.max(value, 0), most);
}

/** How many places a square has along one axis. */
export function placeCount({ size, side, step }) {
  return Math.floor((size - side) / step) + 1;
}

/** The place whose square has its middle nearest to a pixel; of two the first. */
export function nearestPlace(pixel, { size, side, step }) {
  const place = Math.ceil((pixel - side / 2) / step - 0.5);
  return clamp(place, placeCount({ size, side, step }) - 1);
}

/** The loss of a class around a pixel: between the middles of squares it is interpolated. */
export function lossAt(map, whole, label, x, y, { side, step }) {
  const along = (pixel, count) => {
    const at = clamp((pixel + 0.5 - side / 2) / step, count - 1);
    const low = Math.min(Math.floor(at), Math.max(0, count - 2));
    return [low, Math.min(low + 1, count - 1), at - low];
  };
  const [top, bottom, v] = along(y, map.length);
  const [left, right, u] = along(x, map[0].length);
  const mix = (a, b, share) => a + (b - a) * share;
  const left_over = mix(mix(map[top][left][label], map[top][right][label], u),
    mix(map[bottom][left][label], map[bottom][right][label], u), v);
  return whole - left_over;
}

/** A canvas in the colour of what is lost: clear where nothing is, full where all of it is. */
export function heatOf(map, whole, label, settings) {
  const { size } = settings;
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: size, height: size });
  const picture = new ImageData(size, size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const share = clamp(lossAt(map, whole, label, x, y, settings) / Math.max(whole, 1e-9), 1);
      picture.data.set([196, 61, 0, Math.round(205 * share)], 4 * (y * size + x));
    }
  }
  canvas.getContext("2d").putImageData(picture, 0, 0);
  return canvas;
}

/** A photo, enlarged smoothly, with a heat map over it if there is one. */
export function tinted(photo, heat) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: 904, height: 904 });
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  for (const each of [photo, heat]) if (each) context.drawImage(each, 0, 0, 904, 904);
  return canvas;
}

/** Decode a picture onto a canvas; the square in its middle, if a size is given. */
export async function pictured(url, most = 0) {
  const picture = new Image();
  picture.src = url;
  await picture.decode();
  const { naturalWidth: width, naturalHeight: height } = picture;
  const side = Math.min(width, height);
  const size = most ? Math.min(most, side) : side;
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: size, height: size });
  canvas.getContext("2d").drawImage(picture, (width - side) / 2, (height - side) / 2, side, side, 0, 0, size, size);
  return canvas;
}
