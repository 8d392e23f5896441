"""The templates of our pages, each with its style in it."""

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from cnnlib.look import css

FILES = Path(__file__).parent


@cache
def template(name: str) -> Template:
    """Return the template of a page; whatever is put into it is escaped."""
    environment = Environment(
        loader=FileSystemLoader(FILES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters["points"] = points
    environment.filters["ticks"] = ticks
    environment.filters["percent"] = lambda share: f"{share:.0%}"
    styles = [(FILES / file).read_text(encoding="utf-8") for file in ("house.css", f"{name}.css")]
    environment.globals["style"] = "\n".join([css(), *styles])
    return environment.get_template(f"{name}.html.j2")


def ticks(text: str) -> Markup:
    """Return a hint with what stands between backticks as code.

    >>> ticks("`a < b` or not")
    Markup('<code>a &lt; b</code> or not')
    """
    marked = re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text)))
    return Markup(marked)  # noqa: S704


def points(value: float) -> str:
    """Return points without needless noughts.

    >>> points(2.50), points(10)
    ('2.5', '10')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".")
