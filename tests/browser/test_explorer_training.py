"""The explorer of training: it computes as PyTorch does, and learns to read where nothing loads."""

import json
import re
from contextlib import ExitStack

import numpy as np
import pytest
import torch
from explorers import page, settle
from lab import visit
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import expect
from torch.nn import functional as F
from waiting import wait_until

from cnnlib.data import digits
from cnnlib.explore import Training
from decks import build

CASES = 10_000
#: Convolves numbers of a generator, and goes back; sums with other numbers of it are the result.
CONVOLVE = """(cases) => JSON.stringify(JSON.parse(cases).map(([C, F, H, W, seed]) => {
    const random = generator(seed);
    const draw = (count) => Float64Array.from({ length: count }, () => 2 * random() - 1);
    const conv = { C, F, H, W, w: 0, b: 9 * C * F };
    const wide = new Float64Array(C * (H + 2) * (W + 2));
    const x = draw(C * H * W), params = draw(9 * C * F + F), dy = draw(F * H * W);
    border(conv, x, wide);
    const y = new Float64Array(F * H * W), grad = new Float64Array(params.length);
    const dwide = new Float64Array(wide.length), dx = new Float64Array(x.length);
    convolveAll(conv, params, wide, y);
    convolveBack(conv, params, wide, dy, grad, dwide);
    border(conv, dx, dwide, true);
    const sum = (a) => { const r = draw(a.length); return a.reduce((s, v, i) => s + v * r[i], 0); };
    return [sum(y), sum(grad), sum(dx)];
}))"""
#: Three steps of each optimiser; the losses and the parameters after them.
LEARN = """({ shape, filters, images, labels, settings }) => {
    const net = plan({ ...shape, filters });
    const params = initial(net, 3), before = [...params];
    const kept = memory(net), room = workplace(net);
    const x = images.map((image) => Float32Array.from(image));
    const losses = [1, 2, 3].map(() => learn(net, params, kept, x, labels, settings, room));
    return { before, after: [...params], losses };
}"""


class Generator:
    """The generator of shared/random.js."""

    def __init__(self, seed):
        self.state = np.uint32(seed)

    def __call__(self, count):
        steps = np.arange(1, count + 1, dtype=np.uint32)
        states = self.state + steps * np.uint32(0x6D2B79F5)
        self.state = states[-1]
        t = (states ^ (states >> np.uint32(15))) * (states | np.uint32(1))
        t ^= t + (t ^ (t >> np.uint32(7))) * (t | np.uint32(61))
        return torch.from_numpy(2 * ((t ^ (t >> np.uint32(14))) / 4294967296) - 1)


@pytest.fixture(scope="module")
def engine(browser):
    """A page in which the explorer's functions can be called."""
    module = str(Training()._esm).replace("export default { render };", "")
    with visit(browser) as found:
        found.page.set_content(
            f'<script type="module">{module}\nObject.assign(window, {{ generator, border, '
            "convolveAll, convolveBack, plan, initial, memory, workplace, learn });</script>"
        )
        found.page.wait_for_function("window.learn !== undefined")
        yield found.page


def test_convolutions_are_those_of_pytorch_forward_and_backward(engine):
    rng = np.random.default_rng(4)
    cases = np.stack(
        [rng.integers(1, 4, CASES), rng.integers(1, 4, CASES), rng.integers(1, 8, CASES),
         rng.integers(1, 8, CASES), rng.integers(0, 2**31, CASES)], axis=1
    ).tolist()  # fmt: skip
    found = json.loads(engine.evaluate(CONVOLVE, json.dumps(cases)))
    expected = []
    for C, f, H, W, seed in cases:
        draw = Generator(seed)
        x, params, dy = draw(C * H * W), draw(9 * C * f + f), draw(f * H * W)
        x, w = x.view(1, C, H, W), params[: 9 * C * f].view(f, C, 3, 3)
        y = F.conv2d(x, w, params[9 * C * f :], padding=1)
        dy = dy.view_as(y)
        dw = torch.nn.grad.conv2d_weight(x, w.shape, dy, padding=1)
        dx = torch.nn.grad.conv2d_input(x.shape, w, dy, padding=1)
        grad = torch.cat([dw.flatten(), dy.sum((0, 2, 3))])
        expected.append([float(each.flatten() @ draw(each.numel())) for each in (y, grad, dx)])
    np.testing.assert_allclose(found, expected, atol=1e-9)


