"""The explorer of gradients computes what PyTorch does, and follows the hand."""

import json
import random
import re
from contextlib import ExitStack

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from explorers import model, page, settle
from lab import visit
from playwright.sync_api import expect
from waiting import wait_until

from cnnlib.explore import Backward
from cnnlib.explore._bundle import bundle
from cnnlib.explore._explorer import STYLES

CASES = 10_000


@pytest.fixture(scope="module")
def gradients(browser):
    """Pass back on many layers; return the outputs, gradients, and sums of products of one cell."""
    module = bundle(str(STYLES.parent / "shared" / "gradients.py"))
    with visit(browser) as found:
        found.page.set_content(
            f'<script type="module">{module}\nwindow.pass = (layer, numbers, sent, cells) => {{'
            "const found = passBack(layer, numbers, sent); const sums = cells.map(([g, i, j]) => "
            "terms(layer, g, i, j).map((each) => product(each, g, numbers, layer).value)"
            ".reduce((a, b) => a + b, 0)); return [found, sums]; };</script>"
        )
        found.page.wait_for_function("window.pass !== undefined")

        def call(cases):
            script = "(cases) => JSON.stringify(JSON.parse(cases).map((c) => window.pass(...c)))"
            return json.loads(found.page.evaluate(script, json.dumps(cases)))

        yield call


def drawn_case(rng):
    """Return a random layer with its numbers, or None where the kernel does not fit."""
    layer = {
        "size": rng.randint(3, 6), "kernel": rng.randint(1, 4), "stride": rng.randint(1, 3),
        "padding": rng.randint(0, 2), "dilation": rng.randint(1, 2),
    }  # fmt: skip
    n, k = layer["size"], layer["kernel"]
    m = (n + 2 * layer["padding"] - layer["dilation"] * (k - 1) - 1) // layer["stride"] + 1
    if m < 1:
        return None

    def square(size):
        return [[rng.randint(-3, 3) for _ in range(size)] for _ in range(size)]

    sent = [each for each in range(m * m) if rng.random() < 0.7]
    cells = [
        ("x", rng.randrange(n), rng.randrange(n)),
        ("w", rng.randrange(k), rng.randrange(k)),
        ("y", rng.randrange(m), rng.randrange(m)),
    ]
    return layer, {"x": square(n), "w": square(k), "dy": square(m)}, sent, cells


def by_pytorch(layer, numbers, sent):
    """Return y, dx and dw by autograd; what was not sent is zero."""
    x, w, dy = (torch.tensor(numbers[name], dtype=torch.float64)[None, None] for name in
                ("x", "w", "dy"))  # fmt: skip
    mask = torch.zeros(dy.numel(), dtype=torch.float64)
    mask[sent] = 1
    settings = layer["stride"], 0, layer["dilation"]
    padded = F.pad(x, (layer["padding"],) * 4).requires_grad_()
    y = F.conv2d(padded, w.requires_grad_(), None, *settings)
    dx, dw = torch.autograd.grad(y, (padded, w), dy * mask.reshape(dy.shape))
    return [each.detach()[0, 0].tolist() for each in (y, dx, dw)]


def test_gradients_are_those_of_autograd(gradients):
    rng = random.Random(9)
    cases = []
    while len(cases) < CASES:
        if case := drawn_case(rng):
            cases.append(case)
    for (layer, numbers, sent, cells), (found, sums) in zip(cases, gradients(cases), strict=True):
        y, dx, dw = by_pytorch(layer, numbers, sent)
        assert found == {"y": y, "dx": dx, "dw": dw}
        if len(sent) == len(y) ** 2:
            p = layer["padding"]
            values = {"x": np.array(dx)[p:, p:], "w": np.array(dw), "y": np.array(y)}
            assert sums == [values[name][i, j] for name, i, j in cells]


@pytest.fixture
def show(browser, tmp_path):
    with ExitStack() as stack:

        def show(explorer, **options):
            file = tmp_path / "page.html"
            file.write_text(page(explorer))
            found = stack.enter_context(visit(browser, **options)).page
            found.goto(file.as_uri())
            expect(found.get_by_role("img").first).to_be_visible()
            settle(found)
            return found

        yield show


def grid(page, name):
    """Return the middle of each cell of a grid, row by row."""
    return page.evaluate(
        """name => [...document.querySelectorAll(`[data-cell^="${name}-"]`)].map((each) => {
            const box = each.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2]; })""",
        name,
    )


def test_gradients_are_sent_by_hand_and_add_up(show):
    layer = show(Backward(stride=2, padding=1), permissions=["clipboard-read", "clipboard-write"])
    dy = grid(layer, "dy")
    assert len(dy) == 9
    layer.mouse.move(*dy[0])
    layer.mouse.down()
    for spot in dy[:3]:
        layer.mouse.move(*spot, steps=3)
    layer.mouse.up()
    assert model(layer, "sent") == [0, 1, 2]
    layer.mouse.click(*dy[1])
    assert model(layer, "sent") == [0, 2]
    layer.get_by_role("button", name="Send next").click()
    assert sorted(model(layer, "sent")) == [0, 1, 2]
    layer.get_by_role("button", name="Send all").click()
    assert layer.get_by_role("button", name="Send next").is_disabled()
    # What is copied computes what is shown.
    layer.get_by_role("button", name="Copy as PyTorch").click()
    expect(layer.get_by_role("button", name="Copied")).to_be_visible()
    *before, last = layer.evaluate("navigator.clipboard.readText()").split("; ")
    names = {}
    exec("; ".join(before), names)
    dx, dw = eval(last, names)
    for row, column in ((0, 0), (2, 3), (4, 4)):
        layer.mouse.move(*grid(layer, "dx")[7 * (row + 1) + column + 1])
        value = f"dx[{row}, {column}] = {dx[0, 0, row, column]:g}".replace("-", "−")
        expect(layer.get_by_text(value, exact=True)).to_be_visible()
    layer.mouse.move(*grid(layer, "dw")[5])
    value = f"dw[1, 2] = {dw[0, 0, 1, 2]:g}".replace("-", "−")
    expect(layer.get_by_text(value, exact=True)).to_be_visible()
    layer.get_by_role("button", name="Clear").click()
    assert model(layer, "sent") == []


def test_the_keyboard_sends_and_asks(show):
    layer = show(Backward())
    window = layer.get_by_role("slider", name="Window")
    window.press("ArrowDown")
    window.press("Space")
    assert model(layer, "sent") == [3]
    assert "1 of 9" in layer.get_by_role("img").get_attribute("aria-label")
    layer.get_by_role("slider", name="Cell of dx").press("End")
    told = re.compile("row 5, column 5 of the image is 0 so far")
    wait_until(
        lambda: told.search(layer.get_by_role("img").get_attribute("aria-label")),
        "the cell to be told",
    )
    expect(layer.get_by_text("not sent yet")).to_be_visible()


def test_a_kernel_that_does_not_fit_is_said(show):
    layer = show(Backward(size=3, kernel=4))
    expect(layer.get_by_text("than the padded input.", exact=True)).to_be_visible()
    assert layer.get_by_role("button", name="Copy").is_disabled()
    assert "no output" in Backward(size=3, kernel=4).still()
