"""Every lecture runs, computes its numbers, and is made for slides and for everybody."""

import re
from pathlib import Path

import pytest

from decks.slides import LAYOUTS

LECTURES = sorted((Path(__file__).parents[2] / "lectures").glob("*.ipynb"))


@pytest.fixture(scope="module", params=LECTURES, ids=lambda path: path.stem)
def lecture(request, executed_lecture):
    """A lecture, run, with the assertions about its numbers as one more cell."""
    return executed_lecture(request.param)


def kind(cell):
    return cell.metadata.get("slideshow", {}).get("slide_type")


def test_there_are_lectures():
    assert LECTURES


def test_it_runs_and_warns_of_nothing(lecture):
    for cell in lecture.cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "error"
            assert output.get("name") != "stderr", output.text


def test_it_begins_with_goals_and_minutes_and_ends_with_questions_and_an_exercise(lecture):
    assert re.match(r"# Lecture \d+ · .+\n\n\d+ minutes\n\n.+", lecture.cells[0].source)
    slides = [cell for cell in lecture.cells if kind(cell) in ("slide", "subslide")]
    headings = [cell.source.splitlines()[0] for cell in slides]
    assert headings[1] == "## After this lecture you can"
    assert headings[-3:] == ["## Summary", "## Three questions", "## Now write it yourself"]
    questions = lecture.cells.index(slides[-2])
    answers = next(c for c in lecture.cells[questions:] if kind(c) == "fragment")
    for cell in (slides[-2], answers):
        assert re.findall(r"^(\d)\. ", cell.source, re.MULTILINE) == ["1", "2", "3"]
    assert "`assignments/" in slides[-1].source


def test_a_question_with_choices_is_answered_after_a_press(lecture):
    asked = None
    for cell in lecture.cells:
        if kind(cell) in ("slide", "subslide"):
            assert asked is None, f"{asked} has no answer"
            asked = cell.id if "ask" in cell.metadata.get("tags", []) else None
        elif kind(cell) == "fragment":
            asked = None


def test_tags_of_slides_are_layouts(lecture):
    known = {*LAYOUTS, "hide-input"}
    assert {tag for cell in lecture.cells for tag in cell.metadata.get("tags", [])} <= known


def test_every_slide_has_notes_right_behind_its_first_cell(lecture):
    for cell, following in zip(lecture.cells, lecture.cells[1:], strict=False):
        if kind(cell) in ("slide", "subslide"):
            assert kind(following) == "notes", cell.id


def test_every_picture_has_a_text(lecture):
    pictures = 0
    for cell in lecture.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            assert "image/png" not in data, "show it as a plots.Picture, which has a text"
            html = data.get("text/html", "") + data.get("image/svg+xml", "")
            for image in re.findall(r"<(?:img|svg) [^>]*>", html):
                assert re.search(r'(?:alt|aria-label)="[^"]{20,}"', image), cell.id
                pictures += 1
    assert pictures
