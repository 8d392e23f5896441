"""Explorers compute what cnnlib computes, and answer to the mouse and to the keyboard."""

import json
import random
import re
from contextlib import ExitStack
from xml.etree import ElementTree

import numpy as np
import pytest
from explorers import middle, model, page
from lab import visit
from playwright.sync_api import expect
from waiting import wait_until

from cnnlib.arithmetic import conv_output_size, conv_transpose_output_size
from cnnlib.explore import (
    Activations,
    Backward,
    Convolution,
    ConvolutionArithmetic,
    Dropout,
    Network,
    Occlusion,
    Pixels,
    Playground,
    Pooling,
    ReceptiveField,
    Timeline,
    Training,
)
from cnnlib.explore._explorer import STYLES, Explorer
from cnnlib.receptive_field import receptive_field
from cnnlib.spec import Conv, Sequential
from decks.build import MODULES, install

EVENTS = [
    {
        "year": year,
        "thread": thread,
        "title": title,
        "text": f"{title} was shown.",
        "source": "A paper.",
    }
    for year, thread, title in (
        (1998, "networks", "LeNet-5"),
        (1958, "learning", "Perceptron"),
        (1980, "networks", "Neocognitron"),
        (1986, "learning", "Back-propagation"),
    )
]
#: A photo, two classes, and what is left of them under a square of 48 pixels.
SCENE = {
    "name": "noise",
    "image": Convolution(np.random.default_rng(0).random((20, 20))).scenes[0]["image"],
    "labels": ["tripod", "crutch"],
    "whole": [0.9, 0.05],
    "maps": {
        "48": np.random.default_rng(0).random((11, 11, 2)).round(2).tolist(),
        "32": np.random.default_rng(1).random((13, 13, 2)).round(2).tolist(),
    },
}
EXPLORERS = {
    "Activations": Activations(),
    "Backward": Backward(sent=[0, 1]),
    "Convolution": Convolution(),
    "ConvolutionArithmetic": ConvolutionArithmetic(size=7, kernel=3, stride=2),
    "ReceptiveField": ReceptiveField(layers=[{}, {"kind": "pool", "kernel": 2, "stride": 2}]),
    "Dropout": Dropout(),
    "Pooling": Pooling(),
    "Playground": Playground(),
    "Pixels": Pixels(slant=0.6),
    "Network": Network(),
    "Occlusion": Occlusion(scenes=[SCENE]),
    "Timeline": Timeline(EVENTS),
    "Training": Training(),
}
CASES = 10_000


def test_none_is_forgotten_here():
    # Steps are drawings made elsewhere, with buttons: tests of decks press them.
    assert {*EXPLORERS, "Steps"} == {each.__name__ for each in Explorer.__subclasses__()}


@pytest.fixture(scope="module")
def arithmetic(browser):
    """Call a function of arithmetic.js on many lists of arguments."""
    module = (STYLES.parent / "shared" / "arithmetic.js").read_text("utf-8")
    with visit(browser) as found:
        found.page.set_content(
            f'<script type="module">{module}\nwindow.arithmetic = '
            "{ convOutputSize, convTransposeOutputSize, leftOver, receptiveFields, reached };"
            "</script>"
        )
        found.page.wait_for_function("window.arithmetic !== undefined")

        def call(name, cases):
            # As text: Playwright takes long over many small lists.
            script = """([name, cases]) => JSON.stringify(
                JSON.parse(cases).map((each) => window.arithmetic[name](...each)))"""
            return json.loads(found.page.evaluate(script, [name, json.dumps(cases)]))

        yield call


def settings(rng):
    return {
        "size": rng.randint(1, 40), "kernel": rng.randint(1, 9), "stride": rng.randint(1, 5),
        "padding": rng.randint(0, 6), "dilation": rng.randint(1, 4),
    }  # fmt: skip


def ours(function, case):
    try:
        return int(function(case["size"], case["kernel"], stride=case["stride"],
                            padding=case["padding"], dilation=case["dilation"]))  # fmt: skip
    except ValueError:
        return None


@pytest.mark.parametrize(
    ("name", "function"),
    [("convOutputSize", conv_output_size), ("convTransposeOutputSize", conv_transpose_output_size)],
)
def test_sizes_are_those_of_cnnlib(arithmetic, name, function):
    rng = random.Random(5)
    cases = [settings(rng) for _ in range(CASES)]
    expected = [ours(function, case) for case in cases]
    assert arithmetic(name, [[case] for case in cases]) == expected
    fits = sum(size is not None for size in expected)
    assert CASES // 2 < fits < CASES


