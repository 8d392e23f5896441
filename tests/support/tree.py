"""A copy of the repository in which a test can add something, and commands that run in it."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Tree:
    """A folder whose packages come before those that are installed."""

    root: Path

    def write(self, path: str, text: str) -> None:
        """Write a new file."""
        target = self.root / path
        assert not target.exists(), f"{path} is there already"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def append(self, path: str, text: str) -> None:
        """Add lines to a file."""
        with (self.root / path).open("a", encoding="utf-8") as file:
            file.write(text)

    def replace(self, path: str, old: str, new: str, *, keep: bool = False) -> None:
        """Replace what stands once in a file; or put something before it."""
        text = (self.root / path).read_text("utf-8")
        assert text.count(old) == 1, f"{path}: {text.count(old)} times {old!r}"
        (self.root / path).write_text(text.replace(old, new + old * keep), "utf-8")

    def run(self, *command: str) -> str:
        """Run a Python module's command, as `pytest …`; return what it prints."""
        done = self.attempt(*command)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def attempt(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """Run a Python module's command, which may fail."""
        return subprocess.run(
            [sys.executable, "-m", *command],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": str(self.root), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )

    def test(self, *arguments: str) -> str:
        """Run some of the copy's tests; at least one must be there."""
        return self.run("pytest", "-q", *arguments)


def copy_tree(folder: Path) -> Tree:
    """Copy what git knows, and what is new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    return Tree(folder)
