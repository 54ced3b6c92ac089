"""Logging in by a provider on the page: there and back, as nobody, and with an account of one's own."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from pytest_httpserver import HTTPServer
from tests.api.provider import Provider
from tests.conftest import PASSWORD, serving
from tests.system.browsing import IN_A_BROWSER, filled, fits, registered

from hagame.settings import Settings

pytestmark = IN_A_BROWSER


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        free: int = found.getsockname()[1]
        return free


@pytest.fixture(scope="module")
def provider(port: int) -> Iterator[Provider]:
    with HTTPServer(host="127.0.0.1") as server:
        yield Provider(server, f"http://127.0.0.1:{port}/")


@pytest.fixture(scope="module")
def live_url(settings: Settings, provider: Provider, port: int) -> Iterator[str]:
    with serving(settings.model_copy(update=provider.settings), port) as url:
        yield url


def test_somebody_comes_in_by_the_provider_and_finds_their_account_again(page: Page, provider: Provider) -> None:
    provider.subject = f"new-{id(page)}"
    for _ in range(2):
        page.goto("/#/account")
        assert fits(page)
        page.get_by_role("button", name="Log in with Example University").click()
        expect(page.get_by_role("status")).to_have_text("You have come in with Example University.")
        assert "code=" not in page.url
        assert "state=" not in page.url
        expect(page.get_by_role("main").get_by_role("heading", level=1)).to_contain_text("player")
        # What asks for a password is not offered to who has none.
        expect(page.get_by_text("You have no password: your login provider proves who you are.")).to_be_visible()
        expect(page.locator("input[type=password]")).to_have_count(0)
        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_role("link", name="Log in")).to_be_visible()


def test_an_account_is_linked_and_then_found(page: Page, provider: Provider) -> None:
    provider.subject = f"linked-{id(page)}"
    page.goto("/")
    name = registered(page)
    page.get_by_role("link", name=name).click()
    filled(page, "Link with Example University", password=PASSWORD)
    expect(page.get_by_role("status")).to_have_text("You have come in with Example University.")
    page.get_by_role("button", name="Log out").click()
    page.get_by_role("link", name="Log in").click()
    page.get_by_role("button", name="Log in with Example University").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def test_a_linked_login_is_listed_and_unlinked(page: Page, provider: Provider, refusals: list[int]) -> None:
    refusals += [409, 422]
    provider.subject = f"unlinked-{id(page)}"
    page.goto("/")
    name = registered(page)
    page.get_by_role("link", name=name).click()
    filled(page, "Link with Example University", password=PASSWORD)
    expect(page.get_by_role("status")).to_have_text("You have come in with Example University.")
    here = page.get_by_role("region", name="Logins at providers")
    expect(here.get_by_role("listitem")).to_contain_text("Linked since")
    assert fits(page)
    here.get_by_role("button", name="Unlink").click()
    for password in ("not the password", PASSWORD):
        filled(page, "Unlink", password=password)
    expect(here).to_have_count(0)
    # Without a password it is the only way in, and stays.
    page.get_by_role("button", name="Log out").click()
    page.get_by_role("link", name="Log in").click()
    page.get_by_role("button", name="Log in with Example University").click()
    page.on("dialog", lambda dialog: dialog.accept())
    here.get_by_role("button", name="Unlink").click()
    expect(here.get_by_role("alert")).to_contain_text("This is the only way in that you have")
    expect(here.get_by_role("listitem")).to_have_count(1)


def test_a_login_that_the_provider_refused_says_so(page: Page) -> None:
    page.goto("/?state=x&error=access_denied&error_description=You+said+no#/account")
    expect(page.get_by_role("alert")).to_have_text("You said no")
    assert "state" not in page.url


def test_who_has_no_password_is_erased_without_one(page: Page, provider: Provider) -> None:
    provider.subject = f"erased-{id(page)}"
    page.goto("/#/account")
    page.get_by_role("button", name="Log in with Example University").click()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Erase my account").click()
    expect(page.get_by_text("Your account is erased.")).to_be_visible()
    expect(page.get_by_role("button", name="Log in with Example University")).to_be_visible()
