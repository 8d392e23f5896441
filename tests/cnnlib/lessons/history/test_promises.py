"""What was promised in 1958 came later, or not at all, and each date has a source."""

from cnnlib.lessons.history.promises import BRAIN, PROMISES


def test_what_came_came_later_and_has_a_source():
    for promise in PROMISES:
        dates = [came[0] for came in (promise.built, promise.learned) if came]
        assert all(1958 < year <= 2025 for year in dates)
        assert bool(promise.source) == bool(dates)
        for year in dates:
            assert (
                str(year) in promise.source or year == 2015
            )  # CVPR 2016 for the challenge of 2015


def test_what_has_not_come_stands_last():
    came = [bool(promise.built or promise.learned) for promise in PROMISES]
    assert came == sorted(came, reverse=True)
    assert came.count(False) == 2


def test_the_newspaper_was_off_in_each_count():
    for each in BRAIN:
        then, now = each.sizes
        assert max(then, now) / min(then, now) > 1.5
