"""What learns needs nothing but NumPy; only the drawings need more."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["threshold", "perceptron", "mark1", "adaline", "backprop"])
def test_nothing_heavy_is_imported(repository, module):
    code = (
        f"import sys, cnnlib.lessons.history.{module};"
        "print([name for name in ('torch', 'matplotlib', 'IPython') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=repository, check=True, capture_output=True, text=True
    )
    assert done.stdout == "[]\n"
