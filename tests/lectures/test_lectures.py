"""Every lecture runs, computes its numbers, and is made for slides and for everybody."""

import re
from pathlib import Path

import pytest

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
    assert re.search(r"\*\*\d+ minutes\.\*\* After it you can", lecture.cells[0].source)
    prose = [cell.source for cell in lecture.cells if cell.cell_type == "markdown"]
    headings = [text.splitlines()[0] for text in prose if text.startswith("#")]
    assert headings[-3:] == ["## Summary", "## Three questions", "## Now write it yourself"]
    assert any("<details><summary>Answers" in text for text in prose)
    assert any("`assignments/" in text for text in prose)


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
            for image in re.findall(r"<img [^>]*>", data.get("text/html", "")):
                assert re.search(r'alt="[^"]{20,}"', image), cell.id
                pictures += 1
    assert pictures
