"""The playground computes what PyTorch computes, and its points are drawn, typed and moved."""

import json
import random
from itertools import pairwise

import pytest
import torch
from explorers import model, settle
from explorers import page as page_of
from lab import visit
from playwright.sync_api import expect
from torch import nn
from waiting import wait_until

from cnnlib.explore import Playground
from cnnlib.explore.playground import given

MODULES = {"tanh": torch.tanh, "ReLU": torch.relu, "sigmoid": torch.sigmoid, "linear": lambda z: z}
SHAPES = [[1], [3], [6], [2, 2], [4, 3], [5, 2, 3]]
#: Random networks in all, with two points each.
CASES = 10_000
POINTS = 2


@pytest.fixture
def show(browser, tmp_path):
    """Open a playground in a page of its own, where its functions can be called."""
    opened = []
    reachable = "window.net = { gradient, predict, training };\nconst state ="

    def show(explorer, **options):
        file = tmp_path / "page.html"
        file.write_text(page_of(explorer).replace("const state =", reachable))
        context = visit(browser, **options)
        opened.append(context)
        found = context.__enter__()
        found.page.goto(file.as_uri())
        expect(found.page.get_by_role("img").first).to_be_visible()
        settle(found.page)
        return found.page

    yield show
    for context in opened:
        context.__exit__(None, None, None)


def flat_cases(rng, hidden):
    """Return weights of a network as the page wants them, and its points."""
    sizes = [2, *hidden, 1]
    net = [
        {
            "w": [[rng.gauss(0, 1.2) for _ in range(fan)] for _ in range(count)],
            "b": [rng.gauss(0, 0.7) for _ in range(count)],
        }
        for fan, count in pairwise(sizes)
    ]
    points = [[rng.uniform(-1.5, 1.5), rng.uniform(-1.5, 1.5), rng.randint(0, 1)]
              for _ in range(POINTS)]  # fmt: skip
    return net, points


def by_pytorch(cases, activation):
    """Return outputs and gradients of networks of one shape, all at once."""
    layers = len(cases[0][0])
    weights, biases = (
        [
            torch.tensor([net[i][name] for net, _ in cases], dtype=torch.float64).requires_grad_()
            for i in range(layers)
        ]
        for name in ("w", "b")
    )
    points = torch.tensor([points for _, points in cases], dtype=torch.float64)
    h = points[..., :2]
    for i in range(layers):
        z = h @ weights[i].transpose(1, 2) + biases[i][:, None]
        h = MODULES[activation](z) if i < layers - 1 else z
    loss = nn.functional.binary_cross_entropy_with_logits(
        h[..., 0], points[..., 2], reduction="none"
    )
    loss.mean(1).sum().backward()
    parts = [each.grad.flatten(1) for pair in zip(weights, biases, strict=True) for each in pair]
    return torch.cat([h[..., 0].sigmoid(), loss.mean(1, keepdim=True), *parts], dim=1).detach()


