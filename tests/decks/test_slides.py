"""From cells to slides: headings, layouts, columns, fragments; and what is measured of them."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from decks.build import contents
from decks.measure import Measured, Measures
from decks.slides import layout_of, slides_of

SVG = '<svg role="img" aria-label="A picture of nothing."></svg>'


def cell(source, kind="-", *tags, code=False, outputs=()):
    make = new_code_cell if code else new_markdown_cell
    made = make(source, metadata={"slideshow": {"slide_type": kind}, "tags": list(tags)})
    if code:
        made.outputs = list(outputs)
    return made


def shows(html):
    return new_output("execute_result", {"text/html": html}, execution_count=1)


PRINTS = new_output("stream", text="75 products\n")


def deck(*cells):
    notebook = new_notebook(cells=list(cells))
    nbformat.validate(notebook)
    return slides_of(notebook)


def test_a_title_has_its_number_and_its_minutes_apart():
    [[slide]] = deck(
        cell("# Lecture 4 · Convolution\n\n60 minutes\n\nOne kernel.", "slide"),
        cell("Go.", "notes"),
    )
    assert (slide.layout, slide.kicker) == ("title", "Lecture 4 · 60 minutes")
    assert slide.head == "<h1>Convolution</h1>"
    assert "One kernel." in slide.pieces[0].html
    assert "Go." in slide.notes[0]


@pytest.mark.parametrize(("cells", "layout"), [
    ([cell("words")], "words"),
    ([cell("1", code=True, outputs=[shows(SVG)])], "split"),
    ([cell("1", "-", "hide-input", code=True, outputs=[shows(SVG)])], "picture"),
    ([cell("1", code=True, outputs=[PRINTS])], "split"),
    ([cell("1", "skip", code=True, outputs=[PRINTS])], "words"),
])  # fmt: skip
def test_a_slide_without_a_tag_is_laid_out_by_what_it_shows(cells, layout):
    first = cell("# Lecture 1 · One\n\n5 minutes", "slide")
    slides = deck(first, cell("## Two", "slide"), *cells)
    assert slides[1][0].layout == layout
    assert layout_of([cell("## Two", "slide"), *cells], first=False) == layout


def test_a_tag_decides_and_a_question_says_so():
    slides = deck(cell("# One", "slide"), cell("## Two?", "slide", "ask"),
                  cell("## Three", "subslide", "number"))  # fmt: skip
    assert [slide.layout for slide in slides[1]] == ["ask", "number"]
    assert slides[1][0].kicker == "Before you look"
    assert slides[1][0].dark


def columns(slide):
    return {name: [piece.kind for piece in pieces] for name, pieces in slide.columns}


def test_printouts_stand_below_their_code_unless_they_are_all_there_is():
    both = cell("1", code=True, outputs=[PRINTS, shows(SVG)])
    only = cell("1", code=True, outputs=[PRINTS])
    slides = deck(cell("# One", "slide"), cell("## Two", "slide"), both,
                  cell("## Three", "slide"), only)  # fmt: skip
    assert columns(slides[1][0]) == {"read": ["code", "print"], "see": ["show"]}
    assert columns(slides[2][0]) == {"read": ["code"], "see": ["print"]}


def test_what_follows_a_fragment_comes_with_it():
    [[slide]] = deck(cell("# One", "slide"), cell("a"), cell("b", "fragment"), cell("c"),
                     cell("d", "fragment"))  # fmt: skip
    assert [piece.fragment for piece in slide.pieces] == [None, 0, 0, 1]


def test_the_last_slide_leads_to_all_others():
    slides = deck(cell("# One", "slide"), cell("## Two", "slide"), cell("## Three", "slide"))
    html = contents(slides).pieces[0].html
    assert 'href="#/1">Two<' in html
    assert 'href="#/2">Three<' in html


def measured(**changed):
    usual = {
        "title": "T", "layout": "picture", "width": 0.9, "height": 0.9, "picture": True,
        "only_code": False, "moves": True, "smallest": 20, "smallest_drawn": 18, "words": 5,
    }  # fmt: skip
    return Measured(**{**usual, **changed})


def test_a_good_lecture_has_no_faults():
    assert list(Measures([measured() for _ in range(10)]).faults()) == []


@pytest.mark.parametrize(("count", "changed", "fault"), [
    (2, {"height": 0.5}, "less than 85 %"),
    (4, {"picture": False}, "less than 70 %"),
    (2, {"only_code": True}, "only code"),
    (9, {"moves": False}, "less than 20 %"),
    (6, {"words": 26}, "more than 25 words"),
    (1, {"words": 61}, "61 words"),
    (1, {"smallest": 17}, "text of 17.0 px"),
    (1, {"smallest_drawn": 15}, "15.0 px in a figure"),
])  # fmt: skip
def test_each_shortcoming_is_a_line(count, changed, fault):
    slides = [measured(**changed)] * count + [measured() for _ in range(10 - count)]
    assert any(fault in line for line in Measures(slides).faults())


def test_questions_and_sections_may_be_calm():
    slides = [measured(layout="ask", height=0.2)] * 3 + [measured()] * 7
    assert list(Measures(slides).faults()) == []
