"""Makes HTML of what a submission holds: text, code, outputs. All of it may be hostile.

Everything is escaped, or made anew from parts that we know. The page's own policy forbids scripts
and foreign addresses besides.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from html.parser import HTMLParser
from typing import Any

from markupsafe import Markup, escape
from nbconvert.filters import strip_ansi

from autograder.triage.harmless import harmless_outputs

#: Letters of a text that are shown; what is longer is cut.
LONGEST = 2**15
#: Outputs of a cell that are shown, and letters of each.
MOST_OUTPUTS, LONGEST_OUTPUT = 20, 4_000
#: What the drawings of our own checks are made of.
TAGS = frozenset(
    re.findall(
        r"\w+",
        """section article header div p span strong em b i br small code pre ul ol li dl dt dd table
        caption thead tbody tr th td figure figcaption details summary h2 h3 h4 h5 hr sub sup style
        svg g defs pattern title desc rect circle ellipse line path polyline polygon text tspan
        marker use clippath""",
    )
)
#: What would fetch something, or lead away.
REACHING = re.compile(
    r"url\(\s*['\"]?(?!#)|@import|expression|position\s*:\s*(?:fixed|sticky)", re.I
)


def markdown(text: str, plain: bool = False) -> Markup:
    r"""Return Markdown as HTML; formulas stay as they were typed.

    Parameters
    ----------
    plain
        Show the text as it was typed: nothing in it can take long.

    >>> markdown("*so* <b>$a_1$")
    Markup('<p><em>so</em> &lt;b&gt;<span class="math">a_1</span></p>\n')
    """
    text = text[:LONGEST] if plain or "data:image/" not in text else text
    if plain:
        return Markup('<p class="typed">{}</p>').format(text)
    # Escaped by its renderer: no tag of a student's becomes one, no link leads into a script.
    return Markup(_markdown()(text))  # noqa: S704


@cache
def _markdown() -> Any:
    import mistune

    class Renderer(mistune.HTMLRenderer):
        def image(self, text: str, url: str, title: str | None = None) -> str:
            """Show what is in the page; of a picture elsewhere only its text."""
            is_here = url.startswith("data:image/")
            return super().image(text, url, title) if is_here else f"[{escape(text or url)}]"

    plugins = ["table", "strikethrough", "math"]
    renderer = Renderer(escape=True)
    made = mistune.create_markdown(escape=True, renderer=renderer, plugins=plugins)
    # Nothing here draws formulas, so they stand as they were typed, and without delimiters.
    for name in ("inline_math", "block_math"):
        tag = "span" if name == "inline_math" else "div"
        formula = f'<{tag} class="math">{{}}</{tag}>'
        renderer.register(name, lambda _, text, form=formula: form.format(escape(text)))
    return made


def code(text: str, plain: bool = False) -> Markup:
    r"""Return Python as HTML, its words marked.

    >>> code("x < 1")
    Markup('<span class="n">x</span> <span class="o">&lt;</span> <span class="mi">1</span>\n')
    """
    text = text[:LONGEST]
    if plain:
        return Markup(escape(text))  # noqa: S704
    from pygments import highlight

    return Markup(highlight(text, *_python()))  # noqa: S704


@cache
def _python() -> tuple[Any, Any]:
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return PythonLexer(stripnl=False), HtmlFormatter(nowrap=True)


def outputs(found: Sequence[Mapping[str, Any]]) -> list[Markup]:
    """Return what a cell put out: text, pictures, errors; nothing that a browser would run."""
    made = [_output(output) for output in harmless_outputs(list(found)[:MOST_OUTPUTS])]
    if len(found) > MOST_OUTPUTS:
        made.append(Markup("<p>… and {} more</p>").format(len(found) - MOST_OUTPUTS))
    return [each for each in made if each]


def _output(output: Any) -> Markup:
    if output.output_type == "stream":
        return _text(output.text)
    if output.output_type == "error":
        return _text("\n".join([*output.traceback]) or f"{output.ename}: {output.evalue}")
    for kind, data in output.data.items():
        if kind != "text/plain":  # a picture: base64, as `harmless` left it
            alt = output.data.get("text/plain", "a picture")[:200]
            picture = f"data:{kind};base64,{''.join(data.split())}"
            return Markup('<img src="{}" alt="{}">').format(picture, alt)
    return _text(output.data["text/plain"])


def _text(text: str) -> Markup:
    text = strip_ansi(text[: 2 * LONGEST_OUTPUT]).strip("\n")
    cut = text[:LONGEST_OUTPUT] + (" …" if len(text) > LONGEST_OUTPUT else "")
    return Markup("<pre>{}</pre>").format(cut) if cut else Markup("")


def drawing(output: Mapping[str, Any]) -> Markup:
    """Return a check's own report: its drawing, or its text if that is not one of ours."""
    data = output.get("data", {})
    html = data.get("text/html", "")
    if isinstance(html, str) and html and is_still(html):
        return Markup(html)  # noqa: S704
    return _text(str(data.get("text/plain", "")))


def is_still(html: str) -> bool:
    """Return whether HTML only shows something: no script, no link, nothing fetched.

    >>> is_still('<p style="color: red">no</p>'), is_still("<p onclick=x>"), is_still("<script>")
    (True, False, False)
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.still


class _Reader(HTMLParser):
    """Looks for what is no drawing."""

    still = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.still &= tag in TAGS
        for name, value in attrs:
            reaches = bool(REACHING.search(value or ""))
            leads = name in ("href", "src", "xlink:href", "srcset") and (value or "")[:1] != "#"
            self.still &= not (name.startswith("on") or reaches or leads or name == "action")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "style":
            self.still &= not REACHING.search(data)

    def handle_decl(self, decl: str) -> None:
        self.still = False

    def handle_pi(self, data: str) -> None:
        self.still = False
