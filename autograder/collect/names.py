"""Reads who handed a file in, and which attempt it is, from the names that platforms give."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import PurePosixPath
from unicodedata import normalize

from autograder.collect.formats import AGAIN, BLIND, BY_SYSTEM, FORMATS, GROUP, LATE_FILE
from autograder.collect.formats import UNMISTAKABLE as CLEAR

#: What some system allows in no name, what nbgrader's patterns take for several students, and the
#: sign by which these are written.
RESERVED = '/\\:*?"<>|[%'
#: Points and spaces hide a folder, or get lost.
EDGES = re.compile(r"^[. ]+|[. ]+$")
#: Bytes that a folder's name may have, with room for endings.
LONGEST = 200
#: A notebook; some browsers save it as something else.
NOTEBOOK = re.compile(r"(?P<stem>.*)\.ipynb(?:\.json|\.txt)?", re.I | re.S)
#: What platforms and people put beside uploads, and is no upload.
LIST = re.compile(
    r"(?i).*\.(?:csv|xlsx?|ya?ml|json|log|md)|(?:index|readme|grades|timestamp)\..*", re.S
)
#: What stands beside a notebook's name and is nobody's.
NOBODY = re.compile(
    r"(?i)(?:final|new|last|latest|fixed|done|mine|my|own|copy|backup|old|draft|work|answers?|"
    r"solutions?|solved|submissions?|version|v|[\W_\d])*"
)


@dataclass(frozen=True)
class Named:
    """What a file's name tells.

    Attributes
    ----------
    system
        The platform that named it, or `plain`.
    student
        As the platform writes it.
    key
        What tells the person from all others on the platform.
    stem
        The name of the student's own file, without ending and number of upload.
    again
        Larger is a later upload, or a later copy, of the same file.
    attempt
        Larger is newer.
    late
        Whether the platform calls it late.
    time
        When it was handed in, where the name says so.
    aliases
        What else the platform calls the person: a login, an e-mail address.
    """

    system: str
    student: str
    key: str
    stem: str
    again: int = 0
    attempt: int = 0
    late: bool = False
    time: datetime | None = None
    aliases: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        """The platform's number, where `export` can use it."""
        known = self.system in BY_SYSTEM and BY_SYSTEM[self.system].exported
        return self.key if known and self.key.isdecimal() and not self.is_group else ""

    @property
    def blind(self) -> bool:
        """Whether the platform hides the name."""
        hidden = self.system == "moodle" and BLIND.fullmatch(self.student)
        return self.system == "canvas-anonymous" or bool(hidden)

    @property
    def is_group(self) -> bool:
        """Whether a group stands in a person's place; its number is no person's."""
        return self.system == "moodle" and bool(GROUP.fullmatch(self.student))


def is_notebook(path: PurePosixPath) -> bool:
    """Return whether a file calls itself a notebook."""
    return bool(NOTEBOOK.fullmatch(path.name))


def read_names(paths: Sequence[PurePosixPath], notebook: str, own: set[str]) -> list[Named | None]:
    """Return what each file's path tells, or None where it does not tell whose it is.

    People stand side by side in a download, all in the same way. So a name is looked for at the
    top, below folders that hold everything; further down only if every notebook has one there.
    What lies in a student's own folder or zip may be called anything.

    Parameters
    ----------
    notebook
        What the assignment's notebook is called, without ending.
    own
        What the assignment's folder and notebook are called: they lie in a student's folder.
    """
    paths = without_wrapper(paths, own)
    books = [path for path in paths if is_notebook(path)]
    deep = all(_search(path) for path in books if len(path.parts) > 1)
    flat = any(len(path.parts) == 1 for path in books)
    return [_read(path, notebook, deep, flat) for path in paths]


def _search(path: PurePosixPath, deep: bool = True) -> tuple[int, str, re.Match[str]] | None:
    """Return where the path names a person: the place, the system, and what matched."""
    last = len(path.parts) - 1
    for place, part in enumerate(path.parts if deep else path.parts[:1]):
        is_file = place == last or part.lower().endswith(".zip")
        text = _stem(part) if is_file else part
        for each in FORMATS:
            if each.place in ("both", "file" if is_file else "folder") and (
                found := each.pattern.fullmatch(text)
            ):
                return place, each.system, found
    return None


def _read(path: PurePosixPath, notebook: str, deep: bool, flat: bool) -> Named | None:
    own_name = _stem(path.name)
    if (found := _search(path, deep)) is None:
        # Beside people's folders lie lists; beside people's notebooks, what others handed in.
        beside = len(path.parts) == 1 and not (is_notebook(path) or path.suffix.lower() == ".zip")
        return (
            None
            if beside and (not flat or LIST.fullmatch(path.name))
            else _read_plain(path, notebook)
        )
    place, system, match = found
    groups = match.groupdict()
    if place == len(path.parts) - 1:
        own_name = groups.get("file") or notebook
    late = bool(groups.get("late"))
    if system == "ilias" and (tardy := LATE_FILE.fullmatch(own_name)):
        late, own_name = True, tardy["file"]
    stem, again = _upload(own_name, notebook)
    student = normalize("NFC", groups["student"])
    if system == "moodle" and (rest := re.fullmatch(rf"{GROUP.pattern}-(.+)", student)):
        student = rest[1]
    key = groups.get("key") or student
    if system == "brightspace":
        key = f"{key} {student}"  # whose the numbers are is written down nowhere
    time = _time(groups.get("time") or "")
    attempt = int((groups.get("attempt") or "0")[:18])
    return Named(system, student, normalize("NFC", key), stem, again, attempt, late, time)


