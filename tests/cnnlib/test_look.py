"""The look: text can be read, drawings say what they show, figures bear the course's type."""

import re

import matplotlib as mpl
import numpy as np
import pytest

from cnnlib import look, plots
from cnnlib.explore import Steps
from cnnlib.look.palette import FONTS


def luminance(colour):
    """Relative luminance, as WCAG 2.2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", sorted(look.COLOURS.keys() - {"line", "pale", "paper"}))
def test_words_can_be_read_on_paper_and_on_pale(name):
    colour = look.COLOURS[name]
    for ground in (look.COLOURS["paper"], look.COLOURS["pale"]):
        assert contrast(colour.text, ground.light) >= 4.5
        assert contrast(colour.dark_text or colour.dark, ground.dark) >= 4.5


def test_a_style_sheet_defines_every_colour_in_both_themes():
    css = look.css(dark=".dark")
    light, dark = css.split("\n")[:2]
    for name, colour in look.COLOURS.items():
        assert f"--cnn-{name}: {colour.light};" in light
        assert f"--cnn-{name}: {colour.dark};" in dark
    assert "prefers-color-scheme: dark" in look.css()


def test_typefaces_stand_in_the_page_and_in_figures():
    faces = list(look.faces())
    assert len(faces) == len(list(FONTS.glob("*.ttf"))) >= 4
    assert all("base64," in face for face in faces)
    figure, ax = look.figure(4, 3)
    ax.set_title("Inter → σ ≤ ×")
    figure.canvas.draw()
    assert ax.title.get_fontfamily()[0] == "Inter"
    before = mpl.rcParams["lines.linewidth"]
    plots.curve("The error falls.", np.array([1, 0.1]), "step", "error")
    assert mpl.rcParams["lines.linewidth"] == before


def words_of(svg):
    return [re.sub("<[^>]+>", "", text) for text in re.findall(r"<text.*?</text>", svg)]


def test_a_grid_writes_its_numbers_and_hatches_its_padding():
    drawing = look.Drawing("A padded image.")
    padded = np.zeros((2, 2), bool)
    padded[0] = True
    box = drawing.grid([[0, np.nan], [-1.5, 1 / 3]], hatched=padded, title="x", side=40)
    svg = drawing.svg()
    assert words_of(svg) == ["x", "0", "−1.5", "0.3333"]
    assert svg.count("fill:url(#cnn-hatch") == 2
    assert (box.right, box.bottom, box.cell(1, 1).x) == (80, 80, 40)


def test_what_is_defined_in_two_drawings_has_two_names():
    def arrow():
        drawing = look.Drawing("An arrow.")
        drawing.line((0, 0), (10, 0), arrow=True)
        drawing.hatch(look.Box(0, 0, 5, 5))
        return set(re.findall(r'id="([^"]+)"', drawing.svg()))

    assert len(arrow()) == 2
    assert arrow().isdisjoint(arrow())


def test_a_drawing_is_as_large_as_what_is_in_it_and_can_stand_in_another():
    inner = look.Drawing("A bar.")
    inner.bar(10, 20, 100, 50, "input")
    assert (inner.view.x, inner.view.width) == (10 - 8, 100 + 16)
    outer = look.Drawing("Two bars.")
    box = outer.put(inner, 5, 6, scale=2)
    assert (box.x, box.y, box.width, box.height) == (5, 6, 200, 100)


def test_words_are_text_and_no_markup():
    drawing = look.Drawing('a "quoted" <name>')
    drawing.text(0, 0, ["1 < 2 & ", ("<b>", "input")], key='k"')
    svg = drawing.svg()
    assert words_of(svg) == ["1 &lt; 2 &amp; &lt;b&gt;"]
    assert 'aria-label="a &quot;quoted&quot; &lt;name&gt;"' in svg
    assert 'data-key="k&quot;"' in svg


def test_an_image_keeps_its_shape_and_its_pixels():
    drawing = look.Drawing("Pixels.")
    box = drawing.image(np.arange(6).reshape(2, 3), width=90)
    assert (box.height, box.side) == (60, 30)
    assert "pixelated" in drawing.svg()


def test_numbers_and_tables_say_what_they_are():
    assert "12,345" in look.Number(12345, "weights")._repr_html_()
    table = look.Table([{"layer": "conv", "weights": 1200}, {"layer": "fc", "weights": 7}], [1])
    html = table._repr_html_()
    assert html.count("<tr>") == 3
    assert html.count("font-weight:700") == 2
    assert "1,200" in html
    assert "&lt;" in look.Table([{"<": 1}])._repr_html_()


def frames(count):
    drawings = []
    for number in range(count):
        drawing = look.Drawing(f"Step {number}.")
        box = drawing.grid(np.eye(2), key="x")
        drawing.frame(box.cell(0, number), key="window")
        drawings.append(drawing)
    return drawings


def test_steps_store_once_what_stays():
    steps = Steps(frames(2), captions=["one", "two"])
    assert len(steps.frames) == 2
    assert len(steps.parts) == len(set(steps.parts))
    moved = set(steps.frames[1]) - set(steps.frames[0])
    assert [re.search('data-key="(.+?)"', steps.parts[i])[1] for i in moved] == ["window"]
    assert steps.texts == ["Step 0.", "Step 1."]
    assert 'aria-label="Step 1."' in steps.still()


@pytest.mark.parametrize(("drawings", "captions"), [([], []), (frames(2), ["only one"])])
def test_steps_need_drawings_and_as_many_captions(drawings, captions):
    with pytest.raises(ValueError, match="need"):
        Steps(drawings, captions)
