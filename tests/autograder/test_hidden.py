"""Hidden runs: from the same state, after all that is shown, and none is lost with its process."""

import pytest

from autograder.course.limits import Limits
from autograder.run.execute import Task, execute
from autograder.run.forkservers import Pool, Setting

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
