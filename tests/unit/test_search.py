"""Search: perfect where a game can be searched to its end, bounded and reproducible where it cannot."""

from __future__ import annotations

from functools import cache
from itertools import count
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hagame.mind.search import alpha_beta, mcts, plies_to_end
from hagame.mind.search.alpha_beta import CERTAIN
from hagame.rules.board.hex import Hex
from hagame.rules.board.in_a_row import InARow
from hagame.rules.board.nim import Nim
from hagame.rules.position import Position

CONNECT_FOUR = InARow(width=7, height=6, in_a_row=4, gravity=True)
# From the public benchmark of Pascal Pons, "Solving Connect Four" (blog.gamesolver.org), set Test_L3_R1: columns
# played, from 1, and the score of the player to move: 0 a draw, n (-n) a win (loss) with the n-th stone from the end.
SOLVED = {
    "2252576253462244111563365343671351441": -1,
    "7422341735647741166133573473242566": 1,
    "23163416124767223154467471272416755633": 0,
    "65214673556155731566316327373221417": -1,
    "52677675164321472411331752454": 0,
    "3135151421347443544172316522225776773566": 0,
    "562154564361751726662253737734213275114": 0,
    "233377345754465174223731671122611552": 1,
    "6763525635134453444361412671365712": -1,
    "3146762114467714356347741621375222": -1,
    "67152117737262713366376314254": 6,
    "2762751722231276466633475674533": 5,
    "3642756176227637211322113551637574556": 2,
    "427566236745127177115664464254": 2,
    "5775265212657176476365522624313714333": 2,
    "3575316255751336464276636772271112": -3,
}


def opened(game: InARow | Nim | Hex) -> Position:
    return game.position(game.start(np.random.default_rng(0)))


def played(moves: str) -> Position:
    place = opened(CONNECT_FOUR)
    for column in moves:
        place = place.play(int(column) - 1)
    return place


def minimax(place: Position) -> float:
    """The plainest search there is, for player 0: no pruning, no table."""
    outcome = place.outcome()
    if outcome is not None:
        return outcome
    values = [minimax(place.play(move)) for move in place.moves()]
    return min(values) if place.player else max(values)


@pytest.mark.parametrize(("moves", "score"), SOLVED.items())
def test_solved_positions_of_connect_four_have_their_published_scores(moves: str, score: int) -> None:
    found = alpha_beta(played(moves))
    if score == 0:
        assert (found.value, found.solved) == (0, True)
        return
    assert abs(found.value) > CERTAIN
    stones = (len(moves) + plies_to_end(found.value) + 1) // 2
    assert (22 - stones) * (1 if found.value > 0 else -1) == score


@given(st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_late_positions_of_connect_four_are_worth_what_minimax_says(seed: int) -> None:
    """All moves of random positions with at most nine empty squares, beside the plainest search."""
    random = Random(seed)
    for _ in count():
        place = opened(CONNECT_FOUR)
        for _ in range(random.randint(33, 38)):
            if place.outcome() is None:
                place = place.play(random.choice(place.moves()))
        if place.outcome() is None:
            break
    sign = -1 if place.player else 1
    values = {move: sign * minimax(place.play(move)) for move in place.moves()}
    found = alpha_beta(place)
    assert np.sign(found.value) == max(values.values())
    assert {values[move] for move in found.best} == {max(values.values())}


@pytest.mark.parametrize("seat", [0, 1])
def test_tic_tac_toe_is_never_lost_whatever_the_other_side_replies(seat: int) -> None:
    """Every reply in every position that can come about, for every move that the search calls best."""
    ends = []

    @cache
    def best(key: object) -> tuple[int, ...]:  # noqa: ARG001  # equal keys are equal positions
        return alpha_beta(here).best

    seen, open_places = set(), [opened(InARow())]
    while open_places:
        here = open_places.pop()
        if here.key() in seen:
            continue
        seen.add(here.key())
        outcome = here.outcome()
        if outcome is not None:
            ends.append(-outcome if seat else outcome)
            continue
        moves = best(here.key()) if here.player == seat else here.moves()
        open_places += [here.play(move) for move in moves]
    assert min(ends) == 0
    assert max(ends) == 1


def test_the_value_of_small_games_is_known() -> None:
    assert alpha_beta(opened(InARow())).value == 0, "tic-tac-toe is a draw"
    assert alpha_beta(opened(Hex(size=3))).best == (4,), "3x3 hex is won from the middle alone, if soonest counts"
    assert alpha_beta(opened(Nim())).value < -CERTAIN or alpha_beta(opened(Nim())).value > CERTAIN


@pytest.mark.parametrize("heaps", [(1, 3, 5, 7), (3, 4, 5), (1, 1, 2), (2, 2)])
@pytest.mark.parametrize("misere", [False, True])
def test_nim_is_searched_as_bouton_solved_it(heaps: tuple[int, ...], misere: bool) -> None:
    game = Nim(heaps=heaps, misere=misere)
    found = alpha_beta(opened(game))
    position = game.position(game.start(np.random.default_rng(0)))
    assert (found.value > CERTAIN) == position.mover_wins()
    assert abs(found.value) > CERTAIN


def test_a_win_in_one_and_a_threat_are_seen_at_once() -> None:
    win = played("112233")
    assert alpha_beta(win, depth=1).best == (3,)
    threat = played("1122335")
    assert alpha_beta(threat, depth=2).best == (3,)


def test_of_two_wins_the_sooner_is_taken_and_of_two_losses_the_later() -> None:
    assert plies_to_end(alpha_beta(played("112233")).value) == 1
    lost = alpha_beta(played("44335"), depth=4)
    assert (lost.value < -CERTAIN, plies_to_end(lost.value)) == (True, 2), "one end is stopped, the other wins"
    assert lost.best == tuple(range(7)), "nothing holds out longer"


def test_nodes_bound_the_search_and_make_it_the_same_everywhere() -> None:
    place = opened(CONNECT_FOUR)
    first, second = (alpha_beta(place, nodes=3000) for _ in range(2))
    assert first == second
    assert first.nodes <= 3000
    assert not first.solved
    assert alpha_beta(place, nodes=1).depth == 1


def test_a_clock_can_stop_the_search_and_the_playouts() -> None:
    place = opened(CONNECT_FOUR)
    assert alpha_beta(place, stop=lambda: True).nodes <= 300
    assert sum(tried.visits for tried in mcts(place, Random(1), playouts=1000, stop=lambda: True)) == 16


def test_playouts_are_reproducible_and_find_forced_moves() -> None:
    place = played("1122335")
    first, second = (mcts(place, Random(3), playouts=500) for _ in range(2))
    assert first == second
    assert first[0].move == 3
    assert sum(tried.visits for tried in first) == 500
    win = mcts(played("112233"), Random(3), playouts=500)
    assert (win[0].move, win[0].value) == (3, 1.0)


def test_more_playouts_play_better() -> None:
    """Twenty games of Connect Four, sides in turn: 200 playouts a move against 8."""
    points = 0.0
    for game in range(20):
        place, random = opened(CONNECT_FOUR), Random(game)
        while place.outcome() is None:
            strong = place.player == game % 2
            place = place.play(mcts(place, random, playouts=200 if strong else 8)[0].move)
        outcome = place.outcome() or 0.0
        points += -outcome if game % 2 else outcome
    assert points >= 12


def test_nothing_is_searched_after_the_end() -> None:
    with pytest.raises(ValueError, match="the game is over"):
        alpha_beta(played("1122334"))
    with pytest.raises(ValueError, match="the game is over"):
        mcts(played("1122334"), Random(1), playouts=10)
