"""What a submission may use is said once, and the TA's page shows it as it is."""

import re

from traitlets.config import Config

from autograder.course.limits import Limits, limits_for
from cnnlib.check.engine.check import LIBRARIES


def test_the_page_shows_the_defaults(repository):
    page = (repository / "docs" / "ta.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```python\n(c\.Limits.*?)```", page, re.DOTALL)
    c = Config()
    exec(shown, {"c": c})
    defaults = {name: getattr(Limits(), name) for name in Limits.class_own_traits(config=True)}
    assert dict(c.Limits) == defaults


def test_what_is_hidden_is_what_checks_forbid_but_what_an_assignment_allows():
    assert set(limits_for(Config(), "any")["hide"]) == LIBRARIES
    config = Config({"Limits": {"per_assignment": {"tensors": {"allow": ["torch"]}}}})
    assert set(limits_for(config, "tensors")["hide"]) == LIBRARIES - {"torch"}
    assert set(limits_for(config, "any")["hide"]) == LIBRARIES


def test_an_assignment_may_name_what_is_hidden():
    config = Config({"Limits": {"per_assignment": {"tensors": {"hide": ["scipy"]}}}})
    assert limits_for(config, "tensors")["hide"] == ["scipy"]
