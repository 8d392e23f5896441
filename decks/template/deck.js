// Starts a deck: slides, mathematics, and the explorers without a kernel.

/** A model as explorers know it, whose values live in this page alone. */
function modelOf(values) {
  const heard = {};
  return {
    get: (name) => values[name],
    set(name, value) {
      values[name] = value;
      (heard[`change:${name}`] ?? []).forEach((listener) => listener());
    },
    save_changes() {},
    on(event, listener) { (heard[event] ??= []).push(listener); },
    off(event, listener) {
      heard[event] = (heard[event] ?? []).filter((other) => other !== listener);
    },
  };
}

async function startExplorers() {
  const { modules, models } = JSON.parse(document.getElementById("explorers").textContent);
  const loaded = {};
  for (const [name, source] of Object.entries(modules)) {
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    loaded[name] = (await import(url)).default;
    URL.revokeObjectURL(url);
  }
  for (const place of document.querySelectorAll(".explorer")) {
    const found = models[place.dataset.model];
    if (!found) continue;
    loaded[found.module].render({ model: modelOf(structuredClone(found.values)), el: place });
    // Arrow keys move a slider that has the focus, not the slides.
    place.addEventListener("keydown", (event) => event.stopPropagation());
  }
}

// To be printed, slides are laid out as pages, which ends some frames after all else.
const printed = new URLSearchParams(location.search).has("print-pdf")
  ? new Promise((resolve) => document.addEventListener("pdf-ready", resolve, { once: true }))
  : null;

const ready = Promise.all([
  printed,
  Reveal.initialize({
    width: 1280, height: 720, margin: 0.02, center: false, hash: true, transition: "none",
    slideNumber: "c/t", showNotes: false, pdfSeparateFragments: false, plugins: [RevealNotes],
  }),
  startExplorers(),
  MathJax.startup?.promise,
]);
ready.then(() => { document.documentElement.dataset.ready = "yes"; });
