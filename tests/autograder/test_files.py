"""What a student handed in is found and read; all else about files stands in `tests/hostile`."""

import pytest

from autograder.triage.files import read_timestamp


@pytest.mark.parametrize(
    ("content", "year"),
    [("2026-03-01 12:00:00 UTC", 2026), ("", None), ("yesterday", None), ("\x00" * 50, None)],
)
def test_when_a_submission_was_handed_in(tmp_path, content, year):
    assert read_timestamp(tmp_path) == (None, ())
    (tmp_path / "timestamp.txt").write_text(content)
    handed_in, problems = read_timestamp(tmp_path)
    assert (handed_in.year if handed_in else None) == year
    assert [p.kind for p in problems] == ([] if year else ["malformed"])
