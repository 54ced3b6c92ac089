"""The page of matches that others may predict: opened by a player, predicted by another, opened by the move."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect
from tests.system.browsing import IN_A_BROWSER, fits, started

pytestmark = IN_A_BROWSER


def test_a_move_is_predicted_by_another_and_scored_when_it_is_made(browser: Browser, page: Page, live_url: str) -> None:
    started(page).get_by_role("button", name="Rock").first.click()
    expect(page.get_by_role("heading", name="Round 2 of 100")).to_be_visible()
    page.goto("/#/crowd")
    page.get_by_text("Let others predict you").click()
    page.get_by_role("button", name="Let others predict it").click()
    expect(page.get_by_role("button", name="Withdraw")).to_be_visible()
    page.get_by_role("listitem").filter(has=page.get_by_role("button")).get_by_role("link").click()
    expect(page.get_by_text("This is your own match")).to_be_visible()
    address = page.url.split("#")[1]

    other = browser.new_page(base_url=live_url, viewport=page.viewport_size)
    other.goto(f"/#{address}")
    other.get_by_role("slider", name="rock").fill("80")
    other.get_by_role("button", name="Seal my forecast").click()
    expect(other.get_by_text("Yours is sealed")).to_be_visible()
    expect(page.get_by_text("1 forecast sealed")).to_be_visible()
    expect(page.get_by_text("80 %")).to_have_count(0)

    page.goto("/")
    page.get_by_role("button", name="Rock").first.click()
    row = other.get_by_role("row", name="2 rock")
    expect(row).to_contain_text("80 %")
    expect(other.get_by_text("(you)")).to_be_visible()
    assert fits(other)

    page.goto("/#/crowd")
    page.get_by_role("button", name="Withdraw").click()
    expect(other.get_by_text("The player has withdrawn this match.")).to_be_visible()
    other.close()
