"""A feedback page on any screen: it fits, asks nobody for anything, and says what went wrong."""

import pytest
from books import gradebook_of
from lab import visit
from playwright.sync_api import expect

from autograder import demo
from autograder.grade import grade
from autograder.report.feedback import make_feedback
from autograder.run.crew import Here

NAME = demo.ASSIGNMENT


@pytest.fixture(scope="module")
def page(course):
    demo.hand_in(course)
    student = "demo-kernel-flipped"
    grade(course, NAME, kind="none", crew=Here(2), students=[student])
    with gradebook_of(course) as gradebook:
        comment = gradebook.find_comment("ex1-solution", NAME, NAME, student)
        comment.manual_comment = "Draw one window first."
        gradebook.db.commit()
    make_feedback(course, NAME)
    return course.path("feedback", student, NAME) / f"{NAME}.html"


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_is_quiet(browser, page, width, scheme):
    size = {"width": width, "height": 800}
    with visit(browser, viewport=size, color_scheme=scheme) as found:
        found.page.goto(page.as_uri())
        height = found.page.evaluate("document.documentElement.scrollHeight")
        assert height < (2000 if width > 1000 else 3000), "short: what is long is folded"
        found.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert found.page.evaluate("document.documentElement.scrollWidth") <= width
        assert found.complaints == found.elsewhere == []
        paper = found.page.evaluate("getComputedStyle(document.body).backgroundColor")
        lightness = sum(int(part) for part in paper[4:-1].split(",")) / 3
        assert (lightness > 200) == (scheme == "light")


def test_the_first_screen_says_what_counts(browser, page):
    with visit(browser, viewport={"width": 1280, "height": 800}) as found:
        found.page.goto(page.as_uri())
        for words in ("40 of 85 points", "15 more are not graded yet", "The kernel is flipped"):
            shown = found.page.get_by_text(words, exact=False).first
            expect(shown).to_be_in_viewport()
        expect(found.page.get_by_text("Look for a [::-1]").first).to_be_in_viewport()
        expect(found.page.get_by_text("Draw one window first.")).to_be_visible()
        expect(found.page.get_by_text("def conv2d_forward").first).to_be_hidden()


def test_it_can_be_heard_and_walked_by_keys(browser, page):
    with visit(browser) as found:
        found.page.goto(page.as_uri())
        signs = found.page.get_by_role("img", name="wrong")
        expect(signs).to_have_count(3)
        silent = found.page.evaluate(
            """[...document.querySelectorAll("main > section svg")].filter(svg =>
                 !svg.getAttribute("aria-label") && svg.getAttribute("aria-hidden") !== "true"
               ).length"""
        )
        assert silent == 0
        found.page.locator("summary", has_text="Your code").first.focus()
        found.page.keyboard.press("Enter")
        expect(found.page.locator("details[open] pre.code").first).to_be_visible()
