"""The program of `docs/how-to/train-a-model.md` does what the page says, and the page of models shows it."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx2
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import make_url
from tests.system.browsing import IN_A_BROWSER, turned_to

from hagame.aimodels.tasks import tasks as trainings
from hagame.core.tasks.work import Worker
from hagame.settings import Settings

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "train-a-model.md"
PROGRAM = re.compile(r"^```python\n# train.py\n(.*?)^```$", re.MULTILINE | re.DOTALL)
QUEUED = "SELECT task_id FROM outbox WHERE queue = 'training'"
PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def working(settings: Settings) -> Iterator[None]:
    """A worker does all trainings as they are asked for."""
    ended = threading.Event()
    quiet = settings.model_copy(update={"broker_url": settings.redis_url, "redis_url": None})

    def work() -> None:
        worker = Worker(quiet, trainings, lambda: False)
        while not ended.wait(0.1):
            for task_id in fetched(settings, QUEUED):
                worker.work(task_id)
        worker.close()

    thread = threading.Thread(target=work)
    thread.start()
    yield
    ended.set()
    thread.join()


@pytest.fixture
def researcher(live_url: str, settings: Settings) -> dict[str, str]:
    """The tokens of a new researcher."""
    tokens: dict[str, str] = httpx2.post(f"{live_url}/auth/guest").json()
    me = httpx2.get(f"{live_url}/auth/me", headers={"Authorization": f"Bearer {tokens['access_token']}"}).json()
    fetched(settings, f"UPDATE users SET role = 'researcher' WHERE id = '{UUID(me['id'])}' RETURNING id")  # noqa: S608
    return tokens


def fetched(settings: Settings, query: str) -> list[UUID]:
    """The first column, read in a thread: where a browser is driven, a loop runs already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(_fetch(settings, query))).result()


async def _fetch(settings: Settings, query: str) -> list[UUID]:
    url = make_url(settings.database_url or "").set(drivername="postgresql")
    connection = await asyncpg.connect(url.render_as_string(hide_password=False))
    try:
        return [row[0] for row in await connection.fetch(query)]
    finally:
        await connection.close()


@pytest.mark.usefixtures("working")
def test_the_program_on_the_page_trains_asks_and_plays(live_url: str, researcher: dict[str, str]) -> None:
    found = PROGRAM.search(PAGE.read_text(encoding="utf-8"))
    assert found is not None
    environment = os.environ | {"HAGAME_URL": live_url, "TOKEN": researcher["access_token"]}
    done = subprocess.run(
        [sys.executable, "-c", found[1]], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "better than uniform by" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("it expected {'rock': ")


@IN_A_BROWSER[0]
@IN_A_BROWSER[1]
@IN_A_BROWSER[2]
@pytest.mark.usefixtures("working")
def test_a_researcher_makes_trains_and_plays_a_model_in_the_page(page: Page, researcher: dict[str, str]) -> None:
    page.goto("/")
    kept = {"access_token": researcher["access_token"], "refresh_token": researcher["refresh_token"], "guest": True}
    page.evaluate("kept => localStorage.setItem('hagame.tokens', JSON.stringify(kept))", kept)
    page.goto("/#/models")
    page.reload()
    page.get_by_label("Name").fill("Habits of a test")
    page.get_by_label("Algorithm").select_option("markov")
    page.get_by_role("button", name="Make it").click()
    page.get_by_label(re.compile(r"^On\b")).select_option("simulated")
    page.get_by_role("button", name="Train", exact=True).click()
    table = page.get_by_role("table")
    expect(table).to_contain_text("This model", timeout=PATIENCE_MS)
    expect(table.get_by_role("row")).to_have_count(6)
    page.get_by_role("button", name="Make active").click()
    page.get_by_role("button", name="Play against it").click()
    expect(page.get_by_label("Opponent")).to_have_value(re.compile(r"^[0-9a-f-]{36}$"))
    turned_to(page, "Models")
    expect(page.get_by_role("listitem").filter(has_text="Habits of a test").first).to_contain_text("version 1")
    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]
