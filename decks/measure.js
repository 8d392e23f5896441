// What a slide is like: how much of its room is filled, the smallest letters, how many words.

/** The part of the screen that something really takes, in pixels of the slide. */
function boxesOf(node) {
  if (node.matches("svg")) {
    // A drawing keeps its shape, so it can be smaller than its element.
    return [...node.querySelectorAll("rect, circle, path, text, image, use")]
      .filter((part) => !part.closest("defs, clipPath, pattern, marker"))
      .map((part) => part.getBoundingClientRect());
  }
  if (node.matches("img, canvas, video")) {
    const box = node.getBoundingClientRect();
    const [w, h] = [node.naturalWidth || node.width, node.naturalHeight || node.height];
    const scale = Math.min(box.width / w, box.height / h);
    const [x, y] = [box.x + (box.width - scale * w) / 2, box.y + (box.height - scale * h) / 2];
    return [new DOMRect(x, y, scale * w, scale * h)];
  }
  return [node.getBoundingClientRect()];
}

function isShown(node) {
  return node.checkVisibility({ visibilityProperty: true, opacityProperty: true });
}

/** The lines of text below an element, each where it stands. */
function textBoxes(root) {
  const found = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!node.textContent.trim() || !isShown(node.parentElement)) continue;
    if (node.parentElement.closest("svg, mjx-container, style, script, mjx-assistive-mml")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    found.push({ node, boxes: [...range.getClientRects()] });
  }
  return found;
}

function lettersOf(node) {
  const size = parseFloat(getComputedStyle(node).fontSize);
  const matrix = node.getScreenCTM?.();
  return matrix ? size * Math.hypot(matrix.a, matrix.b) : size;
}

window.measureSlide = () => {
  const slide = Reveal.getCurrentSlide();
  const inside = slide.querySelector(".slide");
  const frame = inside.getBoundingClientRect();
  const style = getComputedStyle(inside);
  const header = inside.querySelector("header");
  const isTitle = slide.dataset.layout === "title";
  const top = header && !isTitle ? header.getBoundingClientRect().bottom
    : frame.top + parseFloat(style.paddingTop);
  const room = {
    left: frame.left + parseFloat(style.paddingLeft), top,
    right: frame.right - parseFloat(style.paddingRight),
    bottom: frame.bottom - parseFloat(style.paddingBottom),
  };
  const body = isTitle ? inside : inside.querySelector(".body");
  const visuals = [...body.querySelectorAll("svg, img, canvas, video")]
    .filter((node) => isShown(node) && !node.parentElement.closest("svg, mjx-container"));
  const texts = textBoxes(body);
  const blocks = [...body.querySelectorAll("table, pre, .cnn-number, button, input")].filter(isShown);
  const boxes = [
    ...visuals.flatMap(boxesOf), ...texts.flatMap(({ boxes: own }) => own),
    ...blocks.map((node) => node.getBoundingClientRect()),
    ...[...body.querySelectorAll("mjx-container")].map((node) => node.getBoundingClientRect()),
  ].filter((box) => box.width > 0 && box.height > 0);
  const span = (least, most) => Math.max(0, most - least);
  const width = span(Math.min(...boxes.map((box) => box.left)), Math.max(...boxes.map((box) => box.right)));
  const height = span(Math.min(...boxes.map((box) => box.top)), Math.max(...boxes.map((box) => box.bottom)));
  const drawn = [...body.querySelectorAll("svg text")]
    .filter((node) => node.textContent.trim() && isShown(node)).map(lettersOf);
  const plain = [...texts, ...textBoxes(header ?? document.createElement("i"))]
    .filter(({ node }) => !node.parentElement.closest(".explore table"))
    .map(({ node }) => lettersOf(node.parentElement));
  const words = texts.filter(({ node }) => !node.parentElement.closest(
      "pre, code, table, .explore, .cnn-number b, label, button"))
    .map(({ node }) => node.textContent).join(" ").split(/\s+/).filter((word) => /\w/.test(word));
  const big = visuals.some((node) => {
    const own = boxesOf(node);
    return own.length > 0 && node.getBoundingClientRect().height > 80;
  });
  const kinds = new Set([...body.querySelectorAll(".piece")].map((piece) =>
    piece.className.replace(/.*is-(\w+).*/, "$1")));
  const picture = big || body.querySelector(".explore, .cnn-number, table") !== null;
  return {
    title: header?.querySelector("h1, h2")?.textContent ?? "",
    layout: slide.dataset.layout,
    width: boxes.length ? width / (room.right - room.left) : 0,
    height: boxes.length ? height / (room.bottom - room.top) : 0,
    picture,
    only_code: !picture && (kinds.has("code") || kinds.has("print")),
    moves: slide.querySelector(".fragment, .explore") !== null,
    smallest: Math.min(99, ...plain),
    smallest_drawn: Math.min(99, ...drawn),
    words: words.length,
  };
};
