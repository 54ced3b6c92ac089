"""Feedback: what is said of a match follows from its sums, and of chance nothing is said."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from hagame.mind.cognition import Evidence, traits
from hagame.mind.feedback import (
    Clue,
    Feedback,
    Log,
    Part,
    Step,
    Surprise,
    Totals,
    TurnLog,
    feedback,
    turn_facts,
    words,
)
from hagame.mind.feedback.habits import SHIFT, Habit, habits, later_more, tail

ACTIONS = ("rock", "paper", "scissors")

TOTALS = Totals(
    decisions=100,
    choices=100,
    score=-12.0,
    opponent_score=12.0,
    wins=28,
    ties=32,
    losses=40,
    hits=33,
    chance=100 / 3,
    bits=-0.02,
    early=(17, 50),
    late=(16, 50),
    paid_foreseen=-0.8,
    paid_unforeseen=0.27,
    constant_sum=True,
    surprise=Surprise(41, "paper", 0.062),
)


def steps_of(moves: list[tuple[str, str]]) -> list[Step]:
    """Rock-paper-scissors as sums; the AI foresees every rock."""
    pays = {(a, b): (ACTIONS.index(a) - ACTIONS.index(b) + 1) % 3 - 1 for a in ACTIONS for b in ACTIONS}
    result = {1: "win", 0: "tie", -1: "loss"}
    counted: Counter[tuple[object, ...]] = Counter()
    for before, (own, other) in zip([None, *moves], moves, strict=False):
        past = (None, None, None) if before is None else (result[pays[before]], *before)
        counted[(*past, own, pays[own, other])] += 1
    return [
        Step(*key[:4], n, n if key[3] == "rock" else 0, n / 3, n * key[4], n * key[4] ** 2)  # type: ignore[arg-type,operator]
        for key, n in counted.items()
    ]


def played_after_losses(n: int, seed: int = 3) -> list[tuple[str, str]]:
    """Somebody who always changes after a loss, and else plays evenly at random."""
    rng = np.random.default_rng(seed)
    moves = [("rock", "rock")]
    for own, other in rng.integers(0, 3, (n - 1, 2)):
        last, answer = moves[-1]
        if (ACTIONS.index(last) - ACTIONS.index(answer)) % 3 == 2 and ACTIONS[own] == last:
            own = (own + 1 + rng.integers(0, 2)) % 3  # noqa: PLW2901
        moves.append((ACTIONS[own], ACTIONS[other]))
    return moves


def sentences(told: Feedback) -> dict[str, str]:
    return {fact.key: fact.sentence for fact in told.facts}


def test_a_habit_is_found_with_its_counts_and_its_chance() -> None:
    found = habits(steps_of(played_after_losses(300)))
    shift = next(h for h in found if h.kind == "after-result")
    assert (shift.value, shift.response) == ("loss", SHIFT)
    assert shift.taken == shift.seen > 60
    assert shift.share == pytest.approx(2 / 3)


def test_who_plays_at_random_is_told_of_a_habit_in_fewer_than_five_of_a_hundred_matches() -> None:
    rng = np.random.default_rng(11)
    told = 0
    for _ in range(200):
        moves = [(ACTIONS[a], ACTIONS[b]) for a, b in rng.integers(0, 3, (100, 2))]
        told += bool(habits(steps_of(moves)))
    assert told < 10


def test_habits_are_ordered_by_choices_beyond_chance_and_the_same_choices_are_told_once() -> None:
    rng = np.random.default_rng(5)
    moves = [("rock", ACTIONS[b]) for b in rng.integers(0, 3, 60)]
    found = habits(steps_of(moves))
    assert len({(h.taken, h.foreseen, h.paid) for h in found}) == len(found)
    assert [h.excess for h in found] == sorted((h.excess for h in found), reverse=True)
    assert (found[0].kind, found[0].response, found[0].taken, found[0].foreseen) == ("always", "rock", 60, 60)


@pytest.mark.parametrize(("k", "n", "p"), [(0, 10, 0.3), (7, 10, 1 / 3), (10, 10, 0.5), (40, 100, 1 / 3)])
def test_the_tail_is_that_of_the_binomial_distribution(k: int, n: int, p: float) -> None:
    assert tail(k, n, p) == pytest.approx(stats.binom.sf(k - 1, n, p))


@pytest.mark.parametrize(("early", "before", "late", "after"), [(10, 50, 25, 50), (25, 50, 10, 50), (0, 12, 0, 12)])
def test_the_comparison_of_halves_is_fishers_exact_test(early: int, before: int, late: int, after: int) -> None:
    table = [[late, after - late], [early, before - early]]
    assert later_more(early, before, late, after) == pytest.approx(stats.fisher_exact(table, "greater").pvalue)


def test_somebody_hard_to_read_is_told_so_and_to_go_on() -> None:
    told = feedback(Log(TOTALS, (), ()))
    assert told.headline == words.NOT_READ
    assert told.advice == (words.KEEP_MIXING,)


def test_somebody_read_without_a_habit_is_told_to_draw_lots() -> None:
    told = feedback(Log(replace(TOTALS, hits=52, early=(26, 50), late=(26, 50)), (), ()))
    assert told.headline == words.READ
    assert told.advice == (words.DRAW_LOTS,)


def test_an_ai_that_learns_is_seen_in_the_halves() -> None:
    told = feedback(Log(replace(TOTALS, hits=52, early=(15, 50), late=(37, 50)), (), ()))
    assert "15 of the 50 choices of the first half and 37 of the 50" in sentences(told)["learning"]
    assert words.CHANGE_MIDWAY in told.advice


def test_where_both_can_win_nobody_is_told_to_hide() -> None:
    told = feedback(Log(replace(TOTALS, constant_sum=False), (), ()))
    assert told.advice == ()


def test_a_habit_that_pays_badly_is_to_be_broken_and_one_that_pays_well_to_be_kept() -> None:
    steps = (
        Step("loss", "rock", "paper", "scissors", 20, 18, 20 / 3, -15.0, 15.0),
        Step("win", "paper", "rock", "paper", 25, 3, 25 / 3, 20.0, 20.0),
        Step("tie", "rock", "rock", "rock", 5, 1, 5 / 3, 0.0, 4.0),
    )
    told = feedback(Log(replace(TOTALS, decisions=50, choices=50, score=5.0, early=(11, 25), late=(11, 25)), steps, ()))
    assert any("Try to do it less often" in advice and "scissors" in advice for advice in told.advice)
    assert any("worth keeping" in advice and "paper" in advice for advice in told.advice)
    assert "Your best move was paper: 0.8" in sentences(told)["actions"]


def test_no_advice_follows_from_a_difference_that_chance_may_bring() -> None:
    steps = (
        Step("loss", "rock", "paper", "scissors", 20, 18, 20 / 3, -2.0, 14.0),
        Step("win", "paper", "rock", "paper", 25, 3, 25 / 3, 2.0, 18.0),
        Step("tie", "rock", "rock", "rock", 5, 1, 5 / 3, 0.0, 4.0),
    )
    told = feedback(Log(replace(TOTALS, constant_sum=False), steps, ()))
    assert "habit-1" in sentences(told)
    assert told.advice == ()


def test_who_is_read_is_not_told_to_keep_a_habit_where_the_other_side_wins_what_one_loses() -> None:
    steps = (
        Step("loss", "rock", "paper", "scissors", 40, 38, 40 / 3, -40.0, 40.0),
        Step("win", "paper", "rock", "paper", 25, 3, 25 / 3, 20.0, 20.0),
    )
    read = replace(TOTALS, hits=60, early=(30, 50), late=(30, 50))
    kept = [advice for advice in feedback(Log(read, steps, ())).advice if "worth keeping" in advice]
    assert kept == []
    assert any("worth keeping" in advice for advice in feedback(Log(TOTALS, steps, ())).advice)


def test_the_evidence_that_helped_most_is_quoted_and_misleading_evidence_is_not() -> None:
    quote = "After a loss, you changed in 8 of 9 cases."
    clues = (Clue("taken/own+outcome", 3.2, 37, quote), Clue("reply/always", -1.0, 5, "Something else."))
    told = sentences(feedback(Log(TOTALS, (), clues)))["clue"]
    assert quote in told
    assert "your own last moves and how the last rounds ended" in told
    assert "clue" not in sentences(feedback(Log(TOTALS, (), clues[1:])))


def test_a_first_decision_is_too_little() -> None:
    one = replace(TOTALS, decisions=1, choices=1, hits=1, early=(0, 0), late=(1, 1), chance=1 / 3)
    told = feedback(Log(one, (Step(None, None, None, "rock", 1, 1, 1 / 3, 1.0, 1.0),), ()))
    assert (told.headline, told.advice) == (words.TOO_FEW, (words.PLAY_ON,))


def test_a_match_without_choices_and_without_an_opponent_is_told_by_its_score() -> None:
    alone = replace(TOTALS, choices=0, hits=0, chance=0.0, opponent_score=None, early=(0, 0), late=(0, 0))
    told = feedback(Log(replace(alone, surprise=None, paid_foreseen=None), (), ()))
    assert sentences(told) == {"score": "In 100 decisions you got -12."}


def test_traits_are_told_with_interval_and_number() -> None:
    evidence = Evidence({"win_stay": (20.0, 15.0, 15.0)})
    told = sentences(feedback(Log(TOTALS, (), ()), traits(evidence)))["trait-win_stay"]
    assert told.startswith("Staying after wins: 73%, between 53% and 89% with 95% probability, from 20 decisions.")


@pytest.mark.parametrize(("value", "text"), [(0.5, "0.5"), (-0.001, "0"), (-1.236, "-1.24"), (100.0, "100")])
def test_numbers_are_told_in_two_digits(value: float, text: str) -> None:
    assert words.number(value) == text


def test_every_habit_has_a_sentence() -> None:
    kinds = ("always", "after-result", "after-own", "after-opponent")
    told = {words.habit(Habit(kind, "loss", SHIFT, 9, 10, 0.5, 4, -0.25)) for kind in kinds}
    assert len(told) == 4
    assert all("9 of 10 cases; by chance it would be 50%" in sentence for sentence in told)


def test_a_turn_is_told_by_what_was_expected_done_and_weighed() -> None:
    parts = [
        Part("First.", 0.1),
        Part("Second.", -0.9),
        Part("Third.", 0.4),
        Part("Fourth.", 0.01),
        Part("Fifth.", 0.0),
    ]
    log = TurnLog(7, "rock", "paper", -1.0, {"rock": 0.61, "paper": 0.22, "scissors": 0.17}, "It pays.", parts)
    told = {fact.key: fact.sentence for fact in turn_facts(log)}
    assert told["expected"] == (
        "Before round 7 the AI expected of you: rock 61%, paper 22%, scissors 17%. You chose rock: it foresaw that."
    )
    assert told["done"] == ('The AI had sealed paper. Your rock paid you -1. The AI said of its own move: "It pays."')
    assert told["reason-1"] == "Second. This spoke against the move you made, by 0.9 in log-odds."
    assert [key for key in told if key.startswith("reason")] == ["reason-1", "reason-2", "reason-3", "reason-4"]


def test_a_surprising_turn_where_nobody_answers_is_told_too() -> None:
    log = TurnLog(1, "left", None, 2.5, {"left": 0.3, "right": 0.7}, "", [])
    told = {fact.key: fact.sentence for fact in turn_facts(log)}
    assert "it did not foresee that" in told["expected"]
    assert told["done"] == "Your left paid you 2.5."
