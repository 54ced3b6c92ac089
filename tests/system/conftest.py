"""A browser for the tests of the page, and a worker for what the page asks for."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from sqlalchemy import make_url
from tests.system.browsing import CHROMIUM, FLAGS, LOST, registered
from tests.system.processes import HAGAME, process
from tests.system.servers import Servers

from hagame.settings import Settings


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
async def servers() -> AsyncIterator[Servers]:
    """Servers of their own for a file of tests of faults."""
    with tempfile.TemporaryDirectory(prefix="hagame-") as folder:
        servers = Servers(Path(folder) / "home")
        await servers.open()
        async with servers.stack:
            yield servers


@pytest.fixture
def refusals() -> list[int]:
    """Statuses of answers that a test means to provoke, so that the browser's word about them is no fault."""
    return []


@pytest.fixture(params=[(1280, 800), (360, 740)], ids=["desktop", "phone"])
def page(browser: Browser, live_url: str, refusals: list[int], request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page at two sizes, whose console must stay free of errors."""
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, base_url=live_url)
    page = context.new_page()
    faults: list[str] = []

    def hear(line: ConsoleMessage) -> None:
        meant = [LOST, *(f"status of {status} " for status in refusals)]
        if line.type == "error" and not any(words in line.text for words in meant):
            faults.append(line.text)

    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", hear)
    yield page
    context.close()
    assert faults == [], "the console shows errors, or the policy was violated"


@pytest.fixture
def researcher(page: Page, settings: Settings) -> Page:
    """The start page, for somebody who may make prompts, models and games."""
    page.goto("/")
    name = registered(page)
    url = make_url(settings.database_url or "").set(drivername="postgresql").render_as_string(hide_password=False)

    async def promote() -> None:
        connection = await asyncpg.connect(url)
        await connection.execute("UPDATE users SET role = 'researcher' WHERE username = $1", name)
        await connection.close()

    # In a thread of its own: the browser has a loop in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, promote()).result()
    page.reload()
    return page


@pytest.fixture(scope="module")
def worker(settings: Settings) -> Iterator[None]:
    """A process that does what the page asks for."""
    urls = {"DATABASE_URL": settings.database_url or "", "REDIS_URL": settings.redis_url or ""}
    with (
        tempfile.TemporaryDirectory(prefix="hagame-worker-") as folder,
        process([*HAGAME, "worker"], Path(folder) / "log", **urls, HAGAME_QUEUE_PREFIX=settings.queue_prefix),
    ):
        yield
