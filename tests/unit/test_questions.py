"""Questions in a drawn order: what is drawn, what is asked, and what is told at the end."""

from __future__ import annotations

import json
from itertools import pairwise, permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.unit.random_play import played

from hagame.errors import IllegalAction, InvalidInput
from hagame.rules.game import PLAYER
from hagame.rules.questions import Questions

RNG = np.random.default_rng(0)
CROWD = {
    "as_listed": {"n": 447, "first": 0.53, "second": 0.67},
    "reversed": {"n": 432, "first": 0.76, "second": 0.59},
    "source": "Moore (2002)",
}


def made(*sizes: int, crowd: dict[str, Any] | None = None, **more: Any) -> Questions:
    blocks = [[{"key": f"q{b}-{i}", "text": f"{b} {i}?"} for i in range(size)] for b, size in enumerate(sizes)]
    return Questions.model_validate({"blocks": [{"questions": b, "crowd": crowd} for b in blocks], **more})


def asked(game: Questions, seed: int) -> list[str]:
    return [str(game.view(step.before, PLAYER)["key"]) for step in played(game, seed)]


@settings(max_examples=40, deadline=None)
@given(sizes=st.lists(st.integers(1, 4), min_size=1, max_size=5), seed=st.integers(0, 2**32 - 1))
def test_each_question_is_asked_once_and_blocks_stay_together(sizes: list[int], seed: int) -> None:
    game = made(*sizes)
    keys = asked(game, seed)
    assert sorted(keys) == sorted(f"q{b}-{i}" for b, size in enumerate(sizes) for i in range(size))
    blocks = [key.split("-")[0] for key in keys]
    assert len([1 for a, b in pairwise(blocks) if a != b]) == len(sizes) - 1


def test_all_orders_are_drawn_about_equally_often() -> None:
    game = made(2, 2)
    counts: dict[tuple[str, ...], int] = {}
    for seed in range(800):
        order = tuple(asked(game, seed))
        counts[order] = counts.get(order, 0) + 1
    assert len(counts) == 8
    assert min(counts.values()) > 60
    assert len({tuple(asked(made(3), seed)) for seed in range(100)}) == len(list(permutations(range(3))))


def test_orders_are_as_listed_when_nothing_is_drawn() -> None:
    assert asked(made(2, 1, shuffled=False), 5) == ["q0-0", "q0-1", "q1-0"]


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_nothing_shown_tells_what_will_be_asked(seed: int) -> None:
    game = made(2, 3)
    for step in played(game, seed):
        view = game.view(step.before, PLAYER)
        others = {f"q{b}-{i}" for b, i in ((0, 0), (0, 1), (1, 0), (1, 1), (1, 2))} - {view["key"]}
        assert not any(key in json.dumps(view) for key in others)


def test_published_answers_are_told_at_the_end_in_the_order_that_was_asked() -> None:
    game = made(2, crowd=CROWD)
    for seed in range(6):
        state, keys = None, asked(game, seed)
        for step in played(game, seed):
            assert "blocks" not in game.feedback(step.before, PLAYER).outcome
            state = step.after
        (told,) = game.feedback(state, PLAYER).outcome["blocks"]
        same, other = ([0.53, 0.67], [0.59, 0.76]) if keys == ["q0-0", "q0-1"] else ([0.76, 0.59], [0.67, 0.53])
        assert told["same_order"]["yes"] == same
        assert told["other_order"]["yes"] == other
        assert told["yes"] == [yes for _, yes in state.given]


def test_answers_may_be_named_and_others_are_refused() -> None:
    game = made(1, answers=["true", "false"])
    state = game.start(RNG)
    assert game.legal_actions(state, PLAYER) == ("true", "false")
    with pytest.raises(IllegalAction):
        game.apply(state, {PLAYER: "yes"}, RNG)
    with pytest.raises(InvalidInput):
        game.apply(state, {1: "true"}, RNG)
    assert game.measures(state, "true") == {"acquiescence": 1.0}


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValidationError, match="block of two"):
        made(3, crowd=CROWD)
    with pytest.raises(ValidationError, match="must differ"):
        made(1, answers=["yes", "yes"])
    with pytest.raises(ValidationError, match="different keys"):
        Questions.model_validate({"blocks": [{"questions": [{"key": "a", "text": "?"}, {"key": "a", "text": "!"}]}]})


def test_the_question_is_told_in_words() -> None:
    game = made(1)
    assert game.tell(game.view(game.start(RNG), PLAYER)) == "0 0?"