def _read_plain(path: PurePosixPath, notebook: str) -> Named | None:
    """Return the student whose folder, zip or file it is."""
    stem, again = _upload(_stem(path.name), notebook)
    if len(path.parts) > 1:
        top = path.parts[0]
        student = _person(top[:-4] if top.lower().endswith(".zip") else top, notebook)
        return None if student is None else Named("plain", student, student, stem, again)
    student = None if stem == notebook else _person(stem, notebook)
    return None if student is None else Named("plain", student, student, notebook, again)


def _person(text: str, notebook: str) -> str | None:
    """Return the name without the notebook's: `ps2 - Ann Lee`, `Ann Lee - ps2`, `ps2_ann`.

    Google Classroom's Drive folder, GitHub Classroom and people name files and folders so.

    >>> _person("Ann Lee - ps2", "ps2"), _person("ps2_ann", "ps2"), _person("ps2-final2", "ps2")
    ('Ann Lee', 'ann', None)
    """
    text = normalize("NFC", text)
    name, between = re.escape(notebook), r"(?: - |[-_ ])"
    found = re.fullmatch(rf"(?is)(.+?){between}{name}|{name}{between}(.+)", text)
    if found is None:
        return text
    student = found[1] or found[2]
    return None if NOBODY.fullmatch(student) else student


def without_wrapper(paths: Sequence[PurePosixPath], own: set[str]) -> list[PurePosixPath]:
    """Return paths without the outer folders that hold all notebooks and are no student's.

    Parameters
    ----------
    own
        What the assignment's folder and notebook are called: they lie in a student's folder.

    Examples
    --------
    >>> wrapped = [PurePosixPath("class/ann/ps2.ipynb"), PurePosixPath("class/bob/ps2.ipynb")]
    >>> [str(path) for path in without_wrapper(wrapped, {"ps2"})]
    ['ann/ps2.ipynb', 'bob/ps2.ipynb']
    """
    # Beside the folders of students platforms put lists and indices.
    parts = [path.parts for path in paths if len(path.parts) > 1 or is_notebook(path)]
    books = [path.parts for path in paths if is_notebook(path)]
    outer: tuple[str, ...] = ()
    while parts and len({each[0] for each in parts}) == 1 and min(map(len, parts)) > 1:
        below = {_stem(each[1]) for each in parts}
        copies = all({_upload(_stem(each[1]), name)[0] for name in own} & own for each in books)
        alone = len({each[1] for each in books}) == 1 and max(map(len, books)) == 2
        found = _search(PurePosixPath(*parts[0]), deep=False)
        packed = parts[0][0].lower().endswith(".zip")
        if (found and (packed or found[1] in CLEAR)) or below & own or copies or alone:
            break
        outer += parts[0][:1]
        parts, books = [each[1:] for each in parts], [each[1:] for each in books]
    size = len(outer)
    return [
        PurePosixPath(*path.parts[size:])
        if path.parts[:size] == outer and len(path.parts) > size
        else path
        for path in paths
    ]


def _stem(name: str) -> str:
    """Return a file's name without its ending."""
    found = NOTEBOOK.fullmatch(name)
    return found["stem"] if found else PurePosixPath(name).stem


def _upload(stem: str, notebook: str) -> tuple[str, int]:
    """Return a file's own name, and which upload or copy of it this is.

    >>> _upload("PS2 (1)", "ps2"), _upload("ps2-1-Copy2", "ps2"), _upload("ps2-1", "ps2-1")
    (('ps2', 1), ('ps2', 3), ('ps2-1', 0))
    """
    stem, again = normalize("NFC", stem), 0
    while stem.casefold() != notebook.casefold():
        found = AGAIN.fullmatch(stem)
        if found is None or found["stem"] == stem:
            return stem, again
        again += (
            max((int(found[name] or 0) for name in list(found.groupdict())[1:]), default=0) or 1
        )
        stem = found["stem"]
    return notebook, again


def _time(text: str) -> datetime | None:
    """Return the time in Blackboard's, Brightspace's or nbgrader's writing."""
    text = re.sub(r" (\d)(\d\d [AP]M)$", r" 0\1\2", text)  # `926 PM`
    text = re.sub(r"(?:\.\d+)? UTC$", "", text)
    for form in ("%Y-%m-%d-%H-%M-%S", "%b %d, %Y %I%M %p", "%Y-%m-%d %H:%M:%S"):
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
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
