"""What each lecture takes: to run, to become a deck, to open, and to answer to a slider.

    .venv/bin/python benchmarks/lectures.py [--lecture 05] [--rounds 5] [--pdf] [--lab] [--json]

A deck opens when its first slide stands painted in Chromium, counted from the start of the
navigation. An explorer answers when the frame with its new picture is painted, counted from the
slider's event: at sixty frames a second that alone takes up to 17 ms. With `--pdf`, decks are
printed, too; with `--lab`, explorers are also measured in JupyterLab, where a kernel listens.
"""

import argparse
import json
import shutil
import statistics
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from time import perf_counter
from typing import Any

import measure
from playwright.sync_api import Browser, Page, expect
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]

from lab import Notebook, chromium, serve, visit  # noqa: E402

from decks import build  # noqa: E402

#: How often the sliders of an explorer are moved.
MOVES = 200
MOST_MIB, MOST_MS = 12, 50
LATENCY = Path(__file__).with_name("latency.js").read_text("utf-8")
#: Brings an explorer into sight: its slide, or its place in the notebook.
SHOW = """node => {
  const slide = node.closest(".reveal section");
  if (slide) Reveal.slide(...Object.values(Reveal.getIndices(slide)));
  else node.scrollIntoView();
}"""
#: Notes when the first frame with the finished deck has been painted.
NOTE_OPENING = """
new MutationObserver((_, watch) => {
  watch.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => { window.opened = performance.now(); }));
}).observe(document, { attributeFilter: ["data-ready"], subtree: true });
"""


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--lecture", default="", help="the beginning of its name, such as 05")
    parser.add_argument("--rounds", type=int, default=5, help="how often a deck is opened")
    parser.add_argument("--pdf", action="store_true", help="print the decks, too")
    parser.add_argument("--lab", action="store_true", help="measure explorers in JupyterLab, too")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args()
    lectures = sorted((ROOT / "lectures").glob(f"{options.lecture}*.ipynb"))
    executable = shutil.which("chromium")
    if executable is None or not lectures:
        sys.exit("Chromium is not installed" if lectures else f"there are: {build.names()}")
    build.install()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        rows = [make(each, scratch, executable if options.pdf else None) for each in lectures]
        with chromium(executable) as browser:
            for lecture, row in zip(lectures, rows, strict=True):
                deck = scratch / f"{lecture.stem}.html"
                row.update(look(browser, deck, options.rounds))
                if options.lab and row["deck_latency_ms"]:
                    row["lab_latency_ms"] = in_lab(browser, lecture, scratch / lecture.stem)
    report = {"machine": measure.machine(), "rounds": options.rounds, "lectures": rows}
    print(json.dumps(report, indent=2)) if options.json else print_table(report)


def make(lecture: Path, folder: Path, chromium: str | None) -> dict[str, Any]:
    """Run a lecture, build its deck and print it; return what that took."""
    times = [perf_counter()]
    notebook = build.execute(lecture)
    times.append(perf_counter())
    page = folder / f"{lecture.stem}.html"
    build.write(page, build.render(notebook, lecture.stem, "key"))
    times.append(perf_counter())
    if chromium is not None:
        build.print_pdf(page, page.with_suffix(".pdf"), chromium)
        times.append(perf_counter())
    names = ("run_s", "deck_s", "pdf_s")
    spans = (after - before for before, after in pairwise(times))
    row: dict[str, Any] = {"lecture": lecture.stem}
    row |= {name: round(span, 2) for name, span in zip(names, spans, strict=False)}
    return row | {"mib": round(page.stat().st_size / 2**20, 2)}


def look(browser: Browser, page: Path, rounds: int) -> dict[str, Any]:
    """Open a deck some times, each time anew; move its explorers in the last one."""
    times, latency = [], []
    for left in reversed(range(rounds)):
        with visit(browser, viewport={"width": 1280, "height": 720}) as found:
            found.page.add_init_script(NOTE_OPENING)
            found.page.goto(page.as_uri())
            found.page.wait_for_function("window.opened !== undefined")
            times.append(found.page.evaluate("window.opened"))
            if left == 0:
                latency = latencies(found.page)
    return {"open_ms": measure.spread(times, 0), "deck_latency_ms": latency}


def latencies(page: Page) -> list[dict[str, Any]]:
    """Move the sliders of each explorer in a page."""
    found = []
    for explorer in page.locator(".explore:not(.explore-steps)").element_handles():
        explorer.evaluate(SHOW)
        taken = page.evaluate(LATENCY, [explorer, MOVES])
        found.append({
            "explorer": explorer.get_attribute("aria-label"),
            "median": round(statistics.median(taken), 1),
            "p95": round(statistics.quantiles(taken, n=20)[-1], 1),
        })  # fmt: skip
    return found


def in_lab(browser: Browser, lecture: Path, folder: Path) -> list[dict[str, Any]]:
    """Run a lecture in JupyterLab; move its explorers there."""
    (folder / "lectures").mkdir(parents=True)
    shutil.copy(lecture, folder / "lectures")
    command = [sys.executable, "-m", "jupyter", "lab"]
    with serve(command, folder / "lectures", folder / "server") as server, visit(browser) as found:
        notebook = Notebook.open(found.page, server, folder / "lectures", lecture.name)
        notebook.run_all()
        expect(found.page.locator(".explore").first).to_be_attached()
        return latencies(found.page)


def print_table(report: dict[str, Any]) -> None:
    """Print one row a lecture."""
    table = Table(title=f"{report['machine']}, {report['rounds']} rounds")
    table.add_column("lecture")
    headings = ("run s", "deck s", "PDF s", "MiB", "open ms", "slider ms", "in JupyterLab ms")
    for heading in headings:
        table.add_column(heading, justify="right")
    for row in report["lectures"]:
        opening = row["open_ms"]
        table.add_row(
            row["lecture"],
            *(f"{row[name]:.1f}" if name in row else "" for name in ("run_s", "deck_s", "pdf_s")),
            f"{row['mib']:.1f}",
            f"{opening['median']:.0f} ({opening['min']:.0f} to {opening['max']:.0f})",
            _latency(row["deck_latency_ms"]),
            _latency(row.get("lab_latency_ms", [])),
        )
    console = Console()
    console.width = max(console.width, 112)  # else a file gets 80 columns
    console.print(table)
    console.print(
        f"from a slider to the picture: median, 95th percentile of {MOVES} moves "
        f"(target: {MOST_MS} ms)\n"
        f"size: at most {MOST_MIB} MiB wanted"
    )


def _latency(found: list[dict[str, Any]]) -> str:
    return "\n".join(f"{each['median']:.0f}, {each['p95']:.0f}" for each in found)


if __name__ == "__main__":
    main()
