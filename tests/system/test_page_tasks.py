"""The page of background work: how far it is, cancelling it, and what came of it."""

from __future__ import annotations

import httpx2
import pytest
from playwright.sync_api import Page, expect
from tests.system.browsing import IN_A_BROWSER, fits, headers_of, started
from tests.system.test_page_progress import ALWAYS_ROCK

pytestmark = [*IN_A_BROWSER, pytest.mark.usefixtures("worker")]

PATIENCE_MS = 60_000
LONG = {"source": "simulated", "definition": "rock-paper-scissors", "people": 4000, "decisions": 100}


def test_a_training_shows_how_far_it_is_and_can_be_cancelled(researcher: Page, live_url: str) -> None:
    page = researcher
    with httpx2.Client(base_url=live_url, headers=headers_of(page)) as client:
        made = client.post("/ai-models/", json={"name": "Slow", "algorithm": "logistic"}).raise_for_status()
        client.post(f"/ai-models/{made.json()['id']}/train", json={"data": LONG}).raise_for_status()
    page.goto("/#/tasks")
    task = page.get_by_role("listitem").filter(has_text="Training of a model")
    expect(task.get_by_role("status")).to_contain_text("at work", timeout=PATIENCE_MS)
    bar = task.get_by_role("progressbar", name="Training of a model")
    expect(bar).not_to_have_js_property("value", 0, timeout=PATIENCE_MS)
    task.get_by_role("button", name="Cancel: Training of a model").click()
    expect(task.get_by_role("status")).to_have_text("cancelled")
    expect(task.get_by_role("progressbar")).to_have_count(0)
    page.reload()
    expect(task.get_by_role("status")).to_have_text("cancelled")
    assert fits(page)


def test_a_report_is_made_and_can_be_saved(page: Page) -> None:
    started(page).evaluate(ALWAYS_ROCK)
    page.goto("/#/tasks")
    expect(page.get_by_text("Nothing was asked for yet.")).to_be_visible()
    page.get_by_label("Make a report on").select_option("all my play")
    page.get_by_role("button", name="Make it").click()
    task = page.get_by_role("listitem").filter(has_text="Report on your play")
    expect(task.get_by_role("status")).to_have_text("done", timeout=PATIENCE_MS)
    for button, name in (("Save the page", "hagame-report.html"), ("Save the PDF", "hagame-report.pdf")):
        with page.expect_download() as saved:
            task.get_by_role("button", name=button).click()
        assert saved.value.suggested_filename == name
    assert fits(page)


def test_what_failed_says_why(page: Page) -> None:
    page.goto("/#/tasks")
    page.get_by_role("button", name="Make it").click()
    task = page.get_by_role("listitem").filter(has_text="Report on your play")
    expect(task.get_by_role("status")).to_have_text("failed", timeout=PATIENCE_MS)
    expect(task.get_by_role("alert")).to_contain_text("There is nothing to report")


def test_where_there_is_nothing_to_report_it_is_said_in_the_language_of_the_page(page: Page) -> None:
    page.goto("/#/tasks")
    page.get_by_label("Make a report on").select_option("my week")
    page.get_by_role("button", name="Make it").click()
    nothing = "There is nothing to report: no decision that may be modelled was taken in that time."
    expect(page.get_by_role("alert")).to_have_text(nothing, timeout=PATIENCE_MS)
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("alert")).to_contain_text("Es gibt nichts zu berichten")