def test_outputs_losses_and_gradients_are_those_of_pytorch(show):
    page = show(Playground())
    rng = random.Random(3)
    kinds = [(shape, name) for shape in SHAPES for name in MODULES]
    compared = 0
    for shape, activation in kinds:
        cases = [flat_cases(rng, shape) for _ in range(-(-CASES // len(kinds)))]
        found = page.evaluate(
            """([text, activation]) => JSON.stringify(JSON.parse(text).map(([layers, points]) => {
                const { loss, slopes } = net.gradient(layers, activation, points);
                const says = points.map(([x, y]) => net.predict(layers, activation, [x, y]));
                return [...says, loss,
                    ...slopes.flatMap(({ w, b }) => [...w.flat(), ...b])];
            }))""",
            [json.dumps(cases), activation],
        )
        ours = torch.tensor(json.loads(found), dtype=torch.float64)
        torch.testing.assert_close(ours, by_pytorch(cases, activation), rtol=1e-9, atol=1e-11)
        compared += len(cases)
    assert compared >= CASES


def copied(page):
    page.get_by_role("button", name="Copy as PyTorch").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    settle(page)
    return page.evaluate("navigator.clipboard.readText()")


CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


@pytest.mark.parametrize(
    ("layers", "activation"), [([3], "tanh"), ([4, 2], "ReLU"), ([2, 3, 2], "sigmoid")]
)
def test_the_code_that_it_copies_is_the_network_that_it_shows(show, layers, activation):
    page = show(
        Playground(layers=layers, activation=activation, step=40, data="moons"), **CLIPBOARD
    )
    *before, last = copied(page).strip().splitlines()
    names = {}
    exec("\n".join(before), names)
    outputs = eval(last, names).flatten()
    # What the page shows of a run that it makes anew from its seed.
    shown = page.evaluate(
        """(points) => {
            const get = (name) => window.model.get(name);
            const all = get("sets")[get("data")];
            const run = net.training({ layers: get("layers"), activation: get("activation"),
                rate: get("rate"), seed: get("seed"), points: all });
            run.reach(get("step"));
            return all.slice(0, 5).map(([x, y]) => net.predict(run.net, get("activation"), [x, y]));
        }"""
    )
    assert outputs.tolist() == pytest.approx(shown, abs=1e-12)
    assert len(names["net"]) == 2 * len(layers) + 2


def test_training_goes_on_is_stopped_and_is_the_same_again(show):
    page = show(Playground(data="two groups", layers=[2]))
    picture = page.get_by_role("img")
    page.get_by_role("button", name="Step", exact=True).click()
    assert model(page, "step") == 1
    page.get_by_role("button", name="Train").click()
    wait_until(
        lambda: int(picture.get_attribute("aria-label").split("After ")[1].split()[0]) > 40,
        "forty steps",
    )
    page.get_by_role("button", name="Pause").click()
    reached, words = model(page, "step"), picture.get_attribute("aria-label")
    assert reached > 40
    assert "100 % of the points" in words
    # From the start, to the same step, by the settings alone.
    again = show(Playground(data="two groups", layers=[2], step=reached))
    assert again.get_by_role("img").get_attribute("aria-label") == words
    again.get_by_role("button", name="New weights").click()
    assert (model(again, "seed"), model(again, "step")) == (2, 0)
    again.get_by_role("button", name="Restart").click()
    assert model(again, "step") == 0


def test_points_are_drawn_moved_and_erased_by_hand(show):
    page = show(Playground(data="your own"), viewport={"width": 1280, "height": 720})
    field = page.locator("rect.explore-field").bounding_box()

    def at(x, y):
        return (field["x"] + field["width"] * (x + 1.5) / 3,
                field["y"] + field["height"] * (1.5 - y) / 3)  # fmt: skip

    page.mouse.click(*at(0.5, 0.5))
    page.get_by_role("button", name="□ 0").click()
    page.mouse.click(*at(-0.5, -0.2))
    points = model(page, "points")
    assert [label for *_, label in points] == [1, 0]
    assert points[0][:2] == pytest.approx([0.5, 0.5], abs=0.02)
    page.mouse.move(*at(0.5, 0.5))
    page.mouse.down()
    page.mouse.move(*at(0.9, 0.1), steps=4)
    page.mouse.up()
    assert model(page, "points")[0] == pytest.approx([0.9, 0.1, 1], abs=0.02)
    page.get_by_role("button", name="erase").click()
    page.mouse.click(*at(-0.5, -0.2))
    assert [label for *_, label in model(page, "points")] == [1]
    # By keys alone.
    page.locator("rect.explore-field").focus()
    for key in ("ArrowRight", "ArrowUp", "0", "ArrowUp", "1"):
        page.keyboard.press(key)
    assert model(page, "points")[1:] == [[0.1, 0.1, 0], [0.1, 0.2, 1]]
    page.keyboard.press("Delete")
    assert len(model(page, "points")) == 2
    assert "output 0." in page.locator("rect.explore-field").get_attribute("aria-label")


def test_points_are_pasted_and_a_wrong_line_is_named(show):
    page = show(Playground())
    page.get_by_role("button", name="Text", exact=True).click()
    area = page.get_by_label("One point per line")
    assert len(area.input_value().splitlines()) == len(given()["ring"])
    for text, words in (
        ("0.5 0.5 1\nnonsense", "Line 2 is not x, y and class"),
        ("0.5, 0.5, 2", "Line 1: the class must be 0 or 1"),
        ("7, 0, 1", "Line 1: x and y must be from -1.5 to 1.5"),
    ):
        area.fill(text)
        page.get_by_role("button", name="Use these points").click()
        expect(page.get_by_role("alert")).to_contain_text(words)
    area.fill("0.5 0.5 1\n\n-1; 0.25; 0")
    page.get_by_role("button", name="Use these points").click()
    assert model(page, "points") == [[0.5, 0.5, 1], [-1, 0.25, 0]]
    assert model(page, "data") == "your own"
    expect(area).to_be_hidden()


def test_a_unit_that_is_pointed_at_shows_its_sum_and_its_field(show):
    page = show(Playground(layers=[2, 2]), viewport={"width": 1280, "height": 720})
    unit = page.get_by_role("button", name="Show unit 2 of the second layer")
    unit.press("Enter")
    assert page.locator(".explore-formula").inner_text().startswith("z = ")
    expect(page.get_by_text("Unit 2 of the second layer")).to_be_visible()
    assert unit.get_attribute("aria-pressed") == "true"
    page.get_by_label("layer 2").press("Home")
    assert model(page, "layers") == [2]
    expect(page.get_by_text("output after 0 steps")).to_be_visible()


def test_a_rate_that_is_too_large_is_called_so(show):
    page = show(Playground(data="ring", layers=[6, 6, 6], activation="linear", rate=3, step=20))
    errors = []
    page.on("console", lambda message: errors.append(message.text))
    expect(page.get_by_text("the rate is too large")).to_be_visible()
    page.get_by_label("Rate").press("Home")
    assert model(page, "rate") == 0.01
    expect(page.get_by_text("the rate is too large")).to_be_hidden()
    assert errors == []


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"points": [[0, 0]]}, "expected (N, 3)"),
        ({"points": [[0, 0, 2]]}, "its class: 0 or 1"),
        ({"points": [[9, 0, 1]]}, "must be from -1.5 to 1.5"),
        ({"data": "stars"}, "data is 'stars'; expected two groups, corners"),
    ],
)
def test_it_says_what_it_cannot_show(settings, words):
    with pytest.raises(ValueError) as caught:
        Playground(**settings)
    assert words in str(caught.value)


def test_the_given_sets_have_both_classes_and_stay_inside():
    for name, points in given().items():
        labels = [label for *_, label in points]
        assert sorted(set(labels)) == [0, 1], name
        assert labels.count(0) == labels.count(1) == 50
        assert all(abs(value) <= 1.5 for x, y, _ in points for value in (x, y))
