// Grids of numbers in a scene: drawn, and edited by keys.

import { focusable } from "./dom.js";
import { rect, words } from "./scene.js";

/** A number as it stands in a cell: a true minus, at most two places, none that say nothing. */
export function figure(value, brief = false) {
  const rounded = Math.round(value * 100) / 100 || 0;
  const text = String(rounded).replace("-", "−");
  return brief ? text.replace(/^(−?)0\./, "$1.") : text;
}

/** The size of type that lets the longest of some texts fit a cell, not below what can be read. */
export function fitting(texts, side) {
  const longest = Math.max(1, ...texts.map((text) => text.length));
  return Math.max(16, Math.min(0.44 * side, (0.9 * side) / (0.58 * longest)));
}

/**
 * Shapes of a grid. `box` says where (`x`, `y`, `side`); `kind` gives the colour; of each cell
 * `text(i, j)` says what stands in it, `look(i, j)` its classes, `fill(i, j)` a colour of its own.
 */
export function cells(key, { x, y, side, rows, columns }, { kind, text = () => "", look = () => "",
  fill = () => null, fresh = "" }) {
  const texts = Array.from({ length: rows * columns }, (_, i) => text(Math.floor(i / columns), i % columns));
  const size = fitting(texts, side);
  const [squares, numbers] = [[], []];
  texts.forEach((each, index) => {
    const [i, j] = [Math.floor(index / columns), index % columns];
    const own = fill(i, j);
    squares.push(rect(`${key}-${i}-${j}`, x + j * side, y + i * side, side, side,
      `explore-cell explore-${kind} ${look(i, j)}`,
      { "data-cell": `${key}-${i}-${j}`, ...(own ? { style: `fill:${own};fill-opacity:1` } : {}) }));
    if (each === "") return;
    const paper = own ? ` ${bright(own) ? "explore-on-light" : "explore-on-dark"}` : "";
    numbers.push(words(`${key}-${i}-${j}-number${fresh}`, x + (j + 0.5) * side,
      y + (i + 0.5) * side + 0.36 * size, each, `explore-number ${look(i, j)}${paper}`,
      { style: `font-size:${size}px;animation-delay:calc(${index} * var(--explore-beat, 20ms))` }));
  });
  return [...squares, ...numbers];
}

/** Whether dark letters can be read on a colour `rgb(…)`: by its relative luminance. */
function bright(colour) {
  const [r, g, b] = colour.match(/\d+/g).map((each) => (Number(each) / 255) ** 2.2);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18;
}

/** Which cell of a box a point is in, as row and column, or null. */
export function cellAt({ x, y, side, rows, columns }, px, py) {
  const [i, j] = [Math.floor((py - y) / side), Math.floor((px - x) / side)];
  return i >= 0 && j >= 0 && i < rows && j < columns ? [i, j] : null;
}

/** The window as something that arrow keys move; with shift they move it `far`. */
export function grip({ x, y, side, row, column, position, count, text, go, far = 1 }) {
  const size = Math.max(side, 28);
  const shift = (side - size) / 2;
  const shape = rect("grip", x + shift, y + shift, size, size, "explore-handle explore-grab", {
    ...focusable("slider", "Window"), "aria-valuemin": 1, "aria-valuemax": Math.max(1, count),
    "aria-valuenow": position + 1, "aria-valuetext": text, rx: 4, "data-row": row, "data-column": column,
  });
  const onkeydown = (event) => {
    const [i, j] = [Number(event.target.dataset.row), Number(event.target.dataset.column)];
    const step = event.shiftKey ? far : 1;
    const to = {
      ArrowLeft: [i, j - step], ArrowRight: [i, j + step], ArrowUp: [i - step, j], ArrowDown: [i + step, j],
      Home: [0, 0], End: [Infinity, Infinity],
    }[event.key];
    if (!to) return;
    event.preventDefault();
    event.stopPropagation();
    go(...to);
  };
  return { ...shape, on: { onkeydown } };
}

/**
 * Let cells be edited by keys: left and right lead to neighbours, up and down change the number,
 * digits replace it. `read(i, j)` and `write(i, j, value)` know the numbers; `label(i, j)` is read
 * out; `redraw()` shows what is being typed.
 */
export function editing({ key, label, read, write, redraw, step = () => 1 }) {
  let chosen = "0-0";
  let typed = null;
  const stop = () => { typed = null; };

  function press(event, i, j) {
    const own = `${key}-${i}-${j}`;
    const buffer = typed?.own === own ? typed.text : "";
    const beside = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const change = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (beside) {
      const all = [...event.target.parentNode.querySelectorAll(`[data-grid="${key}"]`)];
      all[all.indexOf(event.target) + beside]?.focus();
    } else if (change) {
      stop();
      write(i, j, Math.round((read(i, j) + change * step()) * 1000) / 1000);
    } else if (/^[\d.,-]$/.test(event.key) && !event.ctrlKey && !event.metaKey) {
      const text = buffer + event.key.replace(",", ".");
      if (!/^-?\d{0,3}(\.\d{0,3})?$/.test(text)) return;
      typed = { own, text };
      if (Number.isFinite(Number.parseFloat(text))) write(i, j, Number.parseFloat(text));
      else redraw();
    } else if (event.key === "Backspace" && buffer) {
      typed = { own, text: buffer.slice(0, -1) };
      write(i, j, Number.parseFloat(typed.text) || 0);
    } else if (event.key === "Enter" || event.key === "Escape") {
      stop();
      redraw();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return {
    /** What somebody is typing into a cell, or null. */
    typing: (i, j) => (typed?.own === `${key}-${i}-${j}` ? typed.text.replace("-", "−") : null),
    handles({ x, y, side, rows, columns }) {
      return Array.from({ length: rows * columns }, (_, index) => {
        const [i, j] = [Math.floor(index / columns), index % columns];
        const own = `${i}-${j}`;
        return rect(`edit-${key}-${own}`, x + j * side, y + i * side, side, side, "explore-handle", {
          ...focusable("spinbutton", label(i, j)), "aria-valuenow": read(i, j), "data-grid": key,
          tabindex: own === chosen ? 0 : -1,
        });
      }).map((shape, index) => ({ ...shape, on: listeners(Math.floor(index / columns), index % columns) }));
    },
  };

  function listeners(i, j) {
    return {
      onkeydown: (event) => press(event, i, j),
      onfocus: () => { chosen = `${i}-${j}`; redraw(); },
      onblur: () => { if (typed) { stop(); redraw(); } },
    };
  }
}

/** What a scene does while the pointer passes over: notes in `view.hover` what `find` says. */
export function hovering(view, redraw, find) {
  const note = (found) => {
    if (found === view.hover) return;
    view.hover = found;
    redraw();
  };
  return {
    hover(x, y) {
      const found = find(x, y);
      if (found !== undefined) note(found);
    },
    leave: () => note(null),
  };
}
