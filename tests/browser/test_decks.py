"""Offline decks: one file that asks for nothing, slides that fit, explorers that answer."""

import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from executed import as_taught
from lab import visit
from playwright.sync_api import expect

from decks import build, measure

ROOT = Path(__file__).parents[2]
LECTURES = sorted(path.stem for path in (ROOT / "lectures").glob("*.ipynb"))
WITH_ERRATA = [
    name
    for name in LECTURES
    if "docs/errata.md#" in (ROOT / "lectures" / f"{name}.ipynb").read_text()
]
SIZE = measure.SIZE
#: Looks at one slide, the others put aside: axe-core reads all that is on a page, each time. It
#: knows contrast only where what is behind a text is what holds it: the slide gets its background.
AXE = """async () => {
  const slide = Reveal.getCurrentSlide();
  const slides = document.querySelector(".reveal .slides");
  const all = [...slides.children];
  slides.replaceChildren(...all.filter((each) => each.contains(slide)));
  slide.style.backgroundColor = slide.dataset.backgroundColor ?? "";
  document.querySelector(".backgrounds").style.display = "none";
  const found = await axe.run(slide, { resultTypes: ["violations", "passes"] });
  slides.replaceChildren(...all);
  const contrast = found.passes.find(({ id }) => id === "color-contrast");
  return { violations: found.violations, contrast: contrast?.nodes.length ?? 0 };
}"""


@pytest.fixture(scope="module", params=LECTURES)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def deck(name, browser, tmp_path_factory, executed_lecture):
    """A lecture's deck, built from what stands in the repository."""
    build.install()
    lecture = ROOT / "lectures" / f"{name}.ipynb"
    page = tmp_path_factory.mktemp("decks") / f"{name}.html"
    notebook = as_taught(executed_lecture(lecture))
    build.write(page, build.render(notebook, name, build.fingerprint(lecture)))
    build.write(page.with_name("errata.html"), build.render_errata())
    return page


@contextmanager
def opened(browser, deck):
    """Open the deck with no way to the network, and wait until it is ready."""
    with visit(browser, viewport=SIZE, reduced_motion="reduce") as found:
        found.page.goto(deck.as_uri())
        found.page.wait_for_selector("html[data-ready=yes]", state="attached")
        yield found


@pytest.fixture(scope="module")
def kept(browser, deck):
    """The deck, open once for all tests that stay on its slides."""
    with opened(browser, deck) as found:
        yield found


@pytest.fixture
def shown(kept):
    """The deck on its first slide."""
    kept.page.evaluate("Reveal.slide(0, 0, -1)")
    return kept


@pytest.fixture
def fresh(browser, deck):
    """The deck, open for a test that leaves it, or changes what is on it."""
    with opened(browser, deck) as found:
        yield found


def test_it_asks_for_nothing_and_no_script_complains(shown, deck):
    assert shown.complaints == shown.elsewhere == []
    assert deck.stat().st_size <= 12 * 2**20


def test_every_slide_fits_the_screen(shown):
    for number in measure.each_slide(shown.page):
        boxes = shown.page.evaluate(
            """[...Reveal.getCurrentSlide().querySelectorAll("header, .piece, .piece *")]
                 .filter(node => node.checkVisibility())
                 .filter(node => !node.closest("mjx-assistive-mml, aside"))
                 .filter(node => !node.parentElement.closest("svg, mjx-container"))
                 .map(node => [node.getBoundingClientRect(), node.outerHTML.slice(0, 80)])
                 .filter(([box]) => box.bottom > innerHeight + 1 || box.right > innerWidth + 1
                                    || box.left < -1 || box.top < -1)
                 .map(([box, html]) => html)"""
        )
        assert boxes == [], f"slide {number + 1}"


def test_every_slide_is_as_the_look_asks(shown, name):
    measures = measure.measure(shown.page)
    print(measure.table({name: measures.row}))
    assert list(measures.faults()) == []


def test_it_has_a_title_contents_notes_and_page_numbers(shown):
    assert re.match(r"Lecture \d+", shown.page.title())
    links = shown.page.locator(".contents a")
    # All but the title and the contents themselves.
    assert links.count() == shown.page.locator(".slides > section").count() - 2
    assert shown.page.locator(".slides > section").last.get_attribute("data-layout") == "contents"
    assert shown.page.locator("aside.notes").count() >= links.count()
    expect(shown.page.locator(".slide-number")).to_contain_text("1")


def test_a_link_of_the_contents_leads_to_its_slide(shown):
    link = shown.page.locator(".contents a").last
    text = link.inner_text()
    shown.page.evaluate("href => { location.hash = href }", link.get_attribute("href"))
    expect(shown.page.locator(".slides > section.present")).to_contain_text(text)


def test_links_lead_to_the_errata_and_back(fresh, deck, name):
    page = fresh.page
    links = page.locator("a[href*=errata]")
    targets = {link.get_attribute("href") for link in links.all()}
    assert targets or name not in WITH_ERRATA
    for target in targets:
        page.goto(f"{deck.parent.as_uri()}/{target}")
        anchor = page.locator(f"[id='{target.partition('#')[2]}']")
        assert anchor.evaluate("node => node.getBoundingClientRect().top < innerHeight / 2")
        back = anchor.evaluate("""node => [...node.closest('p').nextElementSibling
            .nextElementSibling.querySelectorAll('a')].map(link => link.href)""")
        (address,) = [address for address in back if f"/{deck.name}#" in address]
        page.goto(address)
        page.wait_for_selector("html[data-ready=yes]", state="attached")
        # On the slide, or in what is said to it.
        assert page.locator(f"section.present a[href='{target}']").count() >= 1
    assert fresh.complaints == fresh.elsewhere == []


