"""Evidence adds up, and traits recover what made it."""

from __future__ import annotations

import json
from math import log
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from hagame.mind.cognition import TRAITS, Evidence, Observation, changed, observe, pool, structure, traits
from hagame.mind.model import Decision
from hagame.rules.game import PLAYER, Situation
from hagame.rules.matrix import Matrix

CHANCE = log(3)


def situation(**parameters: Any) -> Situation:
    game = Matrix.model_validate(parameters)
    return game.situation(game.start(np.random.default_rng(0)), PLAYER)


RPS = situation(preset="rock-paper-scissors")
DILEMMA = situation(preset="prisoners-dilemma")
REVERSED = situation(actions=["defect", "cooperate"], payoffs=[[1, 5], [0, 3]])


def decision(where: Situation, action: int, other: int) -> Decision:
    return Decision(action, other, where.payoffs[action][other], where.opponent_payoffs[action][other])


def evidence_of(where: Situation, rounds: list[tuple[int, int]], log_loss: float = CHANCE) -> Evidence:
    evidence, previous = Evidence(), None
    for own, other in rounds:
        now = decision(where, own, other)
        evidence = observe(evidence, Observation(where, previous, now, log_loss, None))
        previous = now
    return evidence


def after(where: Situation, first: tuple[int, int], own: int) -> dict[str, float]:
    """Values observed at the second of two rounds."""
    one = evidence_of(where, [first])
    two = evidence_of(where, [first, (own, 0)])
    return {key: two[key][1] - one.get(key, (0, 0, 0))[1] for key in changed(one, two)}


def test_after_a_win_staying_counts() -> None:
    assert after(RPS, (0, 2), own=0) == {"predictability_bits": 0, "repetition": 1, "win_stay": 1, "best_response": 1}
    assert after(RPS, (0, 2), own=1)["win_stay"] == 0


def test_after_a_loss_shifting_counts() -> None:
    assert after(RPS, (0, 1), own=2) == {"predictability_bits": 0, "repetition": 0, "lose_shift": 1, "best_response": 1}
    assert after(RPS, (0, 1), own=0)["lose_shift"] == 0


def test_a_tie_is_neither_win_nor_loss() -> None:
    assert after(RPS, (0, 0), own=0) == {"predictability_bits": 0, "repetition": 1, "tie_stay": 1, "best_response": 0}


@pytest.mark.parametrize(("where", "cooperate", "defect"), [(DILEMMA, 0, 1), (REVERSED, 1, 0)])
def test_cooperation_is_found_in_the_payoffs_and_not_in_the_labels(
    where: Situation, cooperate: int, defect: int
) -> None:
    assert structure(where).cooperate == cooperate
    evidence = evidence_of(where, [(cooperate, defect), (defect, cooperate), (cooperate, cooperate)])
    assert evidence["cooperation"][:2] == (3, 2)
    assert evidence["reciprocity"][:2] == (2, 2)


@pytest.mark.parametrize("preset", ["rock-paper-scissors", "matching-pennies", "stag-hunt", "chicken"])
def test_only_dilemmas_ask_for_cooperation(preset: str) -> None:
    where = situation(preset=preset)
    assert structure(where).cooperate is None
    assert "cooperation" not in evidence_of(where, [(0, 0), (1, 1)])


@pytest.mark.parametrize("payoffs", [[[5, 0], [5, 1]], [[3, 1], [5, 1]], [[3, 0], [5, 3]], [[3, 0], [5, 4]]])
def test_a_dilemma_needs_every_temptation(payoffs: list[list[int]]) -> None:
    """T > R > P > S, all of them strict (Rapoport & Chammah 1965)."""
    assert structure(situation(actions=["a", "b"], payoffs=payoffs)).cooperate is None


def test_where_one_action_is_always_best_answering_shows_nothing() -> None:
    assert "best_response" not in evidence_of(DILEMMA, [(0, 0), (1, 1)])


