"""The page of questions to a crowd: asked by a researcher, judged by guests, answered live."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import asyncpg
import httpx2
import pytest
from anyio.from_thread import start_blocking_portal
from playwright.sync_api import Page, expect
from sqlalchemy import make_url
from tests.system.browsing import IN_A_BROWSER

from hagame.settings import Settings

pytestmark = IN_A_BROWSER

Judged = Callable[[dict[str, Any], list[float]], None]


@pytest.fixture
def researcher(live_url: str, settings: Settings) -> tuple[str, str]:
    """Username and password."""
    name, password = f"asker-{secrets.token_hex(6)}", "four quiet otters swim"
    body = {"email": f"{name}@example.org", "username": name, "password": password}
    assert httpx2.post(f"{live_url}/auth/register", json=body).is_success
    address = make_url(settings.database_url or "").set(drivername="postgresql")

    async def promote() -> None:
        connection = await asyncpg.connect(address.render_as_string(hide_password=False))
        await connection.execute("UPDATE users SET role = 'researcher' WHERE username = $1", name)
        await connection.close()

    with start_blocking_portal() as portal:
        portal.call(promote)
    return name, password


@pytest.fixture
def judged(live_url: str) -> Judged:
    """`judged(question, [0.9, 0.1])`: a new guest has judged."""

    def judge(question: dict[str, Any], probabilities: list[float]) -> None:
        token = httpx2.post(f"{live_url}/auth/guest").json()["access_token"]
        path = f"{live_url}/collective/questions/{question['id']}/judgments"
        answer = httpx2.post(path, json={"probabilities": probabilities}, headers={"Authorization": f"Bearer {token}"})
        assert answer.is_success, answer.text

    return judge


@pytest.fixture
def asked(live_url: str, researcher: tuple[str, str]) -> dict[str, Any]:
    """A question with two options."""
    name, password = researcher
    token = httpx2.post(f"{live_url}/auth/login", json={"username": name, "password": password}).json()["access_token"]
    body = {
        "title": f"Will it rain? {secrets.token_hex(3)}",
        "options": ["yes", "no"],
        "closes_at": "2099-01-01T00:00:00Z",
    }
    answer = httpx2.post(f"{live_url}/collective/questions", json=body, headers={"Authorization": f"Bearer {token}"})
    question: dict[str, Any] = answer.json()
    return question


def test_a_guest_judges_first_and_then_sees_the_crowd_move(page: Page, asked: dict[str, Any], judged: Judged) -> None:
    judged(asked, [0.9, 0.1])
    page.goto("/#/crowd")
    page.get_by_role("link", name=asked["title"]).click()
    expect(page.get_by_text("Judge first, so that you do not lean on others.")).to_be_visible()
    page.get_by_role("slider", name="yes").fill("70")
    expect(page.get_by_role("slider", name="no")).to_have_value("30")
    page.get_by_role("button", name="Judge").click()
    row = page.get_by_role("row", name="Mean the plain average")
    expect(row).to_contain_text("80 %")
    expect(page.get_by_text("2 people")).to_be_visible()
    judged(asked, [0.2, 0.8])
    expect(row).to_contain_text("60 %")
    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]


def test_a_researcher_asks_and_says_what_came_true(page: Page, researcher: tuple[str, str], judged: Judged) -> None:
    page.goto("/#/account")
    form = page.locator("form", has=page.get_by_role("button", name="Log in"))
    form.get_by_label("Username").fill(researcher[0])
    form.get_by_label("Password").fill(researcher[1])
    form.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    page.goto("/#/crowd")
    title = f"How will it end? {secrets.token_hex(3)}"
    page.get_by_label("The question").fill(title)
    page.get_by_label("Options, separated by commas").fill("well, badly, not at all")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    judged({"id": page.url.rsplit("/", 1)[-1]}, [0.5, 0.25, 0.25])
    expect(page.get_by_role("row", name="Mean the plain average")).to_contain_text("50 %")
    page.get_by_role("combobox").select_option("well")
    page.get_by_role("button", name="Say what came true").click()
    expect(page.get_by_text("Outcome: well")).to_be_visible()
    expect(page.get_by_role("row", name="Mean the plain average")).to_contain_text("Brier 0.375")
