"""The page says when somebody began to play differently, what would have changed a prediction, and what gives away."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from tests.system.browsing import IN_A_BROWSER, started, turned_to

pytestmark = IN_A_BROWSER

# Rock most of the time, then scissors most of the time, against somebody who draws evenly; drawn by a fixed rule.
CHANGED_MIDWAY = """async () => {
  const { access_token } = JSON.parse(localStorage.getItem('hagame.tokens'))
  const headers = { Authorization: `Bearer ${access_token}`, 'Content-Type': 'application/json' }
  const send = async (path, body) => (await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })).json()
  const body = { definition: 'rock-paper-scissors', opponent: 'random', seed: 5 }
  const { id, next } = await send('/games/instances', body)
  let drawn = 7
  const draw = () => (drawn = (drawn * 16807) % 2147483647) / 2147483647
  const choose = (turn) => {
    const chance = draw()
    if (chance < 0.8) return turn <= 45 ? 'rock' : 'scissors'
    return chance < 0.95 ? 'paper' : turn <= 45 ? 'scissors' : 'rock'
  }
  const moves = `/games/instances/${id}/moves`
  for (let turn = next.turn; turn <= 99; turn++) await send(moves, { turn, action: choose(turn) })
  localStorage.setItem('hagame.match', id)
}"""

LAST_MOVE = """async () => {
  const { access_token } = JSON.parse(localStorage.getItem('hagame.tokens'))
  const headers = { Authorization: `Bearer ${access_token}`, 'Content-Type': 'application/json' }
  const path = `/games/instances/${localStorage.getItem('hagame.match')}/moves`
  await fetch(path, { method: 'POST', headers, body: JSON.stringify({ turn: 100, action: 'rock' }) })
}"""


def test_a_change_is_told_and_what_would_have_changed_the_prediction(page: Page) -> None:
    started(page).evaluate(CHANGED_MIDWAY)
    page.reload()
    why = page.locator("section", has=page.get_by_role("heading", name="Why it thought so"))
    expect(why.get_by_role("status")).to_contain_text("you began to play differently")
    why.get_by_role("button", name="What would have changed it?").click()
    expect(why.get_by_role("heading", name="When it was much the same")).to_be_visible()
    expect(why).to_contain_text("round")
    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]
    page.evaluate(LAST_MOVE)
    turned_to(page, "Progress")
    card = page.locator("section", has=page.get_by_role("heading", name="Rock-paper-scissors"))
    card.get_by_role("button", name="What makes me predictable?").click()
    expect(card).to_contain_text("bits about each of your decisions")
    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]