def test_the_first_round_tells_nothing_of_habits() -> None:
    assert set(evidence_of(RPS, [(0, 1)])) == {"predictability_bits"}


def test_a_forced_choice_tells_nothing_but_its_time() -> None:
    forced = Situation(("a",), ("x",), (0,), ((1.0,),), ((0.0,),), "")
    assert set(observe(Evidence(), Observation(forced, None, Decision(0, 0, 1, 0), 0.0, 500))) == {"response_time"}


def test_predictability_is_what_the_prediction_knew_beyond_chance() -> None:
    evidence = evidence_of(RPS, [(0, 0)] * 4, log_loss=log(3) - log(2))
    assert evidence["predictability_bits"] == pytest.approx((4, 4, 4))


@pytest.mark.parametrize(("time", "counts"), [(None, 0), (99, 0), (100, 1), (60_000, 1), (60_001, 0), (0, 0)])
def test_only_plausible_response_times_count(time: int | None, counts: int) -> None:
    evidence = observe(Evidence(), Observation(RPS, None, decision(RPS, 0, 0), CHANCE, time))
    assert evidence.get("response_time", (0,))[0] == counts


def test_observing_leaves_the_evidence_before_as_it_was() -> None:
    before = evidence_of(RPS, [(0, 1), (1, 1)])
    copy = dict(before)
    observe(before, Observation(RPS, decision(RPS, 1, 1), decision(RPS, 0, 0), CHANCE, 700))
    assert dict(before) == copy


def test_evidence_survives_json() -> None:
    evidence = evidence_of(RPS, [(0, 1), (1, 1), (2, 0)], log_loss=0.3)
    assert Evidence(json.loads(json.dumps(evidence.to_json()))) == evidence


rounds = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=30)


@given(rounds, rounds)
def test_evidence_of_two_matches_adds_up_to_that_of_both(first: list[tuple[int, int]], second: list[Any]) -> None:
    parts = [evidence_of(RPS, first), evidence_of(RPS, second)]
    both = pool(parts)
    for key in both:
        assert both[key] == tuple(sum(x) for x in zip(*(p.get(key, (0.0, 0.0, 0.0)) for p in parts), strict=True))
    assert pool([]) == Evidence()
    assert pool([parts[0]]) == parts[0]


@given(rounds)
def test_changed_is_what_the_last_decision_touched(history: list[tuple[int, int]]) -> None:
    before, now = evidence_of(RPS, history), evidence_of(RPS, [*history, (0, 0)])
    assert pool([changed(before, now), Evidence({k: v for k, v in before.items() if now[k] == v})]) == now


@given(st.integers(0, 200), st.integers(0, 200))
def test_rates_have_the_exact_beta_posterior(yes: int, no: int) -> None:
    trait = traits(Evidence({"win_stay": (yes + no, yes, yes)}))["win_stay"]
    exact = stats.beta(1 + yes, 1 + no)
    assert (trait.mean, trait.sd) == pytest.approx((exact.mean(), exact.std()))
    assert (trait.low, trait.high) == pytest.approx(exact.interval(0.95))
    assert trait.n == yes + no


@given(st.lists(st.floats(-5, 2), min_size=1, max_size=50))
def test_means_have_the_exact_student_posterior(bits: list[float]) -> None:
    """Gelman et al. (2013), section 3.3, updated one observation at a time instead of by sums."""
    prior = TRAITS["predictability_bits"].prior
    mean, weight, shape, rate = prior.mean, prior.weight, prior.a, prior.b
    for x in bits:
        rate += weight * (x - mean) ** 2 / (2 * (weight + 1))
        mean, weight, shape = (weight * mean + x) / (weight + 1), weight + 1, shape + 0.5
    exact = stats.t(2 * shape, mean, np.sqrt(rate / (shape * weight)))
    sums = (len(bits), sum(bits), sum(x * x for x in bits))
    trait = traits(Evidence({"predictability_bits": sums}))["predictability_bits"]
    assert (trait.mean, trait.sd) == pytest.approx((exact.mean(), exact.std()), abs=1e-6)
    assert (trait.low, trait.high) == pytest.approx(exact.interval(0.95), abs=1e-6)


