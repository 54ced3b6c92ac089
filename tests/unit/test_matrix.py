"""The rules of repeated normal-form games."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from hagame.errors import IllegalAction, InvalidInput
from hagame.rules.builtin import BUILT_IN
from hagame.rules.game import AI, PLAYER
from hagame.rules.matrix import Matrix, MatrixState
from hagame.rules.presets import PRESETS

LABELS = [f"action {i}" for i in range(10)]
payoff = st.integers(-100, 100).map(float)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=seed))


@st.composite
def games(draw: st.DrawFn) -> Matrix:
    rows, columns = draw(st.integers(1, 10)), draw(st.integers(1, 10))
    table = st.lists(st.lists(payoff, min_size=columns, max_size=columns), min_size=rows, max_size=rows)
    rounds = draw(st.integers(1, 20) | st.builds(dict, continuation=st.floats(0.05, 0.95), at_most=st.just(20)))
    parameters: dict[str, Any] = {
        "actions": LABELS[:rows],
        "opponent_actions": [f"other-{i}" for i in range(columns)],
        "payoffs": draw(table),
        "rounds": rounds,
    }
    parameters |= {"zero_sum": True} if draw(st.booleans()) else {"opponent_payoffs": draw(table)}
    return Matrix.model_validate(parameters)


def playthrough(game: Matrix, seed: int) -> list[MatrixState]:
    generator = rng(seed)
    states = [game.start(generator)]
    while not game.is_over(states[-1]):
        state = states[-1]
        chosen = {seat: str(generator.choice(game.legal_actions(state, seat))) for seat in (PLAYER, AI)}
        states.append(game.apply(state, chosen, generator))
    return states


@given(games(), st.integers(0, 2**32))
@settings(deadline=None)
def test_the_same_seed_plays_the_same_match(game: Matrix, seed: int) -> None:
    assert playthrough(game, seed) == playthrough(game, seed)


@given(games(), st.integers(0, 2**32))
@settings(deadline=None)
def test_every_round_pays_what_the_matrix_says_and_scores_are_its_sums(game: Matrix, seed: int) -> None:
    states = playthrough(game, seed)
    for before, after in pairwise(states):
        assert after.actions is not None
        mine = game.situation(before, PLAYER)
        i, j = mine.actions.index(after.actions[0]), mine.opponent_actions.index(after.actions[1])
        assert game.payoffs(after) == (mine.payoffs[i][j], mine.opponent_payoffs[i][j])
        theirs = game.situation(before, AI)
        assert game.payoffs(after) == (theirs.opponent_payoffs[j][i], theirs.payoffs[j][i])
        assert after.scores == (before.scores[0] + after.payoffs[0], before.scores[1] + after.payoffs[1])


@given(games(), st.integers(0, 2**32))
@settings(deadline=None)
def test_nothing_is_legal_after_the_end_and_everything_before(game: Matrix, seed: int) -> None:
    *running, last = playthrough(game, seed)
    for state in running:
        for seat in (PLAYER, AI):
            assert game.legal_actions(state, seat) == game.situation(state, seat).actions
    assert [game.legal_actions(last, seat) for seat in (PLAYER, AI)] == [(), ()]
    actions = {seat: game.situation(last, seat).actions[0] for seat in (PLAYER, AI)}
    with pytest.raises(IllegalAction, match="the game is over"):
        game.apply(last, actions, rng())


@given(games(), st.integers(0, 2**32))
@settings(deadline=None)
def test_states_survive_json_and_are_never_changed(game: Matrix, seed: int) -> None:
    adapter = TypeAdapter(MatrixState)
    for state in playthrough(game, seed):
        text = adapter.dump_json(state)
        assert adapter.validate_json(text) == state
        if not game.is_over(state):
            game.apply(state, {s: game.legal_actions(state, s)[0] for s in (PLAYER, AI)}, rng())
        assert adapter.dump_json(state) == text


@given(games(), st.data())
@settings(deadline=None)
def test_before_a_round_is_played_nothing_shows_what_the_other_will_choose(game: Matrix, data: st.DataObject) -> None:
    state = game.start(rng())
    before = game.view(state, PLAYER), game.situation(state, PLAYER)
    own = data.draw(st.sampled_from(game.legal_actions(state, PLAYER)))
    for other in game.legal_actions(state, AI):
        game.apply(state, {PLAYER: own, AI: other}, rng())
        assert (game.view(state, PLAYER), game.situation(state, PLAYER)) == before


@given(games(), st.integers(0, 2**32))
@settings(deadline=None)
def test_both_views_tell_the_same_round_from_two_sides(game: Matrix, seed: int) -> None:
    for state in playthrough(game, seed):
        mine, theirs = game.view(state, PLAYER), game.view(state, AI)
        for a, b in (("score", "opponent_score"), ("actions", "opponent_actions")):
            assert (mine[a], mine[b]) == (theirs[b], theirs[a])
        assert mine["payoffs"] == np.transpose(theirs["opponent_payoffs"]).tolist()
        assert (mine["last"] is None) == (theirs["last"] is None)
        if mine["last"] is not None:
            assert mine["last"]["action"] == theirs["last"]["opponent_action"]
            assert mine["last"]["payoff"] == theirs["last"]["opponent_payoff"]


def test_a_fixed_length_is_kept_exactly() -> None:
    assert len(playthrough(Matrix(preset="chicken", rounds=37), 1)) == 38


def test_a_geometric_length_has_the_mean_it_promises() -> None:
    """Mean 1 / (1 - p), standard deviation sqrt(p) / (1 - p); four standard errors are allowed."""
    p, matches = 0.8, 4000
    game = Matrix.model_validate({"preset": "stag-hunt", "rounds": {"continuation": p, "at_most": 1000}})
    lengths = [len(playthrough(game, seed)) - 1 for seed in range(matches)]
    assert abs(np.mean(lengths) - 1 / (1 - p)) < 4 * np.sqrt(p) / (1 - p) / np.sqrt(matches)
    assert abs(np.mean(np.equal(lengths, 1)) - (1 - p)) < 4 * np.sqrt(p * (1 - p) / matches)


def test_a_geometric_length_ends_at_the_latest_where_it_says() -> None:
    game = Matrix.model_validate({"preset": "stag-hunt", "rounds": {"continuation": 0.99, "at_most": 5}})
    assert max(len(playthrough(game, seed)) - 1 for seed in range(50)) == 5


def test_no_state_or_view_tells_beforehand_when_an_unknown_length_ends() -> None:
    game = Matrix.model_validate({"preset": "stag-hunt", "rounds": {"continuation": 0.5}})
    choice = {PLAYER: "stag", AI: "stag"}
    running = [game.apply(game.start(rng(s)), choice, rng(s)) for s in range(50)]
    going_on = [state for state in running if not state.over]
    after = [game.apply(state, choice, rng(100 + n)) for n, state in enumerate(going_on)]
    assert {state.over for state in after} == {True, False}
    assert len(set(going_on)) == 1
    assert "at_most" not in game.view(going_on[0], PLAYER)


@pytest.mark.parametrize("seat", [PLAYER, AI])
def test_an_illegal_action_is_refused_with_the_legal_ones(seat: int) -> None:
    game = Matrix(preset="rock-paper-scissors")
    with pytest.raises(IllegalAction, match=r"'well' is not .* rock, paper, scissors") as error:
        game.apply(game.start(rng()), {PLAYER: "rock", AI: "rock"} | {seat: "well"}, rng())
    assert error.value.extra["legal_actions"] == ["rock", "paper", "scissors"]


@pytest.mark.parametrize("actions", [{}, {0: "rock"}, {0: "rock", 2: "rock"}, {0: "rock", 1: "rock", 2: "rock"}])
def test_both_seats_must_choose(actions: dict[int, str]) -> None:
    game = Matrix(preset="rock-paper-scissors")
    with pytest.raises(InvalidInput, match="Seats 0 and 1"):
        game.apply(game.start(rng()), actions, rng())


def test_the_situation_is_made_once_for_each_seat() -> None:
    game = Matrix(preset="chicken")
    first, second = game.start(rng()), game.apply(game.start(rng()), {0: "swerve", 1: "swerve"}, rng())
    assert game.situation(first, AI) is game.situation(second, AI)


def test_unless_given_the_ai_gets_what_the_person_would_get_in_its_place() -> None:
    game = Matrix.model_validate({"actions": ["a", "b"], "payoffs": [[1, 2], [3, 4]]})
    assert game.situation(game.start(rng()), PLAYER).opponent_payoffs == ((1, 3), (2, 4))
    assert game.situation(game.start(rng()), AI).payoffs == game.situation(game.start(rng()), PLAYER).payoffs


CYCLE = [[0, -2, 2], [2, 0, -2], [-2, 2, 0]]


@pytest.mark.parametrize(
    ("parameters", "family"),
    [
        *(({"preset": name}, name) for name in PRESETS),
        ({"actions": ["fire", "water", "wood"], "payoffs": CYCLE}, "rock-paper-scissors"),
        ({"actions": ["fire", "water", "wood"], "payoffs": CYCLE[::-1]}, ""),
        ({"actions": ["fire", "water", "wood"], "payoffs": [[0, 2, -2], [-2, 0, 2], [2, -2, 0]]}, ""),
        ({"actions": ["fire", "water", "wood"], "payoffs": CYCLE, "opponent_payoffs": CYCLE}, ""),
        ({"actions": ["a", "b"], "payoffs": [[3, 0], [5, 1]]}, ""),
    ],
)
def test_the_family_is_the_preset_or_follows_from_the_cycle(parameters: dict[str, Any], family: str) -> None:
    game = Matrix.model_validate(parameters)
    assert [game.situation(game.start(rng()), seat).family for seat in (PLAYER, AI)] == [family, family]


def test_the_presets_are_the_textbook_games() -> None:
    for name in ("prisoners-dilemma", "stag-hunt", "chicken"):
        (r, s), (t, p) = PRESETS[name].payoffs
        order = {"prisoners-dilemma": t > r > p > s, "stag-hunt": r > t >= p > s, "chicken": t > r > s > p}
        assert order[name]
    for name in ("rock-paper-scissors", "matching-pennies"):
        assert not (np.array(PRESETS[name].payoffs) + PRESETS[name].opponent_payoffs).any()


def test_every_preset_is_among_the_built_in_definitions() -> None:
    assert {item["parameters"]["preset"] for item in BUILT_IN if item["engine"] == Matrix.info.key} == set(PRESETS)
    assert len({item["key"] for item in BUILT_IN}) == len(BUILT_IN)


def test_the_higher_score_wins_where_one_side_gains_what_the_other_loses() -> None:
    won = {preset for preset in PRESETS if Matrix(preset=preset).has_winner}
    assert won == {"rock-paper-scissors", "matching-pennies"}
    assert Matrix(actions=("a", "b"), payoffs=((3.0, 1.0), (2.0, 2.0)), zero_sum=True).has_winner
