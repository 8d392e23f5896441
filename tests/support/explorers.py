"""Explorers in a plain page: their module with a model that lives in the browser alone."""

import json
from typing import Any

from playwright.sync_api import Locator, Page

from cnnlib.explore._explorer import Explorer

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


def page(explorer: Explorer, scheme: str = "light") -> str:
    """Return a page with one explorer in its present state, as large as on a slide."""
    own = [name for name in explorer.trait_names(sync=True) if not name.startswith("_")]
    state = {
        name: getattr(explorer, name)
        for name in own
        if name not in ("layout", "tabbable", "tooltip", "comm")
    }
    module = str(explorer._esm).replace("export default { render };", "")
    light = str(scheme == "light").lower()
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Explorer</title>'
        f'<meta name="viewport" content="width=device-width"><style>{explorer._css}'
        "body { margin: 0; background: var(--cnn-paper) } main { font-size: 20px; padding: 10px }"
        f'</style><body data-jp-theme-light="{light}"><main>'
        f'<h1 class="explore-aside">Explorer</h1><div id="root"></div></main>'
        f'<script type="module">{module}\n'
        f"const state = {json.dumps(state)};{MODEL}\n"
        'render({ model, el: document.getElementById("root") });</script>'
    )


def model(page: Page, name: str) -> Any:
    """Return a setting of the explorer in a page."""
    return page.evaluate("name => window.model.get(name)", name)


def middle(locator: Locator) -> tuple[float, float]:
    """Return where the mouse finds the middle of something."""
    box = locator.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def settle(page: Page) -> None:
    """Wait until everything has glided to its place: boxes that are read before are elsewhere."""
    page.evaluate(
        """async () => {
          await document.fonts.ready;
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          const gliding = document.getAnimations()
            .filter(({ effect }) => Number.isFinite(effect.getComputedTiming().endTime));
          await Promise.all(gliding.map(({ finished }) => finished.catch(() => null)));
        }"""
    )
