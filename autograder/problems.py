"""What can be wrong with a submission, and the errors that end a command."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a submission.

    Attributes
    ----------
    kind
        `wrong` (an answer), `error` (an exception), `timeout`, `crashed`, `forbidden`, `missing`
        (a check that did not run), `restored`, `duplicate`, `renamed`, `malformed` or `unreadable`.
    where
        The cell's id, or the file's name.
    detail
        What happened, in a few words.
    """

    kind: str
    where: str
    detail: str


class UsageError(Exception):
    """The command cannot be carried out. The message is one line for the user; exit status 2."""


class UnreadableError(Exception):
    """A submission cannot be graded. The message says why."""
