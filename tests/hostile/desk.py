"""Where students hand in what no kernel is to blame for, and what must come of it."""

import copy
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from beside import load_beside

from autograder.course.course import Course

Expected = load_beside(__file__, "expected.py").Expected

FULL = "score=85, state=graded"
UNREADABLE = "score=0, state=unreadable, problems=unreadable"
NAME = "ps2_forward.ipynb"


@dataclass(frozen=True)
class Desk:
    """Where one student hands in: the folder, and a notebook with full marks."""

    folder: Path
    honest: dict

    def cell(self, identity: str) -> dict:
        """Return one cell of the notebook, to be changed."""
        return next(cell for cell in self.honest["cells"] if cell["id"] == identity)

    def remove(self, *identities: str) -> None:
        """Take cells out of the notebook."""
        cells = self.honest["cells"]
        cells[:] = [cell for cell in cells if cell["id"] not in identities]

    @property
    def text(self) -> str:
        """The notebook as it would be saved."""
        return json.dumps(self.honest, ensure_ascii=False, indent=1)

    def write(self, data: bytes | str | None = None, name: str = NAME) -> None:
        """Hand in bytes, text, or the notebook."""
        data = self.text if data is None else data
        (self.folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())

    def write_zip(self, members: dict[str, str], name: str = "homework.zip") -> None:
        """Hand in an archive."""
        with zipfile.ZipFile(self.folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, text in members.items():
                archive.writestr(member, text)


@dataclass(frozen=True)
class Malformed:
    """One way to hand in."""

    student: str
    build: Callable[[Desk], None]
    expected: Expected

    def hand_in(self, course: Course, honest: dict) -> None:
        """Hand it in."""
        folder = course.root / "submitted" / self.student / "ps2_forward"
        folder.mkdir(parents=True)
        self.build(Desk(folder, copy.deepcopy(honest)))


class Table(dict[str, Malformed]):
    """Ways to hand in, by name."""

    def expect(self, outcome: str, says: str = "") -> Callable:
        """Enter a function, with what must come of what it hands in."""

        def enter(build: Callable[[Desk], None]) -> Callable[[Desk], None]:
            name = build.__name__.replace("_", "-")
            self[name] = Malformed(name, build, Expected.parse(outcome, says))
            return build

        return enter

    def named(self, student: str, outcome: str = FULL, says: str = "") -> None:
        """Enter an honest student with this name."""
        expected = Expected.parse(outcome, says)
        self[f"named {student!r}"] = Malformed(student, Desk.write, expected)
