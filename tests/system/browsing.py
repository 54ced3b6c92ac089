"""What browser tests share: where the browser is, when they run, and the way into a match."""

from __future__ import annotations

import os
import shutil

import pytest
from playwright.sync_api import Page, expect

from hagame.web.serve import DIST

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-gpu", "--disable-dev-shm-usage"]

LOST = "net::ERR_FAILED"
"""What the browser says of an answer that a test has taken away."""

IN_A_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which(CHROMIUM) is None, reason=f"no browser at {CHROMIUM}"),
    pytest.mark.skipif(not (DIST / "index.html").exists(), reason="the page has not been built: `make web`"),
]


def started(page: Page) -> Page:
    """The first round of rock-paper-scissors, as a new guest."""
    page.goto("/")
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("heading", name="Round 1 of 100")).to_be_visible()
    return page