def test_time_to_decide_is_told_in_seconds() -> None:
    """A log-normal person: the geometric mean, and its standard deviation by the delta method, sd(log) x mean."""
    logs = np.random.default_rng(4).normal(log(2), 0.4, 2000)
    trait = traits(Evidence({"response_time": (2000, logs.sum(), (logs**2).sum())}))["response_time"]
    assert trait.mean == pytest.approx(np.exp(logs.mean()), rel=1e-3)
    assert trait.sd == pytest.approx(trait.mean * logs.std() / np.sqrt(2000), rel=1e-2)
    assert log(trait.high / trait.mean) == pytest.approx(log(trait.mean / trait.low))


def covered(key: str, truth: float, samples: np.ndarray[Any, Any]) -> float:
    """Share of rows of samples whose 95 % interval holds the truth."""
    hits = 0
    for row in samples:
        trait = traits(Evidence({key: (len(row), row.sum(), (row**2).sum())}))[key]
        hits += trait.low <= truth <= trait.high
    return hits / len(samples)


PEOPLE = 1000
MARGIN = 4 * np.sqrt(0.95 * 0.05 / PEOPLE)


def test_intervals_of_rates_cover_the_truth_of_simulated_people() -> None:
    """People whose rates are spread as the prior says; the error allowed is four standard errors."""
    generator = np.random.default_rng(1)
    hits = [covered("lose_shift", rate, generator.random((1, 60)) < rate) for rate in generator.random(PEOPLE)]
    assert abs(np.mean(hits) - 0.95) < MARGIN


def test_intervals_of_means_cover_the_truth_of_simulated_people() -> None:
    generator = np.random.default_rng(2)
    assert abs(covered("predictability_bits", 0.2, generator.normal(0.2, 0.7, (PEOPLE, 80))) - 0.95) < MARGIN
    assert abs(covered("response_time", 1.5, generator.normal(log(1.5), 0.5, (PEOPLE, 80))) - 0.95) < MARGIN


def test_a_known_habit_is_recovered_from_play() -> None:
    """A player who stays after 70 % of wins, half of the ties and 10 % of losses, and shifts evenly, through `observe`.

    The best answer to the other's last move is to stay after a win, one of two shifts after a tie and the move that has
    not been played after a loss.
    """
    generator = np.random.default_rng(3)
    evidence, previous = Evidence(), decision(RPS, 0, 0)
    for _ in range(2000):
        stay = {1: 0.7, 0: 0.5, -1: 0.1}[int(previous.payoff)]
        own = previous.action if generator.random() < stay else (previous.action + generator.integers(1, 3)) % 3
        now = decision(RPS, int(own), int(generator.integers(3)))
        evidence = observe(evidence, Observation(RPS, previous, now, CHANCE, 800))
        previous = now
    found = traits(evidence)
    answers = (0.7 + 0.5 / 2 + 0.9 / 2) / 3
    for key, truth in (("win_stay", 0.7), ("lose_shift", 0.9), ("tie_stay", 0.5), ("best_response", answers)):
        assert abs(found[key].mean - truth) < 4 * found[key].sd
    assert found["response_time"].mean == pytest.approx(0.8, abs=0.01)


def test_traits_are_only_told_where_there_is_evidence() -> None:
    assert traits(Evidence()) == {}
    assert set(traits(Evidence({"cooperation": (1, 1, 1), "unknown": (1, 1, 1)}))) == {"cooperation"}


def test_every_trait_is_declared_in_full() -> None:
    for key, info in TRAITS.items():
        assert info.key == key
        assert info.meaning.endswith(".")
        assert all((info.title, info.unit, info.source))
        assert (info.kind == "rate") == (info.prior.weight == 0)
