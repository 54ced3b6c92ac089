"""What people write is shown as text, whatever it looks like; nothing of it runs."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from playwright.sync_api import Dialog, Page, expect
from tests.system.browsing import IN_A_BROWSER, headers_of

pytestmark = IN_A_BROWSER


@pytest.fixture
def run(page: Page) -> list[str]:
    """What ran of what was written."""
    found: list[str] = []

    def hear(dialog: Dialog) -> None:
        found.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", hear)
    return found


def evil(where: str) -> str:
    # Unique, so that it is found among what other tests wrote.
    return f"<script>alert('{where}')</script><img src=x onerror=alert('{where}')>{secrets.token_hex(3)}"


def test_titles_prompts_and_questions_are_text(researcher: Page, live_url: str, run: list[str]) -> None:
    page, mark = researcher, secrets.token_hex(4)
    title, about, prompt, question, option = (evil(w) for w in ("title", "about", "prompt", "question", "option"))
    with httpx2.Client(base_url=live_url, headers=headers_of(page)) as client:
        parameters = {"actions": ["share", "keep"], "payoffs": [[3, 0], [4, 1]], "rounds": 3}
        made = {"key": f"evil-{mark}", "engine": "matrix", "title": title, "description": about}
        client.post("/games/definitions", json=made | {"parameters": parameters}).raise_for_status()
        messages = [{"role": "user", "content": prompt}]
        words = {"name": f"evil-{mark}", "description": about, "messages": messages}
        client.post("/llm/prompts", json=words).raise_for_status()
        closes = (datetime.now(UTC) + timedelta(days=1)).isoformat()
        asked = {"title": question, "details": about, "options": [option, "no"], "closes_at": closes}
        asked_id = client.post("/collective/questions", json=asked).raise_for_status().json()["id"]
    page.goto("/#/games")
    page.get_by_role("searchbox").fill(title[:60])
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text(title)).to_be_visible()
    expect(page.get_by_text(about)).to_be_visible()
    page.goto(f"/#/console/prompts/evil-{mark}")
    expect(page.get_by_role("main")).to_contain_text(about)
    page.goto(f"/#/crowd/{asked_id}")
    for text in (question, about, option):
        expect(page.get_by_role("main")).to_contain_text(text)
    assert page.locator("main script, main img[src=x]").count() == 0
    assert run == []
