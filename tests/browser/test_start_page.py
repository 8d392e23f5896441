"""The bundle's start page tells everybody the one command, on any screen."""

import pytest
from lab import visit

from autograder.release.bundle import FILES


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_start_page_fits_and_shows_the_command(browser, width, scheme):
    size = {"width": width, "height": 800}
    with visit(browser, viewport=size, color_scheme=scheme) as found:
        found.page.goto((FILES / "START.html").as_uri())
        text = found.page.inner_text("body")
        for words in ("python3 start.py", "py start.py", "Linux, macOS", "Windows"):
            assert words in text
        assert found.page.evaluate("document.documentElement.scrollWidth") <= width
        assert found.complaints == found.elsewhere == []
