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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

#: A cell passed, or it did not; in the order of the code cells.
Passed = Sequence[bool]


def code_cells(notebook: Mapping[str, Any]) -> list[str]:
    """Return the sources of the code cells."""
    return [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]


def run_all(notebooks: Iterable[Mapping[str, Any]]) -> Iterator[Passed]:
    """Run each notebook by its own; yield which code cells passed."""
    inline = {"MPLBACKEND": "module://matplotlib_inline.backend_inline", "OMP_NUM_THREADS": "1"}
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, **inline, "IPYTHONDIR": f"{folder}/ipython"}
        lines = "".join(json.dumps(code_cells(notebook)) + "\n" for notebook in notebooks)
        done = subprocess.run(
            [sys.executable, __file__],
            input=lines, capture_output=True, text=True, cwd=folder, env=environment, check=True,
        )  # fmt: skip
    for line in done.stdout.splitlines():
        yield json.loads(line)


def run_in_a_kernel(notebook: Mapping[str, Any], folder: Path) -> Passed:
    """Run one notebook in a Jupyter kernel."""
    cells = [nbformat.v4.new_code_cell(source) for source in code_cells(notebook)]
    made = nbformat.v4.new_notebook(cells=cells)
    client = NotebookClient(
        made, kernel_name="python3", allow_errors=True, timeout=60,
        resources={"metadata": {"path": str(folder)}},
    )  # fmt: skip
    client.execute()
    return [all(o["output_type"] != "error" for o in cell["outputs"]) for cell in made.cells]


def _serve() -> None:
    """Answer each line of standard input with one of standard output."""
    from IPython.core.interactiveshell import InteractiveShell

    from cnnlib import check

    # Warm: the first check imports PyTorch, and every process would.
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        answers, sys.stdout = sys.stdout, nowhere
        check.conv_output_size(lambda n, k, **s: n - k + 1, part="basic")
        sys.stdout = answers
    for number, line in enumerate(sys.stdin):
        reading, writing = os.pipe()
        process = os.fork()
        if process == 0:
            _run(InteractiveShell, json.loads(line), number, writing)
        os.close(writing)
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
    _serve()
