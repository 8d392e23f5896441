"""A feedback page says what counts, first what went wrong, and obeys no student."""

import contextlib
import io
import re

import light
import nbformat
import pytest
from books import gradebook_of

from autograder import cli
from autograder.grade import grade
from autograder.page import FAILED
from autograder.report.sheet import Exercise, Fault, Item, Sheet
from autograder.report.shown import drawing, is_still
from autograder.run.crew import Here
from cnnlib.check import CHECKS
from cnnlib.check.engine.observe import Observation
from cnnlib.check.engine.referee import Referee
from cnnlib.check.engine.report import Report

EVIL = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    course = light.make_course(tmp_path_factory.mktemp("page") / "course")
    for student in ("ann", "bob"):
        notebook = nbformat.reads(light.notebook(course, "square-wrong"), as_version=4)
        cells = {cell.id: cell for cell in notebook.cells}
        cells["square"].source += f"\nprint('''{EVIL}'''); print('\\x1b[31mred')"
        cells[
            "why"
        ].source = (
            f"Because *so*, and $a_1 < b$. {EVIL} [x](javascript:alert(2)) ![](https://evil.org/x)"
        )
        folder = course.path("submitted", student, light.NAME)
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{light.NAME}.ipynb")
    folder = course.path("submitted", "zoe", light.NAME)
    folder.mkdir(parents=True)
    (folder / f"{light.NAME}.ipynb").write_text(f'{{"cells": [{EVIL}')
    grade(course, light.NAME, kind="none", crew=Here(2))
    with gradebook_of(course) as gradebook:
        where = "why", light.NAME, light.NAME, "bob"
        gradebook.find_grade(*where).manual_score = 2
        gradebook.find_grade(*where).needs_manual_grade = False
        gradebook.find_comment(*where).manual_comment = f"Why < how? {EVIL}"
        gradebook.find_comment("square", *where[1:]).manual_comment = "Try 3 by hand."
        gradebook.db.commit()
    return course


@pytest.fixture(scope="module")
def said(course):
    """What the command says, and its status."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        status = cli.main(["feedback", light.NAME, "--course", str(course.root)])
    return status, out.getvalue()


@pytest.fixture(scope="module")
def pages(course, said):
    names = ("ann", "bob", "zoe")
    paths = {name: course.path("feedback", name, light.NAME) / "light.html" for name in names}
    return {name: path.read_text(encoding="utf-8") for name, path in paths.items()}


def words(page):
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.S).split())


def test_what_nobody_has_graded_counts_neither_way(pages):
    assert "3 of 7 points so far 5 more are not graded yet" in words(pages["ann"])
    assert "5 of 12 points" in words(pages["bob"])
    assert "not graded yet" not in pages["bob"]


def test_the_command_warns_and_says_where_the_mark_scheme_is(said):
    status, text = said
    assert status == cli.DONE
    assert "NOT FINISHED: 1 page of these" in text
    assert "mark scheme: solutions/light/light.ipynb" in text


def test_what_went_wrong_comes_first(pages):
    text = words(pages["ann"])
    failed = "assert square(3) == 9, but square(3) is 3"
    assert text.index("What to look at") < text.index(failed) < text.index("Your code")
    assert "4 points" in text


def test_comments_stand_beside_what_they_are_about(pages):
    text = words(pages["bob"])
    assert "Comment Why &lt; how? &lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "Comment on your code Try 3 by hand." in text
    assert "Comment" not in words(pages["ann"])


def test_an_unreadable_submission_is_told_why(pages):
    text = words(pages["zoe"])
    assert "Nothing could be graded" in text
    assert "This submission could not be read:" in text


def test_nothing_in_it_runs_or_asks_anybody(pages):
    for page in pages.values():
        assert EVIL not in page
        assert "default-src 'none'" in page
        assert not re.search(
            r"<(?:script|iframe|link|base|object)|=\"\s*javascript:|\son\w+=\"", page
        )
        assert not re.search(r"url\((?!#)|@import|\bsrc=\"(?!data:)", page)
    assert "\x1b" not in pages["ann"]
    assert '<span class="math">a_1 &lt; b</span>' in pages["ann"]


@pytest.mark.parametrize(
    "html",
    [
        "<p>a</p><script>x</script>", "<svg onload=x>", "<a href='https://a.b'>a</a>",
        "<img src=x>",
        "<p style='background: url(https://a.b)'>", "<style>@import 'a'</style>", "<meta refresh>",
        "<svg><use href='https://a.b'/></svg>", "<form action=x>", "<!doctype html>", "<?php?>",
        "<p style='position: fixed'>", "<iframe>", "<style>p { background: URL('a') }</style>",
    ],
)  # fmt: skip
def test_a_report_that_is_none_of_ours_is_shown_as_text(html):
    assert not is_still(html)
    shown = drawing({"data": {"text/html": html, "text/plain": "<words>"}})
    assert shown == "<pre>&lt;words&gt;</pre>"


def test_the_reports_of_our_checks_are_drawn():
    referee = Referee(CHECKS["conv2d_forward"], "basic", "visible")
    seen = [Observation(values=(found + 1,), types=("ndarray",)) for (found,) in referee.references]
    assert is_still(Report(referee.verdict(seen))._repr_html_())


def test_the_same_mistake_is_said_once_and_hidden_tests_last():
    hidden = Item("a", "f: one", 0.0, 2.0, faults=(Fault(FAILED),))
    first = Item("b", "f: two", 1.0, 2.0, faults=(Fault("index 3 is out", "h"),))
    second = Item("c", "f: three", 0.0, 2.0, faults=(Fault("index 4 is out", "h"),))
    sheet = Sheet("t", None, [Exercise("e", [hidden, first, second])])
    found = [(mistake.fault.name, mistake.lost) for mistake in sheet.mistakes]
    assert found == [("index 3 is out", 3.0), (FAILED, 2.0)]
