"""What must come of a hostile submission, and how its file says so."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CELLS = Path(__file__).with_name("cells")
#: Full marks, without the written answer, which a person grades.
FULL = 85.0
ANY = "any"


@dataclass(frozen=True)
class Expected:
    """The outcome of one submission.

    Attributes
    ----------
    score, state
        As in the report.
    problems
        The kinds of its problems, sorted and joined by `+`.
    says
        What one of the problems says, among other words.
    """

    score: str
    state: str
    problems: str = ""
    says: str = ""

    @classmethod
    def parse(cls, text: str, says: str = "") -> "Expected":
        """Read `score=85, state=graded, problems=restored+missing`."""
        fields = dict(pair.split("=") for pair in text.split(", "))
        fields["problems"] = "+".join(sorted(filter(None, fields.get("problems", "").split("+"))))
        return cls(**fields, says=says)

    def faults(self, entry: dict) -> Sequence[str]:
        """Return in what a report's entry differs."""
        kinds = "+".join(sorted({problem["kind"] for problem in entry["problems"]}))
        came = {"score": f"{entry['score']:g}", "state": entry["state"], "problems": kinds}
        faults = [
            f"{name} is {value!r}; expected {getattr(self, name)!r}"
            for name, value in came.items()
            if getattr(self, name) not in (ANY, value)
        ]
        details = [problem["detail"] for problem in entry["problems"]]
        if self.says and not any(self.says in detail for detail in details):
            faults.append(f"nothing says {self.says!r}: {details}")
        return faults


@dataclass(frozen=True)
class HostileCell:
    """Code that a student wrote.

    Attributes
    ----------
    goes
        `before` the first solution, in a cell of its own; `above` or `below` a solution, in the
        same cell; or `instead` of all the student's work.
    """

    name: str
    source: str
    goes: str
    expected: Expected

    @classmethod
    def read(cls, path: Path) -> "HostileCell":
        """Read a file: comments say why it is there and what must come of it, then comes code."""
        source = path.read_text(encoding="utf-8")
        comments = [line[2:] for line in source.splitlines() if line.startswith("# ")]
        said = dict(line.split(": ", 1) for line in comments if ": " in line)
        return cls(
            name=path.stem,
            source=source.rstrip("\n"),
            goes=said.get("goes", "before"),
            expected=Expected.parse(said["expect"], said.get("says", "")),
        )

    def put_into(self, notebook: dict) -> None:
        """Put the code into a student's notebook."""
        cells = {cell["id"]: cell for cell in notebook["cells"]}
        place, _, target = self.goes.partition(" ")
        if place == "before":
            own = {"cell_type": "code", "id": "own", "metadata": {}, "source": self.source}
            own |= {"execution_count": None, "outputs": []}
            notebook["cells"].insert(notebook["cells"].index(cells["ex1-solution"]), own)
        elif place == "instead":
            for number in (1, 2, 3):
                cells[f"ex{number}-solution"]["source"] = self.source if number == 1 else ""
        else:
            parts = [self.source, cells[target]["source"]]
            order = {"above": parts, "below": parts[::-1]}[place]
            cells[target]["source"] = "\n\n".join(order)


def hostile_cells() -> list[HostileCell]:
    """Return every cell in `cells/`."""
    return [HostileCell.read(path) for path in sorted(CELLS.glob("*.cell"))]
