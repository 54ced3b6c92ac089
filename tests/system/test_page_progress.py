"""The page that shows a person its own progress."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from tests.system.browsing import IN_A_BROWSER, started, turned_to

pytestmark = IN_A_BROWSER

ALWAYS_ROCK = """async () => {
  const { access_token } = JSON.parse(localStorage.getItem('hagame.tokens'))
  const headers = { Authorization: `Bearer ${access_token}`, 'Content-Type': 'application/json' }
  const send = async (path, body) => (await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })).json()
  const { id, next } = await send('/games/instances', { definition: 'rock-paper-scissors', opponent: 'random' })
  for (let turn = next.turn; turn <= 100; turn++) await send(`/games/instances/${id}/moves`, { turn, action: 'rock' })
}"""


def test_a_finished_match_appears_with_a_rating(page: Page) -> None:
    page.goto("/#/progress")
    expect(page.get_by_text("You have not finished a match yet.")).to_be_visible()
    started(page).evaluate(ALWAYS_ROCK)
    turned_to(page, "Progress")
    card = page.locator("section", has=page.get_by_role("heading", name="Rock-paper-scissors"))
    expect(card).to_contain_text("1 match")
    expect(card).to_contain_text("Rating")
    expect(card.get_by_role("img")).to_have_count(2)
    expect(card.get_by_role("listitem")).to_contain_text("random:")
    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]
