"""Hidden runs: from the same state, after all that is shown, and none is lost with its process."""

import pytest

from autograder.course.limits import Limits
from autograder.run.execute import Task, execute
from autograder.run.forkservers import Setting
from autograder.run.pool import Pool, what_holds

SERVERS = Pool()


@pytest.fixture(scope="module", autouse=True)
def _no_server_left():
    yield
    SERVERS.close()


@pytest.fixture(params=["bubblewrap", "none"])
def run(request):
    """Return a function that runs cells, and of some also a hidden version."""
    if request.param == "bubblewrap":
        request.getfixturevalue("bubblewrap")

    def run(*sources, hidden):
        limits = {**Limits().for_assignment("any"), "cell_seconds": 3.0}
        setting = Setting({}, limits, request.param, waiting=len(hidden))
        task = Task("ann", dict(enumerate(sources)), frozenset(hidden), hidden)
        return execute(task, setting, SERVERS)

    return run


def test_a_hidden_run_starts_from_the_state_before_its_cell_and_shows_nothing(run):
    done = run("x = [1]", "x.append(2)", "print(x)", hidden={1: "assert x == [1]; print(x)"})
    assert done.hidden[1].status == "ok"
    assert done.hidden[1].outputs == []
    assert done.cells[2].outputs[0]["text"] == "[1, 2]\n"


def test_the_hidden_source_is_not_in_the_shown_run(run):
    look = "import gc; print(any('sesa' + 'me' in o for o in gc.get_objects() if type(o) is str))"
    done = run("pass", "pass", look, hidden={1: "sesame = 1"})
    assert done.cells[2].outputs[0]["text"] == "False\n"


@pytest.mark.parametrize(
    ("source", "status"),
    [("1 / 0", "error"), ("while True: pass", "timeout"), ("import os; os._exit(3)", "crashed")],
)
def test_how_a_hidden_run_ends_is_told_and_costs_no_other(run, source, status):
    done = run("pass", "pass", hidden={0: source, 1: "pass"})
    assert done.hidden[0].status == status
    assert done.hidden[0].error
    assert done.hidden[1].status == "ok"


def test_a_deadly_cell_costs_no_hidden_run_of_others(run):
    done = run(
        "x = 1", "pass", "import os; os._exit(3)", "pass", hidden={1: "assert x", 3: "assert x"}
    )
    assert {index: did.status for index, did in done.hidden.items()} == {1: "ok", 3: "ok"}


def test_what_a_submission_does_to_its_group_ends_itself_only(run):
    done = run("x = 1", "pass", "import os; os.kill(0, 9)", "print(x)", hidden={1: "assert x"})
    assert [done.cells[i].status for i in range(4)] == ["ok", "ok", "crashed", "ok"]
    assert done.hidden[1].status == "ok"


def test_where_the_shown_run_failed_there_is_no_hidden_one(run):
    assert run("1 / 0", hidden={0: "pass"}).hidden == {}


HELPER = """
import os
ask, answer = os.pipe(), os.pipe()
if os.fork() == 0:
    os.setsid()
    while os.read(ask[0], 1):
        os.write(answer[1], b"!")
    os._exit(0)
os.close(ask[0])
os.close(answer[1])
def helped():
    os.write(ask[1], b"?")
    return os.read(answer[0], 1)
"""


def test_a_process_that_was_started_before_helps_no_hidden_run(bubblewrap):
    limits = {**Limits().for_assignment("any"), "cell_seconds": 20.0}
    test = "assert helped() == b'!'"
    hidden = {1: f"{test}\n1", 2: "x = 1", 3: f"{test}\n2"}
    task = Task("ann", {0: HELPER, 1: test, 2: "x = 0", 3: test}, frozenset(hidden), hidden)
    done = execute(task, Setting({}, limits, bubblewrap, waiting=len(hidden)), SERVERS)
    assert [done.cells[index].status for index in range(4)] == ["ok"] * 4
    assert {index: run.status for index, run in done.hidden.items()} == {
        1: "error", 2: "ok", 3: "error"
    }  # fmt: skip


FULL_HOUSE = """
import os, time
try:
    for _ in range(20):
        if os.fork() == 0:
            time.sleep(543217)
except OSError:
    pass
"""


def test_where_no_process_can_be_started_it_is_said_at_once(bubblewrap):
    limits = {**Limits().for_assignment("any"), "cell_seconds": 543217.0, "processes": 8}
    if not what_holds(limits)["counted"]:
        pytest.skip("the kernel counts no processes here")
    task = Task("ann", {0: FULL_HOUSE, 1: "pass"}, frozenset({1}), {1: "x = 1"})
    done = execute(task, Setting({}, limits, bubblewrap, waiting=1), SERVERS)
    assert done.cells[1].status == "ok"
    assert done.hidden[1].status == "crashed"
    assert "too many processes" in done.hidden[1].error
