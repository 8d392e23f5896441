"""Makes what a submission shows harmless: it is opened in the browsers of others."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from nbformat import NotebookNode

#: What is shown. HTML, SVG, JavaScript and widgets can run; every display has a plain text, too.
PICTURES = ("image/png", "image/jpeg", "image/gif")
#: Where a link or picture in Markdown may lead: the web, a file beside, a picture written out.
HARMLESS_TARGET = (
    r"\s*<?(?:https?://|data:image/(?:png|jpeg|gif);base64,"
    r"|[\w./#-]+(?:[\s)>]|$))"
)
#: Where Markdown names a picture that was pasted into its cell.
ATTACHED = re.compile(r"\(\s*<?attachment:([^()<>\n]{1,200})>?\)")
#: Characters that written-out pictures may take in all: more than a notebook can hold once.
MOST_PICTURES = 2**25
#: So often one picture is written out; a few may name it twice.
MOST_TIMES = 3
#: So many outputs of a cell are kept.
MOST_OUTPUTS = 200


def new_output(kind: str, **fields: Any) -> NotebookNode:
    """Return an output made of parts that we know: nbformat would validate it for a millisecond."""
    return NotebookNode(output_type=kind, **fields)


def harmless_markdown(source: str) -> str:
    """Return Markdown in which no HTML tag begins and no link leads into a script.

    A space keeps text, formulas and code as they read: `< b` is no tag, `] (` is no link.

    >>> harmless_markdown("if $a<b$ or 1 < 2: <script>alert(1)</script>")
    'if $a< b$ or 1 < 2: < script>alert(1)< /script>'
    >>> harmless_markdown("[one](https://example.org), [two](javascript:alert(2))")
    '[one](https://example.org), [two] (javascript:alert(2))'
    """
    source = re.sub(rf"\](?=[(:](?!{HARMLESS_TARGET}))", "] ", source)
    return re.sub(r"<(?=[a-zA-Z/!?])", "< ", source)


def with_pictures(
    source: str, attachments: Any, room: int = MOST_PICTURES
) -> tuple[str, list[str]]:
    """Return Markdown with the pictures pasted into it written out, and what is left out and why.

    Parameters
    ----------
    room
        Characters that the pictures may take; each counts as often as it is named.

    >>> with_pictures("![](attachment:a.png)", {"a.png": {"image/png": "AAAA"}})
    ('![](data:image/png;base64,AAAA)', [])
    >>> with_pictures("![](attachment:a.svg)", {"a.svg": {"image/svg+xml": "<svg>"}})
    ('![] (a.svg, left out)', ['a.svg: only PNG, JPEG and GIF are shown'])
    """
    left_out: dict[str, str] = {}
    shown = Counter[str]()
    pictures = attachments if isinstance(attachments, dict) else {}

    def show(match: re.Match[str]) -> str:
        nonlocal room
        name = match[1] if match[1] in pictures else unquote(match[1])
        shown[name] += 1
        if shown[name] > MOST_TIMES:
            left_out[name] = f"it is shown more than {MOST_TIMES} times"
        elif not (picture := _written_out(pictures.get(name))):
            there = "only PNG, JPEG and GIF are shown"
            left_out[name] = there if name in pictures else "it was not handed in"
        elif len(picture) > room:
            left_out[name] = "there are too many pictures"
        else:
            room -= len(picture)
            return f"({picture})"
        return f" ({name}, left out)"

    source = ATTACHED.sub(show, source)
    # What is left is no picture of ours: whoever makes the page must not look for it.
    source = re.sub(r"(?i)\battachment(?=:)", "attachment ", source)
    return source, [f"{name}: {why}" for name, why in left_out.items()]


def _written_out(forms: Any) -> str:
    """Return a picture as the target of a link, or nothing if it cannot be shown."""
    for kind in PICTURES if isinstance(forms, dict) else ():
        if _is_shown(kind, forms):
            return f"data:{kind};base64,{''.join(forms[kind].split())}"
    return ""


def harmless_outputs(outputs: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Return those outputs that are some, without what a browser would run."""
    made = (_harmless_output(output) for output in outputs[:MOST_OUTPUTS])
    kept = [output for output in made if output is not None]
    if len(outputs) > MOST_OUTPUTS:
        more = f"… ({len(outputs) - MOST_OUTPUTS} more outputs are not shown)\n"
        kept.append(new_output("stream", name="stdout", text=more))
    return kept


def _harmless_output(output: Mapping[str, Any]) -> Any:
    """Return one output made anew from its parts, or None if it is none."""
    match output:
        case {"output_type": "stream", "name": "stdout" | "stderr" as name, "text": str(text)}:
            return new_output("stream", name=name, text=text)
        case {"output_type": "display_data" | "execute_result" as kind, "data": dict(data)}:
            shown = {key: data[key] for key in ("text/plain", *PICTURES) if _is_shown(key, data)}
            made: dict[str, Any] = {"data": NotebookNode(shown), "metadata": NotebookNode()}
            if kind == "execute_result":
                made["execution_count"] = None
            return new_output(kind, **made) if shown else None
        case {
            "output_type": "error",
            "ename": str(ename),
            "evalue": str(evalue),
            "traceback": list(lines),
        } if all(isinstance(line, str) for line in lines):
            return new_output("error", ename=ename, evalue=evalue, traceback=lines)
    return None


def _is_shown(key: str, data: Mapping[str, Any]) -> bool:
    value = data.get(key)
    if not isinstance(value, str):
        return False
    # A picture stands in an attribute of the page: nothing but base64 may be there.
    return key not in PICTURES or re.fullmatch(r"[A-Za-z0-9+/=\s]*", value) is not None
