"""Cognitive models during play: filters agree with fits, stay small, add up over matches."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from hagame.errors import CorruptState
from hagame.match import Match, dump, load, play, start
from hagame.mind.cognition import Evidence, live, pool
from hagame.mind.cognition.estimate import fit
from hagame.mind.cognition.parameters import Floats, free, natural, prior_of
from hagame.mind.cognition.profile import evidence_of, model_traits
from hagame.mind.cognition.rows import ACTION, LEGAL, PAYOFF, Trials
from hagame.mind.cognition.tasks import Arms
from hagame.mind.model import Decision
from hagame.plugins import make_game, make_model, make_rival
from hagame.rules.builtin import BUILT_IN
from hagame.rules.game import PLAYER, Situation

EXPECTED = {
    "two-armed-bandit": {"q-learning", "exploration"},
    "restless-bandit": {"q-learning", "exploration"},
    "two-step": {"two-step"},
    "iowa-gambling": {"orl"},
    "prisoners-dilemma": {"ewa", "memory-one"},
    "rock-paper-scissors": {"ewa"},
    "loss-aversion": {"prospect-theory"},
    "now-or-later": {"hyperbolic-discounting"},
    "tic-tac-toe": set(),
}


def made(key: str) -> Match:
    definition = next(each for each in BUILT_IN if each["key"] == key)
    game = make_game(definition["engine"], definition["parameters"])
    return Match(game, make_model("count-mixture", {}), make_rival(game, None, {}), 5)


def situation(key: str) -> Situation:
    game = made(key).game
    return game.situation(game.start(np.random.default_rng(0)), PLAYER)


def followed(key: str) -> live.Family:
    return next(each for each in live.followed() if each.key == key)


def filtered(where: Situation, trials: Trials) -> tuple[live.Filter, ...]:
    """Filters after decisions on a bandit with payoffs from -1 to 1."""
    filters = live.start(where)
    for row in trials.rows:
        decision = Decision(int(row[ACTION]), -1, (row[PAYOFF] + 1) / 2, 0.0, response_time_ms=600)
        filters = live.update(filters, where, decision)
    return filters


def two_arms(model: live.Family, z: Floats, rng: np.random.Generator, count: int) -> Trials:
    """A made-up person at two drifting arms that win 1 or lose 1."""
    return model.act(model.thetas(z), Arms(np.array([0.75, 0.25]), count, drift=0.08, loss=-1.0), rng)


@pytest.mark.parametrize("key", EXPECTED)
def test_each_game_is_followed_by_the_models_that_suit_it(key: str) -> None:
    assert {each.key for each in live.models_of(situation(key))} == EXPECTED[key]


def test_a_filter_says_what_a_fit_of_all_decisions_says() -> None:
    model, where = followed("q-learning"), situation("two-armed-bandit")
    z = np.array([0.3, -0.5, 0.9, 0.4])
    trials = two_arms(model, z, np.random.default_rng(3), 200)
    _, n, belief = live.beliefs(filtered(where, trials), where)["q-learning"]
    fitted = fit(model, trials)
    errors = np.sqrt(np.diag(fitted.covariance))
    assert n == 200
    assert (np.abs(belief.mean - fitted.z) < 2.5 * belief.sd).all()
    assert (belief.sd > 0.7 * errors).all()


@pytest.mark.parametrize("key", ["orl", "prospect-theory", "two-step", "memory-one"])
def test_what_filters_claim_holds_of_people_drawn_from_the_prior(key: str) -> None:
    model, rng = followed(key), np.random.default_rng(7)
    mean, sd = prior_of(model.free)
    true = mean + sd * rng.normal(size=(80, len(mean)))
    beliefs = []
    for x in natural(model.free, true).tolist():
        trials = model.simulate(dict(zip(model.names, x, strict=True)), rng, 150)
        beliefs.append(live.belief_about(model, live.after(model, trials), trials.n))
    away = np.array([(each.mean - z) / each.sd for each, z in zip(beliefs, true, strict=True)])
    held = (np.abs(away) < 1.96).mean(axis=0)
    assert held.min() > 0.85, held
    assert held.mean() > 0.90
    assert all((each.sd <= 1.001 * sd).all() for each in beliefs)


def test_a_stored_match_goes_on_with_the_same_filters() -> None:
    match = made("two-armed-bandit")
    state = start(match, bytes(16))
    for _ in range(12):
        turn = play(match, state, "left", response_time_ms=500)
        state = load(match, *dump(match, turn.state))
        assert state.models == turn.state.models
    assert {each.n for each in state.models} == {12}
    assert sum(len(each.logs) + len(each.states) for each in state.models) <= 3 * live.STATE_BYTES
    assert any(key.startswith("q-learning.") for key in state.evidence)


def test_clouds_change_with_every_tenth_decision_and_the_rest_of_a_state_is_small() -> None:
    match = made("two-armed-bandit")
    state, clouds = start(match, bytes(16)), [b""]
    for _ in range(30):
        state = play(match, state, "left", response_time_ms=500).state
        dumped = dump(match, state)
        clouds.append(dumped.clouds)
        assert len(dumped.state) < 8 * 1024
    assert [n for n in range(1, 31) if clouds[n] != clouds[n - 1]] == [10, 20, 30]
    assert clouds[9] == b""


def test_without_its_clouds_a_state_is_read_but_nobody_is_followed() -> None:
    match = made("two-armed-bandit")
    state = play(match, start(match, bytes(16)), "left").state
    assert load(match, dump(match, state).state).models == ()


def test_models_of_a_state_of_version_5_are_still_read() -> None:
    """Then their clouds stood in the state, and the column was empty, or held what another server had left there."""
    match = made("two-armed-bandit")
    state = start(match, bytes(16))
    for _ in range(12):
        state = play(match, state, "left", response_time_ms=500).state
    fields = msgspec.msgpack.decode(dump(match, state).state)
    fields[0], fields[-1] = 5, list(state.models)
    old = msgspec.msgpack.encode(fields)
    assert load(match, old, b"").models == state.models
    assert load(match, old, dump(match, play(match, state, "left").state).clouds).models == state.models


def test_clouds_that_are_none_are_refused() -> None:
    match = made("two-armed-bandit")
    data = dump(match, start(match, bytes(16))).state
    with pytest.raises(CorruptState, match="cannot be read"):
        load(match, data, b"no clouds")


def test_who_is_not_modelled_has_no_filters() -> None:
    match = replace(made("two-armed-bandit"), modelled=False)
    state = start(match, bytes(16))
    for _ in range(10):
        state = play(match, state, "left").state
    assert state.models == ()
    assert not state.evidence


def test_bytes_of_another_size_are_refused() -> None:
    where = situation("two-armed-bandit")
    decision = Decision(0, -1, 1.0, 0.0)
    (first, *_) = live.settled(live.update(live.start(where), where, decision), where)
    cut = msgspec.structs.replace(first, logs=first.logs[:8])
    with pytest.raises(CorruptState, match="q-learning"):
        live.settled(live.update([cut], where, decision), where)


@pytest.mark.parametrize("key", ["two-armed-bandit", "prisoners-dilemma", "iowa-gambling"])
@pytest.mark.parametrize("spoilt", ["action", "illegal", "half", "nan", "short", "cut"])
def test_waiting_decisions_that_nobody_can_have_taken_are_left_out(key: str, spoilt: str) -> None:
    where, n = situation(key), len(situation(key).actions)
    filters = live.start(where)
    for i in range(6):
        filters = live.update(filters, where, Decision(i % 2, i % 2 if where.opponent_actions else -1, 1.0, 0.0))
    for each in filters:
        first, *rest = each.waiting
        row = np.frombuffer(first, "<f4").copy()
        row[ACTION] = {"action": n, "half": 0.5, "nan": np.nan}.get(spoilt, row[ACTION])
        if spoilt == "illegal":
            row[LEGAL + int(row[ACTION])] = 0.0
        data = row.tobytes()[: {"short": 4, "cut": 5}.get(spoilt)]
        bad, good = (msgspec.structs.replace(each, waiting=(*some, *rest)) for some in ((data,), ()))
        (bad,), (good,) = live.settled([bad], where), live.settled([good], where)
        assert (bad.n, bad.logs, bad.states) == (5, good.logs, good.states)
        assert np.isfinite(live.beliefs([bad], where)[each.model][2].mean).all()


def test_of_what_nobody_can_have_done_alone_nothing_is_said() -> None:
    where = situation("two-armed-bandit")
    filters = live.update(live.start(where), where, Decision(0, -1, 1.0, 0.0))
    odd = [msgspec.structs.replace(each, waiting=(b"odd",)) for each in filters]
    assert live.beliefs(odd, where) == {}
    assert {each.n for each in live.settled(odd, where)} == {0}


def test_log_weights_that_are_no_numbers_are_refused() -> None:
    where = situation("two-armed-bandit")
    (first, *_) = live.settled(live.update(live.start(where), where, Decision(0, -1, 1.0, 0.0)), where)
    spoilt = msgspec.structs.replace(first, logs=b"\xff" * len(first.logs))
    with pytest.raises(CorruptState, match="finite"):
        live.beliefs([spoilt], where)


def test_waiting_decisions_count_as_if_each_had_moved_the_cloud_at_once() -> None:
    where, rng = situation("two-armed-bandit"), np.random.default_rng(4)
    waiting = at_once = live.start(where)
    for _ in range(3 * live.MOST_WAITING + 5):
        decision = Decision(int(rng.integers(2)), -1, float(rng.integers(2)), 0.0)
        waiting = live.update(waiting, where, decision)
        at_once = live.settled(live.update(at_once, where, decision), where)
        assert all(len(each.waiting) < live.MOST_WAITING for each in waiting)
    for one, other in zip(live.settled(waiting, where), at_once, strict=True):
        assert (one.n, one.waiting) == (other.n, ())
        assert np.allclose(np.frombuffer(one.logs, "<f4"), np.frombuffer(other.logs, "<f4"), atol=1e-3)
    for key, (_, n, belief) in live.beliefs(waiting, where).items():
        assert n == live.beliefs(at_once, where)[key][1]
        assert np.allclose(belief.mean, live.beliefs(at_once, where)[key][2].mean, atol=0.01)


def test_two_matches_together_say_more_than_one() -> None:
    model, where = followed("exploration"), situation("two-armed-bandit")
    learner = followed("q-learning")
    trials = two_arms(learner, free(learner.free, (0.5, 0.4, 3.0, 0.2)), np.random.default_rng(1), 120)
    one = Evidence(evidence_of(filtered(where, trials), where))
    both = pool([one, one])
    key = f"exploration.{model.version}.value_weight"
    single, double = model_traits(one)[key], model_traits(both)[key]
    assert double.n == 2 * single.n
    assert double.sd < single.sd
    assert double.low < double.mean < double.high
    assert double.model
    assert double.says_not
