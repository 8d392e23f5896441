"""The report as HTML says what the text says, and gives nothing away."""

import html
import re
import subprocess
import sys

import styles
from mutants import referees

from cnnlib import check
from cnnlib.check.engine.observe import observe
from cnnlib.check.engine.report import Report


def flipped(x, w, b=None, **settings):
    return styles.as_strided(x, w[:, :, ::-1, ::-1], b, **settings)


def fails(x, w, b=None, **settings):
    raise KeyError("<b>not a key</b>")


def made(function, number=0):
    """Return the report on one part: even numbers are visible, odd ones hidden."""
    referee = referees("conv2d_forward", 0)[number]
    checked = check.conv2d_forward
    return Report(
        referee.verdict([observe(checked.form, function, case) for case in referee.cases])
    )


def words(markup):
    visible = re.sub(r"<style>.*?</style>", " ", markup)
    visible = re.sub(r"<(br|span)[^>]*>", " ", visible)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", visible)).split())


def test_text_and_html_say_the_same():
    report = made(flipped, number=2)
    text, markup = str(report), words(report._repr_html_())
    title, _, said = report.case
    agreed = "0 of 10 cases agree with torch.nn.functional.conv2d on cpu."
    for line in (report.likeness, agreed, title, said, report.mismatch.allowed):
        assert line in text
        assert line in markup
    for number in (report.mismatch.got, report.mismatch.expected):
        assert number in text
        assert number in markup
    for row in report.mismatch.window.cells:
        for cell in row:
            assert cell in text
            assert cell in markup
    assert f"Map of the mismatches: {report.mismatch.share} are wrong" in report._repr_html_()


def test_a_report_stands_on_its_head_line():
    markup = words(made(flipped)._repr_html_())
    first = markup.index("It looks like this: the kernel is flipped.")
    hint = markup.index("Look for a [::-1]")
    assert first < hint < markup.index("should read this") < markup.index("allowed difference")


def test_numbers_in_the_card_are_short_and_in_the_text_longer():
    def no_bias(x, w, b=None, **settings):
        return styles.as_strided(x, w, None, **settings)

    report = made(no_bias)
    bias = report.verdict.failures[0].case.arguments["b"][0]
    assert f"{bias:.6g}" in str(report)
    assert f"{bias:.6g}" not in report._repr_html_()
    assert f"{bias:.4g}" in words(report._repr_html_())


def test_rounding_is_in_front_only_where_it_may_be_the_cause():
    def nearly(x, w, b=None, **settings):
        return styles.as_strided(x, w, b, **settings) + 1e-12

    assert "larger than rounding" in words(made(nearly)._repr_html_()).partition("Compute")[0]
    assert "allowed difference" not in words(made(flipped)._repr_html_()).partition("Compute")[0]


def test_a_report_is_drawn_without_matplotlib():
    program = (
        "import sys; from cnnlib import check; from cnnlib.check.engine.observe import observe; "
        "from cnnlib.check.engine.referee import Referee; "
        "from cnnlib.check.engine.report import Report; "
        "r = Referee(check.pad2d, 'basic', 'visible'); "
        "f = lambda x, padding, value=0.0: 0 * r.references[0][0]; "
        "v = r.verdict([observe(r.check.form, f, c) for c in r.cases]); "
        "assert '<svg' in Report(v)._repr_html_(); assert 'matplotlib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_hidden_values_are_not_in_the_html():
    report = made(flipped, number=1)
    markup = report._repr_html_()
    assert "the kernel is flipped" in markup
    case = report.verdict.failures[0].case
    assert case.describe() not in words(markup)
    assert not any(f"{value:.3f}" in markup for value in case.positional["x"].ravel())
    assert "<table" not in markup
    assert "<details" not in markup
    assert "<svg" not in markup


def test_a_students_text_is_escaped():
    markup = made(fails)._repr_html_()
    assert "<b>not a key</b>" not in markup
    assert "<b>not a key</b>" in words(markup)
