"""The page on language models: what was asked, at which cost, and the prompts to ask with."""

from __future__ import annotations

import json
import secrets

import httpx2
from playwright.sync_api import Page, expect
from tests.system.browsing import IN_A_BROWSER, fits, started, turned_to

pytestmark = IN_A_BROWSER

SCHEMA = {"type": "object", "properties": {"move": {"type": "string"}}, "required": ["move"]}


def test_ones_own_calls_are_counted_drawn_and_listed(page: Page, live_url: str) -> None:
    started(page)
    token = json.loads(page.evaluate("localStorage['hagame.tokens']"))["access_token"]
    with httpx2.Client(base_url=live_url, headers={"Authorization": f"Bearer {token}"}) as client:
        for _ in range(2):
            asked = client.post("/llm/call", json={"messages": [{"role": "user", "content": "Well?"}]})
            assert asked.status_code == 200, asked.text
    page.goto("/#/console")
    figure = page.locator("dl > div", has_text="Calls")
    expect(figure).to_contain_text("2")
    expect(page.locator("dl > div", has_text="From the cache")).to_contain_text("50 %")
    expect(page.locator(".chart svg")).to_be_visible()
    rows = page.get_by_role("row").filter(has_text="offline/template")
    expect(rows.last).to_contain_text("api")
    expect(page.get_by_text("No language model is connected to this server")).to_be_visible()
    page.get_by_label("Time", exact=True).select_option("day")
    expect(figure).to_contain_text("2")
    assert fits(page)


def test_a_researcher_writes_a_prompt_tries_it_and_compares_two_versions(researcher: Page) -> None:
    page, name = researcher, f"page-{secrets.token_hex(4)}"
    turned_to(page, "Language models")
    page.get_by_role("link", name="Prompts").click()
    page.get_by_text("New prompt").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Template (Jinja2)").fill("Is {{ move }} good?")
    page.get_by_label("Variables (JSON Schema)").fill(json.dumps(SCHEMA))
    page.get_by_label("Answer without a model (template)").fill("{{ move }} is fine.")
    page.get_by_role("button", name="Create").click()

    test = page.get_by_role("region", name="Test run")
    test.get_by_label("Values of the variables (JSON)").fill('{"move": "rock"}')
    test.get_by_role("button", name="Render").click()
    expect(test).to_contain_text('Is <data>"rock"</data> good?')
    test.get_by_role("button", name="Call").click()
    expect(test).to_contain_text("rock is fine.")
    expect(test).to_contain_text("Answered by a template")

    page.get_by_label("Template (Jinja2)").fill("Is {{ move }} a good move?")
    page.get_by_role("button", name="Save as version 2").click()
    expect(page.locator("pre .new", has_text="a good move?")).to_be_visible()
    expect(page.locator("pre .old", has_text="good?")).to_be_visible()
    page.get_by_role("button", name="Point it here (Version 2)").click()
    expect(page.get_by_role("listitem").filter(has_text="production")).to_contain_text("Version 2")
    assert fits(page)


def test_json_that_is_none_is_told_by_its_field(researcher: Page) -> None:
    researcher.goto("/#/console/prompts/match-coach")
    test = researcher.get_by_role("region", name="Test run")
    test.get_by_label("Values of the variables (JSON)").fill("{move")
    test.get_by_role("button", name="Render").click()
    expect(test.get_by_role("alert")).to_have_text("Values of the variables (JSON): this is no JSON object.")


def test_players_read_prompts_and_may_change_none(page: Page) -> None:
    started(page)
    page.goto("/#/console/prompts")
    page.get_by_role("link", name="match-coach").click()
    expect(page.get_by_text("You are a coach for decision games")).to_be_visible()
    expect(page.get_by_text("Only its maker and administrators may change this prompt.")).to_be_visible()
    expect(page.get_by_role("button", name="Save as version")).to_have_count(0)
    expect(page.get_by_role("link", name="Language models")).to_have_count(0)


def test_a_prompt_that_is_not_there_is_said_so(page: Page, refusals: list[int]) -> None:
    refusals.append(404)
    started(page)
    page.goto("/#/console/prompts/there-is-none")
    expect(page.get_by_role("alert")).to_contain_text("There is no prompt")
