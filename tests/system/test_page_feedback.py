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
    # The facts have been read, so that what a test answers instead is the coach's.
    expect(page.get_by_role("button", name="Ask the coach")).to_be_visible()
    return page


def test_a_match_that_is_over_is_explained_with_its_numbers(over: Page) -> None:
    feedback = over.get_by_role("region", name="What gave you away")
    expect(feedback).to_contain_text("of 100 choices")
    expect(feedback).to_contain_text("You chose rock in 67 of 100 cases")
    expect(feedback.get_by_role("heading", name="What to try next")).to_be_visible()
    expect(feedback).to_contain_text("Computed from your 100 decisions")
    widths = over.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]


def test_a_coach_is_asked_and_says_that_no_language_model_is_connected(over: Page) -> None:
    feedback = over.get_by_role("region", name="What gave you away")
    feedback.get_by_role("button", name="Ask the coach").click()
    expect(feedback).to_contain_text("No language model is connected, so the computed facts stand as they are.")


def test_a_turn_is_explained_below_its_reasons(page: Page) -> None:
    started(page)
    page.keyboard.press("r")
    page.get_by_role("button", name="Explain it like a coach").click()
    expect(page.get_by_text("Before round 1 the AI expected of you")).to_be_visible()
    page.keyboard.press("p")
    expect(page.get_by_role("heading", name="Round 3 of 100")).to_be_visible()
    expect(page.get_by_text("Before round 1 the AI expected of you")).to_be_hidden()


def test_words_of_a_language_model_are_text_and_nothing_else(over: Page) -> None:
    words = {
        "author": "language-model", "model": "local/small", "fallback": None, "facts": [],
        "paragraphs": [{"text": "<img src=x onerror=\"document.title='stolen'\"> You repeat rock.", "facts": []}],
    }  # fmt: skip
    over.route("**/feedback*", lambda route: route.fulfill(json=words))
    over.get_by_role("button", name="Ask the coach").click()
    feedback = over.get_by_role("region", name="What gave you away")
    expect(feedback).to_contain_text("<img src=x")
    expect(feedback).to_contain_text("Written by local/small")
    assert feedback.locator("img").count() == 0
    assert over.title() == "HAGAME"


def test_a_text_that_did_not_keep_to_the_facts_is_not_shown_and_why_is(over: Page) -> None:
    why = "What the language model wrote did not keep to the facts: the number 53 stands in no fact."
    words = {"author": "engine", "model": "local/small", "fallback": why, "facts": [], "paragraphs": []}
    over.route("**/feedback*", lambda route: route.fulfill(json=words))
    over.get_by_role("button", name="Ask the coach").click()
    expect(over.get_by_text(why)).to_be_visible()
    expect(over.get_by_role("button", name="Ask the coach")).to_be_visible()


def test_feedback_that_cannot_be_read_takes_nothing_else_away(page: Page, refusals: list[int]) -> None:
    refusals.append(409)
    started(page)
    page.route("**/feedback*", lambda route: route.fulfill(status=409, json={"detail": "Not now."}))
    page.route(
        "**/moves",
        lambda route: route.fulfill(response=(answer := route.fetch()), json=answer.json() | {"next": None}),
    )
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="The match is over")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("Not now.")
    expect(page.get_by_role("button", name="Play again")).to_be_visible()
