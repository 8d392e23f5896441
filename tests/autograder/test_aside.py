"""A job in a process aside: whatever it does, the next one is done, and it is said why not."""

import os
import signal

import pytest

import autograder.aside
from autograder.aside import Aside, LostError
from autograder.problems import UsageError


def work(job):
    if job == "swell":
        return len(bytearray(2**32))
    if job == "spin":
        while True:
            pass
    if job == "raise":
        raise ValueError("not this one")
    if job == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    return job * 2


@pytest.fixture(scope="module")
def aside():
    """A process that computes for a second at the most, however long that takes on the clock."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(autograder.aside, "PATIENCE", 10_000)
        with Aside(work, 1) as found:
            yield found


@pytest.mark.parametrize(
    ("job", "reason"),
    [
        ("swell", "more than 1024 MiB of memory"),
        ("spin", "more than 1 seconds of computing"),
        ("raise", "ValueError: not this one"),
        ("kill", "killed twice"),
    ],
)
def test_a_job_that_does_not_end_well_is_lost_for_a_reason(aside, job, reason):
    with pytest.raises(LostError, match=reason):
        aside(job)
    assert aside(21) == 42


def test_what_cannot_be_prepared_is_said():
    def prepare():
        raise UsageError("no device")

    with Aside(work, 1, prepare) as aside, pytest.raises(UsageError, match="no device"):
        aside(1)


def test_shared_objects_do_not_travel():
    shared = object()
    with Aside(lambda job: job, 1, shared=[shared]) as aside:
        assert aside([shared, 3]) == [shared, 3]


def test_nothing_is_left_of_it():
    aside = Aside(work, 1)
    aside(1)
    pid = aside._pid
    aside.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
