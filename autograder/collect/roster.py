"""Reads who is in the class, and finds on that list whom an upload's name means."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from unicodedata import combining, normalize

from autograder.collect.names import Named
from autograder.course.course import Course
from autograder.problems import UnreadableError, UsageError
from autograder.triage.files import read_bytes

#: What columns are called, in lower case and without signs: nbgrader's `student import`, Moodle's
#: participants and grading worksheet, the gradebooks of Canvas, Blackboard and Brightspace,
#: Gradescope's roster, ILIAS's members. The first that is there counts.
COLUMNS = {
    "id": (
        "student id", "studentid", "id", "sis login id", "username", "user name", "login",
        "benutzername", "anmeldename", "student number", "id number", "idnumber", "orgdefinedid",
        "sid", "sis user id", "matrikelnummer", "email", "email address", "e mail adresse",
        "identifier", "full name", "name", "student",
    ),
    "name": ("full name", "name", "student", "vollständiger name"),
    "first": ("first name", "firstname", "given name", "vorname"),
    "last": ("last name", "lastname", "surname", "family name", "nachname"),
}  # fmt: skip
#: Columns that mean a person as well as the id does.
ALIASES = {column for column in COLUMNS["id"] if column not in COLUMNS["name"]} - {"identifier"}
#: Canvas's row of points, and its made-up student.
NO_STUDENT = re.compile(r"(?i)\s*points possible|student, test$")


@dataclass(frozen=True)
class Person:
    """Somebody on the roster.

    Attributes
    ----------
    id
        The student's id in this course.
    numbers
        The platforms' own numbers, by platform.
    aliases
        Logins, e-mail addresses and the like, folded.
    names
        Full names, as they are written.
    """

    id: str
    numbers: Mapping[str, str]
    aliases: frozenset[str]
    names: tuple[str, ...]

    @property
    def label(self) -> str:
        """The name and the id, as far as they differ."""
        name = self.names[0] if self.names else ""
        return f"{name} ({self.id})" if name and name != self.id else self.id


@dataclass(frozen=True)
class Roster:
    """Everybody in the class; empty where nobody gave a list."""

    people: tuple[Person, ...] = ()

    @property
    def logins(self) -> list[str]:
        """Everything that may stand for a person's login."""
        return [alias for person in self.people for alias in person.aliases]

    def find(self, named: Named) -> list[Person]:
        """Return whom a name means: one, nobody, or several who cannot be told apart.

        The platform's own number counts most, then a login or an address, then the name.
        """
        names = [text for text in (named.student, *named.aliases, *_ilias(named)) if text]
        folded = {_folded(text) for text in names}
        numbered = [] if named.is_group else self._numbered(named)
        if len(numbered) == 1 and (named.blind or named.system != "moodle"):
            return numbered
        if named.blind:
            return []
        found = (
            [each for each in self.people if each.aliases & folded]
            or [each for each in self.people if _same(each, named)]
            or [each for each in self.people if _alike(each.names, names, _exact)]
            or [each for each in self.people if _alike(each.names, names, _loose)]
        )
        # Moodle's numbers are new in every assignment: a worksheet of another would mislead.
        agreed = [each for each in numbered if each in found or not each.names]
        return agreed if len(agreed) == 1 else found

    def _numbered(self, named: Named) -> list[Person]:
        return [each for each in self.people if each.numbers.get(named.system) == named.key]


def _same(person: Person, named: Named) -> bool:
    """Whether the name is written exactly so; Canvas runs `Lee, Ann` together."""
    if named.system == "canvas":
        turned = [name for name in person.names if "," in name]
        return named.student.casefold() in {re.sub(r"[\W_]", "", _exact(name)) for name in turned}
    return _exact(named.student) in {_exact(name) for name in person.names}


def _alike(listed: Iterable[str], given: Iterable[str], form: Any) -> bool:
    """Whether two ways to write a name are one: the order of its parts differs by platform."""
    ours = {way for text in listed for way in _ways(form(text))}
    return bool(ours & {way for text in given for way in _ways(form(text))})


