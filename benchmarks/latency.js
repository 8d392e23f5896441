// Move the handles and sliders of one explorer in turn; return, for each move that changed something, the
// milliseconds from the event until the frame with the new picture has been painted. Run by lectures.py, in the page.

async ([explorer, moves]) => {
  // A window at the edge stays where it is: such a move is not counted.
  const changed = () => new Promise((resolve) => {
    const watch = new MutationObserver(() => finish(true));
    const late = setTimeout(() => finish(false), 500);
    function finish(whether) {
      clearTimeout(late);
      watch.disconnect();
      resolve(whether);
    }
    watch.observe(explorer, { attributes: true, characterData: true, childList: true, subtree: true });
  });
  // A callback of requestAnimationFrame runs before its frame is painted; a message, behind it.
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resolve;
    port2.postMessage(null);
  }));
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const keys = ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"];

  function next(move) {
    // A slider with a single place cannot be moved.
    const sliders = [...explorer.querySelectorAll("input[type=range]:not([disabled])")]
      .filter(({ min, max }) => Number(max) > Number(min));
    const handles = [...explorer.querySelectorAll(".explore-stage [role=slider]")];
    const all = [...handles, ...sliders];
    const chosen = (all.length ? all : [...explorer.querySelectorAll(".explore-stage [tabindex]")])
      .at(move % (all.length || 1));
    if (chosen.tagName !== "INPUT") {
      const key = keys[Math.floor(move / (all.length || 1)) % keys.length];
      return [chosen, new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })];
    }
    const before = chosen.value;
    chosen.stepUp();
    if (chosen.value === before) chosen.value = chosen.min;
    return [chosen, new Event("input", { bubbles: true })];
  }

  const taken = [];
  for (let move = 0; move < moves; move++) {
    const [chosen, event] = next(move);
    // Not always at the same moment between two frames.
    await pause((7 * move) % 17);
    const start = performance.now();
    const drawn = changed();
    chosen.dispatchEvent(event);
    if (!(await drawn)) continue;
    await painted();
    taken.push(performance.now() - start);
  }
  if (taken.length < moves / 4) throw new Error(`only ${taken.length} of ${moves} moves changed something`);
  return taken;
}
