"""After grading, nbgrader's formgrader shows the class, and written answers are graded there."""

import re
import sys

import pytest
from books import gradebook_of
from lab import visit
from playwright.sync_api import expect

from autograder import demo
from autograder.grade import grade
from autograder.release.release import make_release
from autograder.report.feedback import make_feedback
from autograder.run import sandbox
from autograder.run.crew import Here

NAME = demo.ASSIGNMENT
#: A few of the class, so that it is graded fast: right, wrong, unreadable.
SCORES = {"demo-loops": 85, "demo-kernel-flipped": 40, "demo-truncated": 0}


@pytest.fixture(scope="module")
def graded(course):
    make_release(course, NAME)
    demo.hand_in(course)
    kind = "none" if sandbox.bubblewrap_fault() else "bubblewrap"
    grade(course, NAME, kind=kind, crew=Here(2), students=list(SCORES))
    make_feedback(course, NAME)
    return course


@pytest.fixture(scope="module")
def server(graded, start, repository):
    """The server as `make formgrader` starts it."""
    recipe = re.search(r"^formgrader:.*\n\t(.*)$", (repository / "Makefile").read_text(), re.M)
    options = re.findall(r"--ServerApp\.default_url=\S+", recipe.group(1))
    assert options == ["--ServerApp.default_url=/formgrader"]
    return start(sys.executable, "-m", "jupyter", "server", *options, folder=graded.root)


@pytest.fixture
def page(browser, server):
    """A page that came in by the front door, where the token is taken."""
    with visit(browser) as found:
        found.page.goto(server.at(""))
        found.page.wait_for_url("**/formgrader/manage_assignments")
        yield found.page


def test_one_lands_on_the_formgrader(page):
    expect(page.get_by_role("link", name=NAME).first).to_be_visible()


def test_the_class_stands_there_with_its_scores(page, server):
    page.goto(f"{server.url}formgrader/gradebook/{NAME}/{NAME}")
    expect(page.locator("tbody tr")).to_have_count(len(SCORES))
    for student, score in SCORES.items():
        row = page.locator("tbody tr").filter(has_text=student)
        expect(row.locator("td").filter(has_text="/ 100")).to_have_text(f"{score} / 100")


def test_a_written_answer_is_graded_there(page, server, graded):
    with gradebook_of(graded) as gradebook:
        submission = gradebook.find_submission_notebook(NAME, NAME, "demo-loops").id
    page.goto(f"{server.url}formgrader/submissions/{submission}/")
    points = page.locator("input.score").last
    points.scroll_into_view_if_needed()
    with page.expect_response(lambda r: "/api/grade/" in r.url and r.request.method == "PUT"):
        points.fill("12")
        points.press("Tab")
    with gradebook_of(graded) as gradebook:
        grade = gradebook.find_grade("ex4-answer", NAME, NAME, "demo-loops")
        assert grade.manual_score == 12
        assert gradebook.find_submission(NAME, "demo-loops").score == 97


def test_nbgraders_own_feedback_shows_the_new_points_and_nothing_hidden(page, server, graded):
    """After the written answer was graded, feedback is made by a click in formgrader."""
    path = graded.path("feedback", "demo-loops", NAME) / f"{NAME}.html"
    path.unlink()
    page.goto(f"{server.url}formgrader/manage_submissions/{NAME}")
    row = page.locator("tbody tr").filter(has_text="demo-loops")
    row.locator(".generate-feedback a").click()
    page.locator(".modal.show, .modal.in").filter(has_text="Success").wait_for()
    text = path.read_text()
    assert "97.0 / 100.0" in text
    for hidden in ("HIDDEN TESTS", "hidden&quot;", "&#39;hidden&#39;"):
        assert hidden not in text
