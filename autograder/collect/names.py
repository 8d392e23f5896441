"""Reads who handed a file in, and which attempt it is, from the names that platforms give."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import PurePosixPath

#: `Ann Lee_12345_assignsubmission_file_`: Moodle, as a folder or as the beginning of a file's name.
MOODLE = re.compile(r"(?P<student>.+)_(?P<number>\d+)_assignsubmission_[a-z]+_?(?P<file>.*)", re.S)
#: `leeann_LATE_12345_67890_ps2-1.ipynb`: Canvas.
CANVAS = re.compile(
    r"(?P<student>.+?)(?P<late>_LATE)?_(?P<number>\d+)_(?P<attempt>\d+)_(?P<file>.+)", re.S
)
#: `ps2_leeann_attempt_2026-03-01-15-00-00_ps2.ipynb`: Blackboard.
BLACKBOARD = re.compile(
    r"(?:.+?)_(?P<student>[^_]+)_attempt_(?P<time>\d{4}(?:-\d\d){5})_(?P<file>.+)", re.S
)
#: `ps2-1` and `ps2 (1)` are later uploads of `ps2`.
AGAIN = re.compile(r"(?P<stem>.+?)(?:-(?P<dash>\d{1,3})| \((?P<bracket>\d{1,3})\))?", re.S)
#: What some system allows in no name, and the sign by which it is written.
RESERVED = '/\\:*?"<>|%'
#: Points and spaces hide a folder, or get lost.
EDGES = re.compile(r"^[. ]+|[. ]+$")
#: Bytes that a folder's name may have, with room for endings.
LONGEST = 200


@dataclass(frozen=True)
class Named:
    """What a file's name tells.

    Attributes
    ----------
    student
        As the platform writes it.
    stem
        The name of the student's own file, without ending and number of upload.
    number
        The platform's number for the person or the submission.
    attempt
        Larger is newer.
    late
        Whether the platform calls it late.
    time
        When it was handed in, where the name says so.
    """

    student: str
    stem: str
    number: str = ""
    attempt: tuple[int, int] = (0, 0)
    late: bool = False
    time: datetime | None = None


def read_name(path: PurePosixPath, notebook: str) -> Named | None:
    """Return what the path of a notebook tells, or None if it does not tell whose it is.

    >>> read_name(PurePosixPath("Ann Lee_17_assignsubmission_file_/ps2.ipynb"), "ps2").student
    'Ann Lee'
    >>> read_name(PurePosixPath("leeann_LATE_17_99_ps2-1.ipynb"), "ps2").attempt
    (99, 1)
    """
    stem, again = _upload(path.stem)
    for folder in path.parts[:-1]:
        if found := MOODLE.fullmatch(folder):
            return Named(found["student"], stem, found["number"], (0, again))
    if found := MOODLE.fullmatch(path.stem):
        stem, again = _upload(found["file"] or notebook)
        return Named(found["student"], stem, found["number"], (0, again))
    if found := BLACKBOARD.fullmatch(path.stem):
        stem, again = _upload(found["file"])
        return Named(found["student"], stem, attempt=(0, again), time=_time(found["time"]))
    if found := CANVAS.fullmatch(path.stem):
        stem, again = _upload(found["file"])
        attempt = int(found["attempt"][:18]), again
        return Named(found["student"], stem, found["number"], attempt, bool(found["late"]))
    if len(path.parts) > 1:
        return Named(path.parts[0], stem, attempt=(0, again))
    return None if stem == notebook else Named(path.stem, notebook)


def without_wrapper(paths: Sequence[PurePosixPath], own: set[str]) -> list[PurePosixPath]:
    """Return notebooks' paths without the outer folders that hold them all and are no student's.

    Parameters
    ----------
    paths
        Of all notebooks.
    own
        What the assignment's folder and notebook are called: they lie in a student's folder.

    Examples
    --------
    >>> wrapped = [PurePosixPath("class/ann/ps2.ipynb"), PurePosixPath("class/bob/ps2.ipynb")]
    >>> [str(path) for path in without_wrapper(wrapped, {"ps2"})]
    ['ann/ps2.ipynb', 'bob/ps2.ipynb']
    """
    parts = [path.parts for path in paths]
    while parts and len({each[0] for each in parts}) == 1 and min(map(len, parts)) > 1:
        below = {PurePosixPath(each[1]).stem for each in parts}
        alone = len(below) == 1 and max(map(len, parts)) == 2
        if MOODLE.fullmatch(parts[0][0]) or below & own or alone:
            break
        parts = [each[1:] for each in parts]
    return [PurePosixPath(*each) for each in parts]


def _upload(stem: str) -> tuple[str, int]:
    found = AGAIN.fullmatch(stem)
    if found is None:
        return stem, 0
    return found["stem"], int(found["dash"] or found["bracket"] or 0)


def _time(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d-%H-%M-%S")
    except ValueError:
        return None


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


def folder_name(student: str) -> str:
    """Return a student's name as a folder: what no folder may hold is written as in web addresses.

    Different names stay different, and `urllib.parse.unquote` gives the name back.

    >>> folder_name("Zoë O'Neill, jr.")
    "Zoë O'Neill, jr%2E"
    >>> folder_name("../=1+1")
    '%2E%2E%2F=1+1'
    """
    name = "".join(
        letter if letter.isprintable() and letter not in RESERVED else _quoted(letter)
        for letter in student
    )
    name = EDGES.sub(lambda found: _quoted(found[0]), name)
    data = name.encode("utf-8", "replace")
    if len(data) <= LONGEST:
        return name or "%"
    # Too long for a folder: the beginning, and a sum that tells it from others.
    return f"{data[:150].decode('utf-8', 'ignore')}~{sha256(data).hexdigest()[:16]}"
