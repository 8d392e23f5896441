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

/** Drawings that move on: each press is a step. Marks stand for the presses among the fragments. */
const moving = [];
/** On paper nothing moves: there is the last state. */
const printed = new URLSearchParams(location.search).has("print-pdf");

function addSteps(place, model) {
  const count = model.get("frames").length;
  const marks = Array.from({ length: count - 1 }, () => {
    const mark = document.createElement("span");
    mark.className = "fragment step-mark";
    return mark;
  });
  place.append(...marks);
  moving.push({ model, marks });
}

function moveOn() {
  for (const { model, marks } of moving) {
    const at = printed ? marks.length
      : marks.filter((mark) => mark.classList.contains("visible")).length;
    if (model.get("at") !== at) model.set("at", at);
  }
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
    const model = modelOf(structuredClone(found.values));
    place.replaceChildren();
    loaded[found.module].render({ model, el: place });
    if (model.get("frames")) addSteps(place, model);
    // Arrow keys move a slider that has the focus, not the slides.
    place.addEventListener("keydown", (event) => event.stopPropagation());
  }
}

// The marks must stand before reveal.js counts fragments.
const ready = startExplorers().then(() => Promise.all([
  Reveal.initialize({
    width: 1280, height: 720, margin: 0, center: false, hash: true, transition: "none",
    backgroundTransition: "none", slideNumber: "c/t", showNotes: false,
    pdfSeparateFragments: false, plugins: [RevealNotes],
  }),
  MathJax.startup?.promise,
])).then(() => {
  for (const event of ["fragmentshown", "fragmenthidden", "slidechanged"]) Reveal.on(event, moveOn);
  moveOn();
});
ready.then(() => { document.documentElement.dataset.ready = "yes"; });
