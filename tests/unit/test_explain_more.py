"""Counterfactuals, situations that were alike, and profiles, on made-up people."""

# ruff: noqa: ARG002 - a model that looks at little
from __future__ import annotations

from math import log2
from typing import ClassVar

import numpy as np
import pytest

from hagame.mind.explain.alike import Played, alike, distance
from hagame.mind.explain.counterfactual import flip, flip_said
from hagame.mind.explain.profile import Told, bits_by_kind, kind_of, profile
from hagame.mind.language import say
from hagame.mind.model import Attribution, Decision, Model, ModelInfo, Probabilities
from hagame.rules.game import Situation

NAMES = ("rock", "paper", "scissors")
TABLE = ((0.0, -1.0, 1.0), (1.0, 0.0, -1.0), (-1.0, 1.0, 0.0))
RPS = Situation(NAMES, NAMES, (0, 1, 2), TABLE, tuple(zip(*TABLE, strict=True)), "")


class Recall(Model[tuple[tuple[int, int], ...]]):
    """Expects what was done `back` rounds ago; of a person without such a round, the first action."""

    info: ClassVar[ModelInfo] = ModelInfo("recall", "1", "Recall")
    back: int = 1
    either: bool = False
    """Only if the opponent did the same then."""

    def start(self, situation: Situation) -> tuple[tuple[int, int], ...]:
        return ()

    def predict(self, belief: tuple[tuple[int, int], ...], situation: Situation) -> Probabilities:
        own, other = belief[-self.back] if len(belief) >= self.back else (0, 0)
        p = np.full(3, 0.1)
        p[own if own == other or not self.either else 0] = 0.8
        return p

    def update(
        self, belief: tuple[tuple[int, int], ...], situation: Situation, decision: Decision
    ) -> tuple[tuple[int, int], ...]:
        return (*belief, (decision.action, decision.opponent_action))

    def explain(self, belief: tuple[tuple[int, int], ...], situation: Situation) -> Attribution:
        raise NotImplementedError

    def dump(self, belief: tuple[tuple[int, int], ...]) -> bytes:
        raise NotImplementedError

    def load(self, data: bytes, situation: Situation) -> tuple[tuple[int, int], ...]:
        raise NotImplementedError


def search(model: Recall, rounds: list[tuple[int, int]], last: int = 4) -> str:
    decisions = [Decision(i, j, TABLE[i][j], TABLE[j][i]) for i, j in rounds]
    beliefs = [tuple(rounds[:k]) for k in range(len(rounds) - last, len(rounds))]
    now = model.predict(tuple(rounds), RPS)
    found = flip(model, RPS, beliefs, decisions[-last:], now)
    return say(flip_said(found, RPS, len(rounds) + 1, last, now))


def test_the_smallest_change_is_one_move_of_the_round_that_counts() -> None:
    said = search(Recall(back=2), [(0, 0), (1, 1), (2, 2), (2, 0), (1, 1)])
    assert said.startswith("Had you played ")
    assert "instead of scissors in round 4" in said
    assert "not scissors (80%)" in said


def test_two_moves_are_changed_where_one_is_not_enough() -> None:
    said = search(Recall(back=1, either=True), [(0, 0)] * 5)
    assert said.count("in round 5") == 2
    assert "Had you played" in said
    assert "and the AI played" in said


def test_where_nothing_flips_the_prediction_it_says_so() -> None:
    assert "No change of one or two moves of the last 4 rounds" in search(Recall(back=6), [(1, 1)] * 8)


def test_alike_turns_are_found_by_their_last_rounds_newer_ones_counting_more() -> None:
    actions = "rpsrrpsprps"
    past = [Played(t, a, a, 0.0) for t, a in enumerate(actions, 1)]
    found = alike(past, most=3)
    # Before the coming turn stands r, p, s: as before turn 4 (then r) and turn 8 (then p).
    assert [(f.turn, f.distance, f.action) for f in found[:2]] == [(8, 0.0, "p"), (4, 0.0, "r")]
    assert found[2].distance > 0
    assert alike(past[:3]) == []


def test_the_newest_round_counts_four_times_the_third() -> None:
    now = [Played(k, "a", "b", 0.0) for k in range(3)]
    newest, oldest = [now[0]._replace(action="x"), *now[1:]], [*now[:2], now[2]._replace(action="x")]
    assert distance(newest, now) == pytest.approx(4 * distance(oldest, now))
    assert distance([p._replace(action="x", opponent_action="y") for p in now], now) == pytest.approx(1)


def test_the_parts_of_each_choice_sum_to_its_bits() -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        z = rng.normal(scale=2, size=(5, 3))
        z -= z.mean(axis=1, keepdims=True)
        keys = ("taken/own", "taken/own+opponent", "reply/opponent", "people", "rest")
        parts = {key: dict(zip(NAMES, map(float, row), strict=True)) for key, row in zip(keys, z, strict=True)}
        p = np.exp(z.sum(axis=0))
        p /= p.sum()
        chosen = int(rng.integers(3))
        found = bits_by_kind(Told(parts, NAMES[chosen]))
        assert sum(found.values()) == pytest.approx(log2(3 * p[chosen]), abs=1e-5)
        assert set(found) == {"own", "mixed", "reply", "people", "rest"}


def test_a_profile_tells_the_kind_that_told_most_first() -> None:
    good = {"rock": 2.0, "paper": -1.0, "scissors": -1.0}
    told = [Told({"taken/outcome": good, "values": {a: -0.1 * x for a, x in good.items()}}, "rock")] * 20
    first, second = profile(told)
    assert (first.kind, second.kind) == ("outcome", "values")
    assert first.bits > 0 > second.bits
    assert first.low <= first.bits <= first.high
    assert say(first.said) == "how the last rounds ended"


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("taken/own", "own"),
        ("taken/always", "always"),
        ("taken/own+outcome", "mixed"),
        ("people", "people"),
        ("x", "other"),
    ],
)
def test_parts_have_kinds(key: str, kind: str) -> None:
    assert kind_of(key) == kind
