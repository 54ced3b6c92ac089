"""Finding one's way on the page, and coming back as somebody."""

from __future__ import annotations

from playwright.sync_api import Page, expect
from tests.conftest import PASSWORD
from tests.system.browsing import IN_A_BROWSER, filled, registered, started, turned_to

pytestmark = IN_A_BROWSER


def test_the_first_load_brings_neither_other_pages_nor_the_chart(page: Page) -> None:
    scripts: list[str] = []
    page.on("request", lambda r: scripts.append(r.url) if r.url.endswith(".js") else None)
    page.goto("/")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    later = ("Account", "Console", "Crowd", "Progress", "chart")
    assert scripts
    assert not [url for url in scripts if any(name in url for name in later)]
    page.get_by_role("link", name="Log in").click()
    expect(page.get_by_role("form", name="Register")).to_be_visible()
    assert any("Account" in url for url in scripts)


def test_a_guest_who_registers_keeps_the_match(page: Page) -> None:
    started(page)
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="Round 2 of 100")).to_be_visible()
    registered(page)
    expect(page.get_by_role("heading", name="Round 2 of 100")).to_be_visible()
    page.keyboard.press("p")
    expect(page.get_by_role("heading", name="Round 3 of 100")).to_be_visible()


def test_who_logs_out_is_forgotten_here_and_may_log_in_again(page: Page, refusals: list[int]) -> None:
    page.goto("/")
    name = registered(page)
    page.get_by_role("link", name=name).click()
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("link", name="Log in")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage)") == []
    refusals.append(401)
    page.get_by_role("link", name="Log in").click()
    filled(page, "Log in", username=name, password="not the password")
    expect(page.get_by_role("alert")).to_contain_text("password")
    filled(page, "Log in", username=name, password=PASSWORD)
    expect(page.get_by_role("link", name=name)).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name=name)).to_be_visible()


def test_typing_a_name_plays_no_move(page: Page) -> None:
    started(page)
    page.get_by_role("link", name="Log in").click()
    page.get_by_label("Email").press_sequentially("rps")
    page.go_back()
    expect(page.get_by_role("heading", name="Round 1 of 100")).to_be_visible()


def test_back_and_forth_follow_the_address(page: Page) -> None:
    page.goto("/#/account")
    expect(page.get_by_role("form", name="Register")).to_be_visible()
    assert page.title() == "Account · HAGAME"
    turned_to(page, "Play")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    expect(page.get_by_role("main")).to_be_focused()
    page.go_back()
    expect(page.get_by_role("form", name="Register")).to_be_visible()


def test_an_address_that_is_no_page_says_so_and_leads_back(page: Page) -> None:
    page.goto("/#/%E0%A4%A/nonsense")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    page.get_by_role("link", name="To the game").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_two_first_calls_at_once_make_one_guest(page: Page) -> None:
    guests: list[str] = []
    page.on("request", lambda r: guests.append(r.url) if r.url.endswith("/auth/guest") else None)
    started(page)
    assert len(guests) == 1


def test_the_header_is_one_row_and_a_phone_has_a_menu(page: Page) -> None:
    page.goto("/")
    menu = page.get_by_role("button", name="Menu")
    links = page.get_by_role("navigation", name="Pages").get_by_role("link")
    assert page.get_by_role("banner").bounding_box()["height"] < 70
    if not menu.is_visible():
        expect(links.first).to_be_visible()
        return
    expect(links.first).to_be_hidden()
    menu.click()
    expect(menu).to_have_attribute("aria-expanded", "true")
    expect(links.first).to_be_visible()
    page.get_by_role("contentinfo").click()
    expect(menu).to_have_attribute("aria-expanded", "false")
    assert page.evaluate("[document.documentElement.scrollWidth <= window.innerWidth]") == [True]


def test_the_menu_is_opened_walked_and_closed_by_keys(page: Page) -> None:
    page.goto("/")
    menu = page.get_by_role("button", name="Menu")
    if not menu.is_visible():
        return
    links = page.get_by_role("navigation", name="Pages").get_by_role("link")
    menu.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(links.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    expect(menu).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Space")
    for _ in range(links.count() + 1):
        page.keyboard.press("Tab")
    expect(menu).to_have_attribute("aria-expanded", "false")
    menu.press("Enter")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Games", exact=True)).to_be_visible()
    expect(page.get_by_role("main")).to_be_focused()
