"""A change of strategy is noticed soon, seldom where there is none, and the state of that stays small."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import pytest

from hagame.mind.explain.drift import (
    ALARM,
    ALWAYS,
    MOST_RUNS,
    OUTCOME,
    PAIR,
    Change,
    Drift,
    begun_anew,
    news,
    watch,
    watched,
)
from hagame.mind.explain.words import change_said
from hagame.mind.language import say
from hagame.mind.model import Decision
from hagame.rules.game import Situation

NAMES = ("rock", "paper", "scissors")
TABLE = ((0.0, -1.0, 1.0), (1.0, 0.0, -1.0), (-1.0, 1.0, 0.0))
RPS = Situation(NAMES, NAMES, (0, 1, 2), TABLE, tuple(zip(*TABLE, strict=True)), "rock-paper-scissors")
ARMS = Situation(("a", "b"), (), (0, 1), (), (), "", payoff_range=(0.0, 1.0))


def played(actions: Sequence[int], others: Sequence[int]) -> tuple[Drift, list[Change]]:
    drift, found = Drift(), []
    for own, other in zip(actions, others, strict=True):
        drift = watch(drift, RPS, Decision(own, other, TABLE[own][other], TABLE[other][own]))
        change = news(drift)
        if change is not None:
            found.append(change)
    return drift, found


def stay_after_loss(rng: np.random.Generator, others: list[int], stay: float, last: int = 0) -> list[int]:
    """Repeats a losing move with this probability, and draws evenly else."""
    actions: list[int] = []
    for t in range(len(others)):
        lost = t > 0 and (others[t - 1] - last) % 3 == 1
        if lost and rng.random() < stay:
            actions.append(last)
        else:
            actions.append(int((last + rng.integers(1, 3)) % 3) if lost else int(rng.integers(3)))
        last = actions[-1]
    return actions


def test_a_change_of_one_habit_is_noticed_and_named() -> None:
    rng = np.random.default_rng(5)
    others = [int(x) for x in rng.integers(3, size=200)]
    actions = stay_after_loss(rng, others[:100], 0.0)
    actions += stay_after_loss(rng, others[100:], 1.0, actions[-1])
    _, found = played(actions, others)
    (change,) = found
    assert abs(change.since - 101) <= 8
    assert 100 < change.noticed < 150
    assert change.cell[0] == OUTCOME
    assert change.log_odds >= ALARM
    said = say(change_said(change, RPS))
    assert said.startswith(f"About round {change.since} you began to play differently: after a loss you repeated")
    assert f"in {change.after} of {change.of_after} since" in said


def test_the_counts_told_are_those_of_the_rounds() -> None:
    rng = np.random.default_rng(1)
    actions = [int(a) for a in (*rng.choice(3, 60, p=(0.7, 0.2, 0.1)), *rng.choice(3, 40, p=(0.0, 0.2, 0.8)))]
    _, (change, *_) = played(actions, [int(x) for x in rng.integers(3, size=100)])
    assert abs(change.since - 61) <= 3
    assert change.cell[0] == ALWAYS
    begun = change.since - 1
    assert (change.before, change.of_before) == (actions[:begun].count(change.cell[2]), begun)
    later = actions[begun : change.noticed]
    assert (change.after, change.of_after) == (later.count(change.cell[2]), len(later))


def test_people_who_do_not_change_are_seldom_told_that_they_did() -> None:
    """Of 60 people with fixed habits over 100 rounds; the benchmark has 1,000 of each kind."""
    rng = np.random.default_rng(7)
    told = 0
    for _ in range(60):
        others = [int(x) for x in rng.integers(3, size=100)]
        _, found = played(stay_after_loss(rng, others, rng.uniform(0.1, 0.9)), others)
        told += bool(found)
    assert told <= 6


def on_the_last_two(rng: np.random.Generator, rounds: int) -> list[int]:
    """Drawn by what the own last two moves were."""
    chances, actions = rng.dirichlet([1.5] * 3, (3, 3)), [0, 0]
    while len(actions) < rounds:
        actions.append(int(rng.choice(3, p=chances[actions[-1], actions[-2]])))
    return actions


def test_whoever_goes_by_the_own_last_two_moves_is_seldom_told_of_a_change() -> None:
    """Of 60 people over 300 rounds: a fifth were told before these were counted; the benchmark has more."""
    rng = np.random.default_rng(8)
    told = sum(bool(played(on_the_last_two(rng, 300), rng.integers(3, size=300).tolist())[1]) for _ in range(60))
    assert told <= 5


def test_a_habit_of_the_own_last_two_moves_is_named() -> None:
    rng = np.random.default_rng(3)
    actions = [int(a) for a in rng.integers(3, size=150)]
    for _ in range(100):
        actions.append((actions[-1] + actions[-2]) % 3 if rng.random() < 0.9 else int(rng.integers(3)))
    _, found = played(actions, rng.integers(3, size=250).tolist())
    change = next(change for change in found if change.noticed > 150)
    kind, value, taken = change.cell
    assert kind == PAIR
    first, then = divmod(value, 3)
    assert taken == (first + then) % 3
    said = say(change_said(change, RPS))
    assert f"after you played {NAMES[first]}, then {NAMES[then]}, you chose {NAMES[taken]} in" in said
    begun, noticed = change.since - 1, change.noticed
    later = [k for k in range(begun, noticed) if (actions[k - 2], actions[k - 1]) == (first, then)]
    assert (change.after, change.of_after) == (sum(actions[k] == taken for k in later), len(later))


def with_labels(n: int) -> Situation:
    names = tuple(str(k) for k in range(n))
    table = tuple(tuple(float(i == j) for j in range(n)) for i in range(n))
    return Situation(names, names, tuple(range(n)), table, table, "")


@pytest.mark.parametrize("n", [2, 4, 5, 10])
def test_a_change_is_noticed_among_up_to_ten_labels_and_little_is_kept(n: int) -> None:
    rng, drift, situation = np.random.default_rng(6), Drift(), with_labels(n)
    for t in range(240):
        own, other = int(rng.integers(n) if t < 120 or rng.random() < 0.2 else 1), int(rng.integers(n))
        drift = watch(drift, situation, Decision(own, other, 0.0, 0.0))
        assert len(msgspec.msgpack.encode(drift)) < 3000
    (change,) = drift.changes
    assert abs(change.since - 121) <= 5
    assert change.after * change.of_before != change.before * change.of_after


def test_what_is_begun_anew_keeps_what_was_told_and_goes_on() -> None:
    rng = np.random.default_rng(1)
    actions = [int(a) for a in (*rng.choice(3, 60, p=(0.7, 0.2, 0.1)), *rng.choice(3, 40, p=(0.0, 0.2, 0.8)))]
    drift, _ = played(actions, rng.integers(3, size=100).tolist())
    anew = begun_anew(drift)
    assert anew.changes == drift.changes
    assert anew.rounds == 100
    assert watch(anew, RPS, Decision(0, 0, 0.0, 0.0)).starts == (101,)


def test_the_state_stays_small_and_survives_being_stored() -> None:
    rng = np.random.default_rng(2)
    drift = Drift()
    for own, other in rng.integers(3, size=(400, 2)):
        drift = watch(drift, RPS, Decision(int(own), int(other), TABLE[own][other], 0.0))
        stored = msgspec.msgpack.encode(drift)
        assert len(stored) < 2000
        assert msgspec.msgpack.decode(stored, type=Drift) == drift
    assert len(drift.starts) <= MOST_RUNS


def test_only_choices_among_the_same_few_labels_are_watched() -> None:
    assert watched(RPS)
    assert watched(ARMS)
    assert watched(with_labels(10))
    many = tuple(str(k) for k in range(11))
    assert not watched(Situation(many, (), tuple(range(11)), (), (), ""))
    assert not watched(Situation(("a", "b"), (), (0,), (), (), ""))
    assert watch(Drift(), Situation(many, (), tuple(range(11)), (), (), ""), Decision(0, -1, 0, 0)) == Drift()


def test_a_change_is_noticed_where_nobody_answers() -> None:
    drift, rng = Drift(), np.random.default_rng(4)
    for action in (*(rng.random(60) < 0.1), *(rng.random(40) < 0.9)):
        drift = watch(drift, ARMS, Decision(int(action), -1, 1.0, 0.0))
    assert any(abs(change.since - 61) <= 5 for change in drift.changes)
    assert "you" in say(change_said(drift.changes[0], ARMS))


@pytest.mark.parametrize("kind", ["ADWIN", "KSWIN"])
def test_river_sees_the_same_change_in_the_same_stream(kind: str) -> None:
    """A strong change: river's detectors on what was chosen find it within the same 40 rounds."""
    drift_detectors = pytest.importorskip("river.drift", reason="river is a development dependency: make setup")
    detector = (
        drift_detectors.ADWIN(delta=0.01, clock=1)
        if kind == "ADWIN"
        else drift_detectors.KSWIN(alpha=0.001, window_size=60, stat_size=15, seed=1)
    )
    rng = np.random.default_rng(3)
    actions = [int(a) for a in (*rng.choice(3, 100, p=(0.8, 0.1, 0.1)), *rng.choice(3, 60, p=(0.1, 0.8, 0.1)))]
    theirs = None
    for t, action in enumerate(actions, 1):
        detector.update(float(action == 0))
        if detector.drift_detected and t > 100 and theirs is None:
            theirs = t
    _, (ours,) = played(actions, [int(x) for x in rng.integers(3, size=160)])
    assert theirs is not None
    assert 100 < ours.noticed <= 140
    assert 100 < theirs <= 140
