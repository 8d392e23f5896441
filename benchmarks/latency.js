// Move the sliders of one explorer in turn, or its window where it has none; return, for each move, the
// milliseconds from the event until the frame with the new picture has been painted. Run by lectures.py, in the page.

async ([explorer, moves]) => {
  const stage = explorer.querySelector(".explore-stage");
  const changed = () => new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("a move changed nothing")), 10_000);
    const watch = new MutationObserver(() => {
      clearTimeout(late);
      watch.disconnect();
      resolve();
    });
    watch.observe(stage, { attributes: true, characterData: true, childList: true, subtree: true });
  });
  // A callback of requestAnimationFrame runs before its frame is painted; a message, behind it.
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(null);
  }));
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

  const taken = [];
  for (let move = 0; move < moves; move++) {
    // A slider with a single place cannot be moved.
    const free = [...explorer.querySelectorAll("input[type=range]")]
      .filter(({ min, max }) => Number(max) > Number(min));
    const slider = free[move % free.length];
    const keys = ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"];
    const event = slider ? new Event("input", { bubbles: true })
      : new KeyboardEvent("keydown", { key: keys[move % keys.length], bubbles: true });
    if (slider) {
      const before = slider.value;
      slider.stepUp();
      if (slider.value === before) slider.value = slider.min;
    }
    // Not always at the same moment between two frames.
    await pause((7 * move) % 17);
    const start = performance.now();
    const drawn = changed();
    (slider ?? explorer.querySelector("[role=slider]")).dispatchEvent(event);
    await drawn;
    await painted();
    taken.push(performance.now() - start);
  }
  return taken;
}
