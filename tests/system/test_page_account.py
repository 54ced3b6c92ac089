"""The account on the page: name, password, sessions, keys for programs, the archive, and the way out."""

from __future__ import annotations

import json
from zipfile import ZipFile

import httpx2
from playwright.sync_api import Page, expect
from tests.conftest import PASSWORD
from tests.system.browsing import IN_A_BROWSER, filled, fits, headers_of, registered, started

pytestmark = IN_A_BROWSER

NEXT = "five loud herons dance"


def logged_in_elsewhere(live_url: str, name: str) -> dict[str, str]:
    """Headers of another session of this person, begun in Firefox."""
    agent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
    answer = httpx2.post(f"{live_url}/auth/login", json={"username": name, "password": PASSWORD}, headers=agent)
    return {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}


def stands(live_url: str, headers: dict[str, str]) -> bool:
    return httpx2.get(f"{live_url}/auth/me", headers=headers).is_success


def test_a_session_elsewhere_is_ended_and_then_all_others_are(page: Page, live_url: str) -> None:
    page.goto("/")
    name = registered(page)
    others = [logged_in_elsewhere(live_url, name) for _ in range(3)]
    page.get_by_role("link", name=name).click()
    here = page.get_by_role("region", name="Where you are logged in")
    expect(here.get_by_role("listitem")).to_have_count(4)
    expect(here.get_by_text("Here", exact=True)).to_have_count(1)
    expect(here.get_by_text("Chrome on Linux", exact=True)).to_have_count(1)
    expect(here.get_by_text("Firefox on Linux", exact=True)).to_have_count(3)
    assert fits(page)
    here.get_by_role("button", name="End the session of Firefox on Linux since").first.click()
    expect(here.get_by_role("status")).to_have_text("The session has ended.")
    expect(here.get_by_role("listitem")).to_have_count(3)
    # Newest first: the last one that began.
    assert [stands(live_url, one) for one in others] == [True, True, False]
    here.get_by_role("button", name="End all others").click()
    expect(here.get_by_role("listitem")).to_have_count(1)
    expect(here.get_by_role("button")).to_have_count(0)
    assert not any(stands(live_url, one) for one in others)
    page.reload()
    expect(here.get_by_role("listitem")).to_have_count(1)


def test_another_password_ends_the_other_sessions_and_this_one_goes_on(
    page: Page, live_url: str, refusals: list[int]
) -> None:
    refusals += [422, 401]
    page.goto("/")
    name = registered(page)
    other = logged_in_elsewhere(live_url, name)
    page.get_by_role("link", name=name).click()
    form = page.get_by_role("form", name="Change password")

    def change(before: str, after: str) -> None:
        form.get_by_label("Current password").fill(before)
        form.get_by_label("New password").fill(after)
        form.get_by_role("button", name="Change password").click()

    change("not the password", NEXT)
    expect(form.get_by_role("alert")).to_contain_text("The current password is wrong")
    change(PASSWORD, NEXT)
    expect(page.get_by_text("Your password is changed.")).to_be_visible()
    expect(form.get_by_label("New password")).to_have_value("")
    assert not stands(live_url, other)
    page.get_by_role("button", name="Log out").click()
    page.get_by_role("link", name="Log in").click()
    filled(page, "Log in", username=name, password=NEXT)
    expect(page.get_by_role("link", name=name)).to_be_visible()


def at_the_account(page: Page) -> str:
    """Somebody new, on the page of their account; their username."""
    page.goto("/")
    name = registered(page)
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    return name


def test_the_name_for_others_is_set_kept_and_taken_away(page: Page, live_url: str) -> None:
    at_the_account(page)
    form = page.get_by_role("form", name="Name shown to others")
    for given, kept, told in (("  Ada L. ", "Ada L.", "Saved."), ("", None, "Your username is shown from now on.")):
        form.get_by_label("Name", exact=True).fill(given)
        form.get_by_role("button", name="Save").click()
        expect(form.get_by_role("status")).to_have_text(told)
        profile = httpx2.get(f"{live_url}/users/me/profile", headers=headers_of(page)).json()
        assert profile["display_name"] == kept
        page.reload()
        expect(form.get_by_label("Name", exact=True)).to_have_value(kept or "")


def test_a_key_for_programs_is_shown_once_works_and_is_revoked(page: Page, live_url: str) -> None:
    at_the_account(page)
    here = page.get_by_role("region", name="Keys for programs")
    here.get_by_label("What it is for").fill("my program")
    here.get_by_label("Play").check()
    here.get_by_label("How long it is good").select_option("30 days")
    here.get_by_role("button", name="Make a key").click()
    key = here.locator("code", has_text="hagame_").first.inner_text()
    headers = {"Authorization": f"Bearer {key}"}
    assert stands(live_url, headers)
    assert httpx2.get(f"{live_url}/llm/logs", headers=headers).status_code == 403
    assert fits(page)
    here.get_by_role("button", name="I have kept it").click()
    expect(here.get_by_text(key)).to_have_count(0)
    page.reload()
    expect(here.get_by_role("listitem")).to_contain_text("my program")
    page.on("dialog", lambda dialog: dialog.accept())
    here.get_by_role("button", name="Revoke").click()
    expect(here.get_by_role("listitem")).to_have_count(0)
    assert not stands(live_url, headers)


def test_the_archive_is_downloaded(page: Page) -> None:
    name = at_the_account(page)
    assert page.get_by_role("region", name="Your data").get_by_role("link", name="How you play").is_visible()
    with page.expect_download() as waited:
        page.get_by_role("button", name="Download the archive").click()
    assert waited.value.suggested_filename == f"hagame-{name}.zip"
    with ZipFile(waited.value.path()) as archive:
        (user,) = archive.read("users.jsonl").splitlines()
        assert json.loads(user)["username"] == name


def test_an_account_is_erased_with_its_password_alone(page: Page, live_url: str, refusals: list[int]) -> None:
    refusals += [422, 401]
    name = at_the_account(page)
    headers = headers_of(page)
    page.get_by_role("button", name="Erase my account …").click()
    form = page.get_by_role("form", name="Erase my account")

    def erase(password: str, *, surely: bool) -> None:
        page.once("dialog", lambda dialog: dialog.accept() if surely else dialog.dismiss())
        form.get_by_label("Password").fill(password)
        form.get_by_role("button", name="Erase my account").click()

    erase(PASSWORD, surely=False)
    assert stands(live_url, headers)
    erase("not the password", surely=True)
    expect(form.get_by_role("alert")).to_contain_text("password is wrong")
    assert fits(page)
    erase(PASSWORD, surely=True)
    expect(page.get_by_role("status")).to_have_text("Your account is erased.")
    expect(page.get_by_role("link", name="Log in")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('hagame.'))") == []
    assert not stands(live_url, headers)
    filled(page, "Log in", username=name, password=PASSWORD)
    expect(page.get_by_role("form", name="Log in").get_by_role("alert")).to_contain_text("Wrong username")


def test_a_guest_who_has_no_password_takes_their_data_and_is_erased(page: Page, live_url: str) -> None:
    started(page)
    headers = headers_of(page)
    page.get_by_role("link", name="Log in").click()
    with page.expect_download():
        page.get_by_role("button", name="Download the archive").click()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Erase my account").click()
    expect(page.get_by_role("status")).to_have_text("Your account is erased.")
    assert not stands(live_url, headers)
    page.goto("/")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
