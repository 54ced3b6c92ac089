"""What the page says of a match when it is over."""

from __future__ import annotations

import json

import httpx2
import pytest
from playwright.sync_api import Page, expect
from tests.system.browsing import IN_A_BROWSER, started

pytestmark = IN_A_BROWSER


@pytest.fixture
def over(page: Page, live_url: str) -> Page:
    """A match of a hundred rounds whose last move was made on the page."""
    started(page)
    token = json.loads(page.evaluate("localStorage['hagame.tokens']"))["access_token"]
    instance = page.evaluate("localStorage['hagame.match']")
    with httpx2.Client(base_url=live_url, headers={"Authorization": f"Bearer {token}"}) as client:
        for turn in range(1, 100):
            body = {"turn": turn, "action": "rock" if turn % 3 else "paper"}
            assert client.post(f"/games/instances/{instance}/moves", json=body).status_code == 200
    page.reload()
    expect(page.get_by_role("heading", name="Round 100 of 100")).to_be_visible()
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="The match is over")).to_be_visible()
    return page


def test_a_match_that_is_over_is_explained_with_its_numbers(over: Page) -> None:
    feedback = over.get_by_role("region", name="What gave you away")
    expect(feedback).to_contain_text("of 100 choices")
    expect(feedback).to_contain_text("You chose rock in 67 of 100 cases")
    expect(feedback.get_by_role("heading", name="What to try next")).to_be_visible()
    expect(feedback).to_contain_text("Computed from your 100 decisions")
    widths = over.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]


def test_feedback_that_cannot_be_read_takes_nothing_else_away(page: Page, refusals: list[int]) -> None:
    refusals.append(409)
    started(page)
    page.route("**/feedback", lambda route: route.fulfill(status=409, json={"detail": "Not now."}))
    page.route(
        "**/moves",
        lambda route: route.fulfill(response=(answer := route.fetch()), json=answer.json() | {"next": None}),
    )
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="The match is over")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("Not now.")
    expect(page.get_by_role("button", name="Play again")).to_be_visible()
