"""Says which line of the student's own code it was."""

import linecache
import sys
import traceback
from collections.abc import Iterable
from pathlib import Path
from types import CodeType

#: Where checks are: their adapters are no code of the student's.
_HERE = str(Path(__file__).parents[1])


def describe_error(error: BaseException) -> str:
    """Class, message and, where it can be told, the student's own line."""
    text = f"{type(error).__name__}: {error}".strip().rstrip(":")
    frames = traceback.walk_tb(error.__traceback__)
    return text + _where((frame.f_code, line) for frame, line in frames)


def running_line() -> str:
    """Return the student's line that runs now, as `describe_error` tells it; empty without one."""
    stack = traceback.walk_stack(sys._getframe(1))
    return _where(reversed([(frame.f_code, line) for frame, line in stack]))


def _where(lines: Iterable[tuple[CodeType, int]]) -> str:
    """Return the innermost of some lines that is the student's."""
    # Frame by frame: an endless recursion has a thousand, and only the last is shown.
    own = [
        (code, line)
        for code, line in lines
        if "site-packages" not in code.co_filename and not code.co_filename.startswith(_HERE)
    ]
    if own:
        code, line = own[-1]
        if source := linecache.getline(code.co_filename, line).strip():
            return f"\n  in {code.co_name}, line {line}: {source}"
    return ""
