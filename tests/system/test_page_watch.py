"""Somebody watches a match by the link that its player has made on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.system.browsing import IN_A_BROWSER, started

pytestmark = IN_A_BROWSER


@pytest.fixture
def beside(browser: Browser, live_url: str, page: Page) -> Iterator[Page]:
    """Another browser of the same size, in which nobody is logged in."""
    context = browser.new_context(viewport=page.viewport_size, base_url=live_url)
    yield context.new_page()
    context.close()


def link(page: Page) -> str:
    """The address that the player gives away."""
    page.get_by_text("Let others watch").click()
    page.get_by_role("button", name="Make a link").click()
    field = page.get_by_label("Link for those who watch")
    expect(field).to_have_value(re.compile("#/watch/"))
    return field.input_value()


def test_a_match_is_watched_live_by_who_has_no_account(page: Page, beside: Page) -> None:
    beside.goto(link(started(page)))
    expect(beside.get_by_role("heading", name="Rock-paper-scissors", exact=True)).to_be_visible()
    expect(beside.get_by_role("status")).to_have_text("Live: round 1 is open")
    for turn in (1, 2):
        page.get_by_role("button", name="rock").click()
        expect(beside.get_by_role("status")).to_have_text(f"Live: round {turn + 1} is open")
    expect(beside.get_by_role("row", name=re.compile("^2 rock .* held$"))).to_be_visible()
    expect(beside.get_by_role("heading", name="What the AI had expected")).to_be_visible()
    assert beside.evaluate("localStorage.length") == 0, "who watches becomes nobody"
    assert beside.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing is wider than the screen"
    beside.reload()
    expect(beside.get_by_role("row", name=re.compile("^2 rock .* held$"))).to_be_visible()


def test_the_player_stops_it(page: Page, beside: Page) -> None:
    address = link(started(page))
    beside.goto(address)
    expect(beside.get_by_role("status")).to_have_text("Live: round 1 is open")
    page.get_by_role("button", name="Stop it").click()
    expect(beside.get_by_role("status")).to_have_text("The player does not let others watch any more.")
    beside.reload()
    expect(beside.get_by_role("heading", name="There is nothing to watch here")).to_be_visible()
    expect(page.get_by_label("Link for those who watch")).to_be_hidden()


def test_a_board_is_shown_as_the_player_sees_it(page: Page, beside: Page) -> None:
    started(page)
    page.get_by_label("Game").select_option("tic-tac-toe")
    page.locator("[data-square]").first.wait_for()
    beside.goto(link(page))
    board = beside.get_by_role("region", name="As the player sees it")
    expect(board).to_be_visible()
    page.locator("[data-square]:not([aria-disabled=true])").first.click()
    expect(beside.get_by_text("Live: round 2 is open")).to_be_visible()
    expect(board.get_by_role("button", name="x", exact=False).first).to_be_visible()
    board.locator("[data-square]").last.click(force=True)
    expect(beside.get_by_text("Live: round 2 is open")).to_be_visible()
