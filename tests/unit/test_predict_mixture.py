from __future__ import annotations

from dataclasses import fields
from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hagame.errors import CorruptState
from hagame.mind.model import Decision
from hagame.mind.predict import Belief, CountMixture
from hagame.rules.game import Situation

MODEL = CountMixture()
SHIFT = ((0.0, -1.0, 1.0), (1.0, 0.0, -1.0), (-1.0, 1.0, 0.0))
NAMES = ("rock", "paper", "scissors")


def rock_paper_scissors(family: str = "rock-paper-scissors", legal: tuple[int, ...] = (0, 1, 2)) -> Situation:
    return Situation(NAMES, NAMES, legal, SHIFT, tuple(zip(*SHIFT, strict=True)), family)


def random_game(n: int, m: int, seed: int = 0) -> Situation:
    rng = np.random.default_rng(seed)
    own, other = (tuple(map(tuple, rng.integers(-3, 4, (n, m)).astype(float).tolist())) for _ in range(2))
    return Situation(
        tuple(f"a{i}" for i in range(n)), tuple(f"b{j}" for j in range(m)), tuple(range(n)), own, other, ""
    )


def learn(belief: Belief, situation: Situation, rounds: list[tuple[int, int]]) -> Belief:
    for own, other in rounds:
        decision = Decision(own, other, situation.payoffs[own][other], situation.opponent_payoffs[own][other])
        belief = MODEL.update(belief, situation, decision)
    return belief


def mean_log_loss(situation: Situation, rounds: list[tuple[int, int]], skip: int = 0) -> float:
    belief, losses = MODEL.start(situation), []
    for own, other in rounds:
        losses.append(-log(MODEL.predict(belief, situation)[own]))
        belief = learn(belief, situation, [(own, other)])
    return float(np.mean(losses[skip:]))


def random_rounds(n: int, m: int, length: int, seed: int = 0) -> list[tuple[int, int]]:
    rng = np.random.default_rng(seed)
    return list(zip(rng.integers(n, size=length).tolist(), rng.integers(m, size=length).tolist(), strict=True))


@st.composite
def played(draw: st.DrawFn) -> tuple[Situation, list[tuple[int, int]]]:
    n, m = draw(st.integers(1, 10)), draw(st.integers(1, 10))
    legal = draw(st.sets(st.integers(0, n - 1), min_size=1))
    game = random_game(n, m, draw(st.integers(0, 99)))
    rounds = draw(st.lists(st.tuples(st.sampled_from(sorted(legal)), st.integers(0, m - 1)), max_size=40))
    restricted = Situation(
        game.actions, game.opponent_actions, tuple(sorted(legal)), game.payoffs, game.opponent_payoffs, ""
    )
    return restricted, rounds


@settings(max_examples=60, deadline=None)
@given(played())
def test_predictions_are_probabilities_over_the_legal_actions(case: tuple[Situation, list[tuple[int, int]]]) -> None:
    situation, rounds = case
    p = MODEL.predict(learn(MODEL.start(situation), situation, rounds), situation)
    legal = list(situation.legal)
    assert p.shape == (len(situation.actions),)
    assert p.sum() == pytest.approx(1, abs=1e-12)
    assert (p[legal] >= 0.99e-4).all()
    assert not np.delete(p, legal).any()


@settings(max_examples=40, deadline=None)
@given(played(), st.lists(st.integers(0, 10**6), min_size=1, max_size=12))
def test_a_stored_belief_goes_on_exactly_as_the_one_in_memory(
    case: tuple[Situation, list[tuple[int, int]]], later: list[int]
) -> None:
    situation, rounds = case
    kept = learn(MODEL.start(situation), situation, rounds)
    stored = MODEL.load(MODEL.dump(kept), situation)
    for number in later:
        assert np.array_equal(MODEL.predict(kept, situation), MODEL.predict(stored, situation))
        choice = (situation.legal[number % len(situation.legal)], number % len(situation.opponent_actions))
        kept, stored = learn(kept, situation, [choice]), learn(stored, situation, [choice])
    assert MODEL.dump(kept) == MODEL.dump(stored)


@settings(max_examples=30, deadline=None)
@given(played())
def test_nothing_given_is_changed(case: tuple[Situation, list[tuple[int, int]]]) -> None:
    situation, rounds = case
    belief = learn(MODEL.start(situation), situation, rounds)
    before = {f.name: np.copy(getattr(belief, f.name)) for f in fields(belief) if f.name not in ("layout", "memo")}
    prediction = MODEL.predict(belief, situation)
    prediction[:] = -1
    MODEL.explain(belief, situation)
    MODEL.dump(belief)
    learn(belief, situation, [(situation.legal[0], 0)])
    assert all(np.array_equal(getattr(belief, name), value) for name, value in before.items())
    assert MODEL.predict(belief, situation).min() >= 0


def test_the_first_prediction_of_a_stranger_is_uniform() -> None:
    situation = rock_paper_scissors()
    assert MODEL.predict(MODEL.start(situation), situation) == pytest.approx([1 / 3] * 3)


@pytest.mark.parametrize("family", ["rock-paper-scissors", ""])
@pytest.mark.parametrize("pattern", [[0, 1, 2], [0, 0, 1], [2, 1, 1, 0, 0]])
def test_a_fixed_pattern_is_soon_predicted(family: str, pattern: list[int]) -> None:
    others = [other for _, other in random_rounds(3, 3, 60)]
    rounds = [(pattern[t % len(pattern)], other) for t, other in enumerate(others)]
    assert mean_log_loss(rock_paper_scissors(family), rounds, skip=30) < 0.3


