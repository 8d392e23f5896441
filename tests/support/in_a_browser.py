"""Runs a notebook as Python in a browser would: NumPy, and no PyTorch, no threads, no processes.

As a program it takes the notebook and the file with what PyTorch said, runs every code cell in one
IPython shell in this process, the last of which sums up.
"""

import os
import subprocess
import sys
import threading
from pathlib import Path

import nbformat
from without_torch import Hide


def refuse(*arguments: object, **settings: object) -> None:
    """Stand in for what a browser does not let Python do."""
    raise RuntimeError("can't start new thread")


def main(notebook: str, recorded_file: str) -> None:
    """Run a notebook."""
    sys.meta_path.insert(0, Hide())
    from IPython.core.interactiveshell import InteractiveShell

    # IPython's own history has a thread; in a browser it has none.
    shell = InteractiveShell.instance(history_length=0)
    from cnnlib.check.engine import recorded

    recorded.FILE = Path(recorded_file)
    threading.Thread.start = refuse  # type: ignore[method-assign, assignment]
    subprocess.Popen = os.fork = refuse  # type: ignore[misc, assignment]
    os.environ["JPY_SESSION_NAME"] = notebook
    for cell in nbformat.read(notebook, as_version=4).cells:
        if cell.cell_type == "code":
            ran = shell.run_cell(cell.source)
            ran.raise_error()
    assert "torch" not in sys.modules


if __name__ == "__main__":
    main(*sys.argv[1:])
