"""Attends to the notebook's kernel: which cells ran, and what to say where one could not."""

import traceback
from typing import Any

from cnnlib.desk.assignment import Assignment, Cell, assignment_here
from cnnlib.desk.summary import Results


def attend(shell: Any, results: Results) -> None:
    """Note in `results` which cells ran; say plainly which cell or function one waits for.

    Parameters
    ----------
    shell
        IPython's.
    """

    def note(result: Any) -> None:
        if isinstance(result.info.raw_cell, str):
            results.cells[result.info.raw_cell.strip()] = bool(result.success)

    shell.events.register("post_run_cell", note)
    shell.set_custom_exc((NameError, NotImplementedError), _explain)


def _explain(shell: Any, kind: Any, error: Exception, trace: Any, tb_offset: Any = None) -> None:
    """Show an exception; where it only means that something is still to come, say only that."""
    here = assignment_here()
    # The first frame is IPython's.
    frames = [frame.f_code.co_name for frame, _ in traceback.walk_tb(trace)][1:]
    said = ""
    if isinstance(error, NotImplementedError):
        said = unwritten(frames[-1]) if frames and not str(error) else ""
    elif here is not None and len(frames) == 1:
        said = missing_name(here, str(getattr(error, "name", "")))
    if said:
        error._render_traceback_ = lambda: [said]  # type: ignore[attr-defined]
    shell.showtraceback((kind, error, trace), tb_offset=tb_offset)


def unwritten(function: str) -> str:
    """Say that a function is not written yet, or that a whole cell is not."""
    if function == "<module>":
        return "Not written yet: write your code, and delete the line with raise."
    return f"{function} is not written yet, and this cell calls it."


def missing_name(assignment: Assignment, name: str) -> str:
    """Say which cell to run for a name; nothing if none of the assignment's cells gives it."""
    cells = [cell for cell in assignment.cells if name in cell.defines]
    return (
        f"{name} is not defined yet. Run {_place(cells[0])} first, then this one." if cells else ""
    )


def _place(cell: Cell) -> str:
    lines = [line for line in cell.source.splitlines() if line.strip()]
    where = f" in {cell.exercise}" if cell.exercise else ""
    return f"the cell{where} that begins with\n    {lines[0].strip()}\n"
