"""Explorers in a plain page: their module with a model that lives in the browser alone."""

import json

from cnnlib.explore._explorer import STYLES, Explorer

MODEL = """
const heard = {};
window.model = {
  get: (name) => state[name],
  set: (name, value) => {
    state[name] = value;
    (heard[`change:${name}`] ?? []).forEach((listener) => listener());
  },
  save_changes() {},
  on: (event, listener) => (heard[event] ??= []).push(listener),
  off() {},
};
"""
SCHEMES = {
    "light": "background: white; color: black",
    "dark": "background: #111; color: #eee; --jp-layout-color0: #111",
}


def page(explorer: Explorer, scheme: str = "light") -> str:
    """Return a page with one explorer in its present state."""
    own = [name for name in explorer.trait_names(sync=True) if not name.startswith("_")]
    state = {
        name: getattr(explorer, name)
        for name in own
        if name not in ("layout", "tabbable", "tooltip", "comm")
    }
    module = str(explorer._esm).replace("export default { render };", "")
    style = STYLES.read_text("utf-8")
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Explorer</title>'
        f"<style>{style} body {{ {SCHEMES[scheme]}; font-family: sans-serif }}</style>"
        f'<main id="root"></main><script type="module">{module}\n'
        f"const state = {json.dumps(state)};{MODEL}\n"
        'render({ model, el: document.getElementById("root") });</script>'
    )
