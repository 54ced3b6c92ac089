from __future__ import annotations

from collections.abc import Callable
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
    before = [np.copy(array) for array in belief.state]
    prediction = MODEL.predict(belief, situation)
    prediction[:] = -1
    MODEL.explain(belief, situation)
    MODEL.dump(belief)
    learn(belief, situation, [(situation.legal[0], 0)])
    assert all(np.array_equal(array, value) for array, value in zip(belief.state, before, strict=True))
    assert MODEL.predict(belief, situation).min() >= 0


def test_the_first_prediction_of_a_stranger_is_uniform_where_nobody_was_learnt_from() -> None:
    situation = rock_paper_scissors("")
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
    assert len(MODEL.dump(belief)) <= (5120 if n == 3 else 32768)


def test_the_work_of_a_turn_does_not_grow_with_the_match() -> None:
    """All that a turn touches are arrays of fixed shape, and no belief keeps an earlier one alive."""
    situation = rock_paper_scissors()
    young = learn(MODEL.start(situation), situation, random_rounds(3, 3, 10))
    old = learn(young, situation, random_rounds(3, 3, 2000))
    assert [array.shape for array in young.state] == [array.shape for array in old.state]
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
    assert np.array_equal(repeated.state.window, carried.state.window)


def test_illegal_actions_share_nothing_and_legal_ones_keep_their_order() -> None:
    whole, part = rock_paper_scissors(), rock_paper_scissors(legal=(0, 2))
    belief = learn(MODEL.start(whole), whole, [(2, 0), (0, 1), (2, 2), (2, 1)] * 6)
    p = MODEL.predict(belief, part)
    assert p[1] == 0
    assert p[2] > p[0]


def other_rows(data: bytes) -> bytes:
    """The bitmap of visited rows names all of the first 80; it stands before the counts of 2 x 3 bytes a row."""
    rows, visited = np.frombuffer(data, "<u2", 2, 14).tolist()
    at = len(data) - 6 * visited - (rows + 7) // 8
    return data[:at] + b"\xff" * 10 + data[at + 10 :]


@pytest.mark.parametrize(
    "broken",
    [
        lambda _: b"",
        lambda _: b"short",
        lambda data: b"XXXX" + data[4:],
        lambda data: data[:-1],
        lambda data: data + b"\0",
        lambda data: data[:4] + b"\x07" + data[5:],
        lambda data: data[:18] + b"\xff\xff\xff\x7f" + data[22:],
        lambda data: data[:46] + b"\xff" * 15 + data[61:],
        lambda data: data[:100] + b"\xff\xff\xff\xff" * 4 + data[116:],
        other_rows,
    ],
)
def test_bytes_that_are_no_belief_are_refused(broken: Callable[[bytes], bytes]) -> None:
    situation = rock_paper_scissors()
    data = MODEL.dump(learn(MODEL.start(situation), situation, random_rounds(3, 3, 30)))
    with pytest.raises(CorruptState):
        MODEL.load(broken(data), situation)


def test_a_belief_of_another_game_is_refused() -> None:
    with pytest.raises(CorruptState, match="another game"):
        MODEL.load(MODEL.dump(MODEL.start(random_game(4, 4))), rock_paper_scissors())


BANDIT = Situation(("l", "r"), (), (0, 1), (), (), "", payoff_range=(0.0, 1.0))


def test_a_person_who_learns_from_rewards_is_predicted_to_take_what_paid() -> None:
    belief = MODEL.start(BANDIT)
    for t in range(40):
        action = t % 2 if t < 10 else 1
        belief = MODEL.update(belief, BANDIT, Decision(action, -1, float(action), 0.0))
    assert MODEL.predict(belief, BANDIT)[1] > 0.8


def two_step(stage: int) -> Situation:
    return Situation(("a", "b"), (), (0, 1), (), (), "", stage=stage, stages=3, payoff_range=(0.0, 1.0))


def test_in_a_task_of_two_steps_each_stage_has_its_own_habits() -> None:
    belief = MODEL.start(two_step(0))
    for t in range(60):
        belief = MODEL.update(belief, two_step(0), Decision(0, -1, 0.0, 0.0))
        stage = 1 + t % 2
        belief = MODEL.update(belief, two_step(stage), Decision(stage - 1, -1, 1.0, 0.0))
    found = [int(np.argmax(MODEL.predict(belief, two_step(stage)))) for stage in range(3)]
    assert found == [0, 0, 1]
    assert MODEL.load(MODEL.dump(belief), two_step(0)).seen == 120


def test_what_a_first_choice_led_to_is_learnt_when_it_is_known() -> None:
    belief = MODEL.start(two_step(0))
    belief = MODEL.update(belief, two_step(0), Decision(1, -1, 0.0, 0.0))
    assert belief.filled == 0
    belief = MODEL.update(belief, two_step(2), Decision(0, -1, 1.0, 0.0))
    assert belief.filled == 1
    assert belief.state.reach[1].tolist() == [1, 1, 2]


def test_on_a_board_the_features_of_moves_are_learnt() -> None:
    """Somebody who always moves where the one feature is largest, on 36 squares of which fewer and fewer are free."""
    rng, squares = np.random.default_rng(1), tuple(map(str, range(36)))
    belief, losses = None, []
    for t in range(30):
        legal = tuple(sorted(rng.permutation(36)[: 36 - t].tolist()))
        features = tuple((float(x),) for x in rng.normal(size=36))
        board = Situation(squares, (), legal, (), (), "", features=features)
        belief = belief or MODEL.start(board)
        best = max(legal, key=lambda square: features[square])
        losses.append(-log(MODEL.predict(belief, board)[best]) - log(len(legal)))
        belief = MODEL.update(belief, board, Decision(best, -1, 0.0, 0.0))
    assert np.mean(losses[15:]) < -1.0


def test_no_choice_shows_in_a_prediction_before_it() -> None:
    """The same past but for the last round: all predictions up to that round are the same."""
    situation, rounds = rock_paper_scissors(), random_rounds(3, 3, 30)
    other = [*rounds[:-1], ((rounds[-1][0] + 1) % 3, rounds[-1][1])]
    for t in range(30):
        one, two = (MODEL.predict(learn(MODEL.start(situation), situation, r[:t]), situation) for r in (rounds, other))
        assert np.array_equal(one, two)
