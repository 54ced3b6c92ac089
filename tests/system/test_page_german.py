"""The page in German: chosen or told by the browser, and whole views of it without a sentence in English."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.conftest import PASSWORD
from tests.system.browsing import IN_A_BROWSER, fits, started

pytestmark = IN_A_BROWSER

ENGLISH = re.compile(
    r"\b(the|and|you|your|is|are|of|to|with|from|has|have|what|which|how|this|that|its|would)\b",
    re.IGNORECASE,
)
"""Words that stand in nearly every English sentence, and are no German ones."""

SHOWN = """() => [...document.querySelectorAll('body *')].flatMap(e => [
    ...(e.closest('script, style, code, noscript, button[lang], [dir=auto]') ? [] : [...e.childNodes])
        .filter(n => n.nodeType === 3).map(n => n.textContent.trim()),
    ...['aria-label', 'title', 'placeholder', 'alt'].map(name => e.getAttribute(name) ?? ''),
]).filter(Boolean)"""

VIEWS = ("account", "games", "progress", "profile", "crowd", "console", "tasks", "models", "watch/none", "nowhere")
VIEWS += ("console/prompts", "console/prompts/opponent", "console/prompts/match-coach")
GAMES = ("prisoners-dilemma", "restless-bandit", "iowa-gambling", "two-step", "risky-choice", "now-or-later")
GAMES += ("ultimatum", "public-goods", "beauty-contest", "estimates", "question-order", "sure-thing")
GAMES += ("tic-tac-toe", "nim", "hex")


@pytest.fixture
def german(browser: Browser, live_url: str, page: Page) -> Iterator[Page]:
    """A page of the same size in a browser that speaks German."""
    context = browser.new_context(viewport=page.viewport_size, base_url=live_url, locale="de-DE")
    yield context.new_page()
    context.close()


def english(page: Page) -> list[str]:
    """Texts of the page that are English, those that are hidden or read aloud included.

    What people wrote, which the page marks by `dir=auto`, is in their own language.
    """
    texts: list[str] = page.evaluate(SHOWN)
    return [text for text in texts if ENGLISH.search(text)]


def play(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Spielen").click()
    expect(page.get_by_role("heading", name="Runde 1 von 100")).to_be_visible()


def test_a_match_is_played_in_german_without_a_sentence_in_english(german: Page) -> None:
    play(german)
    assert german.locator("html").get_attribute("lang") == "de"
    for turn, name in enumerate(("Stein", "Schere", "Stein", "Papier", "Stein", "Stein"), start=2):
        german.get_by_role("button", name=name).click()
        expect(german.get_by_role("heading", name=f"Runde {turn} von 100")).to_be_visible()
    expect(german.get_by_text("Siegel geprüft")).to_be_visible()
    german.get_by_role("button", name="Was hätte sie geändert?").click()
    expect(german.get_by_role("heading", name="Was sie geändert hätte")).to_be_visible()
    assert english(german) == []
    assert fits(german)


def test_names_of_actions_are_shown_whole(german: Page) -> None:
    play(german)
    german.get_by_label("Spiel").first.select_option("prisoners-dilemma")
    german.get_by_role("button", name="defektieren").click()
    names = german.locator("li .name")
    expect(names).to_have_text(["kooperieren", "defektieren"])
    assert names.evaluate_all("all => all.filter(one => one.scrollWidth > one.clientWidth).length") == 0


def test_the_end_of_a_match_is_told_in_german(german: Page) -> None:
    play(german)
    german.get_by_label("Spiel").first.select_option("tic-tac-toe")
    for _ in range(5):
        if german.get_by_role("heading", name="Die Partie ist zu Ende").is_visible():
            break
        free = german.locator("button[data-square][aria-disabled=false]").first
        free.click()
        german.wait_for_timeout(1500)
    expect(german.get_by_role("heading", name="Die Partie ist zu Ende")).to_be_visible()
    expect(german.get_by_role("heading", name="Was dich verraten hat")).to_be_visible()
    assert english(german) == []


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_german(german: Page, view: str) -> None:
    german.goto(f"/#/{view}")
    expect(german.locator("main h1, main h2").first).to_be_visible()
    german.wait_for_timeout(700)
    assert english(german) == []
    assert fits(german)


def test_the_account_of_somebody_registered_is_german(german: Page) -> None:
    german.goto("/#/account")
    name = f"konto-{secrets.token_hex(5)}"
    form = german.get_by_role("form", name="Registrieren")
    for label, value in (("E-Mail", f"{name}@example.org"), ("Benutzername", name), ("Passwort", PASSWORD)):
        form.get_by_label(label).fill(value)
    form.get_by_role("button", name="Registrieren").click()
    german.get_by_role("link", name=name).click()
    keys = german.get_by_role("region", name="Schlüssel für Programme")
    keys.get_by_label("Wofür er ist").fill("Auswertung")
    keys.get_by_label("Spielen").check()
    keys.get_by_role("button", name="Schlüssel erstellen").click()
    expect(keys.get_by_role("listitem")).to_contain_text("Auswertung")
    german.get_by_role("button", name="Mein Konto löschen …").click()
    expect(german.get_by_role("form", name="Mein Konto löschen")).to_be_visible()
    assert english(german) == []
    assert fits(german)


def test_every_kind_of_game_is_german(german: Page) -> None:
    play(german)
    found = {}
    for game in GAMES:
        german.get_by_label("Spiel").first.select_option(game)
        expect(german.get_by_role("heading", name=re.compile("Runde 1"))).to_be_visible()
        german.wait_for_timeout(400)
        if texts := english(german):
            found[game] = texts
    assert found == {}


def test_the_language_is_chosen_in_the_header_and_remembered(page: Page) -> None:
    scripts: list[str] = []
    page.on("request", lambda r: scripts.append(r.url) if r.url.endswith(".js") else None)
    started(page)
    assert not [url for url in scripts if "german" in url]
    page.keyboard.press("r")
    expect(page.get_by_role("heading", name="Round 2 of 100")).to_be_visible()
    loaded: list[str] = []
    page.on("request", lambda r: loaded.append(r.url) if "/games/" in r.url or r.is_navigation_request() else None)
    for there, back, heading in (("Deutsch", "English", "Runde 2 von 100"), ("English", "Deutsch", "Round 2 of 100")):
        page.get_by_role("button", name=there).press("Enter")
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        expect(page.get_by_role("button", name=back)).to_be_focused()
        assert bool(english(page)) is (there == "English")
    assert loaded == [], "the match is not read again, and the page not loaded"
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("heading", name="Runde 2 von 100")).to_be_visible()
    page.get_by_role("button", name="Stein").click()
    expect(page.get_by_role("heading", name="Runde 3 von 100")).to_be_visible()
    assert english(page) == []
    page.reload()
    expect(page.get_by_role("heading", name="Runde 3 von 100")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Round 3 of 100")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_words_that_tell_english_tell_the_english_page(page: Page) -> None:
    """Without this, a test that finds nothing would prove nothing."""
    started(page)
    assert len(english(page)) > 10
    catalogue = Path(__file__).parents[2] / "web" / "src" / "lib" / "german.json"
    german = json.loads(catalogue.read_text())
    # Names of English bodies may stand in German sentences; whole English ones do not.
    assert [text for text in german["templates"].values() if len(ENGLISH.findall(text)) > 1] == []
