"""Runs one submission in its sandbox: what is shown first, then each hidden run from where it was.

A hidden run is a fork of the shown one, made right before the cell: so it starts from the same
state, and nothing that is shown comes later than what is hidden.
"""

import contextlib
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograder.inside.frames import write_frame
from autograder.run.forkservers import ForkServer, ServerFault, ServerLost, Setting
from autograder.run.listen import START_SECONDS, Ended, Hearing
from autograder.run.pool import Pool
from autograder.run.task import CellRun, Run, Task

__all__ = ["CellRun", "Run", "Task", "execute"]

#: A submission whose cells kill the process is taken up again behind the deadly cell, so often.
RESTARTS = 8


@dataclass(frozen=True)
class End:
    """How a process ended: the cell that ran, and whether the server was lost with it."""

    cell: int | None = None
    did: CellRun | None = None
    lost: bool = False


def execute(task: Task, setting: Setting, servers: Pool) -> Run:
    """Run a submission in a process of one of the servers; never raise for what it does.

    Where a process ended, or none started, the submission is run once more, and the better run
    counts: what happens twice is the student's doing, what happens once may be the machine's.
    """
    run = _run(task, setting, servers)
    return min(run, _run(task, setting, servers), key=_ended) if _ended(run) else run


def _ended(run: Run) -> int:
    crashed = sum(did.status == "crashed" for did in [*run.cells.values(), *run.hidden.values()])
    return len(run.cells) + len(run.hidden) + 1 if run.fault else crashed


def _run(task: Task, setting: Setting, servers: Pool) -> Run:
    start = time.monotonic()
    deadline = start + setting.limits["submission_seconds"]
    run = Run(task.student, {index: CellRun() for index in task.cells})
    hearing = Hearing(run, setting.inputs, task.calls, setting.limits, deadline)
    todo, again = sorted(task.cells), set[int]()
    for _ in range(RESTARTS):
        deadly = _attempt(task, setting, servers, todo, hearing)
        if run.fault or time.monotonic() > deadline:
            break
        lost = [index for index in _due(task, run, task.hidden) if index not in again]
        again.update(lost)
        todo = _rest(task, run, deadly, lost)
        if not todo:
            break
    late = time.monotonic() > deadline
    _conclude(task, run, CellRun("timeout", error=hearing.over()) if late else None)
    run.seconds = time.monotonic() - start
    return run


def _rest(task: Task, run: Run, deadly: int | None, lost: Sequence[int]) -> list[int]:
    """Return the cells for another process, after one of them ended the first.

    Cells before it run once more, because later ones need what they define; tests among them have
    done their work, but those whose hidden runs were lost with the process.
    """
    after = [index for index in task.cells if deadly is not None and index > deadly]
    last = max([*after, *lost], default=-1)
    return [
        index
        for index in sorted(task.cells)
        if index <= last
        and run.cells[index].status not in ("crashed", "timeout")
        and (index in after or index in lost or index not in task.tests)
    ]


def _due(task: Task, run: Run, cells: Iterable[int]) -> list[int]:
    """Return those of the cells whose shown run ended well, and whose hidden one is to be made."""
    return [
        index
        for index in sorted(cells)
        if index in task.hidden and run.cells[index].status == "ok" and index not in run.hidden
    ]


def _conclude(task: Task, run: Run, late: CellRun | None) -> None:
    """Say of every test that did not run why."""
    gone = "its process was gone before this cell ran"
    for index in task.tests:
        if run.cells[index].status == "not run":
            run.cells[index] = late or CellRun("crashed", error=gone)
    for index in _due(task, run, task.hidden):
        run.hidden[index] = late or CellRun("crashed", error=gone)


def _attempt(
    task: Task, setting: Setting, servers: Pool, todo: Sequence[int], hearing: Hearing
) -> int | None:
    """Run cells in one process; return the cell that ended it early, or None."""
    run, end = hearing.run, End()
    # A server that ends under a submission may be nobody's fault. The second time it is charged.
    for _ in range(2):
        try:
            with servers.borrow(setting) as server:
                end = _converse(server, task, todo, hearing)
        except ServerFault as error:
            run.fault = f"the sandbox did not start: {error}"
            return None
        if not end.lost:
            break
    if end.cell is None:
        run.fault = "its process ended before anything ran" if end.lost else None
        return None
    if end.did is not None and run.cells[end.cell].status == "not run":
        name = "CellTimeout" if end.did.status == "timeout" else "Crashed"
        text = end.did.error
        end.did.outputs = [
            {"output_type": "error", "ename": name, "evalue": text, "traceback": [text]}
        ]
        run.cells[end.cell] = end.did
    return end.cell


def _converse(server: ForkServer, task: Task, todo: Sequence[int], hearing: Hearing) -> End:
    """Send cells to a process of the server and take in what they do."""
    run = hearing.run
    waiting = [i for i in todo if i in task.hidden and i not in run.hidden]
    # Tests that have done their work, and are there for their hidden run.
    silent = {i for i in todo if i in task.tests and run.cells[i].status != "not run"}
    end = End()
    with contextlib.ExitStack() as stack:
        try:
            channel, *others = server.start(1 + len(waiting))
        except ServerLost:
            return End(lost=True)
        for each in (channel, *others):
            stack.enter_context(each)
        home = "/tmp"  # noqa: S108  (in the sandbox it is private)
        if not server.sandboxed:
            home = stack.enter_context(tempfile.TemporaryDirectory(prefix="autograder-"))
        cells = [
            {
                "index": index,
                "source": None if index in silent else task.cells[index],
                "hidden": index in waiting,
            }
            for index in todo
        ]
        channel.settimeout(START_SECONDS)
        # A process that is gone already shows when we listen.
        with contextlib.suppress(OSError), channel.makefile("wb") as stream:
            write_frame(stream, {"cells": cells, "folder": home})
        try:
            hearing.shown(channel, [index for index in todo if index not in silent])
        except Ended as ended:
            end = End(ended.cell, ended.did)
        # From now on nothing that the shown run does is heard.
        for index, other in zip(waiting, others, strict=True):
            reached = end.did is None or (end.cell is not None and index < end.cell)
            if reached and _due(task, run, [index]):
                did = hearing.hidden(other, index, task.hidden[index])
                if did is not None:
                    run.hidden[index] = did
            other.close()
        try:
            reason = server.stop()
        except ServerLost:
            return End(end.cell, end.did, lost=end.did is not None)
    if end.did is None:
        return End()
    if end.cell is None:
        return End(lost=True)
    if reason:
        end.did.error += f": {reason}"
    return end
