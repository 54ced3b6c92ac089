"""What browser tests share: where the browser is, when they run, the way into a match, and who somebody is."""

from __future__ import annotations

import json
import os
import secrets
import shutil

import pytest
from playwright.sync_api import Page, expect
from tests.conftest import PASSWORD, Headers

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


def turned_to(page: Page, name: str) -> None:
    """Another page, by the navigation; on a phone that is a menu."""
    menu = page.get_by_role("button", name="Menu")
    if menu.is_visible():
        menu.click()
    page.get_by_role("navigation", name="Pages").get_by_role("link", name=name, exact=True).click()


def filled(page: Page, form: str, **fields: str) -> None:
    """Fill in a form and send it."""
    here = page.get_by_role("form", name=form)
    for label, value in fields.items():
        here.get_by_label(label.capitalize()).fill(value)
    here.get_by_role("button", name=form).click()


def registered(page: Page) -> str:
    """A new account; its username."""
    name = f"page-{secrets.token_hex(5)}"
    page.get_by_role("link", name="Log in").click()
    filled(page, "Register", email=f"{name}@example.org", username=name, password=PASSWORD)
    expect(page.get_by_role("link", name=name)).to_be_visible()
    return name


def headers_of(page: Page) -> Headers:
    """Calls the API as who is on the page."""
    tokens = json.loads(page.evaluate("localStorage['hagame.tokens']"))
    return {"Authorization": f"Bearer {tokens['access_token']}"}


def fits(page: Page) -> bool:
    """Whether nothing is wider than the screen."""
    wide, screen = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    return bool(wide <= screen)
