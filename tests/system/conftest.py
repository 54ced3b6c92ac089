"""A browser for the tests of the page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from tests.system.browsing import CHROMIUM, FLAGS, LOST


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def refusals() -> list[int]:
    """Statuses of answers that a test means to provoke, so that the browser's word about them is no fault."""
    return []


@pytest.fixture(params=[(1280, 800), (360, 740)], ids=["desktop", "phone"])
def page(browser: Browser, live_url: str, refusals: list[int], request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page at two sizes, whose console must stay free of errors."""
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, base_url=live_url)
    page = context.new_page()
    faults: list[str] = []

    def hear(line: ConsoleMessage) -> None:
        meant = [LOST, *(f"status of {status} " for status in refusals)]
        if line.type == "error" and not any(words in line.text for words in meant):
            faults.append(line.text)

    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", hear)
    yield page
    context.close()
    assert faults == [], "the console shows errors, or the policy was violated"
