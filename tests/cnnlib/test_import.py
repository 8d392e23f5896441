"""cnnlib needs nothing but NumPy, except where it computes with PyTorch or draws."""

import subprocess
import venv
from pathlib import Path

import numpy as np
import pytest
from imports import heavy

HISTORY = Path(__file__).parents[2] / "cnnlib" / "lessons" / "history"
#: Drawings need more, and a wired network is one of PyTorch's.
CHAPTERS = sorted(
    path.stem for path in HISTORY.glob("*.py") if not path.stem.startswith(("draw_", "wired", "__"))
)
MODULES = [
    *("cnnlib", "cnnlib.check", "cnnlib.check.engine.wire", "cnnlib.data", "cnnlib.zoo"),
    *(f"cnnlib.lessons.history.{name}" for name in CHAPTERS),
]


def test_nothing_heavy_is_imported():
    together = heavy(MODULES)
    assert not together, {name: heavy([name]) for name in MODULES}


@pytest.fixture(scope="module")
def numpy_only(tmp_path_factory):
    """The Python of a clean environment in which NumPy is installed and nothing else."""
    folder = tmp_path_factory.mktemp("clean") / "venv"
    venv.create(folder, with_pip=False)
    (site,) = folder.glob("lib/python*/site-packages")
    installed = Path(np.__file__).parent
    for package in installed.parent.glob("numpy*"):
        (site / package.name).symlink_to(package)
    return folder / "bin" / "python"


WITHOUT_TORCH = """
import importlib.util
from pathlib import Path

assert importlib.util.find_spec("torch") is None
from cnnlib import arithmetic, receptive_field, spec, zoo

for path in Path("tests/cnnlib/golden").glob("*.txt"):
    net = zoo.NETWORKS[path.stem]()
    assert f"{net.summary()}\\n" == path.read_text("utf-8"), path
    assert net.to_svg() == path.with_suffix(".svg").read_text("utf-8"), path
assert arithmetic.conv_output_size(227, 11, 4) == 55
assert receptive_field.receptive_field(zoo.vgg(16), at="pool5").size == (212, 212)
try:
    zoo.vgg(16).to_torch()
except ImportError as error:
    print("only to_torch needs it:", error)
"""


def test_everything_but_pytorch_works_without_pytorch(repository, numpy_only):
    done = subprocess.run(
        [numpy_only, "-c", WITHOUT_TORCH],
        cwd=repository,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "only to_torch needs it: No module named 'torch'\n"