@pytest.mark.parametrize(("optimiser", "lr"), [("SGD", 0.1), ("Adadelta", 1.0), ("Adam", 0.01)])
@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 9, 6)])
def test_a_step_is_that_of_pytorch(engine, optimiser, lr, shape):
    rng = np.random.default_rng(1)
    images = rng.random((12, *shape)).astype(np.float32)
    labels = rng.integers(0, 5, 12)
    C, H, W = shape
    found = engine.evaluate(LEARN, {
        "shape": {"channels": C, "height": H, "width": W, "classes": 5}, "filters": [4, 6],
        "images": images.reshape(12, -1).tolist(), "labels": labels.tolist(),
        "settings": {"optimiser": optimiser, "lr": lr, "momentum": 0.9, "decay": 5e-4},
    })  # fmt: skip
    net = torch.nn.Sequential(
        torch.nn.Conv2d(C, 4, 3, padding=1), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(4, 6, 3, padding=1), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Flatten(), torch.nn.Linear(6 * (H // 4) * (W // 4), 5),
    )  # fmt: skip
    torch.nn.utils.vector_to_parameters(torch.tensor(found["before"]), net.parameters())
    more = {"momentum": 0.9} if optimiser == "SGD" else {}
    descent = getattr(torch.optim, optimiser)(net.parameters(), lr=lr, weight_decay=5e-4, **more)
    losses = []
    for _ in range(3):
        descent.zero_grad()
        loss = F.cross_entropy(net(torch.tensor(images)), torch.tensor(labels))
        loss.backward()
        descent.step()
        losses.append(loss.item())
    np.testing.assert_allclose(found["losses"], losses, rtol=2e-4)
    after = torch.nn.utils.parameters_to_vector(net.parameters()).detach().numpy()
    np.testing.assert_allclose(found["after"], after, atol=2e-3)


@pytest.fixture
def show(browser, tmp_path):
    """Open the explorer in a page of its own."""
    with ExitStack() as stack:

        def show(explorer, **options):
            file = tmp_path / "page.html"
            file.write_text(page(explorer))
            found = stack.enter_context(visit(browser, **options))
            found.page.goto(file.as_uri())
            expect(found.page.get_by_role("img")).to_be_visible()
            settle(found.page)
            return found.page

        yield show


def status(page):
    """Return the epoch, the step and the share of validation images that is right."""
    words = page.locator(".explore-formula").inner_text()
    epoch, step, share = re.findall(r"epoch ([\d.]+), step (\d+):.* ([\d.]+) %", words)[0]
    return float(epoch), int(step), float(share)


def test_in_a_deck_it_learns_to_read_without_a_request(browser, tmp_path):
    build.install()
    cell = new_code_cell(f"from cnnlib.explore import Training\nTraining(epochs={EPOCHS})")
    slide = new_markdown_cell("# Lecture 0 · Training\n\n1 minutes\n\nA deck for a test.")
    slide.metadata["slideshow"] = {"slide_type": "slide"}
    cell.metadata["slideshow"] = {"slide_type": "-"}
    notebook = build.run(new_notebook(cells=[slide, cell]), tmp_path)
    deck = tmp_path / "deck.html"
    build.write(deck, build.render(notebook, "deck", "key"))
    assert deck.stat().st_size < 12 * 2**20
    with visit(browser) as found:
        found.page.goto(deck.as_uri())
        found.page.wait_for_selector("html[data-ready=yes]", state="attached")
        found.page.get_by_role("button", name="Train").click()
        wait_until(lambda: status(found.page)[0] == EPOCHS, "eight epochs", seconds=300, every=0.2)
        assert status(found.page)[2] >= 95
        assert found.complaints == found.elsewhere == []


EPOCHS = 8
CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


def test_what_is_copied_answers_as_the_page_does(show, capsys):
    page = show(Training(epochs=1), **CLIPBOARD)
    page.get_by_role("button", name="Train").click()
    wait_until(lambda: status(page)[0] == 1, "an epoch", seconds=300)
    page.get_by_role("button", name="Show validation image 3").press("Enter")
    page.get_by_role("button", name="Copy as PyTorch").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    names = {}
    exec(page.evaluate("navigator.clipboard.readText()"), names)
    assert "tensor" in capsys.readouterr().out
    images, labels = digits("validation")
    assert torch.allclose(names["image"], torch.tensor(images[2:3]).float(), atol=0.003)
    answer = names["net"](names["image"]).softmax(1)[0].detach()
    said = page.get_by_role("img").get_attribute("aria-label")
    label, chance = re.findall(r"takes the image for (\d), with probability ([\d.]+)\.", said)[0]
    assert int(label) == int(answer.argmax())
    assert float(chance) == pytest.approx(float(answer.max()), abs=1e-3)
    bytes_ = torch.tensor(np.round(255 * images) / 255).float()
    right = (names["net"](bytes_).argmax(1).numpy() == labels).mean()
    assert status(page)[2] == pytest.approx(100 * right, abs=0.06)


def test_it_is_stepped_steered_and_drawn_for(show):
    page = show(Training())
    one = page.get_by_role("button", name="One step")
    one.click()
    one.click()
    assert status(page)[1] == 2
    # The rate is changed while it runs; then it is paused, and stands still.
    page.get_by_role("button", name="Train").click()
    wait_until(lambda: status(page)[1] > 5, "some steps")
    page.get_by_role("slider", name="Learning rate").press("Home")
    assert page.evaluate("window.model.get('lr')") == 0.001
    page.get_by_role("button", name="Pause").click()
    stopped = status(page)
    one.click()
    assert status(page)[1] == stopped[1] + 1
    # Dragging the purple dot does the same.
    dot = page.locator(".explore-stage circle.explore-gradient").bounding_box()
    x, y = dot["x"] + dot["width"] / 2, dot["y"] + dot["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 100, y, steps=3)
    page.mouse.up()
    assert page.evaluate("window.model.get('lr')") > 0.005
    # A digit of one's own: with the mouse, and pixel by pixel.
    pixels = page.locator("[data-grid=image]")
    box = pixels.nth(0).bounding_box()
    page.mouse.move(box["x"] + 4.5 * box["width"], box["y"] + 1.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 4.5 * box["width"], box["y"] + 6.5 * box["height"], steps=6)
    page.mouse.up()
    drawn = [pixels.nth(8 * i + 4).get_attribute("aria-valuenow") for i in range(8)]
    assert drawn == ["0.3", *["1"] * 6, "0.3"]
    expect(page.get_by_text("your digit")).to_be_visible()
    pixels.nth(0).press("ArrowUp")
    assert pixels.nth(0).get_attribute("aria-valuenow") == "0.25"
    page.get_by_role("button", name="Restart").click()
    assert status(page)[:2] == (0, 0)


def test_what_is_drawn_again_stays_small_however_long_it_trains(show):
    page = show(Training(epochs=1, batch=8))
    page.get_by_role("button", name="Train").click()
    wait_until(lambda: status(page)[0] == 1, "an epoch", seconds=300)
    points = page.locator("path.explore-mean").first.get_attribute("d").count("L")
    assert points <= 160
    assert page.locator(".explore-stage svg *").count() < 400


@pytest.mark.parametrize(
    ("images", "labels", "words"),
    [
        (np.zeros((20, 8, 8)), np.zeros(20, int), "expected (N, C, H, W)"),
        (np.zeros((20, 2, 8, 8)), np.zeros(20, int), "with C 1 or 3"),
        (np.zeros((20, 1, 8, 8)), np.zeros(19, int), "as many labels"),
        (np.zeros((20, 1, 8, 8)), None, "as many labels"),
        (np.full((20, 1, 8, 8), 255.0), np.zeros(20, int), "from 0 to 1"),
        (np.zeros((4, 1, 8, 8)), np.zeros(4, int), "too few"),
    ],
)
def test_it_says_what_it_cannot_train_on(images, labels, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        Training(images, labels)


def test_it_takes_colour_images_and_other_classes(show):
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 60)
    images = np.clip(rng.random((60, 3, 12, 16)) * 0.3 + labels[:, None, None, None] * 0.3, 0, 1)
    page = show(Training(images, labels, names=["low", "middle", "high"], epochs=2, batch=8))
    page.get_by_role("button", name="Train").click()
    wait_until(lambda: status(page)[0] == 2, "two epochs")
    assert "takes the image for" in page.get_by_role("img").get_attribute("aria-label")
    with pytest.raises(ValueError, match="3 classes need as many names"):
        Training(images, labels, names=["one"])
