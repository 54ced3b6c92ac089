"""The page of the cognitive profile: intervals, what they mean and do not, and the switch that ends them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from tests.system.browsing import IN_A_BROWSER, fits

pytestmark = IN_A_BROWSER

LEARNING = """async () => {
  const { access_token } = JSON.parse(localStorage.getItem('hagame.tokens'))
  const headers = { Authorization: `Bearer ${access_token}`, 'Content-Type': 'application/json' }
  const send = async (path, body) => (await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })).json()
  for (let match = 0; match < 2; match++) {
    const { id, next } = await send('/games/instances', { definition: 'two-armed-bandit' })
    let [action, other] = next.legal_actions
    for (let turn = next.turn; turn < next.turn + 10; turn++) {
      const { payoff } = await send(`/games/instances/${id}/moves`, { turn, action })
      if (!(payoff > 0)) [action, other] = [other, action]
    }
  }
}"""
SCREENS = [(1280, 800), (360, 740)]


def opened(page: Page) -> Page:
    page.goto("/#/profile")
    expect(page.get_by_role("heading", name="What you say of yourself")).to_be_visible()
    return page


@pytest.fixture
def played(page: Page) -> Page:
    opened(page).evaluate(LEARNING)
    page.reload()
    expect(page.get_by_role("heading", name="Counted from your moves")).to_be_visible()
    return page


def test_each_trait_is_an_interval_with_its_evidence_and_what_it_does_not_mean(played: Page) -> None:
    card = played.locator("section", has=played.get_by_role("heading", name="Counted from your moves"))
    trait = card.get_by_role("article").first
    expect(trait.get_by_role("img", name="between")).to_be_visible()
    expect(trait).to_contain_text("n = ")
    expect(trait).to_contain_text("too few people are known to compare")
    trait.get_by_text("What it means").click()
    expect(trait).to_contain_text("What it does not mean:")
    expect(trait.get_by_role("img", name="over matches")).to_be_visible()
    expect(trait).to_contain_text("After each of your 2 matches")
    model = played.locator("section", has=played.get_by_role("heading", name="model version 1"))
    expect(model.first.get_by_role("article").first).to_be_visible()
    for width, height in SCREENS:
        played.set_viewport_size({"width": width, "height": height})
        assert fits(played)


def test_what_is_declared_stands_apart_and_stays(played: Page) -> None:
    form = played.locator("section", has=played.get_by_role("heading", name="What you say of yourself"))
    form.get_by_label("What", exact=True).fill("risk taking")
    form.get_by_label("How much, or which").fill("0.4")
    form.get_by_role("button", name="Say so").click()
    expect(form.get_by_role("listitem")).to_contain_text("Risk taking 0.4")
    inferred = played.get_by_role("article")
    assert "Risk taking" not in " ".join(inferred.all_inner_texts())
    played.reload()
    form.get_by_role("button", name="Remove Risk taking").click()
    expect(form.get_by_text("You have not said anything of yourself.")).to_be_visible()


def test_switching_modelling_off_shows_nothing_inferred_at_once_and_ever_after(played: Page) -> None:
    switch = played.get_by_label("My choices may be modelled")
    switch.uncheck()
    expect(played.get_by_role("article")).to_have_count(0)
    expect(played.get_by_text("Modelling is off.")).to_be_visible()
    played.reload()
    expect(switch).not_to_be_checked()
    expect(played.get_by_role("article")).to_have_count(0)
    switch.check()
    expect(played.get_by_role("article").first).to_be_visible()


def test_who_has_not_played_is_told_so(page: Page) -> None:
    expect(opened(page).get_by_text("Nothing yet: play a match, then look again.")).to_be_visible()
