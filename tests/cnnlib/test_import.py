"""`import cnnlib` and a check's recording side need nothing but NumPy."""

import subprocess
import sys

import pytest

HEAVY = ("torch", "matplotlib", "ipywidgets", "IPython", "scipy")


@pytest.mark.parametrize("module", ["cnnlib", "cnnlib.check", "cnnlib.check._wire", "cnnlib.zoo"])
def test_nothing_heavy_is_imported(repository, module):
    code = f"import sys, {module}; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=repository, check=True, capture_output=True, text=True
    )
    assert done.stdout == "[]\n"
