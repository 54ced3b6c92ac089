"""A text keeps to its facts: what it may say, and what is found out."""

from __future__ import annotations

import pytest
from tests.unit.test_feedback import TOTALS

from hagame.mind.feedback import Log, Paragraph, feedback, ungrounded
from hagame.mind.feedback.grounding import numbers

FACTS = {
    "predictability": "The AI foresaw 52 of 100 choices (52%); guessing would reach 33%.",
    "use": "Moves that the AI foresaw paid you -0.8 each on average, moves that it did not foresee 0.27.",
    "learning": "It foresaw 15 of the 50 choices of the first half and 37 of the 50 of the second.",
}


def faults(text: str, *cites: str) -> list[str]:
    return ungrounded([Paragraph(text, cites)], FACTS)


@pytest.mark.parametrize(
    ("text", "cites"),
    [
        ("It foresaw 52 of your 100 moves, where guessing reaches 33 percent.", ["predictability"]),
        ("Foreseen moves cost you: \u22120.80 each.", ["use"]),
        ("It went from 15 to 37 between the first half and the second.", ["learning"]),
        ("You were read. Mix more, and let neither one nor the other decide.", []),
    ],
)
def test_what_stands_in_the_facts_may_be_said_in_other_words(text: str, cites: list[str]) -> None:
    assert faults(text, *cites) == []


@pytest.mark.parametrize(
    ("text", "cites", "number"),
    [
        ("It foresaw 53 of your 100 moves.", ["predictability"], "53"),
        ("It foresaw 52 of your moves.", ["use"], "52"),
        ("Foreseen moves paid you 0.8 each.", ["use"], "0.8"),
        ("It foresaw half of your moves.", ["predictability"], "50 %"),
        ("It foresaw two thirds of them.", ["predictability"], "2"),
        ("Guessing would reach 33 moves.", ["predictability"], "33"),
        ("You lost twice as often.", ["learning"], "2"),
        ("You won 1,000 rounds.", ["predictability"], "1000"),
        ("See round37.", ["learning", "use"], None),
        ("In round99 you slept.", ["learning"], "99"),
    ],
)
def test_a_number_that_no_cited_fact_has_is_found(text: str, cites: list[str], number: str | None) -> None:
    found = faults(text, *cites)
    assert found == [] if number is None else any(number in fault for fault in found)


def test_a_fact_that_does_not_exist_cannot_be_cited() -> None:
    assert faults("All is well.", "horoscope") == ["it cites 'horoscope', and there is no such fact"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1.50 and 1.5", {("1.5", False)}),
        ("1,200.5", {("1200.5", False)}),
        ("0,5", {("0.5", False)}),
        ("-0 and 007", {("0", False), ("7", False)}),
        ("3-5", {("3", False), ("5", False)}),
        ("a 5 % share, 5%, 5 per cent", {("5", True)}),
    ],
)
def test_numbers_are_compared_by_value(text: str, found: set[tuple[str, bool]]) -> None:
    assert numbers(text) == found


def test_the_engines_own_sentences_pass_their_own_check() -> None:
    facts = {fact.key: fact.sentence for fact in feedback(Log(TOTALS, (), ())).facts}
    assert ungrounded([Paragraph(sentence, (key,)) for key, sentence in facts.items()], facts) == []
