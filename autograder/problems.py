"""What can be wrong with a submission, and the errors that end a command."""

from dataclasses import dataclass

#: Exit statuses: done, whatever the grades; some submission could not be graded; wrong usage.
DONE, INCOMPLETE, USAGE = 0, 1, 2
#: So begins what the table says of hidden tests that are no checks.
HIDDEN = "hidden tests: "
#: A problem is said in a few words.
LONGEST = 300


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a submission.

    Attributes
    ----------
    kind
        `wrong` (an answer), `error` (an exception), `timeout`, `crashed`, `forbidden`, `missing`
        (a check that did not run), `restored`, `recognised`, `duplicate`, `renamed`, `extra`
        (files), `stray` (beside all submissions), `malformed` or `unreadable`.
    where
        The cell's id, or the file's name.
    detail
        What happened, in a few words.
    """

    kind: str
    where: str
    detail: str

    def __post_init__(self) -> None:
        # Both may hold a student's own text: no terminal escapes, no half characters, no novels.
        for name in ("where", "detail"):
            object.__setattr__(self, name, printable(getattr(self, name)))


def printable(text: str) -> str:
    r"""Return anybody's text so that a terminal shows it and obeys none of it.

    >>> printable("\x1b[2Jann\u202e\n")
    ' [2Jann  '
    """
    text = text[:LONGEST].encode("utf-8", "replace").decode()
    return "".join(letter if letter.isprintable() else " " for letter in text)


@dataclass(frozen=True)
class Outcome:
    """What came of one part of a check in one submission: for the class report.

    Attributes
    ----------
    where
        The cell's id.
    check, part, which
        The part of the check, and whether its cases are `visible` or `hidden`.
    total
        The number of cases.
    failed
        The names of the cases that went wrong.
    misconception
        The mistake that explains them, or nothing.
    digest, example
        By what equal wrong answers are known, and the first wrong value in words; nothing where a
        misconception explains them.
    """

    where: str
    check: str
    part: str
    which: str
    total: int
    failed: tuple[str, ...] = ()
    misconception: str = ""
    digest: str = ""
    example: str = ""


class UsageError(Exception):
    """The command cannot be carried out. The message is one line for the user."""


class UnreadableError(Exception):
    """A submission cannot be graded. The message says why."""
