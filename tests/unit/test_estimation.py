"""Estimates: scales, points, second thoughts, and what is not shown too early."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.unit.random_play import played

from hagame.errors import IllegalAction, InvalidInput
from hagame.mind.crowd import brier
from hagame.rules.estimation import BINS, Estimation, Question
from hagame.rules.game import PLAYER

RNG = np.random.default_rng(0)
CROWD = {"n": 787, "quartiles": [1162, 1207, 1236], "source": "Galton (1907)"}
OX = {
    "key": "ox",
    "text": "How heavy is the ox?",
    "low": 900,
    "high": 1500,
    "unit": "lb",
    "truth": 1198,
    "crowd": CROWD,
}
RAIN = {"key": "rain", "text": "Does it rain?", "kind": "probability", "truth": 100}
MOON = {"key": "moon", "text": "How far is the moon?", "low": 1000, "high": 1e8, "scale": "log", "truth": 384400}


def made(*questions: dict[str, Any], revise: bool = False) -> Estimation:
    return Estimation.model_validate({"questions": list(questions), "revise": revise})


def after(game: Estimation, *answers: str) -> Any:
    state = game.start(RNG)
    for answer in answers:
        state = game.apply(state, {PLAYER: answer}, RNG)
    return state


@settings(max_examples=25, deadline=None)
@given(
    low=st.integers(1, 10_000),
    width=st.integers(100, 1_000_000),
    scale=st.sampled_from(["linear", "log"]),
    share=st.floats(0, 1),
)
def test_points_are_full_for_the_truth_and_never_below_zero(low: int, width: int, scale: str, share: float) -> None:
    high, truth = low + width, round(low + share * width)
    question = {"key": "q", "text": "?", "low": low, "high": high, "scale": scale, "truth": truth}
    try:
        game = made(question)
    except ValidationError:
        assert scale == "log"
        return
    assert after(game, str(truth)).payoffs == pytest.approx((1.0,))
    for step in played(game, low):
        assert 0 <= game.payoffs(step.after)[0] <= 1


@settings(max_examples=50, deadline=None)
@given(belief=st.integers(0, 100))
def test_honest_probabilities_are_expected_to_pay_best(belief: int) -> None:
    yes, no = Question.model_validate(RAIN), Question.model_validate(RAIN | {"truth": 0})
    expected = [belief / 100 * yes.points(p) + (1 - belief / 100) * no.points(p) for p in range(101)]
    assert expected[belief] == pytest.approx(max(expected))


@settings(max_examples=25, deadline=None)
@given(answers=st.lists(st.integers(0, 100), min_size=1, max_size=6), true=st.booleans())
def test_probabilities_get_the_brier_score_of_a_crowd_of_one(answers: list[int], true: bool) -> None:
    """The same score as everywhere else: over both outcomes, 0 best, 2 worst (Brier 1950)."""
    game = made(*(RAIN | {"key": f"q{i}", "truth": 100 * true} for i in range(len(answers))))
    state, expected = after(game), []
    for answer in answers:
        state = game.apply(state, {PLAYER: str(answer)}, RNG)
        expected.append(brier((answer / 100, 1 - answer / 100), int(not true)))
        told = game.feedback(state, PLAYER).outcome
        assert told["brier"] == pytest.approx(expected[-1])
        assert (told["mean_brier"], told["judged"]) == (pytest.approx(np.mean(expected)), len(expected))


def test_numbers_and_what_nobody_knows_get_no_brier_score() -> None:
    for question, answer in ((OX, "1000"), (RAIN | {"truth": None}, "50")):
        game = made(question)
        assert "brier" not in game.feedback(after(game, answer), PLAYER).outcome


def test_bins_are_equally_wide_on_their_scale() -> None:
    edges = Question.model_validate(MOON).numbers.edges
    ratios = [b / a for a, b in itertools.pairwise(edges)]
    assert len(edges) == BINS + 1
    assert ratios == pytest.approx([10**0.5] * BINS, rel=1e-3)


def test_a_second_answer_is_asked_for_where_there_is_a_crowd_and_earns_the_points() -> None:
    game = made(OX, RAIN, revise=True)
    first = after(game, "1000")
    assert (first.asked, first.payoffs, first.score) == (0, (0.0,), 0.0)
    second = after(game, "1000", "1198")
    assert (second.asked, second.payoffs) == (1, (1.0,))
    assert game.feedback(second, PLAYER).outcome["first"] == 1000
    assert game.is_over(after(game, "1000", "1198", "50"))


def test_with_a_live_crowd_every_question_is_asked_twice() -> None:
    game = Estimation.model_validate({"questions": [RAIN, OX], "revise": True, "live": True})
    first = after(game, "60")
    assert (first.asked, first.first) == (0, 60)
    assert game.view(first, PLAYER)["crowd"] is None, "rules know of no others"
    assert game.is_over(after(game, "60", "70", "1000", "1100"))
    with pytest.raises(ValidationError, match="live needs revise"):
        Estimation.model_validate({"questions": [RAIN], "live": True})


def test_the_truth_is_told_after_the_last_answer_only_and_the_crowd_after_the_first() -> None:
    game = made(OX, revise=True)
    start = game.view(after(game), PLAYER)
    assert (start["crowd"], start["last"]) == (None, None)
    between = game.view(after(game, "1000"), PLAYER)
    assert between["crowd"]["quartiles"] == [1162, 1207, 1236]
    assert between["last"] is None
    assert "truth" not in game.feedback(after(game, "1000"), PLAYER).outcome
    outcome = game.feedback(after(game, "1000", "1100"), PLAYER).outcome
    assert (outcome["truth"], outcome["crowd"]["n"]) == (1198, 787)


def test_no_view_or_situation_changes_with_the_truth() -> None:
    for truth in (950, 1450):
        changed = made(OX | {"truth": truth}, revise=True)
        for answers in ((), ("1000",)):
            state, same = after(changed, *answers), after(made(OX, revise=True), *answers)
            assert changed.view(state, PLAYER) == made(OX, revise=True).view(same, PLAYER)
            assert changed.situation(state, PLAYER) == made(OX, revise=True).situation(same, PLAYER)


def test_revisions_measure_the_weight_of_advice() -> None:
    """Half way from 1000 to the crowd's 1207 is a weight of a half (Yaniv 2004)."""
    game = made(OX | {"step": 0.5}, revise=True)
    state = after(game, "1000")
    assert game.measures(state, "1103.5")["advice_weight"] == pytest.approx(0.5)
    assert game.measures(state, "900")["advice_weight"] == 0
    assert game.measures(state, "1198")["estimation_error"] == pytest.approx(0)
    assert game.measures(after(game), "1000") == {}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"low": 0, "scale": "log"}, "low above 0"),
        ({"truth": 2000}, "outside"),
        ({"high": 905}, "at least 10 steps"),
        ({"kind": "probability"}, "is a probability"),
    ],
)
def test_questions_that_make_no_sense_are_refused_by_their_key(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=f"ox .*{message}"):
        made(OX | change)


def test_only_the_person_answers_and_only_on_the_scale() -> None:
    game = made(OX)
    with pytest.raises(InvalidInput):
        game.apply(after(game), {1: "1000"}, RNG)
    with pytest.raises(IllegalAction):
        game.apply(after(game), {PLAYER: "1501"}, RNG)
    with pytest.raises(ValidationError, match="different keys"):
        made(OX, OX)
