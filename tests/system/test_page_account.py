"""The account on the page: another password, and the sessions that are open elsewhere."""

from __future__ import annotations

import httpx2
from playwright.sync_api import Page, expect
from tests.conftest import PASSWORD
from tests.system.browsing import IN_A_BROWSER, filled, fits, registered

pytestmark = IN_A_BROWSER

NEXT = "five loud herons dance"


def logged_in_elsewhere(live_url: str, name: str) -> dict[str, str]:
    """Headers of another session of this person."""
    answer = httpx2.post(f"{live_url}/auth/login", json={"username": name, "password": PASSWORD})
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
    assert fits(page)
    here.get_by_role("button", name="End the session since").first.click()
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
