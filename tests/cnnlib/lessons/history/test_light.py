"""Chapters are cheap to import: what draws needs matplotlib; PyTorch comes at its first use."""

import subprocess
import sys
from pathlib import Path

from cnnlib.lessons import history

CHAPTERS = sorted(path.stem for path in Path(history.__file__).parent.glob("[a-z]*.py"))
#: These derive classes from PyTorch's, or draw.
HEAVY = "wired", "draw_neurons", "draw_cortex", "draw_networks"


def test_nothing_heavy_is_imported(repository):
    chapters = [name for name in CHAPTERS if name not in HEAVY]
    assert len(chapters) == len(CHAPTERS) - len(HEAVY) > 10
    imports = "; ".join(f"import cnnlib.lessons.history.{name}" for name in chapters)
    heavy = "torch", "matplotlib", "IPython", "ipywidgets", "scipy", "sklearn"
    code = f"import sys; {imports}; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=repository, check=True, capture_output=True, text=True
    )
    assert done.stdout == "[]\n"