@pytest.mark.parametrize("family", ["rock-paper-scissors", ""])
def test_a_reaction_to_the_opponent_is_soon_predicted(family: str) -> None:
    others = [other for _, other in random_rounds(3, 3, 80)]
    rounds = [((before + 1) % 3, other) for before, other in zip([0, *others], others, strict=False)]
    assert mean_log_loss(rock_paper_scissors(family), rounds, skip=40) < 0.3


@pytest.mark.parametrize("family", ["rock-paper-scissors", ""])
def test_against_a_random_player_little_is_lost(family: str) -> None:
    rounds = random_rounds(3, 3, 2500, seed=5)
    assert mean_log_loss(rock_paper_scissors(family), rounds) <= log(3) + 0.03


def test_against_a_random_player_of_a_large_game_little_is_lost() -> None:
    assert mean_log_loss(random_game(6, 4), random_rounds(6, 4, 1000)) <= log(6) + 0.03


def test_a_person_who_changes_is_learnt_anew() -> None:
    rounds = [(0, t % 3) for t in range(300)] + [(2, t % 3) for t in range(30)]
    assert mean_log_loss(rock_paper_scissors(), rounds, skip=315) < 0.1


@pytest.mark.parametrize(("n", "m"), [(3, 3), (10, 10), (10, 2), (2, 10)])
def test_the_stored_belief_stays_small_however_long_the_match(n: int, m: int) -> None:
    situation = rock_paper_scissors() if n == m == 3 else random_game(n, m)
    belief = learn(MODEL.start(situation), situation, random_rounds(n, m, 5000))
    assert belief.seen == 5000
    assert len(MODEL.dump(belief)) <= (4096 if n == 3 else 32768)


def test_the_work_of_a_turn_does_not_grow_with_the_match() -> None:
    """All that a turn touches are arrays of fixed shape, and no belief keeps an earlier one alive."""
    situation = rock_paper_scissors()
    young = learn(MODEL.start(situation), situation, random_rounds(3, 3, 10))
    old = learn(young, situation, random_rounds(3, 3, 2000))
    for name in ("counts", "gains", "precision", "shares", "prior"):
        assert getattr(young, name).shape == getattr(old, name).shape
    assert len(old.own) == len(young.own)
    assert not old.memo


def test_the_same_decisions_give_the_same_bytes() -> None:
    situation, rounds = rock_paper_scissors(), random_rounds(3, 3, 100)
    assert MODEL.dump(learn(MODEL.start(situation), situation, rounds)) == MODEL.dump(
        learn(MODEL.start(situation), situation, rounds)
    )


def test_turning_all_names_in_the_cycle_turns_the_prediction_with_them() -> None:
    situation = rock_paper_scissors("")
    rounds = [(0, 1), (0, 2), (0, 0), (0, 1)] * 5
    turned = [((own + 1) % 3, (other + 1) % 3) for own, other in rounds]
    p = MODEL.predict(learn(MODEL.start(situation), situation, rounds), situation)
    q = MODEL.predict(learn(MODEL.start(situation), situation, turned), situation)
    assert np.roll(p, 1) == pytest.approx(q, abs=1e-6)


def test_a_new_match_keeps_what_was_learnt_and_forgets_the_last_rounds() -> None:
    situation = rock_paper_scissors()
    belief = learn(MODEL.start(situation), situation, [(0, t % 3) for t in range(50)])
    carried = MODEL.carry_over(belief)
    assert carried.seen == 50
    assert carried.filled == 0
    assert MODEL.predict(carried, situation)[0] > 0.6
    repeated = MODEL.carry_over(learn(belief, situation, [(1, 1), (2, 2)]))
    assert repeated.own == carried.own


def test_illegal_actions_share_nothing_and_legal_ones_keep_their_order() -> None:
    whole, part = rock_paper_scissors(), rock_paper_scissors(legal=(0, 2))
    belief = learn(MODEL.start(whole), whole, [(2, 0), (0, 1), (2, 2), (2, 1)] * 6)
    p = MODEL.predict(belief, part)
    assert p[1] == 0
    assert p[2] > p[0]


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"short",
        lambda data: b"XXXX" + data[4:],
        lambda data: data[:-1],
        lambda data: data + b"\0",
        lambda data: data[:4] + b"\x07" + data[5:],
        lambda data: data[:19] + b"\xff" + data[20:],
        lambda data: data[:30] + b"\xff\xff\xff\xff" * 4 + data[46:],
        lambda data: data[:-300] + b"\xff" * 300 if len(data) < 500 else data[:450] + b"\xff" * 60 + data[510:],
    ],
)
def test_bytes_that_are_no_belief_are_refused(broken: object) -> None:
    situation = rock_paper_scissors()
    data = MODEL.dump(learn(MODEL.start(situation), situation, random_rounds(3, 3, 30)))
    with pytest.raises(CorruptState):
        MODEL.load(broken(data) if callable(broken) else broken, situation)


def test_a_belief_of_another_game_is_refused() -> None:
    with pytest.raises(CorruptState, match="another game"):
        MODEL.load(MODEL.dump(MODEL.start(random_game(4, 4))), rock_paper_scissors())
