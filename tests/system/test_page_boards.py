"""Boards in a real browser: each played to its end by a scripted player, with the keyboard alone."""

from __future__ import annotations

import os

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.system.browsing import IN_A_BROWSER, started

pytestmark = IN_A_BROWSER

BOARDS = {
    "tic-tac-toe": "You are x",
    "connect-four": "You are x",
    "four-in-a-row": "You are",
    "nim": "Whoever takes the last match loses.",
    "hex": "Connect top and bottom.",
}


def chosen(page: Page, game: str) -> Locator:
    """The board of a new match against even draws."""
    started(page)
    page.get_by_label("Game").select_option(game)
    expect(page.get_by_text("Your move").or_(page.get_by_text("Whoever takes")).first).to_be_visible()
    page.get_by_label("Opponent").select_option("random")
    expect(page.locator("[data-square]").first).to_be_visible()
    return page.locator("[data-square]")


def played(page: Page, squares: Locator) -> None:
    """One move at the first square that is open, by keyboard: the focus goes there, Enter plays."""
    first = squares.and_(page.locator("[aria-disabled=false]")).first
    first.focus()
    with page.expect_response("**/moves"):
        page.keyboard.press("Enter")


@pytest.mark.parametrize("game", BOARDS)
def test_a_board_is_played_to_its_end_with_the_keyboard(page: Page, game: str) -> None:
    squares = chosen(page, game)
    expect(
        page.get_by_role("status").filter(has_text=BOARDS[game]).or_(page.get_by_text(BOARDS[game])).first
    ).to_be_visible()
    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1], "nothing is wider than the screen"
    shot(page, f"{game}-begin")
    for _ in range(42):
        played(page, squares)
        over = page.get_by_role("heading", name="The match is over")
        expect(over.or_(squares.and_(page.locator("[aria-disabled=false]")).first).first).to_be_visible()
        if over.is_visible():
            break
    expect(page.get_by_text("won.").or_(page.get_by_text("A draw.")).first).to_be_visible()
    expect(page.get_by_text("The seal does not fit!")).to_have_count(0)
    shot(page, f"{game}-end")


@pytest.mark.parametrize("page", [(1280, 800)], ids=["desktop"], indirect=True)
def test_arrow_keys_go_from_square_to_square(page: Page) -> None:
    squares = chosen(page, "tic-tac-toe")
    squares.first.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
    expect(page.locator("[data-square=a2]")).to_be_focused()
    assert page.locator("[data-square][tabindex='0']").count() == 1, "one square is reached by Tab"


def shot(page: Page, name: str) -> None:
    """A picture for people, where `HAGAME_SHOTS` names a folder."""
    folder = os.environ.get("HAGAME_SHOTS")
    if folder:
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
