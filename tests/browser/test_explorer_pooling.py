"""The explorer of pooling computes what PyTorch computes, and follows the hand."""

import json
import random
import re

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from explorers import page, settle
from lab import visit
from playwright.sync_api import expect

from cnnlib.explore import Pooling
from cnnlib.explore._bundle import bundle
from cnnlib.explore._explorer import STYLES

CASES = 10_000


@pytest.fixture(scope="module")
def compute(browser):
    """Pool in the browser: y, dx, and the un-pooled map of many cases."""
    module = bundle(str(STYLES.parent / "shared" / "pool.py"))
    script = """(cases) => JSON.stringify(JSON.parse(cases).map(([x, settings]) => {
        const y = pool(x, settings);
        const dx = poolBackward(x, y, settings);
        return [y, dx, unpool(x, y)].map((each) => (each ? [...each.values] : null));
    }))"""
    with visit(browser) as found:
        found.page.set_content(
            f'<script type="module">{module.replace("export function", "function")}\n'
            f"window.compute = {script};</script>"
        )
        found.page.wait_for_function("window.compute !== undefined")
        yield lambda cases: json.loads(
            found.page.evaluate("(cases) => window.compute(cases)", json.dumps(cases))
        )


def draw(rng):
    """Return a map with ties in it, and settings that PyTorch accepts."""
    kernel = rng.randint(1, 5)
    kind = rng.choice(["max", "average", "norm"])
    padding = 0 if kind == "norm" else rng.randint(0, kernel // 2)
    rows, columns = (rng.randint(kernel, 8) for _ in range(2))
    values = [rng.randint(1, 9) * rng.choice([-1, 1]) for _ in range(rows * columns)]
    settings = {
        "kind": kind, "kernel": kernel, "stride": rng.randint(1, 4), "padding": padding,
        "p": rng.randint(1, 6),
    }  # fmt: skip
    return {"rows": rows, "columns": columns, "values": values}, settings


def by_pytorch(case, settings):
    """Return y, dx and the un-pooled map of one case."""
    x = torch.tensor(case["values"], dtype=torch.float64)
    x = x.view(1, 1, case["rows"], case["columns"]).requires_grad_()
    size = settings["kernel"], settings["stride"]
    large = None
    if settings["kind"] == "max":
        y, where = F.max_pool2d(x, *size, settings["padding"], return_indices=True)
        large = torch.zeros(x.numel(), dtype=torch.float64)
        large = large.scatter(0, where.flatten(), y.detach().flatten())
    elif settings["kind"] == "average":
        y = F.avg_pool2d(x, *size, settings["padding"])
    else:
        y = F.lp_pool2d(x.abs(), settings["p"], *size)
    y.sum().backward()
    return y.detach().flatten(), x.grad.flatten(), large


def test_it_pools_as_pytorch_does(compute):
    rng = random.Random(8)
    cases = [draw(rng) for _ in range(CASES)]
    for case, (y, dx, large) in zip(cases, compute(cases), strict=True):
        expected = by_pytorch(*case)
        np.testing.assert_allclose(y, expected[0], rtol=1e-9, err_msg=str(case))
        np.testing.assert_allclose(dx, expected[1], rtol=1e-9, atol=1e-12, err_msg=str(case))
        if expected[2] is None:
            assert large is None
        else:
            assert large == expected[2].tolist()


@pytest.fixture
def show(browser, tmp_path):
    """Open the explorer in a page of its own."""
    with visit(browser, permissions=["clipboard-read", "clipboard-write"]) as found:

        def show(explorer):
            file = tmp_path / "page.html"
            file.write_text(page(explorer))
            found.page.goto(file.as_uri())
            expect(found.page.get_by_role("slider", name="Window", exact=True)).to_be_attached()
            settle(found.page)
            return found.page

        yield show
        assert found.complaints == found.elsewhere == []


def copied(page):
    """Run what the button copies; return what its last expression is worth."""
    page.get_by_role("button", name="Copy as PyTorch").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    *before, last = page.evaluate("navigator.clipboard.readText()").split("; ")
    names = {}
    exec("; ".join(before), names)
    return eval(last, names)


def numbers(page, key, count):
    """Return what stands in a map: 0 for the input, 1 output, 2 dx, 3 un-pooled."""
    texts = page.locator("[role=img] .explore-number").all_text_contents()
    texts = [float(text.replace("−", "-")) for text in texts]
    starts = np.cumsum([0, *count])
    return texts[starts[key] : starts[key + 1]]


def said(page):
    return page.locator(".explore-formula").inner_text()


def cell(page, x, y, side, row, column):
    page.mouse.move(x + (column + 0.5) * side, y + (row + 0.5) * side)


def test_the_window_and_the_numbers_follow_the_hand(show):
    page = show(Pooling())
    window = page.get_by_role("slider", name="Window", exact=True)
    box = window.bounding_box()
    side = box["width"] / 3
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] + 2 * side, middle[1] + 2 * side, steps=4)
    page.mouse.up()
    page.mouse.move(5, 5)
    assert page.evaluate("window.model.get('position')") == 3
    assert said(page) == "max(0, 4, 3, 2, 6, 4, 0, 5, 7) = 7"
    # The middle is in all four windows and wins none; the 5 wins one.
    cell(page, box["x"], box["y"], side, 2, 2)
    assert said(page) == "The pixel 0 is in 4 windows and wins in 0: dx = 0."
    cell(page, box["x"], box["y"], side, 3, 1)
    assert said(page) == "The pixel 5 is in 1 window and wins in 1: dx = 1."
    page.mouse.move(5, 5)
    page.get_by_role("spinbutton", name="Input, row 3, column 3").focus()
    page.keyboard.type("9")
    y, dx, large = copied(page)
    assert y.flatten().tolist() == [9, 9, 9, 9]
    count = [25, 4, 25, 25]
    assert numbers(page, 1, count) == y.flatten().tolist()
    assert numbers(page, 2, count) == dx.flatten().tolist() == [0] * 12 + [4] + [0] * 12
    assert numbers(page, 3, count) == large.flatten().tolist()