def test_fields_are_those_of_cnnlib_and_what_is_counted(arithmetic):
    rng = random.Random(6)
    stacks = []
    for _ in range(CASES):
        layers = [settings(rng) for _ in range(rng.randint(1, 3))]
        for layer in layers:
            layer["kernel"], layer["padding"] = rng.randint(1, 5), rng.randint(0, 3)
        stacks.append((rng.randint(30, 60), layers))
    fields = arithmetic("receptiveFields", [[layers] for _, layers in stacks])
    units = [rng.randint(0, 3) for _ in stacks]
    counted = arithmetic(
        "reached",
        [[size, layers, unit] for (size, layers), unit in zip(stacks, units, strict=True)],
    )
    compared = 0
    for (size, layers), found, reached, unit in zip(stacks, fields, counted, units, strict=True):
        net = Sequential(
            *(Conv(1, each["kernel"], stride=each["stride"], padding=each["padding"],
                   dilation=each["dilation"]) for each in layers)
        )  # fmt: skip
        try:
            (_, height, _) = net.summary((1, size, size)).rows[-1].output_shape
        except ValueError:
            continue
        if unit >= height:
            continue
        compared += 1
        field = receptive_field(net, (1, size, size))
        last = found[-1]
        window = range(last["start"] + unit * last["stride"],
                       last["start"] + unit * last["stride"] + last["size"])  # fmt: skip
        assert window == field.window((unit, unit))[0]
        inside = [pixel for pixel in window if 0 <= pixel < size]
        assert set(reached[0]) <= set(inside)
        if all(each["dilation"] == 1 and each["stride"] <= each["kernel"] and each["padding"] == 0
               for each in layers):  # fmt: skip
            assert reached[0] == inside
    assert compared > CASES // 2


def drawn(page):
    """Return the picture without its ids, which are new whenever it is drawn."""
    return re.sub(r"explore-hatch-\d+", "", page.locator(".explore-stage").inner_html())


@pytest.fixture
def show(browser, tmp_path):
    """Open an explorer in a page of its own."""
    with ExitStack() as stack:

        def show(explorer, scheme="light", **options):
            file = tmp_path / "page.html"
            file.write_text(page(explorer, scheme))
            found = stack.enter_context(visit(browser, **options))
            found.page.goto(file.as_uri())
            expect(found.page.get_by_role("img").first).to_be_visible()
            return found

        yield show


def drag(page, start, *stops):
    page.mouse.move(*start)
    page.mouse.down()
    for stop in stops:
        page.mouse.move(*stop, steps=3)
    page.mouse.up()


def copied(page):
    """Press the button; return what it copied."""
    page.get_by_role("button", name="Copy as PyTorch").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    return page.evaluate("navigator.clipboard.readText()")


def run(line):
    """Run a line; return what its last expression is worth."""
    *before, last = line.split("; ")
    names = {}
    exec("; ".join(before), names)
    return eval(last, names)


CLIPBOARD = {"permissions": ["clipboard-read", "clipboard-write"]}


@pytest.mark.parametrize("name", EXPLORERS)
def test_it_fits_a_phone_and_keeps_nobody_out(show, name):
    install()
    for scheme, width in (("light", 1280), ("dark", 1280), ("light", 400)):
        # What is still fading in has less contrast than what stands.
        found = show(
            EXPLORERS[name], scheme, viewport={"width": width, "height": 720},
            reduced_motion="reduce",
        )  # fmt: skip
        assert found.page.evaluate("document.documentElement.scrollWidth") <= width
        found.page.add_script_tag(path=MODULES / "axe-core" / "axe.min.js")
        assert found.page.evaluate("axe.run()")["violations"] == []


@pytest.mark.parametrize("name", EXPLORERS)
def test_its_text_can_be_read_from_the_last_row(show, name):
    found = show(EXPLORERS[name], viewport={"width": 1280, "height": 720})
    sizes = found.page.evaluate("""[...document.querySelectorAll(".explore *")]
        .filter(node => [...node.childNodes].some(each => each.nodeType === 3 && each.data.trim()))
        .map(node => [node.closest("svg") ? 16 : 18,
                      parseFloat(getComputedStyle(node).fontSize)])""")
    assert all(size >= least for least, size in sizes)
    height = found.page.locator(".explore").evaluate("node => node.offsetHeight")
    assert 360 <= height <= 610, "it fills a slide below its heading"


