"""The second factor on the page: set up with an app, asked for, and taken away."""

from __future__ import annotations

import time

import pyotp
from playwright.sync_api import Page, expect
from tests.conftest import PASSWORD
from tests.system.browsing import IN_A_BROWSER, filled, fits, registered

pytestmark = IN_A_BROWSER


def code_of(secret: str, steps: int = 0) -> str:
    """The app's code so many half minutes from now: each is good once, and the next one is allowed early."""
    return pyotp.TOTP(secret).generate_otp(int(time.time() // 30) + steps)


def test_a_second_factor_is_set_up_asked_for_and_taken_away(page: Page, refusals: list[int]) -> None:
    refusals.extend([401, 422])
    page.goto("/")
    name = registered(page)
    page.get_by_role("link", name=name).click()
    filled(page, "Set up", password=PASSWORD)
    here = page.get_by_role("region", name="Second factor")
    secret = here.get_by_role("code").inner_text()
    assert pyotp.parse_uri(here.get_by_role("link").get_attribute("href") or "").secret == secret
    assert here.get_by_role("img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    filled(page, "Confirm", code="000000")
    expect(page.get_by_role("alert")).to_contain_text("This code is wrong")
    filled(page, "Confirm", code=code_of(secret, -1))
    expect(here.get_by_role("listitem")).to_have_count(10)
    spare = here.get_by_role("listitem").first.inner_text()
    assert fits(page)
    here.get_by_role("button", name="I have kept them").click()
    expect(here).to_contain_text("10 recovery codes are left")
    page.get_by_role("button", name="Log out").click()
    page.get_by_role("link", name="Log in").click()
    filled(page, "Log in", username=name, password=PASSWORD)
    expect(page.get_by_role("alert")).to_contain_text("Your account has a second factor")
    filled(page, "Log in", code=code_of(secret))
    page.get_by_role("link", name=name).click()
    filled(page, "Take away", password=PASSWORD, code=spare)
    page.get_by_role("link", name="Log in").click()
    filled(page, "Log in", username=name, password=PASSWORD)
    expect(page.get_by_role("link", name=name)).to_be_visible()
