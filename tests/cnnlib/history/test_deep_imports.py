"""The later chapters are cheap to import: PyTorch and matplotlib come where they are needed."""

import subprocess
import sys

MODULES = ("data", *(f"history.{name}" for name in (
    "events", "gpus", "ilsvrc", "lenet", "rbm", "speech", "wiring"
)))  # fmt: skip


def test_nothing_heavy_is_imported(repository):
    imports = "; ".join(f"import cnnlib.{name}" for name in MODULES)
    heavy = "torch", "matplotlib", "ipywidgets", "scipy"
    code = f"import sys; {imports}; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=repository, check=True, capture_output=True, text=True
    )
    assert done.stdout == "[]\n"
