"""The report as HTML says what the text says, and gives nothing away."""

import html
import re

import styles
from mutants import referees

from cnnlib import check
from cnnlib.check.engine.observe import observe
from cnnlib.check.engine.report import Report


def flipped(x, w, b=None, **settings):
    return styles.as_strided(x, w[:, :, ::-1, ::-1], b, **settings)


def fails(x, w, b=None, **settings):
    return x["<b>not a key</b>"]


def made(function, number=0):
    """Return the report on one part: even numbers are visible, odd ones hidden."""
    referee = referees("conv2d_forward", 0)[number]
    checked = check.conv2d_forward
    return Report(
        referee.verdict([observe(checked.form, function, case) for case in referee.cases])
    )


def words(markup):
    return html.unescape(re.sub(r"<[^>]+>", " ", markup.replace("<br>", " ")))


def test_text_and_html_say_the_same():
    report = made(flipped, number=2)
    text, markup = str(report), words(report._repr_html_())
    for line in (report.headline, report.likeness, *report.case, report.mismatch.allowed):
        assert line in text
        assert line in markup
    for row in report.mismatch.window.cells:
        for cell in row:
            assert cell in text
            assert cell in markup
    assert f"Map of the mismatches: {report.mismatch.share} are wrong" in report._repr_html_()


def test_hidden_values_are_not_in_the_html():
    report = made(flipped, number=1)
    markup = report._repr_html_()
    assert "the kernel is flipped" in markup
    case = report.verdict.failures[0].case
    assert case.describe() not in words(markup)
    assert not any(f"{value:.3f}" in markup for value in case.positional["x"].ravel())
    assert "<table" not in markup
    assert "<svg" not in markup


def test_a_students_text_is_escaped():
    markup = made(fails)._repr_html_()
    assert "<b>not a key</b>" not in markup
    assert "<b>not a key</b>" in words(markup)
