"""Runs notebooks as "restart and run all" does at a student's desk: a fresh IPython for each.

Run as a program it reads one line of JSON for each notebook, and forks: what takes long to import
is imported once. A test compares some of its answers with a real Jupyter kernel's.
"""

import io
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

#: A cell passed, or it did not; in the order of the code cells.
Passed = Sequence[bool]
#: Processes at a time.
ABREAST = 2


def code_cells(notebook: Mapping[str, Any]) -> list[str]:
    """Return the sources of the code cells."""
    return [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]


def run_all(notebooks: Iterable[Mapping[str, Any]], how: str = "fork") -> list[Passed]:
    """Run each notebook by its own; return which code cells passed. `how`: `fork` or `kernel`."""
    inline = {"MPLBACKEND": "module://matplotlib_inline.backend_inline", "OMP_NUM_THREADS": "1"}
    inline["NBGRADER_EXECUTION"] = "validate"  # so that a failed check is an error
    lines = "".join(json.dumps(code_cells(notebook)) + "\n" for notebook in notebooks)
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, __file__, how],
            input=lines, stdout=subprocess.PIPE, text=True, cwd=folder, check=True,
            env={**os.environ, **inline, "IPYTHONDIR": f"{folder}/ipython"},
        )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


def _in_kernels() -> None:
    """Answer each line with what a Jupyter kernel of its own says."""
    for number, line in enumerate(sys.stdin):
        folder = Path(f"run-{number}")
        folder.mkdir()
        cells = [nbformat.v4.new_code_cell(source) for source in json.loads(line)]
        made = nbformat.v4.new_notebook(cells=cells)
        client = NotebookClient(
            made, kernel_name="python3", allow_errors=True, timeout=60,
            resources={"metadata": {"path": str(folder)}},
        )  # fmt: skip
        client.execute()
        passed = [all(o["output_type"] != "error" for o in cell["outputs"]) for cell in made.cells]
        print(json.dumps(passed), flush=True)


def _by_forks() -> None:
    """Answer each line with what a process of its own says."""
    from IPython.core.interactiveshell import InteractiveShell

    from cnnlib import check

    # Warm: the first check imports PyTorch, and every process would.
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        answers, sys.stdout = sys.stdout, nowhere
        check.conv_output_size(lambda n, k, **s: n - k + 1, part="basic")
        sys.stdout = answers
    running: list[tuple[int, int]] = []
    for number, line in enumerate(sys.stdin):
        reading, writing = os.pipe()
        process = os.fork()
        if process == 0:
            _run(InteractiveShell, json.loads(line), number, writing)
        os.close(writing)
        running.append((process, reading))
        if len(running) == ABREAST:
            _answer(*running.pop(0))
    for one in running:
        _answer(*one)


def _answer(process: int, reading: int) -> None:
    """Wait for a process; print what it says."""
    with os.fdopen(reading) as pipe:
        print(pipe.read() or "[]", flush=True)
    os.waitpid(process, 0)


def _run(make_shell: Any, sources: Sequence[str], number: int, writing: int) -> None:
    """Run cells in a folder of their own; never return."""
    folder = Path(f"run-{number}")
    folder.mkdir()
    os.chdir(folder)
    sys.path[0] = ""  # as a kernel has it
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    shell = make_shell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    passed = []
    for source in sources:
        sys.stdout, sys.stderr = io.StringIO(), io.StringIO()
        passed.append(bool(shell.run_cell(source, store_history=True).success))
    os.write(writing, json.dumps(passed).encode())
    os._exit(0)


if __name__ == "__main__":
    {"fork": _by_forks, "kernel": _in_kernels}[sys.argv[1]]()
