"""From a slide in JupyterLab to the errata and back, where students have both."""

import zipfile

import pytest
from lab import Notebook, visit
from playwright.sync_api import expect

from autograder.release.bundle import make_bundle
from cnnlib.desk.laying import lay

LECTURE = "lectures/05_convolution_arithmetic.ipynb"


@pytest.fixture(scope="module")
def folder(course, tmp_path_factory):
    """What a student has after the first start."""
    target = tmp_path_factory.mktemp("student")
    with zipfile.ZipFile(make_bundle(course)) as archive:
        archive.extractall(target)
    list(lay(target / "cnn-course"))
    return target / "cnn-course"


def test_a_slides_link_opens_its_entry_and_leads_back(browser, folder, start_lab):
    with visit(browser) as found:
        notebook = Notebook.open(found.page, start_lab(folder), folder, LECTURE)
        slide = notebook.cells.filter(has_text="What does not fit is never read")
        slide.get_by_role("link", name="errata").click()
        page = found.page.locator(".jp-MarkdownViewer")
        expect(page.get_by_role("heading", name="A stride that does not fit")).to_be_in_viewport()
        page.get_by_role("link", name="misfit").click()
        expect(slide.get_by_role("heading")).to_be_in_viewport()
        assert found.complaints == found.elsewhere == []
