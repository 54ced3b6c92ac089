"""What the engine says, in every language: no catalogue lacks a sentence or a place."""

from __future__ import annotations

import copy
from string import Formatter

import pytest

from hagame.mind.language import LANGUAGES, choose_language, from_json, message, say
from hagame.mind.language.rendering import CATALOGUES, Sentence

IDS = sorted(CATALOGUES["en"].templates)


def names(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_every_language_has_every_sentence() -> None:
    assert set(CATALOGUES) == set(LANGUAGES)
    for catalogue in CATALOGUES.values():
        assert sorted(catalogue.templates) == IDS


@pytest.mark.parametrize("id_", IDS)
def test_a_sentence_has_the_same_places_in_every_language(id_: str) -> None:
    # A phrase of grammar alone may need fewer in one of them, but never one that the engine does not give.
    assert len({frozenset(names(catalogue.templates[id_])) for catalogue in CATALOGUES.values()}) == 1


def test_numbers_plurals_and_lists_are_written_as_the_language_writes_them() -> None:
    one = message("evidence.taken-always", did=message("did.repeated", name="rock"), taken=1, seen=1)
    assert say(one) == "You repeated your last move (now rock) in 1 of 1 case."
    assert say(one, "de") == "Du hast in 1 von 1 Fall deinen letzten Zug wiederholt (jetzt rock)."
    steps = message("when.your-steps", steps=(message("step.up"), message("step.repeated")))
    assert say(steps) == "after you switched up, then repeated"
    assert say(steps, "de") == "nach deinem Wechsel nach oben, dann Wiederholen"
    changes = (message("counterfactual.own", then="a", now="b", round=3),)
    flip = message("counterfactual.flip", changes=changes, then="a", then_p=0.415, now="b", now_p=0.4)
    assert "(42%)" in say(flip)
    assert "(42 %)" in say(flip, "de")


def test_a_message_survives_json() -> None:
    said = message("when.after", parts=(message("when.own", own=("rock", "paper")), message("when.start")))
    assert from_json(said.to_json()) == said


def test_what_is_in_no_catalogue_is_an_error() -> None:
    with pytest.raises(KeyError):
        say(message("no.such-sentence"))


@pytest.mark.parametrize(
    ("profile", "header", "chosen"),
    [
        (None, "", "en"),
        ("de", "en", "de"),
        ("pt-BR", "de;q=0.2, en;q=0.1", "de"),
        (None, "fr, en;q=0.5, de;q=0.8", "de"),
        (None, "de;q=0, en;q=nonsense", "en"),
        (None, "*", "en"),
    ],
)
def test_the_profile_comes_before_the_header_and_english_after_both(
    profile: str | None, header: str, chosen: str
) -> None:
    assert choose_language(profile, header) == chosen


def test_a_copy_of_a_sentence_can_still_be_said_in_another_language() -> None:
    sentence = Sentence(message("step.up"))
    again = copy.deepcopy(sentence)
    assert (again, again.message) == (sentence, sentence.message)
