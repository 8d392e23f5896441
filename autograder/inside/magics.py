"""Knows cells that are nothing but Python, without taking them apart.

IPython reads every cell token by token, in search of magics. That is most of what a small cell
takes in a process that was just forked: all that the search looks at must be copied first.
"""

import keyword
import re
from collections.abc import Container

#: Where a magic, a call to the system, a question or a prompt may be, or a line may end that is
#: none in Python; more often it is nothing of that.
_SUSPECT = re.compile(
    r"\?|!(?!=)|=\s*%|^\s*(?:[%,;/]|>>>|\.\.\.|In \[)|[\r\f\v\x1c-\x1e\x85\u2028\u2029]",
    re.MULTILINE,
)
#: What IPython calls without parentheses.
_CALLED = ("exit", "quit")
#: How a line begins that is a statement, or does something with a name.
_BEGIN = re.compile(r"([^\W\d]\w*)\s*(\S?)")


def is_plain(source: str, magics: Container[str]) -> bool:
    """Whether IPython would surely leave a cell as it is.

    Parameters
    ----------
    magics
        Names that are magics even without a percent sign, alone on their line.

    Examples
    --------
    >>> is_plain("y = x % 2", {"time"}), is_plain("%time f(x)", {"time"}), is_plain("x?", {"time"})
    (True, False, False)
    """
    if source.rstrip("\n") != source.strip() or _SUSPECT.search(source):
        return False
    lines = source.splitlines()
    if len(lines) != 1:
        return bool(lines)
    # A line of its own is looked at once more: `ls`, `exit` and `time f(x)` mean something.
    begin = _BEGIN.match(lines[0])
    if begin is None:
        return False
    name, behind = begin.groups()
    if keyword.iskeyword(name):
        return True
    return name not in magics and name not in _CALLED and behind in ("(", ".", "[", "=")
