"""What platforms call a file that goes back to a student: for each one entry in `PLATFORMS`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from autograder.collect.formats import BY_SYSTEM


@dataclass(frozen=True)
class Platform:
    """Where pages go.

    Attributes
    ----------
    name
        What it is called.
    path
        Makes the name in the zip from the page's, and from what `collect` knows; nothing where
        that does not say who it is.
    upload
        Where a person puts the zip.
    """

    name: str
    path: Callable[[str, Mapping[str, Any]], str]
    upload: str


def _moodle(page: str, entry: Mapping[str, Any]) -> str:
    """Name it as Moodle's own download does: `Ann Lee_17_assignsubmission_file_/page.html`.

    mod/assign/feedback/file/importziplib.php, is_valid_filename_for_import: of the parts between
    underscores the second is the participant's number, the third and fourth a plugin's name.
    """
    number = str(entry.get("number") or "")
    if entry.get("system") != "moodle" or not number:
        return ""
    # Moodle has no underscore in a name: it separates the parts.
    name = str(entry.get("name") or entry["student"]).replace("_", " ").replace("/", " ")
    return f"{name}_{number}_assignsubmission_file_/{page}"


def _canvas(page: str, entry: Mapping[str, Any]) -> str:
    """Name it as Canvas's own download does: `leeann_17_99_page.html`.

    app/models/abstract_assignment.rb, infer_comment_context_from_filename: the first two numbers
    are the student's and that of the file handed in, or the second and third part behind `anon`.
    """
    system = str(entry.get("system") or "")
    if system not in ("canvas", "canvas-anonymous"):
        return ""
    for part in PurePosixPath(str(entry.get("source") or "")).parts:
        if (found := BY_SYSTEM[system].pattern.fullmatch(part)) and found["attempt"]:
            return f"{part[: found.start('file')]}{page}"
    return ""


#: What `feedback --zip` takes.
PLATFORMS: Mapping[str, Platform] = {
    "moodle": Platform(
        "Moodle",
        _moodle,
        "the assignment, Submissions, Upload multiple feedback files in a zip "
        "(its settings must have the feedback type “Feedback files”)",
    ),
    "canvas": Platform(
        "Canvas",
        _canvas,
        "the assignment, Upload Submissions (“Re-Upload Submissions” in the gradebook). Canvas "
        "shows each page under the name of the file that was handed in: students save it as .html",
    ),
}