@pytest.mark.parametrize("kind", ["average", "norm"])
def test_other_kinds_give_everybody_a_share_and_leave_nothing_to_undo(show, kind):
    page = show(Pooling(kind=kind, kernel=2, stride=1, padding=1))
    y, dx = copied(page)
    assert y.shape[-1] == (4 if kind == "norm" else 6)
    count = [25, y.numel(), 25, 0]
    assert numbers(page, 1, count) == pytest.approx(y.flatten().tolist(), abs=0.006)
    assert numbers(page, 2, count) == pytest.approx(dx.flatten().tolist(), abs=0.006)
    expect(page.get_by_text("nothing to put back")).to_be_visible()


def test_a_photo_is_pooled_as_pytorch_does(show):
    page = show(Pooling())
    page.get_by_role("button", name="photo").click()
    expect(page.get_by_role("img")).to_have_attribute(
        "aria-label", re.compile("pixels, giving 28 by 28")
    )
    y, _, _ = copied(page)
    window = page.get_by_role("slider", name="Window", exact=True)
    for key, row, column in (("Home", 0, 0), ("Shift+ArrowRight", 0, 8), ("End", 27, 27)):
        window.press(key)
        value = float(said(page).split("= ")[1])
        assert value == pytest.approx(y[0, 0, row, column].item(), abs=0.01)
    # Stride 1: windows overlap, and as many fit as there are places for them.
    page.get_by_label("Stride S").press("Home")
    expect(page.get_by_role("img")).to_have_attribute(
        "aria-label", re.compile("pixels, giving 109 by 109")
    )


def test_it_says_what_it_cannot_show():
    for image in (np.zeros((9, 9)), np.zeros((2, 3)), np.zeros(4)):
        with pytest.raises(ValueError, match=r"expected \(n, n\) with n up to 8"):
            Pooling(image)
