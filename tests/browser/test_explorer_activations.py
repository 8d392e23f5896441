"""The explorer of activation functions computes what cnnlib does, and follows the hand."""

import json
from contextlib import contextmanager

import numpy as np
import pytest
from explorers import middle, model, page, settle
from lab import visit
from playwright.sync_api import expect

from cnnlib.explore import Activations
from cnnlib.explore._explorer import STYLES
from cnnlib.lessons.activations import BY_NAME, chain

CASES = 10_000
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


@contextmanager
def shown(browser, tmp_path, explorer, **options):
    file = tmp_path / "page.html"
    file.write_text(page(explorer))
    with visit(browser, **options) as found:
        found.page.goto(file.as_uri())
        expect(found.page.get_by_role("img").first).to_be_visible()
        settle(found.page)
        yield found.page
        assert found.complaints == found.elsewhere == []


def test_chains_are_those_of_cnnlib(browser):
    rng = np.random.default_rng(7)
    count = CASES // len(BY_NAME) + 1
    corners = [-2, -1, 0, 1, 2]
    inputs = {name: [*rng.uniform(-4, 4, count).round(3), *corners] for name in BY_NAME}
    weights = [*rng.uniform(0.5, 2, count).round(2), *[1.0] * len(corners)]
    cases = [
        (name, x, weight)
        for name, many in inputs.items()
        for x, weight in zip(many, weights, strict=True)
    ]
    assert len(cases) >= CASES
    module = (STYLES.parent / "activations_functions.js").read_text("utf-8")
    with visit(browser) as found:
        found.page.set_content(f'<script type="module">{module}\nwindow.chain = chain;</script>')
        found.page.wait_for_function("window.chain !== undefined")
        script = """cases => JSON.stringify(JSON.parse(cases).map(each =>
            window.chain(...each).map((one) => [one.z, one.output, one.slope, one.gradient])))"""
        computed = json.loads(found.page.evaluate(script, json.dumps(cases)))
    computed = np.array(computed).reshape(len(BY_NAME), -1, 10, 4)
    for found, (name, many) in zip(computed, inputs.items(), strict=True):
        links = chain(BY_NAME[name], np.array(many), np.array(weights))
        ours = np.array([[one.z, one.output, one.slope, one.gradient] for one in links])
        np.testing.assert_allclose(found, ours.transpose(2, 0, 1), rtol=1e-9, atol=1e-13,
                                   err_msg=name)  # fmt: skip


def test_what_is_copied_computes_what_is_shown(browser, tmp_path):
    names = list(BY_NAME)
    with shown(browser, tmp_path, Activations(x=0.65, weight=1.3), **CLIPBOARD) as page:
        for first, second in zip(names[::2], names[1::2], strict=True):
            page.get_by_label("First function").select_option(first)
            page.get_by_label("Second function").select_option(second)
            page.get_by_role("button", name="Copy as PyTorch").click()
            *before, last = page.evaluate("navigator.clipboard.readText()").split("; ")
            known = {}
            exec("; ".join(before), known)
            expected = [
                float(chain(BY_NAME[each], 0.65, 1.3)[0].gradient) for each in (first, second)
            ]
            assert eval(last, known) == pytest.approx(expected), (first, second)


def test_the_input_follows_the_hand_and_the_keys(browser, tmp_path):
    with shown(browser, tmp_path, Activations(x=1)) as page:
        handle, picture = page.get_by_role("slider", name="Input"), page.get_by_role("img")
        x, y = middle(handle)
        unit = page.locator(".explore-scene").bounding_box()["width"] / 2 / 8
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x - 2 * unit, y + 30, steps=4)
        page.mouse.up()
        assert model(page, "x") == pytest.approx(-1.1, abs=0.3)
        for key, expected in (("Home", -4), ("End", 4), ("Shift+ArrowLeft", 3), ("ArrowDown", 2.9)):
            handle.press(key)
            assert model(page, "x") == pytest.approx(expected)
        assert "The input is 2.9." in picture.get_attribute("aria-label")


def test_the_second_curve_can_be_held_too_and_a_layer_shows_its_factors(browser, tmp_path):
    with shown(browser, tmp_path, Activations(first="tanh", second="ReLU", x=2)) as page:
        box = page.locator(".explore-scene").bounding_box()
        page.mouse.click(box["x"] + 0.76 * box["width"], box["y"] + 120)
        assert abs(model(page, "x")) < 1
        formula = page.locator(".explore-formula")
        assert "ten tanh layers leave" in formula.inner_text()
        number = page.locator("[role=img] text").filter(has_text="3").last
        page.mouse.move(box["x"] + 0.12 * box["width"], middle(number)[1])
        expect(formula).to_contain_text("layer 3, z = ")
        page.mouse.move(5, 5)
        expect(formula).to_contain_text("ten ReLU layers leave")


def test_the_input_moves_by_itself_until_it_is_stopped(browser, tmp_path):
    with shown(browser, tmp_path, Activations(x=-1)) as page:
        page.get_by_role("button", name="Move").click()
        page.wait_for_function("window.model.get('x') > -0.6")
        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_role("button", name="Move")).to_be_visible()


def test_a_redraw_is_quick(browser, tmp_path):
    with shown(browser, tmp_path, Activations()) as page:
        changed = page.evaluate("""() => {
            const before = document.querySelector("[role=img]").innerHTML;
            window.model.set("x", -2);
            return document.querySelector("[role=img]").innerHTML !== before;
        }""")
        assert changed, "it is redrawn within the event, not later"
