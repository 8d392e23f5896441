"""The explorer of pixels and features computes what the lecture does, and follows the hand."""

import json
import re

import numpy as np
import pytest
from explorers import middle, model, page, settle
from lab import visit
from playwright.sync_api import expect
from waiting import wait_until

from cnnlib.explore import Pixels
from cnnlib.explore._explorer import STYLES
from cnnlib.explore.pixels import SIDE, decoded
from cnnlib.lessons.images import features, photos

CASES, LIGHTS = 150, 10_000
RUN = """([photo, mask, others, settings]) => {
    const [face, person] = [numbers(photo), numbers(mask)];
    const known = gallery(face, numbers(others));
    return JSON.stringify(JSON.parse(settings).map((each) => {
        const found = study(each, face, person, known);
        const answers = [found.pixels, found.hog];
        return { image: [...found.image], hog: hog(found.cells), answers };
    }));
}"""


@pytest.fixture(scope="module")
def script(browser):
    """A page with the arithmetic of the explorer."""
    module = (STYLES.parent / "pixels_compute.js").read_text("utf-8")
    with visit(browser) as found:
        names = "numbers, gallery, study, hog, relit, SIDE"
        found.page.set_content(
            f'<script type="module">{module}\nObject.assign(window, {{ {names} }});</script>'
        )
        found.page.wait_for_function("window.study !== undefined")
        yield found.page


def settings(rng):
    return {
        "direction": int(rng.integers(360)), "slant": float(rng.choice([0, rng.uniform()])),
        "power": float(rng.uniform(0.2, 1.4)), "angle": int(rng.choice([0, rng.integers(-45, 46)])),
        "wall": str(rng.choice(["own", "black", "white", "striped"])),
    }  # fmt: skip


def small(image):
    return image.reshape(25, 4, 25, 4).mean(axis=(1, 3)).round(6)


def test_it_sees_and_compares_as_the_lecture_does(script):
    rng = np.random.default_rng(3)
    explorer = Pixels()
    cases = [settings(rng) for _ in range(CASES)]
    data = explorer.photo, explorer.mask, explorer.others
    results = json.loads(script.evaluate(RUN, [*data, json.dumps(cases)]))
    own, people = small(decoded(data[0]).reshape(SIDE, SIDE)), decoded(data[2]).reshape(-1, 25, 25)
    known = [own, *people]
    hogs = np.array([features.hog(each) for each in known])
    told = set()
    for case, result in zip(cases, results, strict=True):
        image = small(Pixels(**case).changed())
        hog = features.hog(image)
        np.testing.assert_allclose(result["image"], image.ravel(), atol=2e-6)
        np.testing.assert_allclose(result["hog"], hog, atol=1e-6)
        far = np.sqrt(((np.array(known) - image) ** 2).mean(axis=(1, 2)))
        for distances, answer in zip(
            (far, np.linalg.norm(hogs - hog, axis=1)), result["answers"], strict=True
        ):
            assert answer["own"] == pytest.approx(distances[0], abs=1e-6)
            assert answer["other"] == pytest.approx(distances[1:].min(), abs=1e-6)
            assert answer["right"] == bool(distances[0] < distances[1:].min())
        told.add(tuple(answer["right"] for answer in result["answers"]))
    assert len(told) >= 3, "some settings fool only the pixels, some both, some none"


def test_light_at_any_place_is_that_of_the_lecture(script):
    rng = np.random.default_rng(4)
    lights = [settings(rng) for _ in range(LIGHTS)]
    places = rng.integers(0, SIDE, (LIGHTS, 2))
    found = script.evaluate(
        """([lights, places]) => lights.map((light, n) => {
            const at = places[n][0] * SIDE + places[n][1];
            const one = { map: (change) => change(0.4, at) };
            return relit(one, light);
        })""",
        [lights, places.tolist()],
    )
    flat = np.full((SIDE, SIDE), 0.4)
    for light, (row, column), value in zip(lights[:50], places[:50], found[:50], strict=True):
        lit = photos.relit(flat, light["slant"], light["direction"], light["power"])
        assert value == pytest.approx(lit[row, column], abs=1e-9)
    angle = np.deg2rad([each["direction"] for each in lights])
    down, across = (-1 + 2 * places / (SIDE - 1)).T
    slope = np.cos(angle) * across + np.sin(angle) * down
    slant, power = (np.array([each[name] for each in lights]) for name in ("slant", "power"))
    np.testing.assert_allclose(found, np.clip(0.4 * power * (1 + slant * slope), 0, 1), atol=1e-9)


@pytest.fixture
def shown(browser, tmp_path):
    """The explorer in a page of its own."""
    file = tmp_path / "page.html"
    file.write_text(page(Pixels()))
    with visit(browser) as found:
        found.page.goto(file.as_uri())
        expect(found.page.get_by_role("img").first).to_be_visible()
        settle(found.page)
        yield found.page


def drag(page, start, stop):
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*stop, steps=4)
    page.mouse.up()


def test_the_lamp_and_the_photo_follow_the_hand(shown):
    lamp, knob = (shown.get_by_role("slider", name=name) for name in ("Lamp", "Angle"))
    start = middle(lamp.first)
    drag(shown, start, (start[0], start[1] + 150))
    assert model(shown, "direction") == 90
    assert 0.7 < model(shown, "slant") <= 1
    x, y = middle(knob)
    drag(shown, (x, y), (x - 90, y + 20))
    assert 15 < model(shown, "angle") < 35
    lamp.first.press("ArrowRight")
    knob.press("Home")
    assert (model(shown, "direction"), model(shown, "angle")) == (100, -45)
    shown.get_by_role("button", name="Reset").click()
    assert [model(shown, name) for name in ("slant", "angle", "power")] == [0, 0, 1]


def test_it_says_who_is_nearest(shown):
    said = shown.locator("[aria-live=polite]")
    expect(said).to_have_text(re.compile(r"Pixels: she is recognised.*HoG: she is recognised"))
    shown.get_by_role("button", name="black").click()
    expect(said).to_have_text(
        re.compile("Pixels: she is taken for somebody else.*HoG: she is recognised")
    )
    canvas = shown.locator("canvas").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect()).map(r => [r.x, r.y, r.width])"
    )
    x, y, _ = next(each for each in canvas if 150 < each[2] < 200)
    shown.mouse.move(x + 4, y + 4)
    expect(said).to_contain_text("Row 1, column 1")


def test_the_lamp_moves_by_itself_until_it_is_stopped(shown):
    shown.get_by_role("button", name="Move the lamp").click()
    wait_until(lambda: model(shown, "direction") > 20, "the lamp to move")
    shown.get_by_role("button", name="Pause").click()
    expect(shown.get_by_role("button", name="Move the lamp")).to_be_visible()
