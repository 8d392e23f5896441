"""Decides whose an upload is: one place, so that nobody's work goes to anybody else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from unicodedata import normalize

from autograder.collect.formats import BY_SYSTEM
from autograder.collect.names import Named, folder_name
from autograder.collect.roster import Person, Roster
from autograder.course.course import Course
from autograder.course.journal import Journal
from autograder.problems import Problem

#: A person on a platform.
Identity: TypeAlias = tuple[str, str]


def journal_of(course: Course, assignment: str) -> Journal:
    """Return the journal of what was collected."""
    return Journal(course.state / "collected" / f"{assignment}.jsonl")


@dataclass
class Known:
    """Who was collected before, by what platforms call them.

    Attributes
    ----------
    students, names
        The student of each identity, and the name on the platform: of this assignment, and of all
        where the platform's keys last.
    namesakes
        Keys of different people, by platform and name.
    """

    students: dict[Identity, str] = field(default_factory=dict)
    names: dict[Identity, str] = field(default_factory=dict)
    namesakes: dict[Identity, set[str]] = field(default_factory=dict)

    def find(self, identity: Identity) -> tuple[str, str] | None:
        """Return the student and the name under which an identity is known."""
        # Journals of old say no platform; a folder's name is no number.
        old = "", identity[1]
        if identity[0] == "plain" and self.names.get(old) != identity[1]:
            old = identity
        for each in (identity, old):
            if each in self.students:
                return self.students[each], self.names[each]
        return None


def _lasts(system: str) -> bool:
    return system in BY_SYSTEM and BY_SYSTEM[system].lasting


def known_people(course: Course, assignment: str) -> Known:
    """Return who was collected before, for this assignment or another."""
    known = Known()
    for path in sorted((course.state / "collected").glob("*.jsonl")):
        here = path.stem == assignment
        shared: dict[Identity, set[str]] = {}
        for entry in Journal(path):
            name = normalize("NFC", str(entry.get("name") or entry["student"]))
            system = str(entry.get("system") or "")
            key = str(entry.get("key") or entry.get("number") or name)
            shared.setdefault((system, name), set()).add(key)
            if here or _lasts(system):
                known.students[system, key] = entry["student"]
                known.names[system, key] = name
        for (system, name), keys in shared.items():
            # A key that does not last tells people apart within its assignment only.
            if here or _lasts(system):
                known.namesakes.setdefault((system, name), set()).update(keys)
            elif len(keys) > 1:
                elsewhere = {f"{key} in {path.stem}" for key in keys}
                known.namesakes.setdefault((system, name), set()).update(elsewhere)
    return known


@dataclass
class Decision:
    """Whose everything is.

    Attributes
    ----------
    students
        The student of each identity; who is not in here is nobody.
    present
        The ids on the roster of everybody who handed something in, or may have.
    problems, notes
        What a person should look at, and what they may want to know.
    """

    students: dict[Identity, str] = field(default_factory=dict)
    present: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


def decide(uploads: Sequence[tuple[str, Named]], known: Known, roster: Roster) -> Decision:
    """Return the student of everybody who handed something in.

    Whom the journal knows stays who they are; then the roster is asked; then the platform's name
    counts, with its key where two people share it.

    Parameters
    ----------
    uploads
        A path for each name, to be shown.
    """
    decision = Decision()
    people: dict[Identity, tuple[str, Named]] = {}
    for path, named in uploads:
        people.setdefault((named.system, named.key), (path, named))
    for identity, (_, named) in people.items():
        known.namesakes.setdefault((named.system, named.student), set()).add(identity[1])
    listed = {identity: roster.find(named) for identity, (_, named) in people.items()}
    decision.present = {person.id for found in listed.values() for person in found}
    for identity, (path, named) in people.items():
        fault = _fault(identity, named, known, roster, listed)
        student = "" if fault else _student(identity, named, known, listed, decision)
        if fault:
            decision.problems.append(Problem("nobody's", path, fault))
            continue
        decision.students[identity] = student
        if named.is_group:
            detail = f"{named.student} is a group: {student} stands for all its members"
            decision.notes.append(Problem("group", path, detail))
        if not listed[identity] and roster.people and not named.blind:
            detail = f"{_called(named)} is not on the roster; collected as {student}"
            decision.problems.append(Problem("not listed", path, detail))
    decision.notes += _namesakes(people.values(), known, decision)
    return decision


def _fault(
    identity: Identity,
    named: Named,
    known: Known,
    roster: Roster,
    listed: Mapping[Identity, Sequence[Person]],
) -> str:
    """Return why it cannot be told whose it is, and what to do, or nothing."""
    before = known.find(identity)
    if before and not _may_be_one(named, before[1]):
        return (
            f"{_called(named)} was {before[1]} before; if they are the same person, "
            f"rename the file or folder to {before[0]}"
        )
    if before:
        return ""
    if len(listed[identity]) > 1:
        fits = ", ".join(person.label for person in listed[identity])
        return (
            f"{_called(named)} may be any of {fits}: rename it to the right id, "
            "or add the platform's numbers to the roster"
        )
    person = listed[identity][0] if listed[identity] else None
    twins = {other for other, found in listed.items() if person and found == [person]}
    twins |= {
        other
        for other, student in known.students.items()
        if person and student == folder_name(person.id)
    }
    if person and any(other[0] == named.system for other in twins - {identity}):
        return (
            f"{_called(named)}: several people have this name, but the roster lists only one, "
            f"{person.label}; complete the roster, or rename them to their ids"
        )
    if named.system == "plain" and not listed[identity]:
        return _shared(named, known)
    return ""


def _may_be_one(named: Named, before: str) -> bool:
    """Whether one person may be called both: Moodle's number may be a group's, too."""
    if named.system != "moodle" or named.blind or named.student == before:
        return True
    earlier = Named("moodle", before, named.key, "")
    if earlier.blind:
        return True
    words = [set(text.casefold().replace("-", " ").split()) for text in (named.student, before)]
    return bool(words[0] & words[1]) and named.is_group == earlier.is_group


def _shared(named: Named, known: Known) -> str:
    """Say whom a folder's plain name may mean, if platforms gave that name to several."""
    students = {
        known.students[identity]
        for identity, name in known.names.items()
        if name == named.student and identity[0] != "plain"
    }
    if len(students) < 2:
        return ""
    listed = ", ".join(sorted(students))
    return (
        f"{named.student} may be any of {listed}: "
        "put it into the right folder in submitted/ by hand"
    )


