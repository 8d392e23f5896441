"""What an import brings with it."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

HEAVY = ("torch", "matplotlib", "ipywidgets", "IPython", "scipy")


def heavy(modules: Iterable[str]) -> str:
    """Return which heavy packages a fresh Python has loaded once it imported these modules."""
    imports = "; ".join(f"import {name}" for name in modules)
    code = f"import sys; {imports}; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()