def test_the_errata_are_a_page_for_everybody(browser, tmp_path):
    page = tmp_path / "errata.html"
    build.write(page, build.render_errata())
    with visit(browser, viewport={"width": 390, "height": 800}) as found:
        found.page.goto(page.as_uri())
        found.page.add_script_tag(path=build.MODULES / "axe-core" / "axe.min.js")
        assert found.page.evaluate("axe.run()")["violations"] == []
        assert found.page.evaluate("document.documentElement.scrollWidth") <= 390
        assert found.complaints == found.elsewhere == []


def test_mathematics_is_set(shown, deck):
    if "$" in re.sub(r"(?s)<script.*?</script>|<pre.*?</pre>", "", deck.read_text("utf-8")):
        assert shown.page.locator("mjx-container").count() > 0
    assert shown.page.locator("mjx-merror").count() == 0


def test_every_explorer_answers_and_keeps_the_slide(shown):
    page = shown.page
    for explorer in page.locator(".explorer").all():
        slide = explorer.evaluate(
            """node => { const slide = node.closest('section');
                Reveal.slide(...Object.values(Reveal.getIndices(slide))); return slide.id }"""
        )
        if explorer.locator(".explore-steps").count():
            continue  # a press of the slides moves it on
        stage = explorer.locator(".explore-stage")
        control = explorer.get_by_role("slider").last
        before = stage.inner_html()
        control.focus()
        control.press("ArrowRight")
        assert stage.inner_html() != before
        assert page.evaluate("Reveal.getCurrentSlide().id") == slide
        before, box = stage.inner_html(), control.bounding_box()
        middle = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + 4, middle)
        page.mouse.down()
        page.mouse.move(box["x"] + 0.8 * box["width"], middle)
        page.mouse.up()
        assert stage.inner_html() != before


def test_each_press_moves_a_drawing_on_and_the_last_state_is_printed(shown, deck):
    page = shown.page
    for steps in page.locator(".explorer:has(.explore-steps)").all():
        steps.evaluate(
            """node => { const { h, v } = Reveal.getIndices(node.closest('section'));
                Reveal.slide(h, v, -1) }"""
        )
        picture = steps.locator("svg")
        seen = [picture.inner_html()]
        for _ in range(steps.locator(".step-mark").count()):
            page.evaluate("Reveal.nextFragment()")
            seen.append(picture.inner_html())
        assert len(set(seen)) == len(seen) > 1
        page.evaluate("Reveal.prevFragment()")
        assert picture.get_attribute("aria-label") != ""
        expect(steps.locator(".step-mark.visible")).to_have_count(len(seen) - 2)


def test_its_pdf_has_a_page_for_every_slide(fresh, deck, require_program):
    slides = fresh.page.evaluate("Reveal.getTotalSlides()")
    pdf = deck.with_suffix(".pdf")
    # In a thread: Playwright's synchronous interface starts once in each.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(build.print_pdf, deck, pdf, require_program("chromium")).result()
    assert pages(pdf) == slides
    # A fragment has no page of its own, so all of them stand on their slide's.
    fresh.page.goto(f"{deck.as_uri()}?print-pdf")
    fresh.page.wait_for_selector("html[data-ready=yes]", state="attached")
    expect(fresh.page.locator(".pdf-page")).to_have_count(slides)
    expect(fresh.page.locator(".fragment:not(.visible)")).to_have_count(0)
    last = fresh.page.locator(".explore-steps-controls span").all_inner_texts()
    assert all(re.fullmatch(r"(\d+) of \1", text) for text in last)


def pages(pdf):
    """Count the pages of a PDF; Chromium writes their objects without compression."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes()))


def test_nothing_serious_keeps_anybody_out(fresh):
    """Contrast, alternative texts, labels: axe-core's rules, on every slide."""
    # What nbconvert writes where it knows nothing; axe-core takes it for a text.
    assert fresh.page.locator("img[alt^='No description']").count() == 0
    fresh.page.add_script_tag(path=build.MODULES / "axe-core" / "axe.min.js")
    # A fragment that is still fading in is pale.
    fresh.page.add_style_tag(
        content="* { transition: none !important; animation: none !important }"
    )
    seen = 0
    for number in measure.each_slide(fresh.page):
        found = fresh.page.evaluate(AXE)
        seen += found["contrast"]
        serious = [
            (rule["id"], [node["html"][:120] for node in rule["nodes"][:3]])
            for rule in found["violations"]
            if rule["impact"] in ("serious", "critical")
        ]
        assert not serious, f"slide {number + 1}: {serious}"
    # It says nothing of contrast where it cannot see what is behind.
    assert seen > 2 * number


def test_only_what_changed_is_built_again(tmp_path):
    page, lecture = tmp_path / "deck.html", tmp_path / "one.ipynb"
    shutil.copy(ROOT / "lectures" / f"{LECTURES[0]}.ipynb", lecture)
    build.write(page, f'<meta content="{build.fingerprint(lecture)}">')
    assert build.is_current(page, build.fingerprint(lecture))
    lecture.write_text(lecture.read_text() + "\n")
    assert not build.is_current(page, build.fingerprint(lecture))