def _student(
    identity: Identity,
    named: Named,
    known: Known,
    listed: Mapping[Identity, Sequence[Person]],
    decision: Decision,
) -> str:
    """Return the folder of a person about whom there is no doubt."""
    if before := known.find(identity):
        return before[0]
    if listed[identity]:
        return folder_name(listed[identity][0].id)
    if named.system == "plain":
        return folder_name(named.student)
    number = identity[1].removesuffix(f" {named.student}")
    ways = [named.student, f"{named.student}_{number}", f"{named.student}_{number}_{named.system}"]
    shared = len(known.namesakes[named.system, named.student]) > 1 or named.blind
    if shared and number not in named.student:
        ways = ways[1:]
    others = {
        student
        for other, student in known.students.items()
        if other != identity and other[0] != "plain"
    }
    taken = {folder_name(name).casefold() for name in others} | {
        student.casefold() for student in (*others, *decision.students.values())
    }
    return next(
        (name for way in ways if (name := folder_name(way)).casefold() not in taken),
        folder_name(f"{identity[0]}/{identity[1]}"),
    )


def _called(named: Named) -> str:
    return named.student if named.key == named.student else f"{named.student} ({named.key})"


def _namesakes(
    people: Iterable[tuple[str, Named]], known: Known, decision: Decision
) -> list[Problem]:
    """Say of whom there are several."""
    notes = []
    for path, named in people:
        identity = named.system, named.key
        others = known.namesakes[named.system, named.student] - {named.key}
        if not others or named.blind or identity not in decision.students:
            continue
        lasts = (
            ""
            if _lasts(named.system)
            else "; these numbers change with every assignment: --roster gives lasting ids"
        )
        detail = (
            f"several students are called {named.student}; the platform's {named.key} is "
            f"collected as {decision.students[identity]}{lasts}"
        )
        notes.append(Problem("namesake", path, detail))
    return notes
