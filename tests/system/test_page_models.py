"""The page of models: make one, train it, look at its figures, and play against it."""

from __future__ import annotations

import secrets

import pytest
from playwright.sync_api import Page, expect
from tests.system.browsing import IN_A_BROWSER, fits, turned_to

pytestmark = [*IN_A_BROWSER, pytest.mark.usefixtures("worker")]

PATIENCE_MS = 60_000


def test_a_model_is_made_trained_measured_and_played_against(researcher: Page) -> None:
    page, name = researcher, f"Habits {secrets.token_hex(3)}"
    turned_to(page, "Models")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Algorithm").select_option("markov")
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    expect(page.get_by_role("button", name="Play against it")).to_have_count(0)

    versions = page.get_by_role("listitem").filter(has=page.get_by_role("button", name="Download"))
    for number in (1, 2):
        page.get_by_role("combobox").nth(1).select_option("simulated")
        page.get_by_role("button", name="Train", exact=True).click()
        expect(versions).to_have_count(number, timeout=PATIENCE_MS)
    own = page.get_by_role("row").filter(has_text="This model")
    expect(page.get_by_role("row").filter(has_text="Even guess").get_by_role("cell").first).to_have_text("1.099")
    expect(own).to_be_visible()
    with page.expect_download() as saved:
        versions.first.get_by_role("button", name="Download").click()
    assert saved.value.suggested_filename.endswith(".safetensors")

    versions.last.get_by_role("button", name="Make active").click()
    expect(versions.last).to_contain_text("active")
    assert fits(page)
    page.get_by_role("button", name="Play against it").click()
    expect(page.get_by_role("heading", name="Round 1 of 100")).to_be_visible()
    expect(page.locator("option:checked", has_text=name)).to_have_count(1)
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="Round 2 of 100")).to_be_visible()


def test_players_see_no_way_to_make_a_model(page: Page) -> None:
    page.goto("/#/models")
    expect(page.get_by_role("heading", name="Models")).to_be_visible()
    expect(page.get_by_role("button", name="Make it")).to_have_count(0)
