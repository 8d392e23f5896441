"""What is bound into the sandbox suffices for what it says."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import cnnlib
from autograder.run.sandbox import PARTS

ASK = """
import cnnlib
from cnnlib.data import cifar10, digits

print(cnnlib.__file__)
print(len(digits("test")[0]))
try:
    cifar10("data")
except FileNotFoundError as missing:
    print(missing)
"""


def test_a_submission_that_wants_a_data_set_reads_that_it_is_not_there(tmp_path):
    inside = tmp_path / "cnnlib"
    inside.mkdir()
    for part in PARTS[cnnlib]:
        source = Path(cnnlib.__file__).parent / part
        (inside / part).parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, inside / part)
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        check=True,
        capture_output=True,
        text=True,
    )
    where, count, message = done.stdout.splitlines()
    assert Path(where).parent == inside
    assert count == "299"
    assert message.startswith(
        f"{Path('data', 'cifar-10-binary.tar.gz')} is missing: fetch https://"
    )
