"""Cognitive models as trainable models: every family keeps the contract, and learns a group from people."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hagame import plugins
from hagame.aimodels.players import players
from hagame.errors import InvalidInput
from hagame.mind.cognition.algorithm import Cognitive
from hagame.mind.cognition.hierarchical import fit_group
from hagame.mind.cognition.posed import trials_in
from hagame.mind.cognition.registry import families, family
from hagame.mind.learn.artefact import card_of, pack
from hagame.mind.learn.evaluate import UNTRAINED, metrics, totals
from hagame.mind.learn.people import decode, encode
from hagame.mind.model import Person
from hagame.rules.builtin import BUILT_IN
from hagame.rules.game import PLAYER, Game, Situation
from hagame.testing import check_model, check_training

GAMES = {
    "q-learning": "restless-bandit",
    "exploration": "two-armed-bandit",
    "two-step": "two-step",
    "two-step-weights": "two-step",
    "pvl-delta": "iowa-gambling",
    "orl": "iowa-gambling",
    "ewa": "rock-paper-scissors",
    "ewa-reinforcement": "rock-paper-scissors",
    "ewa-fictitious-play": "rock-paper-scissors",
    "level-k": "prisoners-dilemma",
    "cognitive-hierarchy": "stag-hunt",
    "quantal-response": "prisoners-dilemma",
    "quantal-hierarchy": "rock-paper-scissors",
    "memory-one": "prisoners-dilemma",
    "strategies": "prisoners-dilemma",
    "prospect-theory": "loss-aversion",
    "loss-aversion": "loss-aversion",
    "expected-utility": "loss-aversion",
    "hyperbolic-discounting": "now-or-later",
    "exponential-discounting": "now-or-later",
    "drift-diffusion": "prisoners-dilemma",
    "board-heuristic": "tic-tac-toe",
}
LEARNT = ("q-learning", "strategies", "hyperbolic-discounting", "drift-diffusion")


def game_of(key: str) -> Game[Any]:
    definition = next(each for each in BUILT_IN if each["key"] == key)
    return plugins.make_game(definition["engine"], definition["parameters"])


def situation_of(key: str) -> Situation:
    game = game_of(key)
    return game.situation(game.start(np.random.default_rng(0)), PLAYER)


def model_of(key: str, **hold: float | str) -> Cognitive:
    model = plugins.make_model(key, {"points": 64, "hold": hold})
    assert isinstance(model, Cognitive)
    return model


def made_up(key: str, people: int, decisions: int) -> list[Person]:
    return players(model_of(key), game_of(GAMES[key]), people, decisions, seed=4)


def test_every_family_is_an_algorithm_whose_schema_says_what_it_learns() -> None:
    found = plugins.cognitive()
    assert found.keys() == families().keys() == GAMES.keys()
    for key, algorithm in found.items():
        schema = algorithm.model_json_schema()
        assert schema["properties"]["points"]["enum"] == [64, 128, 256, 512]
        assert [each["name"] for each in schema["learns"]] == list(families()[key].names)
        assert algorithm.trainable


@pytest.mark.parametrize("key", GAMES)
def test_every_family_keeps_the_contract_of_models(key: str) -> None:
    check_model(model_of(key), situation_of(GAMES[key]), decisions=25)


@pytest.mark.parametrize("key", GAMES)
def test_made_up_people_of_every_family_play_its_game_and_are_stored_as_they_are(key: str) -> None:
    people = made_up(key, 2, 12)
    assert [sum(map(len, each.matches)) for each in people] == [12, 12]
    assert decode(encode(people)) == people
    alone = made_up(key, 1, 12)
    assert alone == people[:1]


@pytest.mark.parametrize("key", LEARNT)
def test_training_keeps_its_promises(key: str) -> None:
    check_training(model_of(key), situation_of(GAMES[key]), made_up(key, 6, 30))


@pytest.mark.parametrize("key", LEARNT)
def test_what_was_learnt_predicts_others_better_than_the_prior_and_an_even_draw(key: str) -> None:
    people, situation = made_up(key, 24, 60), situation_of(GAMES[key])
    trained = model_of(key).fit(people[:16], situation, np.random.default_rng(0))
    found = metrics([totals(trained, person, situation) for person in people[16:]])
    assert found.gain["uniform"].value > 0.02
    assert found.gain[UNTRAINED].value > -0.01


def test_a_belief_about_a_person_moves_to_where_the_person_is() -> None:
    model, situation = model_of("memory-one"), situation_of("prisoners-dilemma")
    strict = players(model, game_of("prisoners-dilemma"), 1, 80, seed=9)[0]
    belief = model.start(situation)
    for match in strict.steps(situation):
        belief = model.carry_over(belief)
        for posed, decision in match:
            belief = model.update(belief, posed, decision)
    why = model.explain(belief, situation)
    assert {part.key for part in why.parts} == {"rounds", "person"}
    told = next(part.statement for part in why.parts if part.key == "person")
    assert told.startswith("What your choices say of you: ")


HELD: dict[str, dict[str, float | str]] = {
    "q-learning": {"forgetting": 0, "learning_rate_loss": "learning_rate_gain"},
    "two-step": {"eligibility": 1.0},
    "ewa-reinforcement": {"accumulation": 1},
}


@pytest.mark.parametrize("key", HELD)
def test_models_with_parameters_held_keep_the_contract_and_their_training_its_promises(key: str) -> None:
    model, situation = model_of(key, **HELD[key]), situation_of(GAMES[key])
    people = players(model, game_of(GAMES[key]), 6, 30, seed=4)
    check_model(model, situation, decisions=25)
    check_training(model, situation, people)


def test_what_is_held_is_not_learnt_and_stands_in_the_artefact() -> None:
    model, situation = model_of("q-learning", **HELD["q-learning"]), situation_of("restless-bandit")
    people = players(model, game_of("restless-bandit"), 8, 40, seed=4)
    trained = model.fit(people, situation, np.random.default_rng(0))
    assert trained.weights is not None
    assert trained.weights["mean"].shape == (len(model.family.names),) == (3,)
    tied = family("q-learning:forgetting=0,learning_rate_loss=learning_rate_gain")
    groups = fit_group(tied, [trials_in(tied, each, situation) for each in people]).groups
    assert trained.weights["mean"].tolist() == [each.mean for each in groups.values()]
    back = plugins.restore(pack(card_of(trained, situation), trained.weights))
    assert isinstance(back, Cognitive)
    assert back.family is trained.family
    assert back.family.fixed == {"forgetting": 0.0, "learning_rate_loss": "learning_rate_gain"}
    belief = back.start(situation)
    assert np.array_equal(back.predict(belief, situation), trained.predict(belief, situation))


@pytest.mark.parametrize(
    ("hold", "right"),
    [
        ({"phi": 0}, "/parameters/hold: hold/phi: q-learning has no such parameter; there are learning_rate_gain"),
        ({"forgetting": 2}, "must be a number from 0 to 1, not 2"),
        ({"forgetting": "perseveration"}, "it can be held at a number or one of learning_rate_gain"),
        ({"forgetting": True}, "/parameters/hold/forgetting"),
        (dict.fromkeys(families()["q-learning"].names, 0.5), "one parameter of q-learning at least must be left free"),
    ],
)
def test_what_cannot_be_held_is_refused_when_the_model_is_made(hold: dict[str, Any], right: str) -> None:
    with pytest.raises(InvalidInput, match=right):
        plugins.make_model("q-learning", {"hold": hold})


def test_other_games_are_refused_in_training_and_an_even_draw_in_play() -> None:
    model, bandit = model_of("strategies"), situation_of("restless-bandit")
    assert not model.suits(bandit)
    assert np.ptp(model.predict(model.start(bandit), bandit)) == 0
    with pytest.raises(InvalidInput, match="says nothing of this game"):
        model.summarise(made_up("q-learning", 1, 5)[0], bandit)