@lru_cache(10_000)
def _ways(text: str) -> frozenset[str]:
    words = re.findall(r"[^\W_]+", text)
    # Canvas runs the words together, the family name first: `leeann`; people do it either way.
    turned = [words[at:] + words[:at] for at in range(len(words))]
    return frozenset({"".join(each) for each in turned} | {" ".join(sorted(words))})


@lru_cache(10_000)
def _exact(text: str) -> str:
    return normalize("NFC", text).casefold()


@lru_cache(10_000)
def _loose(text: str) -> str:
    """Return a name without accents, as platforms write it that know ASCII only."""
    plain = normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not combining(letter))


def _folded(text: str) -> str:
    return _exact(text).strip().lstrip("#")


def _ilias(named: Named) -> tuple[str, ...]:
    """Return the login and the name in `Lee_Ann_alee_6033`."""
    if named.system != "ilias":
        return ()
    last, first, rest = named.student.split("_", 2)
    return rest.rpartition("_")[0], f"{first} {last}"


def read_roster(course: Course, file: Path | None) -> Roster:
    """Return the roster in a CSV file, or else in `nbgrader_config.py` (`db_students`).

    Raises
    ------
    UsageError
        The file cannot be read, or has no column that says who somebody is.
    """
    if file is None:
        listed = course.config.CourseDirectory.get("db_students", [])
        rows = [dict(each) for each in listed] if isinstance(listed, list) else []
        return _roster([{_column(key): str(row[key] or "") for key in row} for row in rows])
    try:
        data = read_bytes(file)
    except UnreadableError as error:
        raise UsageError(f"the roster cannot be read: {error}") from None
    rows = _rows(_text(data))
    if not rows or not set(rows[0]) & {name for names in COLUMNS.values() for name in names}:
        wanted = "a header with columns such as id, first name, last name, email"
        raise UsageError(f"{file} is not a roster: it needs {wanted}, and a line for each student")
    return _roster(rows)


def _text(data: bytes) -> str:
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            break
    return data.decode("cp1252", "replace")


def _rows(text: str) -> list[dict[str, str]]:
    head = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    lines = [line for line in lines if any(cell.strip() for cell in line)]
    names = [_column(name) for name in lines[0]] if lines else []
    return [dict(zip(names, line, strict=False)) for line in lines[1:]]


def _column(name: str) -> str:
    """Return a column's name as `COLUMNS` has it.

    >>> _column("E-Mail-Adresse"), _column("SIS Login ID"), _column("last_name")
    ('e mail adresse', 'sis login id', 'last name')
    """
    return " ".join(re.findall(r"[^\W_]+", name.casefold()))


def _roster(rows: Iterable[Mapping[str, str]]) -> Roster:
    people: dict[str, Person] = {}
    for row in rows:
        person = _person({key: value.strip() for key, value in row.items() if value})
        if person is None:
            continue
        if people.get(person.id, person) != person:
            raise UsageError(f"the roster lists {person.id} twice; every student needs a unique id")
        people[person.id] = person
    return Roster(tuple(people.values()))


def _person(row: Mapping[str, str]) -> Person | None:
    """Return whom a row means, or None: it is about no student."""
    canvas = "student" in row and "id" in row and "student id" not in row
    if NO_STUDENT.match(row.get("student", "")):
        return None
    numbers = {}
    if number := row.get("lms user id") or (row["id"] if canvas else ""):
        numbers["canvas"] = number
    if found := re.search(r"(\d+)\s*$", row.get("identifier", "")):
        numbers["moodle"] = found[1]
    own = {key: value for key, value in row.items() if not (canvas and key == "id")}
    identity = next((own[key] for key in COLUMNS["id"] if own.get(key)), "")
    first, last = (
        next((row[key] for key in COLUMNS[part] if row.get(key)), "") for part in ("first", "last")
    )
    turned = f"{last}, {first}" if first and last else ""
    full = next((row[key] for key in COLUMNS["name"] if row.get(key)), "")
    names = [name for name in (f"{first} {last}".strip(), full, turned) if name]
    identity = (identity or (names[0] if names else "")).lstrip("#")
    if not identity:
        return None
    aliases = {_folded(own[key]) for key in ALIASES if own.get(key)} | {_folded(identity)}
    return Person(identity, numbers, frozenset(aliases), tuple(names))
