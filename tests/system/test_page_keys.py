"""Keys that are pressed faster than the server answers: one is kept, and none counts twice."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Page, Route, expect
from tests.system.browsing import IN_A_BROWSER, started

pytestmark = IN_A_BROWSER


class Held:
    """Answers to moves are held back until `let_go`; `sent` are the bodies of all moves."""

    def __init__(self, page: Page) -> None:
        # Before the match begins, so that no answer slips through.
        self.sent: list[dict[str, Any]] = []
        self._waiting: list[Route] = []
        self._holding = True
        page.route("**/moves", self._hear)

    def _hear(self, route: Route) -> None:
        self.sent.append(json.loads(route.request.post_data or "{}"))
        if self._holding:
            self._waiting.append(route)
        else:
            route.continue_()

    def let_go(self) -> None:
        self._holding = False
        for route in self._waiting:
            route.continue_()


def test_a_key_pressed_while_a_move_is_under_way_is_shown_and_played_after_it(page: Page) -> None:
    held = Held(page)
    started(page)
    page.keyboard.press("r")
    page.keyboard.press("s")
    page.keyboard.press("p")
    expect(page.get_by_role("button", name="paper")).to_contain_class("chosen")
    expect(page.get_by_text("Next: paper")).to_be_attached()
    expect(page.get_by_role("button", name="scissors")).not_to_contain_class("chosen")
    held.let_go()
    expect(page.get_by_role("heading", name="Round 3 of 100")).to_be_visible()
    expect(page.get_by_text("You played paper")).to_be_visible()
    page.wait_for_timeout(300)
    assert [(move["turn"], move["action"]) for move in held.sent] == [(1, "rock"), (2, "paper")]
    # It was chosen before the round was shown: no time can be told.
    assert held.sent[0]["response_time_ms"] is not None
    assert held.sent[1]["response_time_ms"] is None
    expect(page.locator("button.chosen")).to_have_count(0)


def test_one_press_is_one_move_however_long_it_lasts_and_however_often_is_clicked(page: Page) -> None:
    held = Held(page)
    started(page)
    page.keyboard.down("r")
    for _ in range(3):
        page.keyboard.down("r")
    page.keyboard.up("r")
    rock = page.get_by_role("button", name="rock")
    rock.dblclick(force=True)
    rock.focus()
    held.let_go()
    expect(page.get_by_role("heading", name="Round 2 of 100")).to_be_visible()
    for _ in range(4):
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    expect(page.get_by_role("heading", name="Round 3 of 100")).to_be_visible()
    page.wait_for_timeout(300)
    assert [move["turn"] for move in held.sent] == [1, 2]


def test_a_key_kept_for_a_move_that_fails_is_forgotten(page: Page, refusals: list[int]) -> None:
    refusals.append(500)
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        waiting.append(route)

    started(page).route("**/moves", hold, times=1)
    page.keyboard.press("r")
    page.keyboard.press("p")
    expect(page.get_by_role("button", name="paper")).to_contain_class("chosen")
    waiting[0].fulfill(status=500, json={"detail": "Out of order."})
    expect(page.get_by_text("Out of order.")).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Round 1 of 100")).to_be_visible()


def test_where_each_round_asks_something_else_nothing_is_answered_unseen(page: Page) -> None:
    held = Held(page)
    started(page).get_by_label("Game").select_option("risky-choice")
    expect(page.get_by_text("Which would you take?")).to_be_visible()
    page.keyboard.press("1")
    page.keyboard.press("2")
    held.let_go()
    expect(page.get_by_role("heading", name="Round 2")).to_be_visible()
    page.wait_for_timeout(300)
    assert [move["turn"] for move in held.sent] == [1]
