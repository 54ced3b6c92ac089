"""Administration on the page: people, keys, tasks and the audit log, for administrators with a second factor."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import asyncpg
import httpx2
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import make_url
from tests.conftest import PASSWORD, serving
from tests.system.browsing import IN_A_BROWSER, filled, fits, headers_of, registered, turned_to
from tests.system.test_page_second_factor import code_of

from hagame.settings import Settings

pytestmark = IN_A_BROWSER


@pytest.fixture(scope="module")
def live_url(settings: Settings) -> Iterator[str]:
    with serving(settings.model_copy(update={"admin_second_factor": "required"})) as url:
        yield url


def told(settings: Settings, statement: str, *values: str) -> None:
    """Have the database do it, in a thread of its own: the browser has a loop in this one."""
    url = make_url(settings.database_url or "").set(drivername="postgresql").render_as_string(hide_password=False)

    async def tell() -> None:
        connection = await asyncpg.connect(url)
        await connection.execute(statement, *values)
        await connection.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, tell()).result()


@pytest.fixture
def admin(page: Page, settings: Settings) -> Page:
    """The account page of an administrator who has just set up a second factor."""
    page.goto("/")
    name = registered(page)
    told(settings, "UPDATE users SET role = 'admin' WHERE username = $1", name)
    page.reload()
    page.get_by_role("link", name=name).click()
    filled(page, "Set up", password=PASSWORD)
    here = page.get_by_role("region", name="Second factor")
    filled(page, "Confirm", code=code_of(here.get_by_role("code").inner_text()))
    here.get_by_role("button", name="I have kept them").click()
    expect(here).to_contain_text("10 recovery codes are left")
    return page


@pytest.fixture
def somebody(live_url: str) -> Iterator[tuple[str, httpx2.Client]]:
    """Somebody else with a key for a program, and a name that is markup elsewhere."""
    name = f"somebody-{time.monotonic_ns()}"
    with httpx2.Client(base_url=live_url) as client:
        body = {"email": f"{name}@example.org", "username": name, "password": PASSWORD}
        client.post("/auth/register", json=body).raise_for_status()
        tokens = client.post("/auth/login", json={"username": name, "password": PASSWORD}).json()
        client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        key = {"name": "<img src=x onerror=alert(1)>", "scopes": ["play"]}
        client.post("/auth/keys", json=key).raise_for_status()
        yield name, client


def test_without_a_second_factor_the_page_says_what_is_needed(
    page: Page, settings: Settings, refusals: list[int]
) -> None:
    page.goto("/")
    name = registered(page)
    expect(page.get_by_role("link", name="Administration")).to_have_count(0)
    refusals.extend([403, 404])
    page.goto("/#/admin")
    expect(page.get_by_role("alert")).to_have_text("There is nothing here.")
    told(settings, "UPDATE users SET role = 'admin' WHERE username = $1", name)
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("second factor")
    page.get_by_role("link", name="Set up a second factor").click()
    expect(page.get_by_role("form", name="Set up")).to_be_visible()


def test_people_are_found_given_a_role_and_shut_out(admin: Page, somebody: tuple[str, httpx2.Client]) -> None:
    page, (name, client) = admin, somebody
    turned_to(page, "Administration")
    expect(page.get_by_role("listitem").filter(has_text="registered people")).to_be_visible()
    expect(page.get_by_role("region", name="Neighbours")).to_contain_text("Databaseok")
    page.get_by_role("link", name="People").click()
    form = page.get_by_role("form", name="Search")
    form.get_by_label("In name or email").fill(name)
    form.get_by_role("button", name="Search").click()
    row = page.get_by_role("row").filter(has_text=f"{name}@example.org")
    expect(row).to_have_count(1)
    expect(page.get_by_role("row")).to_have_count(2)
    row.get_by_label(f"Role of {name}").select_option("Researcher")
    expect(row.get_by_label(f"Role of {name}")).to_have_value("researcher")
    page.once("dialog", lambda dialog: dialog.dismiss())
    row.get_by_role("button", name=f"Shut out: {name}").click()
    expect(row.get_by_role("button", name=f"Shut out: {name}")).to_be_visible()
    assert client.get("/auth/me").json()["role"] == "researcher"
    page.once("dialog", lambda dialog: dialog.accept())
    row.get_by_role("button", name=f"Shut out: {name}").click()
    expect(row.get_by_role("button", name=f"Let in: {name}")).to_be_visible()
    assert client.get("/auth/me").status_code == 401
    assert fits(page)
    page.get_by_role("link", name="Audit log").click()
    deeds = page.get_by_role("row").filter(has_text=name)
    expect(deeds.filter(has_text="user.inactive")).to_have_count(1)
    expect(deeds.filter(has_text="player → researcher")).to_have_count(1)
    assert fits(page)


def test_keys_are_seen_as_text_and_revoked(admin: Page, somebody: tuple[str, httpx2.Client]) -> None:
    page, (name, client) = admin, somebody
    page.goto("/#/admin/keys")
    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("<img src=x onerror=alert(1)>")
    page.once("dialog", lambda dialog: dialog.accept())
    row.get_by_role("button", name="Revoke hagame_").click()
    expect(row).to_have_count(0)
    assert client.get("/auth/keys").json()["items"][0]["revoked_at"] is not None
    assert fits(page)


def test_tasks_of_all_are_listed_by_state(admin: Page, somebody: tuple[str, httpx2.Client]) -> None:
    page, (name, client) = admin, somebody
    client.post("/reports", json={"span": "week"}).raise_for_status()
    page.goto("/#/admin/tasks")
    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("report.make")
    page.get_by_label("State").select_option("cancelled")
    expect(row).to_have_count(0)
    page.get_by_label("State").select_option("queued")
    expect(row).to_have_count(1)
    assert fits(page)


def test_the_password_alone_opens_no_session_of_an_administrator(admin: Page, live_url: str) -> None:
    with httpx2.Client(base_url=live_url) as client:
        assert client.get("/admin/overview", headers=headers_of(admin)).status_code == 200
        name = client.get("/auth/me", headers=headers_of(admin)).json()["username"]
        answer = client.post("/auth/login", json={"username": name, "password": PASSWORD})
        assert (answer.status_code, answer.json()["type"]) == (401, "urn:hagame:problem:code-needed")