@pytest.mark.parametrize(("motion", "moves"), [("no-preference", True), ("reduce", False)])
@pytest.mark.parametrize("name", EXPLORERS)
def test_it_glides_unless_somebody_asked_for_stillness(show, name, motion, moves):
    found = show(EXPLORERS[name], reduced_motion=motion)
    found.page.get_by_role("slider").first.focus()
    running = found.page.evaluate("""() => {
        document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
        if (document.activeElement.stepUp) {
            document.activeElement.stepUp();
            document.activeElement.dispatchEvent(new Event("input", { bubbles: true }));
        }
        return document.getAnimations().filter(each => each.effect.getComputedTiming().duration > 1)
            .map(each => each.effect.getComputedTiming().duration);
    }""")
    assert bool(running) == moves
    assert all(150 <= duration <= 250 for duration in running)


def test_a_convolution_follows_the_hand(show):
    page = show(Convolution(), **CLIPBOARD).page
    image, kernel = (page.locator(f"[data-grid={name}]") for name in ("x", "w0"))
    drag(page, middle(image.nth(6)), middle(image.nth(12)), middle(image.nth(13)))
    assert model(page, "position") == 5
    # Up and down changes a weight, and typing replaces a number.
    x, y = middle(kernel.nth(4))
    drag(page, (x, y), (x, y - 36))
    kernel.nth(0).focus()
    page.keyboard.type("-2")
    image.nth(0).focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    assert "row 1, column 2" in page.evaluate("document.activeElement.ariaLabel")
    (scene, *_) = model(page, "scenes")
    assert scene["filters"] == [[[[-2, 0, 1], [0, 3, 0], [1, 0, 1]]]]
    assert scene["image"][0][0] == [2, 1, 1, 0, 0]
    # What is copied computes what is shown, in the output cells and in the formula.
    expected = run(copied(page)).squeeze().flatten().tolist()
    page.get_by_role("button", name="Show all").click()
    shown = page.locator("[role=img] .explore-number").all_text_contents()[-9:]
    assert [int(each.replace("−", "-")) for each in shown] == expected
    page.mouse.move(*middle(page.locator("[role=img] .explore-output.explore-cell").nth(2)))
    assert "row 1, column 3" in page.get_by_role("img").get_attribute("aria-label")
    assert page.locator(".explore-formula").inner_text().endswith(f"= {expected[2]:g}")
    page.mouse.move(5, 5)
    assert "row 2, column 3" in page.get_by_role("img").get_attribute("aria-label")


@pytest.mark.parametrize("scene", ["photo", "colour"])
def test_a_photo_is_convolved_as_pytorch_does(show, scene):
    page = show(Convolution(scene=scene, filter=1), **CLIPBOARD).page
    expected = run(copied(page)).squeeze()
    window = page.get_by_role("slider", name="Window")
    for key, row, column in (("Home", 0, 0), ("Shift+ArrowRight", 0, 10), ("End", 147, 125)):
        window.press(key)
        found = page.get_by_role("img").get_attribute("aria-label")
        value = float(re.search(r"gives (.*)\.$", found)[1].replace("−", "-"))
        assert value == pytest.approx(float(expected[row, column]), abs=0.03)


def test_the_window_slides_by_itself_until_it_is_stopped(show):
    page = show(Convolution(scene="photo")).page
    page.get_by_role("button", name="Slide").click()
    expect(page.get_by_role("img")).to_have_attribute("aria-label", re.compile("row [2-9]"))
    page.get_by_role("button", name="Pause").click()
    assert model(page, "position") > 125


