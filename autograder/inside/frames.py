"""Frames: the messages between the grader and what runs in the sandbox.

A frame is a header, which is one line of JSON, and so many bytes of payload as its `size` says.
"""

import json
from typing import IO, Any, NamedTuple

#: A frame's header is one line of JSON, at most this long: a cell's output, at most six bytes a
#: character.
HEADER_LIMIT = 8 * 2**20
#: A frame's payload is at most this long: all that a function returned in one part of a check.
PAYLOAD_LIMIT = 16 * 2**20


class Key(NamedTuple):
    """Which part of a check, and whether its visible or its hidden cases."""

    check: str
    part: str
    which: str


def write_frame(
    stream: IO[bytes], header: dict[str, Any], payload: bytes = b"", *, more: bool = False
) -> None:
    """Write a header and its payload; if `more` comes at once, let it go out with that."""
    # Not ASCII, which takes twelve bytes for some letters; half characters become a question mark.
    line = json.dumps({**header, "size": len(payload)}, ensure_ascii=False)
    stream.write(line.encode("utf-8", "replace") + b"\n" + payload)
    if not more:
        stream.flush()


def read_frame(stream: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """Read a header and its payload from a stream that we trust."""
    header = json.loads(stream.readline(HEADER_LIMIT))
    return header, stream.read(header["size"])
