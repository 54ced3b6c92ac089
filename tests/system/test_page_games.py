"""Views of games in a real browser: each played to its end by a scripted player, with the keyboard alone."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import anyio.from_thread
import asyncpg
import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import make_url
from tests.system.browsing import IN_A_BROWSER, fits, started

from hagame.settings import Settings

pytestmark = IN_A_BROWSER

TO_THE_END = {
    "loss-aversion": ("ar", 6, "Which would you take?"),
    "gamble-worth": ("gs", 30, "Nothing is paid: say what you would take."),
    "now-or-later": ("sl", 27, "Nothing is paid: say what you would take."),
    "two-armed-bandit": ("lr", 10, "The AI plays a copy of its own"),
    "iowa-gambling": ("abcd", 12, "Which decks are worth it in the long run?"),
    "two-step": ("lr", 10, "Which ship?"),
}
"""Keys, moves, and what the view says first."""
SHORT = {
    "two-armed-bandit": ("bandit", {"arms": ["left", "right"], "rewards": "binary", "means": [0.3, 0.7], "rounds": 10}),
    "iowa-gambling": ("igt", {"rounds": 12}),
    "two-step": ("two-step", {"rounds": 5}),
}
"""The same games with fewer rounds."""
AT_A_SIZE = [key for key in TO_THE_END if key not in ("gamble-worth", "two-step")]


def chosen(page: Page, game: str) -> None:
    started(page)
    page.get_by_label("Game").select_option(game)
    expect(page.locator(".play").get_by_text(TO_THE_END[game][2])).to_be_visible()


@pytest.mark.parametrize("game", AT_A_SIZE)
def test_a_view_says_what_is_to_be_chosen_and_stays_on_the_screen(page: Page, game: str) -> None:
    chosen(page, game)
    for turn, key in enumerate(TO_THE_END[game][0], start=2):
        page.keyboard.press(key)
        expect(page.get_by_role("heading", name=f"Round {turn} of")).to_be_visible()
        expect(page.get_by_text("Seal verified")).to_be_visible()
    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]


@pytest.mark.parametrize("page", [(1280, 800)], ids=["desktop"], indirect=True)
@pytest.mark.parametrize("game", TO_THE_END)
def test_a_scripted_player_plays_it_to_the_end(page: Page, settings: Settings, game: str) -> None:
    if game in SHORT:
        instead_of(page, settings, game, *SHORT[game])
    chosen(page, game)
    keys, moves, _ = TO_THE_END[game]
    for n in range(moves):
        with page.expect_response("**/moves") as answer:
            page.keyboard.press(keys[n % len(keys)])
        assert answer.value.json()["turn"] == n + 1
        expect(page.locator(".outcome")).to_be_visible()
        page.wait_for_function(f"document.querySelector('.hits, .summary').textContent.match(/{n + 1} moves|over/)")
    expect(page.get_by_role("heading", name="The match is over")).to_be_visible()
    expect(page.get_by_text("The seal does not fit!")).to_have_count(0)
    if game == "gamble-worth":
        expect(page.get_by_role("row", name="100 (50 %), 0 (50 %)")).to_contain_text(" to ")


@pytest.mark.parametrize("page", [(1280, 800)], ids=["desktop"], indirect=True)
def test_a_two_step_round_leads_to_a_planet_and_its_mine(page: Page) -> None:
    chosen(page, "two-step")
    page.get_by_role("button", name="left ship").click()
    expect(page.get_by_text("The left ship took you to planet")).to_be_visible()
    expect(page.get_by_role("heading", name="Round 1 of 100")).to_be_visible()
    page.get_by_role("button", name="right mine").click()
    expect(page.get_by_text("right mine: ")).to_be_visible()
    expect(page.get_by_role("heading", name="Round 2 of 100")).to_be_visible()


def test_who_plays_a_dilemma_reads_its_rules_and_what_each_outcome_pays(page: Page) -> None:
    started(page)
    page.get_by_label("Game").select_option("prisoners-dilemma")
    table = page.get_by_role("table", name="What you get, and what the other gets")
    expect(table.get_by_role("row", name="cooperate 3 | 3 0 | 5")).to_be_visible()
    expect(table.get_by_role("row", name="defect 5 | 0 1 | 1")).to_be_visible()
    expect(page.get_by_text("Together you both do well, alone you do better")).to_be_visible()
    assert fits(page)


@pytest.mark.parametrize("page", [(1280, 800)], ids=["desktop"], indirect=True)
def test_an_opponent_is_described_where_there_is_a_choice_of_them(page: Page) -> None:
    started(page)
    page.get_by_label("Opponent").select_option("equilibrium")
    expect(page.locator(".about")).to_contain_text("Equilibrium:")
    page.get_by_label("Game").select_option("two-step")
    expect(page.locator(".about")).to_contain_text("A hundred flights.")
    expect(page.locator(".about")).not_to_contain_text(":")


@pytest.mark.parametrize("page", [(1280, 800)], ids=["desktop"], indirect=True)
def test_who_lets_the_time_run_out_is_told_what_was_chosen(page: Page, settings: Settings) -> None:
    limit = {"seconds": 1, "action": "scissors"}
    parameters = {"preset": "rock-paper-scissors", "rounds": 100, "move_limit": limit}
    instead_of(page, settings, "rock-paper-scissors", "matrix", parameters)
    started(page)
    expect(page.get_by_role("timer")).to_contain_text("s left")
    expect(page.get_by_text("Your time was over, so scissors was chosen for you.")).to_be_visible()
    expect(page.get_by_text("Seal verified")).to_be_visible()


def instead_of(page: Page, settings: Settings, game: str, engine: str, parameters: dict[str, Any]) -> None:
    """Matches of `game` are played by these parameters."""
    key = f"own-{uuid4().hex[:8]}"
    with anyio.from_thread.start_blocking_portal() as portal:
        portal.call(_define, settings, key, engine, parameters)

    def begin(route: Route) -> None:
        body = json.loads(route.request.post_data or "{}")
        if body["definition"] == game:
            body["definition"] = key
        route.continue_(post_data=json.dumps(body))

    page.route("**/games/instances", begin)


async def _define(settings: Settings, key: str, engine: str, parameters: dict[str, Any]) -> None:
    url = make_url(settings.database_url or "").set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(url)
    await connection.execute(
        "INSERT INTO game_definitions (id, key, version, engine, engine_version, title, parameters) "
        "VALUES ($1, $2, 1, $3, '1', 'Short', $4)",
        uuid4(),
        key,
        engine,
        json.dumps(parameters),
    )
    await connection.close()
