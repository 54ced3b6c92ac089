"""What the engine says, in every language: no catalogue lacks a sentence or a place."""

from __future__ import annotations

import copy
import re
from string import Formatter
from typing import Any

import numpy as np
import pytest

from hagame import match as matches
from hagame import plugins
from hagame.match import Match
from hagame.mind.cognition.registry import families
from hagame.mind.cognition.traits import TRAITS
from hagame.mind.feedback import Clue, Log, Shift, Step, Surprise, Totals, feedback
from hagame.mind.language import (
    LANGUAGES,
    Message,
    Sentence,
    choose_language,
    from_json,
    in_language,
    message,
    say,
    translated,
)
from hagame.mind.language.rendering import CATALOGUES
from hagame.mind.language.texts import TEXTS
from hagame.rules.builtin import BUILT_IN
from hagame.rules.game import PLAYER

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
    assert say(one, "de") == "Du hast in 1 von 1 Fall deinen letzten Zug wiederholt (jetzt Stein)."
    steps = message("when.your-steps", steps=(message("step.up"), message("step.repeated")))
    assert say(steps) == "after you switched up, then repeated"
    assert say(steps, "de") == "nach deinem Wechsel nach oben, dann Wiederholen"
    changes = (message("counterfactual.own", then="a", now="b", round=3),)
    flip = message("counterfactual.flip", changes=changes, then="a", then_p=0.415, now="b", now_p=0.4)
    assert "(42%)" in say(flip)
    assert "(42\u00a0%)" in say(flip, "de")


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


PLAIN = {
    "language models": "a model's reason, and why there is none, stand in words of others",
    "traits": "what a trait means is written with the model, for scientists as well",
    "turns": "facts of one turn are read by language models alone",
}
"""English only, by design."""
STEPS = 12
SHORT = {"in-a-row": 4, "hex": 3, "nim": 4}


def _matches() -> list[Any]:
    return [pytest.param(item["engine"], item["parameters"], id=item["key"]) for item in BUILT_IN]


