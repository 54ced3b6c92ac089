"""Games that people made: researchers make them in a form, and everybody finds and plays them."""

from __future__ import annotations

import secrets

import httpx2
from playwright.sync_api import Page, expect
from tests.system.browsing import IN_A_BROWSER, fits, headers_of, turned_to

pytestmark = IN_A_BROWSER


def test_a_researcher_makes_a_game_from_another_and_plays_it(researcher: Page, refusals: list[int]) -> None:
    page, key = researcher, f"short-{secrets.token_hex(4)}"
    turned_to(page, "Games")
    page.get_by_role("link", name="Make a game").click()
    page.get_by_label("Begin with").select_option("two-armed-bandit")
    page.get_by_label("Title").fill("Two short arms")
    page.get_by_label("Key (small").fill(key)
    page.get_by_role("textbox", name="Arms").fill("left, right, middle")
    page.get_by_role("spinbutton", name="Rounds").fill("2")
    refusals.append(422)
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("alert")).to_contain_text("means")
    expect(page.get_by_role("textbox", name="Means")).to_have_attribute("aria-invalid", "true")
    page.get_by_role("textbox", name="Means").fill("[0.2, 0.5")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("alert")).to_have_text("Means: this is no JSON.")
    page.get_by_role("textbox", name="Means").fill("[0.2, 0.5, 0.8]")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("status")).to_have_text("Two short arms is there, as version 1.")
    assert fits(page)
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.get_by_role("heading", name="Round 1 of 2")).to_be_visible()
    expect(page.locator("option:checked", has_text="Two short arms")).to_have_count(1)
    page.get_by_role("button", name="middle").click()
    expect(page.get_by_role("heading", name="Round 2 of 2")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Round 2 of 2")).to_be_visible()
    expect(page.locator("option:checked", has_text="Two short arms")).to_have_count(1)


def test_a_posted_game_is_found_and_played_by_anybody(researcher: Page, live_url: str) -> None:
    page, name = researcher, f"Share or keep {secrets.token_hex(4)}"
    body = {
        "key": name.lower().replace(" ", "-"),
        "engine": "matrix",
        "title": name,
        "parameters": {"actions": ["share", "keep"], "payoffs": [[3, 0], [4, 1]], "rounds": 3},
    }
    with httpx2.Client(base_url=live_url, headers=headers_of(page)) as client:
        client.post("/games/definitions", json=body).raise_for_status()
        client.post("/games/definitions", json=body | {"title": f"{name}!"}).raise_for_status()
    page.evaluate("localStorage.clear()")
    page.goto("/#/games")
    page.reload()
    expect(page.get_by_role("link", name="Make a game")).to_have_count(0)
    page.get_by_role("searchbox").fill(name)
    page.get_by_role("button", name="Search").click()
    made = page.get_by_role("region", name="Games made here").get_by_role("listitem")
    expect(made).to_have_count(1)
    expect(made).to_contain_text(f"{name}!")
    expect(page.get_by_role("region", name="Built-in games")).to_contain_text("Nothing was found.")
    assert fits(page)
    made.get_by_role("button", name="Play").click()
    for turn in (1, 2, 3):
        expect(page.get_by_role("heading", name=f"Round {turn} of 3")).to_be_visible()
        page.keyboard.press("k")
    expect(page.get_by_role("heading", name="Round 3 of 3")).to_have_count(0)


def test_built_in_games_begin_with_the_simplest(page: Page) -> None:
    page.goto("/#/games")
    built_in = page.get_by_role("region", name="Built-in games").get_by_role("heading", level=3)
    expect(built_in.first).to_have_text("Rock-paper-scissors")
    expect(page.get_by_role("region", name="Games made here").get_by_role("heading", level=2)).to_be_visible()