@pytest.mark.parametrize(
    ("image", "filters", "words"),
    [
        (np.zeros((2, 5, 5)), None, "expected (H, W) or (3, H, W)"),
        (np.zeros((5, 5)), np.zeros((1, 3, 3, 3)), "expected (K, K) or (F, 1, K, K)"),
        (np.zeros((2, 2)), np.zeros((3, 3)), "larger than the image"),
        (np.full((20, 20), 7), None, "from 0 to 1"),
        (None, np.zeros((3, 3)), "need an image"),
    ],
)
def test_a_convolution_says_what_it_cannot_show(image, filters, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        Convolution(image, filters)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", EXPLORERS)
def test_it_is_drawn_and_answers(browser, tmp_path, name, scheme):
    file = tmp_path / "page.html"
    file.write_text(page(EXPLORERS[name], scheme))
    with visit(browser) as found:

        def sliders():
            found.page.goto(file.as_uri())
            expect(found.page.get_by_role("img").first).to_be_visible()
            return found.page.get_by_role("slider").all()

        for number in range(len(sliders())):
            control, before = sliders()[number], drawn(found.page)
            seen = set()
            for key in ("End", "Home", "ArrowRight"):
                control.press(key)
                seen.add(drawn(found.page))
            wait_until(
                lambda: seen - {before} or drawn(found.page) != before,  # noqa: B023
                "the keyboard to change something",
            )
        control, before = sliders()[-1], drawn(found.page)

        def dragged():
            # Its place is asked for anew: the first layout may not have been the last.
            box = control.bounding_box()
            middle = box["y"] + box["height"] / 2
            found.page.mouse.move(box["x"] + 4, middle)
            found.page.mouse.down()
            found.page.mouse.move(box["x"] + 0.7 * box["width"], middle)
            found.page.mouse.up()
            return drawn(found.page) != before

        wait_until(dragged, "a drag to change something", seconds=30, every=0.5)
        assert found.complaints == found.elsewhere == []


def test_the_windows_of_an_arithmetic_follow_the_hand(show):
    settings = {"size": 7, "kernel": 3, "stride": 2, "padding": 1, "dilation": 2}
    page = show(ConvolutionArithmetic(**settings), **CLIPBOARD).page
    window, output = page.get_by_role("slider", name="Window"), page.locator(".explore-scene")
    x, y = middle(window)
    side = window.bounding_box()["width"] / 5
    drag(page, (x, y), (x + 2 * side, y + 4 * side))
    assert model(page, "position") == 2 * 3 + 1
    # Over an output: its window, as long as the pointer stays; a click keeps it.
    first = output.locator(".explore-output").first
    box = first.bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    expect(page.get_by_role("img")).to_have_attribute("aria-label", re.compile("row 1, column 1"))
    page.mouse.move(5, 5)
    expect(page.get_by_role("img")).to_have_attribute("aria-label", re.compile("row 3, column 2"))
    page.mouse.click(box["x"] + 5, box["y"] + 5)
    assert model(page, "position") == 0
    assert list(run(copied(page)))[-2:] == [3, 3]
    # The corner of the window is the kernel's size.
    corner = middle(page.locator(".explore-corner"))
    drag(page, corner, (corner[0] - 4 * side, corner[1] - 4 * side))
    assert model(page, "kernel") == 1
    page.get_by_label("Transposed").check()
    assert list(run(copied(page)))[-2:] == [11, 11]


STACK = [{"kernel": 5}, {"kind": "pool", "kernel": 2, "stride": 2}, {"dilation": 2}]


def test_the_field_of_a_unit_follows_the_hand(show):
    page = show(ReceptiveField(STACK, size=32, pad=True), **CLIPBOARD).page
    field = page.locator("rect.explore-window").first
    grip = page.get_by_role("slider", name="Window")
    x, y = middle(grip)
    canvas = page.locator("canvas").bounding_box()
    drag(page, (x, y), (canvas["x"] + canvas["width"] / 2, canvas["y"] + canvas["height"] / 4))
    assert abs(model(page, "unit") - 8) <= 1
    assert abs(model(page, "row") - 4) <= 1
    grip.press("ArrowUp")
    # Any unit of any layer shows its own field: five pixels after the first one.
    widest = field.get_attribute("width")
    strip = page.locator("path.explore-cell.explore-output").first.bounding_box()
    page.mouse.move(strip["x"] + strip["width"] / 2, strip["y"] + strip["height"] / 2)
    expect(page.get_by_role("img")).to_have_attribute("aria-label", re.compile("layer 1 sees 5 "))
    assert float(field.get_attribute("width")) < float(widest)
    page.mouse.move(5, 5)
    assert list(run(copied(page)))[-2:] == [16, 16]


def test_layers_are_added_moved_changed_and_removed(show):
    page = show(ReceptiveField(STACK)).page

    def kernels():
        return [layer["kernel"] for layer in model(page, "layers")]

    grips = page.locator(".explore-grip")
    drag(page, middle(grips.nth(0)), middle(grips.nth(2)))
    assert kernels() == [2, 3, 5]
    grips.nth(2).press("ArrowLeft")
    assert kernels() == [2, 5, 3]
    assert "Layer 2" in page.evaluate("document.activeElement.ariaLabel")
    page.get_by_label("Layer 3: kernel").select_option("11")
    page.get_by_role("button", name="Remove layer 1").click()
    page.get_by_role("button", name="Add a layer").click()
    assert kernels() == [5, 11, 3]


def test_six_layers_stay_on_the_slide(show):
    page = show(ReceptiveField([{}] * 6), viewport={"width": 1180, "height": 600}).page
    assert page.locator(".explore").evaluate("node => node.offsetHeight") <= 560
    assert page.get_by_role("button", name="Add a layer").is_disabled()


def test_units_are_dropped_by_hand_and_by_chance(show):
    page = show(Dropout(inputs=0, hidden=0.5, count=1), **CLIPBOARD).page
    formula = page.locator(".explore-formula")
    units = page.get_by_role("checkbox")
    for unit in units.all():
        if not unit.is_checked():
            unit.press("Space")
    page.mouse.move(5, 5)
    page.evaluate("document.activeElement.blur()")
    # All stay, and each hidden unit counts twice: two times what the whole network gives.
    whole = float(page.get_by_role("img").get_attribute("aria-label").split()[-1].rstrip("."))
    assert float(formula.inner_text().split("= ")[1]) == pytest.approx(2 * whole, abs=0.02)
    assert whole == pytest.approx(LAST @ FIRST @ [1, 0.6, 0.8], abs=0.01)
    x, y = middle(units.nth(3))
    page.mouse.click(x, y)
    assert formula.inner_text().startswith("✗ dropped")
    assert not units.nth(3).is_checked()
    page.get_by_role("button", name="test time", exact=True).click()
    assert "× 2" not in formula.inner_text()
    page.get_by_role("button", name="training", exact=True).click()
    page.get_by_role("button", name="New mask").click()
    assert model(page, "count") == 2
    assert set(run(copied(page)).unique().tolist()) <= {0, 2}


#: The weights that the explorer's drawing uses: from the inputs, and to the output.
FIRST = np.array([[0.5, 0.3, 0.4], [0.6, 0.4, -0.2], [0.3, 0.7, 0.5], [0.9, -0.2, 0.1]])
LAST = np.array([0.7, 0.4, 0.6, 0.5])


@pytest.mark.parametrize("scaling", ["in training", "at test time", "never"])
def test_the_mean_over_masks_settles_where_scaling_says(show, scaling):
    page = show(Dropout(count=500, scaling=scaling)).page
    words = page.get_by_role("img").get_attribute("aria-label")
    mean, whole = map(float, re.findall(r"(\d+\.\d+)", words))
    expected = LAST @ FIRST @ [1, 0.6, 0.8] * (1 if scaling == "in training" else 0.8 * 0.5)
    assert mean == pytest.approx(expected, rel=0.12)
    assert whole == pytest.approx(LAST @ FIRST @ [1, 0.6, 0.8] if scaling == "never" else expected,
                                  abs=0.01)  # fmt: skip


def test_a_story_is_told_by_pointing_and_thread_by_thread(show):
    page = show(Timeline(EVENTS)).page
    card, dots = page.locator(".explore-card"), page.locator(".explore-event")
    page.mouse.click(*middle(dots.nth(2)))
    assert "Back-propagation" in card.inner_text()
    page.mouse.move(*middle(dots.nth(0)))
    assert "Perceptron was shown." in card.inner_text()
    page.mouse.move(5, 5)
    assert "Back-propagation" in card.inner_text()
    page.get_by_role("button", name="networks").click()
    assert "Neocognitron" in card.inner_text()
    page.get_by_role("button", name="Later").click()
    assert "LeNet-5" in card.inner_text()
    assert page.get_by_role("button", name="Later").is_disabled()
    drag(page, middle(dots.nth(3)), middle(dots.nth(1)))
    assert "1980" in card.inner_text()
    page.get_by_role("slider", name="Event on the line").press("End")
    assert model(page, "chosen") == 3


def test_what_no_window_reads_is_marked(show):
    page = show(ConvolutionArithmetic(size=8, kernel=3, stride=3, simple=True)).page
    crosses = page.locator(".explore-cross").get_attribute("d").count("M") / 2
    assert crosses == 8 * 8 - 6 * 6
    expect(page.get_by_text("The last 2 rows and columns are never read")).to_be_visible()
    assert page.get_by_label("Dilation").count() == page.get_by_label("Transposed").count() == 0


@pytest.mark.parametrize("name", EXPLORERS)
def test_a_still_picture_stands_in_where_no_script_runs(name):
    data, _ = EXPLORERS[name]._repr_mimebundle_()
    picture = ElementTree.fromstring(data["image/svg+xml"])
    assert picture.get("role") == "img"
    assert len(picture.get("aria-label")) > 20
    assert len(list(picture)) > 3
    assert "application/vnd.jupyter.widget-view+json" in data


def test_a_timeline_is_sorted_and_never_empty():
    assert [event["year"] for event in Timeline(EVENTS).events] == [1958, 1980, 1986, 1998]
    with pytest.raises(ValueError, match="needs at least one event"):
        Timeline([])
