"""The page in a real browser, on a real server."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, Route, expect
from tests.system.browsing import IN_A_BROWSER, started

pytestmark = IN_A_BROWSER


def test_a_guest_plays_with_one_click_and_sees_the_seal_opened_and_verified(page: Page) -> None:
    started(page)
    expect(page.get_by_text("The AI has sealed its move")).to_be_visible()
    page.get_by_role("button", name="rock").click()
    expect(page.get_by_role("heading", name="Round 2 of 100")).to_be_visible()
    expect(page.get_by_text("Seal verified")).to_be_visible()
    expect(page.get_by_text("You played rock")).to_be_visible()
    expect(page.locator("li", has_text="your move")).to_contain_text("rock")


def test_the_keyboard_is_enough(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Skip to the page")).to_be_focused()
    for key in ("Enter", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("heading", name="Round 1 of 100")).to_be_visible()
    for turn, key in enumerate("rps2", start=2):
        page.keyboard.press(key)
        expect(page.get_by_role("heading", name=f"Round {turn} of 100")).to_be_visible()
    expect(page.get_by_text("You played paper")).to_be_visible()
    page.get_by_role("button", name="rock").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="paper")).to_be_focused()


def test_a_seal_that_does_not_fit_is_shown_loudly(page: Page) -> None:
    def forge(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        opened = json.loads(body["commitment"]["payload"])
        body["commitment"]["payload"] = json.dumps(opened | {"turn": opened["turn"]})
        route.fulfill(response=answer, json=body)

    started(page).route("**/moves", forge)
    page.get_by_role("button", name="rock").click()
    expect(page.get_by_role("alert")).to_contain_text("not the one that was shown")
    expect(page.get_by_text("The seal does not fit!")).to_be_visible()


def test_a_reload_goes_on_where_it_was(page: Page) -> None:
    started(page)
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="Round 2 of 100")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Round 2 of 100")).to_be_visible()
    expect(page.get_by_text("Seal verified")).to_be_visible()


def test_a_server_that_is_away_for_a_moment_costs_a_guest_neither_session_nor_match(
    page: Page, refusals: list[int]
) -> None:
    refusals += [401, 502]
    started(page)
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="Round 2 of 100")).to_be_visible()
    page.evaluate("localStorage['hagame.tokens'] = localStorage['hagame.tokens'].replace(/\\.[^.]*?\\./, '.x.')")
    page.route("**/auth/refresh", lambda route: route.fulfill(status=502, json={"detail": "Nobody is in."}))
    page.reload()
    expect(page.get_by_text("Nobody is in.")).to_be_visible()
    page.unroute("**/auth/refresh")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Round 2 of 100")).to_be_visible()


def test_a_move_whose_answer_was_lost_counts_once(page: Page) -> None:
    lost = []

    def lose_first_answer(route: Route) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().json()["turn"])
        route.abort()

    started(page).route("**/moves", lose_first_answer)
    page.get_by_role("button", name="rock").click()
    expect(page.get_by_role("heading", name="Round 2 of 100")).to_be_visible()
    assert lost == [1]


def test_nothing_reaches_beyond_the_screen(page: Page) -> None:
    started(page)
    for turn, key in enumerate("rpsrrps", start=2):
        page.keyboard.press(key)
        expect(page.get_by_role("heading", name=f"Round {turn} of 100")).to_be_visible()
    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]


def test_another_game_can_be_chosen(page: Page) -> None:
    started(page)
    page.get_by_label("Game").select_option("prisoners-dilemma")
    page.get_by_role("button", name="cooperate").click()
    expect(page.get_by_text("You played cooperate")).to_be_visible()


def test_outcomes_are_announced(page: Page) -> None:
    started(page)
    page.keyboard.press("s")
    expect(page.locator("[aria-live=polite]")).to_contain_text("You played scissors")


@pytest.mark.parametrize("viewer", ["/docs", "/redoc"])
def test_the_documentation_of_the_api_needs_nothing_from_outside(page: Page, viewer: str) -> None:
    outside: list[str] = []
    page.on("request", lambda r: outside.append(r.url) if "127.0.0.1" not in r.url and r.url[:4] == "http" else None)
    page.goto(viewer)
    expect(page.get_by_role("heading", name="HAGAME").first).to_be_visible(timeout=30_000)
    expect(page.get_by_text("/games/instances/{instance_id}/moves").first).to_be_attached(timeout=30_000)
    assert outside == []
