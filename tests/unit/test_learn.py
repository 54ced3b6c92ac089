"""Training: the same people give the same model however the work is cut, and it finds what is there."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hagame import plugins
from hagame.errors import CorruptState, InvalidInput, NotFound
from hagame.mind.learn import artefact, people
from hagame.mind.learn.evaluate import UNTRAINED, metrics, predictions, totals
from hagame.mind.learn.people import simulate, split
from hagame.mind.model import Arrays, Decision, Model, Person, digest
from hagame.rules.game import PLAYER, Situation
from hagame.testing import check_training

TRAINABLE = sorted(key for key, model in plugins.models().items() if model.trainable)


def situation_of(preset: str = "rock-paper-scissors") -> Situation:
    game = plugins.make_game("matrix", {"preset": preset})
    return game.situation(game.start(np.random.default_rng(0)), PLAYER)


RPS = situation_of()
PEOPLE = simulate(24, 60, RPS, seed=5)


def fitted(key: str, crowd: list[Person] = PEOPLE, situation: Situation = RPS, **config: Any) -> Model[Any]:
    return plugins.make_model(key, config).fit(crowd, situation, np.random.default_rng(1))


def same(one: Arrays, other: Arrays) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def test_there_are_at_least_three_ways_to_be_trained() -> None:
    assert {"count-mixture", "logistic", "markov"} <= set(TRAINABLE)


@pytest.mark.parametrize("key", TRAINABLE)
def test_however_people_are_dealt_to_shards_the_weights_are_the_same_bits(key: str) -> None:
    model, whole = plugins.make_model(key, {}), fitted(key)
    for shards in (2, 4, 7):
        ends = np.linspace(0, len(PEOPLE), shards + 1).astype(int).tolist()
        # Each shard knows its own people alone, and hands over bytes.
        handed = [
            [artefact.tensors(model.summarise(person, RPS), "summary") for person in PEOPLE[a:b]]
            for a, b in pairwise(ends)
        ]
        summaries = [artefact.arrays_of(data)[0] for shard in handed for data in shard]
        weights = model.learn(summaries, RPS, np.random.default_rng(1))
        assert digest(weights) == digest(whole.weights or {})


@pytest.mark.parametrize("key", TRAINABLE)
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(2, 6), decisions=st.integers(8, 30))
def test_the_same_people_give_the_same_model_and_other_people_another(
    key: str, seed: int, count: int, decisions: int
) -> None:
    crowd = simulate(count, decisions, RPS, seed)
    one, again = (fitted(key, crowd) for _ in range(2))
    other = fitted(key, simulate(count, decisions, RPS, seed + 1))
    assert one == again
    assert one.version == again.version
    assert one.version != other.version
    assert one != other


@pytest.mark.parametrize("preset", ["rock-paper-scissors", "matching-pennies", "prisoners-dilemma"])
@pytest.mark.parametrize("key", TRAINABLE)
def test_trained_models_keep_the_contract(key: str, preset: str) -> None:
    situation = situation_of(preset)
    check_training(plugins.make_model(key, {}), situation, simulate(8, 40, situation, seed=2))


@pytest.mark.parametrize("key", TRAINABLE)
def test_a_model_may_be_trained_where_some_actions_are_forbidden(key: str) -> None:
    some = Situation(RPS.actions, RPS.opponent_actions, (0, 2), RPS.payoffs, RPS.opponent_payoffs, "")
    check_training(plugins.make_model(key, {}), some, simulate(6, 40, some, seed=3))


@pytest.mark.parametrize("key", ["logistic", "markov"])
def test_a_trained_model_predicts_new_people_better_than_itself_untrained_and_than_simple_rivals(key: str) -> None:
    model = fitted(key, simulate(80, 60, RPS, seed=8))
    found = metrics([totals(model, person, RPS) for person in simulate(200, 60, RPS, seed=8)[80:]])
    assert set(found.gain) == {"uniform", "marginal", "markov1", UNTRAINED}
    for rival, gain in found.gain.items():
        assert gain.low is not None
        assert gain.low > 0, f"{key} against {rival}: {gain}"


def test_training_the_engine_on_people_like_these_serves_them_better_than_the_shipped_prior() -> None:
    model = fitted("count-mixture", simulate(40, 60, RPS, seed=8))
    found = metrics([totals(model, person, RPS) for person in simulate(80, 60, RPS, seed=8)[40:]])
    assert found.gain[UNTRAINED].value > 0
    assert found.scores.ece.value < 0.1


@pytest.mark.parametrize("key", TRAINABLE)
def test_an_artefact_holds_the_whole_model_and_is_the_same_bytes_each_time(key: str) -> None:
    model = fitted(key)
    data = artefact.pack(artefact.card_of(model, RPS), model.weights or {})
    assert data == artefact.pack(artefact.card_of(model, RPS), dict(reversed((model.weights or {}).items())))
    again = plugins.restore(data)
    assert again == model
    assert again.version == model.version
    assert np.array_equal(predictions(again, PEOPLE[0], RPS), predictions(model, PEOPLE[0], RPS))
    assert artefact.unpack(data).card.actions == RPS.actions


def test_what_is_no_artefact_is_refused() -> None:
    model = fitted("markov")
    card = artefact.card_of(model, RPS)
    good = artefact.pack(card, model.weights or {})
    for bad in (b"", b"pickle", good[:-8], good[8:], artefact.tensors({"a": np.ones(2)}, "no card")):
        with pytest.raises(CorruptState):
            plugins.restore(bad)
    with pytest.raises(CorruptState, match="Train it again"):
        plugins.restore(artefact.pack(card.model_copy(update={"algorithm_version": "0"}), model.weights or {}))
    with pytest.raises(CorruptState, match="format"):
        plugins.restore(artefact.pack(card.model_copy(update={"format": "hagame-model/0"}), model.weights or {}))
    with pytest.raises(NotFound):
        plugins.restore(artefact.pack(card.model_copy(update={"algorithm": "stranger"}), model.weights or {}))


def test_weights_of_one_game_are_refused_in_another() -> None:
    pennies = situation_of("matching-pennies")
    for key in ("markov", "logistic"):
        model = fitted(key)
        with pytest.raises(CorruptState, match="another game"):
            model.predict(model.start(pennies), pennies)


def test_what_cannot_be_trained_says_so() -> None:
    class Silent(type(plugins.make_model("markov", {}))):  # type: ignore[misc]
        trainable = False
        summarise = Model.summarise
        learn = Model.learn

    with pytest.raises(InvalidInput, match="nothing to train"):
        Silent().fit(PEOPLE, RPS, np.random.default_rng(0))
    for key in TRAINABLE:
        with pytest.raises(InvalidInput):
            fitted(key, [Person(((),))])


def test_people_survive_the_way_through_bytes() -> None:
    crowd = [*PEOPLE[:3], Person(()), Person(((), (Decision(2, 1, 0.5, -0.25),)))]
    data = people.encode(crowd)
    assert people.decode(data) == crowd
    assert people.encode(people.decode(data)) == data
    for bad in (b"", data[:-3], artefact.tensors({"matches": np.ones(1)}, people.FORMAT)):
        with pytest.raises(CorruptState):
            people.decode(bad)


@given(count=st.integers(2, 300), share=st.floats(0, 1), seed=st.integers(0, 1000))
def test_a_split_parts_people_and_leaves_some_on_either_side(count: int, share: float, seed: int) -> None:
    trained, held = split(count, share, np.random.default_rng(seed))
    assert sorted([*trained, *held]) == list(range(count))
    assert trained
    assert held
    assert (trained, held) == split(count, share, np.random.default_rng(seed))


def test_made_up_people_do_not_depend_on_how_many_are_made() -> None:
    assert simulate(3, 20, RPS, seed=9) == simulate(5, 20, RPS, seed=9)[:3]
    assert simulate(3, 20, RPS, seed=9) != simulate(3, 20, RPS, seed=10)
