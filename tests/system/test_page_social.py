"""Bargaining, groups, guesses, estimates, questions and dilemmas with news, played to their end on the page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from tests.system.browsing import IN_A_BROWSER, started

from hagame.rules.builtin_social import DEFINITIONS

pytestmark = IN_A_BROWSER

OVER = "The match is over"
MOVED = """seal => {
  const shown = document.querySelector('.play summary code')
  return !shown || shown.textContent !== seal
}"""
TOLD = {
    "ultimatum": "Offers",
    "dictator": "Giving",
    "trust": "Trust",
    "public-goods": "Contributing",
    "beauty-contest": "The last round",
    "estimates": "It is 1,198 lb.",
    "probabilities": "It is true.",
    "question-order": "What the order of questions did",
    "sure-thing": "How often you defected",
}
"""What is to be read once the match is over."""


def begun(page: Page, key: str) -> Page:
    started(page)
    page.get_by_label("Game").select_option(key)
    expect(page.get_by_role("heading", name="Round 1 of")).not_to_contain_text("100")
    return page


def take_a_turn(page: Page) -> None:
    """Take what the form proposes, or the first button; wait until another seal is shown, or none."""
    seal = page.locator(".play summary code").inner_text()
    page.locator(".play form button, .play .choices button").first.click()
    page.wait_for_function(MOVED, arg=seal)


def test_an_amount_can_be_set_by_its_slider(page: Page) -> None:
    begun(page, "public-goods")
    slider = page.get_by_role("slider", name="Amount")
    box = slider.bounding_box()
    assert box
    assert box["width"] > 150
    slider.click(position={"x": box["width"] - 4, "y": box["height"] / 2})
    expect(page.get_by_role("button", name="Put in 20")).to_be_visible()


@pytest.mark.parametrize("page", [(360, 740)], ids=["phone"], indirect=True)
@pytest.mark.parametrize("key", [item["key"] for item in DEFINITIONS])
def test_it_is_played_to_the_end_on_the_page(page: Page, key: str) -> None:
    begun(page, key)
    for _ in range(25):
        if page.get_by_text(OVER).count():
            break
        take_a_turn(page)
    expect(page.get_by_text(OVER)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(TOLD[key])
    expect(page.get_by_text("The seal does not fit!")).to_have_count(0)
    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]


def test_an_amount_is_chosen_by_keyboard_and_by_number(page: Page) -> None:
    begun(page, "dictator")
    page.get_by_role("slider", name="Amount").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("button", name="Give 4")).to_be_visible()
    page.get_by_role("spinbutton", name="Amount").fill("2")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You gave 2.")).to_be_visible()


def test_what_is_no_legal_amount_is_not_sent(page: Page) -> None:
    begun(page, "dictator")
    page.get_by_role("spinbutton", name="Amount").fill("11")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Give")).to_be_disabled()
    expect(page.get_by_role("heading", name="Round 1 of 10")).to_be_visible()


def test_opponents_are_those_that_can_play_the_game(page: Page) -> None:
    begun(page, "trust")
    offered = page.get_by_label("Opponent").locator("option").all_inner_texts()
    assert "Fair" in offered
    assert "Equilibrium" not in offered


def finished(page: Page, key: str) -> Page:
    begun(page, key)
    while not page.get_by_text(OVER).count():
        take_a_turn(page)
    return page


@pytest.mark.parametrize("page", [(360, 740)], ids=["phone"], indirect=True)
def test_the_model_of_judgment_is_folded_away_during_play_and_fits_a_phone(page: Page) -> None:
    begun(page, "question-order")
    expect(page.get_by_text("A model of your answers so far")).to_have_count(0)
    take_a_turn(page)
    expect(page.get_by_role("img", name="A ball with")).to_have_count(0)
    page.get_by_text("A model of your answers so far").click()
    expect(page.get_by_role("img", name="A ball with A yes.")).to_be_visible()
    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert widths[0] <= widths[1]


def test_the_model_of_judgment_is_walked_through_by_keyboard(page: Page) -> None:
    finished(page, "question-order")
    told = page.locator("section", has=page.get_by_role("heading", name="How certain were you?"))
    expect(told).to_contain_text("makes no claim about physics")
    expect(told).to_contain_text("Answer 8 of 8")
    told.get_by_role("slider").focus()
    page.keyboard.press("ArrowLeft")
    expect(told).to_contain_text("Answer 7 of 8")
    expect(told.get_by_role("img")).to_have_accessible_name(re.compile(r"after it the arrow gives A yes 100\s%"))
    expect(told.get_by_role("row")).to_have_count(9)
    expect(told).to_contain_text(re.compile("On 4 answers of yours the (classical|quantum) model does"))


def test_what_news_does_to_decisions_is_told_with_an_interval(page: Page) -> None:
    finished(page, "sure-thing")
    told = page.locator("section", has=page.get_by_role("heading", name="How certain were you?"))
    expect(told.get_by_role("img", name="A ball with defect, cooperate.")).to_be_visible()
    expect(told).to_contain_text(re.compile(r"Without news you defected .* \(95 % interval"))
