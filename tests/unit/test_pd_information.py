"""Dilemmas with and without news: the design, what the AI may do, and what is told at the end."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.unit.random_play import played

from hagame.errors import IllegalAction
from hagame.rules.game import AI, PLAYER
from hagame.rules.pd_information import NEWS, Dilemma, PdInformation

RNG = np.random.default_rng(0)
SEEDS = st.integers(0, 2**32 - 1)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS)
def test_each_dilemma_is_met_once_with_each_news_in_a_drawn_order(seed: int) -> None:
    game = PdInformation()
    trials = [step.before.trial for step in played(game, seed)]
    assert sorted(trials) == [(d, n) for d in range(6) for n in range(3)]
    assert trials != [step.before.trial for step in played(game, seed + 1)]


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS)
def test_the_ai_does_what_was_told_of_it(seed: int) -> None:
    game = PdInformation()
    for step in played(game, seed):
        known = game.view(step.before, PLAYER)["known"]
        assert game.situation(step.before, PLAYER).stage == NEWS.index(known)
        assert len(game.situation(step.before, AI).legal) == (2 if known is None else 1)
        if known is not None:
            assert step.actions[AI] == known
            other = "defect" if known == "cooperate" else "cooperate"
            with pytest.raises(IllegalAction):
                game.apply(step.before, {PLAYER: "defect", AI: other}, RNG)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS)
def test_payoffs_are_those_of_the_open_dilemma(seed: int) -> None:
    game = PdInformation()
    for step in played(game, seed):
        situation = game.situation(step.before, PLAYER)
        i, j = (situation.actions.index(step.actions[seat]) for seat in (PLAYER, AI))
        assert game.payoffs(step.after) == (situation.payoffs[i][j], situation.opponent_payoffs[i][j])
        assert game.view(step.before, PLAYER)["payoffs"] == [list(row) for row in situation.payoffs]


def test_the_end_tells_how_often_one_defected_beside_the_study() -> None:
    """Shafir & Tversky (1992): 97 % defect against a defector, 84 % against a cooperator, 63 % without news."""
    game = PdInformation()
    steps = list(played(game, 4))
    assert all("defected" not in game.feedback(step.before, PLAYER).outcome for step in steps)
    told = game.feedback(steps[-1].after, PLAYER).outcome
    chosen = [(step.before.trial[1], step.actions[PLAYER] == "defect") for step in steps]
    for condition, name in enumerate(("unknown", "known_defect", "known_cooperate")):
        defected = [d for c, d in chosen if c == condition]
        assert told["defected"][name] == [6, sum(defected)]
    assert [told["published"][k] for k in ("known_defect", "known_cooperate", "unknown")] == [0.97, 0.84, 0.63]


def test_cooperation_is_measured_by_what_was_known() -> None:
    game = PdInformation()
    for step in played(game, 1):
        known = game.view(step.before, PLAYER)["known"] is not None
        name = "cooperation_known" if known else "cooperation_unknown"
        assert game.measures(step.before, "cooperate") == {name: 1.0}


def test_what_is_no_dilemma_is_refused() -> None:
    with pytest.raises(ValidationError, match="temptation > reward"):
        Dilemma(temptation=1.0, reward=2.0, punishment=0.0, sucker=-1.0)
