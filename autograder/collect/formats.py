"""The names that learning platforms give to uploads: one table, with where each is written."""

import re
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Format:
    """How a platform names what one person handed in.

    Attributes
    ----------
    system
        The platform; its keys mean something only within it.
    pattern
        Matches a folder's name, or a file's without its ending. Groups: `student` (a name), `key`
        (the platform's id of the person), `late`, `attempt` (larger is newer), `time`, and `file`
        (what the student called the file). The student's own text comes last and everything before
        it matches as little as it can, so that a file's name cannot claim to be another's.
    place
        Whether folders are named so, files, or both.
    source
        Where the platform writes it, or who else reads it.
    lasting
        Whether a key means the same person in every assignment.
    exported
        Whether the key is the number that `export` needs.
    """

    system: str
    pattern: re.Pattern[str]
    place: Literal["folder", "file", "both"]
    source: str
    lasting: bool = False
    exported: bool = False


def _format(system: str, pattern: str, place: str, source: str, **more: bool) -> Format:
    return Format(system, re.compile(pattern, re.S), place, source, **more)  # type: ignore[arg-type]


FORMATS = (
    # `Ann Lee_17_assignsubmission_file_/…`, or flat. Up to 4.0 a group stands before the name
    # (`Group A-Ann Lee_17`), since 4.1 in its place (`Group A_45`, `Default group`). The number is
    # drawn anew for every assignment; `Participant` stands for the name in blind marking.
    _format(
        "moodle",
        r"(?P<student>.+?)(?:_(?P<key>\d+))?_assignsubmission_[a-z]+(?:_(?P<file>.*))?",
        "both",
        "moodle/moodle: mod/assign/classes/downloader.php; before 4.1 mod/assign/locallib.php",
        exported=True,
    ),
    # Anonymous grading: `anon_x7Zq2_67890_ps2.ipynb`, `LATE_anon_…`; the id is the submission's.
    _format(
        "canvas-anonymous",
        r"(?P<late>LATE_)?(?P<student>anon_(?P<key>[^_]+))_(?:(?P<attempt>\d+)_(?P<file>.+)|text|link)",
        "file",
        "instructure/canvas-lms: lib/content_zipper.rb, get_filename",
    ),
    # `leeann_LATE_17_99_ps2-1.ipynb`; `…_text.html` is online text, `…_link.html` an address.
    _format(
        "canvas",
        r"(?P<student>.+?)(?P<late>_(?:LATE|late))?_(?P<key>\d+)_"
        r"(?:(?P<attempt>\d+)_(?P<file>.+)|text|link)",
        "file",
        "instructure/canvas-lms: lib/content_zipper.rb, get_filename and add_text_or_url",
        lasting=True,
        exported=True,
    ),
    # `PS 2_leeann_attempt_2026-03-01-15-00-00_ps2.ipynb`; without a file, the receipt (.txt).
    _format(
        "blackboard",
        r"(?P<student>.+?)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.*))?",
        "both",
        "kwurst/bb-file-cleanup: README.md; "
        "jupyter/nbgrader: nbgrader/plugins/zipcollect.py, FileNameCollectorPlugin",
        lasting=True,
    ),
    # `397063-2557369 - Ann Lee - Sep 24, 2024 926 PM/…`, or flat with ` - ps2.ipynb` behind it.
    # Who reads them takes the first number for the person's, the second for the assignment's.
    _format(
        "brightspace",
        r"(?P<key>\d+)-\d+ - (?P<student>.+?)"
        r"(?: - (?P<time>[^-]*\b\d{4}\b(?: \d{3,4} [AP]M)?[^-]*?))?(?: - (?P<file>.+))?",
        "both",
        "scripts that take Brightspace's downloads apart, found by searching public code: "
        "FILENAME_PATTERN = (student id)-(dropbox id) - (name) - (date) - (file)",
        lasting=True,
    ),
    # `Lee_Ann_alee_6033/…`, a team's inside `Team 12/`; ILIAS writes names in ASCII.
    _format(
        "ilias",
        r"(?P<student>[^_]+_[^_]+_.+_(?P<key>\d+))",
        "folder",
        "ILIAS-eLearning/ILIAS: Modules/Exercise/classes/class.ilExSubmission.php, "
        "downloadAllAssignmentFiles",
        lasting=True,
    ),
    # `submission_123/…` beside `submission_metadata.yml`, which says who.
    _format(
        "gradescope",
        r"(?P<student>submission_(?P<key>\d+))",
        "folder",
        "ucbds-infra/otter-grader: otter/metadata.py, GradescopeParser",
    ),
    # `leeann+ps2+2026-03-01 15:00:00.123456 UTC+salt/…`: the exchange's folder `inbound`.
    _format(
        "nbgrader",
        r"(?P<student>.+)\+[^+]+\+"
        r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? \w+)(?:\+[^+]*)?",
        "folder",
        "jupyter/nbgrader: nbgrader/exchange/default/submit.py and collect.py",
        lasting=True,
    ),
)
BY_SYSTEM = {each.system: each for each in FORMATS}
#: Formats that nobody names a folder by chance.
UNMISTAKABLE = ("moodle", "blackboard", "brightspace", "gradescope", "nbgrader")

#: What Moodle writes for a name in blind marking, in its larger languages: mod_assign's
#: `participant`, without signs that no file may have.
BLIND = re.compile(
    r"(?i)(?:.*-)?(?:participante?|teilnehmer/?in|teilnehmende/?r?|partecipante|deelnemer|"
    r"deltag(?:er|are)|uczestnik|участник|参加者|参与者)"
)
#: A group's name before a person's, or in its place (`defaultteam`: `Default group`).
GROUP = re.compile(
    r"(?i)(?:default |standard)?(?:group|team|gruppe|groupe|équipe|grupo|gruppo|equipo)\b[^-]*"
)

#: How a file's name is changed when it is uploaded, downloaded or copied once more: Canvas's
#: `ps2-1`, browsers' `ps2 (1)`, Drive's `ps2(1)` and `Copy of ps2`, JupyterLab's `ps2-Copy1`, and
#: those of Windows and macOS.
AGAIN = re.compile(
    r"(?:(?:Copy of|Kopie von) )?(?P<stem>.+?)"
    r"(?:-(?P<dash>\d{1,3})| ?\((?P<bracket>\d{1,3})\)|-Copy(?P<jupyter>\d{1,3})|"
    r" - (?:Copy|Kopie)(?: \((?P<windows>\d{1,3})\))?| copy(?: (?P<mac>\d{1,3}))?)?",
    re.S,
)
#: ILIAS puts this before the names of late files (`exc_late_submission`).
LATE_FILE = re.compile(r"(?i)(?P<late>(?:late|versp)[^-]*) - (?P<file>.+)", re.S)
