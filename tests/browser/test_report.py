"""The class report on any screen: it fits, asks nobody for anything, and can be heard."""

import pytest
from lab import visit

from autograder import demo
from autograder.grade import grade
from autograder.report.report import make_report
from autograder.run.crew import Here


@pytest.fixture(scope="module")
def page(course):
    demo.hand_in(course)
    students = ["demo-loops", "demo-kernel-flipped", "demo-truncated", "demo-tests-deleted"]
    grade(course, demo.ASSIGNMENT, kind="none", crew=Here(2), students=students)
    return make_report(course, demo.ASSIGNMENT)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_is_quiet(browser, page, width, scheme):
    size = {"width": width, "height": 800}
    with visit(browser, viewport=size, color_scheme=scheme) as found:
        found.page.goto(page.as_uri())
        assert found.page.evaluate("document.documentElement.scrollWidth") <= width
        assert found.complaints == found.elsewhere == []
        text = found.page.inner_text("body")
        for words in ("Scores", "Questions", "the kernel is flipped", "demo-truncated"):
            assert words in text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_scheme_is_followed(browser, page, scheme):
    with visit(browser, color_scheme=scheme) as found:
        found.page.goto(page.as_uri())
        paper = found.page.evaluate("getComputedStyle(document.body).backgroundColor")
        lightness = sum(int(part) for part in paper[4:-1].split(",")) / 3
        assert (lightness > 200) == (scheme == "light")


def test_every_drawing_has_words(browser, page):
    with visit(browser) as found:
        found.page.goto(page.as_uri())
        silent = found.page.evaluate(
            """[...document.querySelectorAll("svg")].filter(svg =>
                 !svg.getAttribute("aria-label") && svg.getAttribute("aria-hidden") !== "true"
               ).length"""
        )
        assert silent == 0
        drawing = found.page.get_by_role("img", name="Number of students by score")
        assert "80 to 90: 2" in drawing.get_attribute("aria-label")