@pytest.mark.parametrize(("engine", "parameters"), _matches())
def test_every_sentence_that_the_engine_says_of_a_game_is_in_every_language(
    engine: str, parameters: dict[str, Any]
) -> None:
    """A person who repeats, then changes: contexts, replies, payoffs, and a change of strategy are all told."""
    game = plugins.make_game(engine, parameters)
    opponent = plugins.make_rival(game, None, {})
    match = Match(game, plugins.make_model("count-mixture", {}), opponent, 3, modelled=True)
    state, rng, said = matches.start(match, bytes(16)), np.random.default_rng(1), set[Message]()
    for n in range(SHORT.get(engine, STEPS)):
        if state.sealed is None:
            break
        legal = matches.legal_actions(match, state)
        asked = game.numbers(state.game, PLAYER)
        i = 0 if n % 3 else int(rng.integers(len(legal)))
        turn = matches.play(match, state, legal[i] if asked is None else asked.text(asked.middle_of(i)))
        for part in turn.attribution.parts:
            assert part.message is not None, f"{part.key} is told in English only: {part.statement}"
            assert say(part.message) == part.statement
            said.add(part.message)
        state = turn.state
    assert said
    for message_ in said:
        for language in LANGUAGES:
            assert say(message_, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_steps_between_labels_in_no_order_are_told_by_their_ends(language: str) -> None:
    game = plugins.make_game("bandit", {"rounds": 60})
    match = Match(game, plugins.make_model("count-mixture", {}), plugins.make_rival(game, None, {}), 3, modelled=True)
    state, told = matches.start(match, bytes(16)), []
    for n in range(40):
        turn = matches.play(match, state, "abcd"[(3 * n) % 4])
        told += [say(p.message, language) for p in turn.attribution.parts if p.message]
        state = turn.state
    step = {"en": "(or a step like it)", "de": "Schritt wie dies"}[language]
    assert any(step in sentence for sentence in told)
    assert not [s for s in told if " on from your last move" in s or "weiter als" in s]


def test_feedback_is_in_every_language_but_for_traits() -> None:
    totals = Totals(
        decisions=40,
        choices=40,
        score=3.0,
        opponent_score=-3.0,
        wins=10,
        ties=5,
        losses=25,
        hits=20,
        chance=13.3,
        bits=0.2,
        early=(8, 20),
        late=(12, 20),
        paid_foreseen=-0.5,
        paid_unforeseen=0.4,
        constant_sum=True,
        surprise=Surprise(3, "a", 0.1),
        even=2,
    )
    steps = [
        Step(result, own, other, action, 20, 12, 20 / 3, -4.0, 10.0)
        for result, own, other, action in (("win", "a", "b", "a"), ("loss", "b", "a", "b"), ("tie", "a", "a", "a"))
    ]
    habit = message("change.always", action="a", before=1, of_before=20, after=15, of_after=20)
    shift = Shift(30, 21, "x", message("change.said", since=21, habit=habit).to_json())
    clue = Clue("own/own+outcome", 2.0, 3, "x", message("evidence.nothing").to_json())
    found = feedback(Log(totals, tuple(steps), (clue,), (shift,)))
    sentences = [found.headline, *(fact.sentence for fact in found.facts), *found.advice]
    told = {fact.key for fact in found.facts}
    assert told >= {"score", "predictability", "even", "learning", "use", "surprise", "clue", "change-1"}
    for sentence in sentences:
        assert isinstance(sentence, Sentence), sentence
        assert translated(sentence, "de") != sentence


@pytest.mark.parametrize(
    "key", ["random", "equilibrium", "adaptive", "win-stay-lose-shift", "level-k", "tutor", "transition-rule"]
)
def test_what_an_opponent_says_is_stored_in_english_and_said_in_every_language(key: str) -> None:
    game = plugins.make_game("matrix", {"preset": "rock-paper-scissors", "rounds": 30})
    match = Match(game, plugins.make_model("count-mixture", {}), plugins.make_opponent(key, {}), 3, modelled=True)
    state = matches.start(match, bytes(16))
    for n in range(20):
        state = matches.play(match, state, "rock" if n % 3 else "paper").state
        state = matches.load(match, *matches.dump(match, state))
        assert state.sealed is not None
        said = from_json(state.sealed.said)
        assert say(said) == state.sealed.why
        assert say(said, "de") != state.sealed.why


@pytest.mark.parametrize("engine", SHORT)
def test_an_open_move_on_a_board_says_why_in_every_language(engine: str) -> None:
    game = plugins.make_game(engine, {})
    match = Match(game, plugins.make_model("count-mixture", {}), plugins.make_opponent("search", {"nodes": 200}), 3)
    state = matches.start(match, bytes(16))
    while not state.replies and state.sealed is not None:
        state = matches.play(match, state, game.legal_actions(state.game, PLAYER)[0]).state
    for reply in matches.load(match, *matches.dump(match, state)).replies:
        assert say(from_json(reply.said)) == reply.why
        assert say(from_json(reply.said), "de") != reply.why


def test_what_is_english_only_is_listed() -> None:
    assert set(PLAIN) == {"traits", "turns", "language models"}


def texts_of_games() -> set[str]:
    """What built-in games are called and ask, and what may be chosen in them, but for places, numbers and letters."""
    found: set[str] = set()
    for definition in BUILT_IN:
        found |= {definition["title"], definition["description"]}
        game = plugins.make_game(definition["engine"], definition["parameters"])
        situation = game.situation(game.start(np.random.default_rng(1)), PLAYER)
        found |= {*situation.actions, *situation.opponent_actions}
        found |= set(re.findall(r"'text': '([^']+)'", str(definition["parameters"])))
    return {text for text in found if not re.fullmatch(r"[a-z]\d?|[a-z]\d\d|\d+|[A-D]", text)}


def texts_of_people() -> set[str]:
    """What traits, cognitive models and opponents say of themselves."""
    models = list(families().values())
    parameters = [each for family in models for each in family.parameters]
    opponents = [plugins.opponent_info(key) for key in plugins.opponents()]
    algorithms = [kind.info for kind in (plugins.models() | plugins.cognitive()).values()]
    found = {text for trait in TRAITS.values() for text in (trait.title, trait.meaning, trait.unit)}
    found |= {family.title for family in models}
    found |= {text for each in parameters for text in (each.title, each.meaning, each.unit, each.says_not)}
    found |= {text for info in opponents for text in (info.title, info.summary)}
    found |= {info.title for info in algorithms}
    return found - {""}


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_text_of_built_in_games_traits_models_and_opponents_is_in_every_language(language: str) -> None:
    assert sorted((texts_of_games() | texts_of_people()) - set(TEXTS[language])) == []


def test_what_people_wrote_stays_as_it_is() -> None:
    assert in_language("my own move", "de") == "my own move"
    assert in_language("Prisoner's dilemma", "de") == "Gefangenendilemma"
    assert in_language("Prisoner's dilemma", "en") == "Prisoner's dilemma"
