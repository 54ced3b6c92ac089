"""Board games: legal moves, ends and results, beside OpenSpiel's own rules and by themselves."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from hagame.errors import IllegalAction, InvalidInput
from hagame.rules.board.alternating import Alternating, BoardState
from hagame.rules.board.heaps import Heaps, takings
from hagame.rules.board.hex import Hex
from hagame.rules.board.hexagons import Hexagons, rhombus
from hagame.rules.board.in_a_row import InARow
from hagame.rules.board.nim import Nim
from hagame.rules.game import AI, PLAYER
from hagame.rules.position import Position
from hagame.testing import check_game

TIC_TAC_TOE = InARow()
CONNECT_FOUR = InARow(width=7, height=6, in_a_row=4, gravity=True)
FOUR_IN_A_ROW = InARow(width=9, height=4, in_a_row=4)


GAMES: list[Alternating] = [
    TIC_TAC_TOE,
    CONNECT_FOUR,
    FOUR_IN_A_ROW,
    InARow(width=5, height=2, in_a_row=3, gravity=True, first="random"),
    Nim(),
    Nim(heaps=(3, 4, 5), misere=False, first="ai"),
    Hex(),
    Hex(size=2, first="ai"),
]


def opened(game: Alternating) -> Position:
    return game.position(game.start(np.random.default_rng(0)))


def after(game: Alternating, *actions: str) -> BoardState:
    """The state after these actions of both sides in turn."""
    rng = np.random.default_rng(0)
    state = game.start(rng)
    for action in actions:
        state = game.apply(state, {state.to_move: action}, rng)
    return state


@pytest.mark.parametrize("game", GAMES, ids=repr)
def test_boards_keep_the_contract(game: Alternating) -> None:
    check_game(game, seeds=range(3))


def by_place(text: str, width: int) -> int:
    """OpenSpiel's `x(row,column)` as a square."""
    row, column = text[2:-1].split(",")
    return int(row) * width + int(column)


def nim_move(text: str) -> int:
    """OpenSpiel's `pile:2, take:3;`."""
    heap, taken = (int(part.split(":")[1]) for part in text.rstrip(";").split(","))
    return takings((1, 3, 5, 7)).index((heap - 1, taken))


PAIRS: dict[str, tuple[Alternating, Callable[[int, str], int]]] = {
    "tic_tac_toe": (TIC_TAC_TOE, lambda _, text: by_place(text, 3)),
    "connect_four": (CONNECT_FOUR, lambda action, _: action),
    "mnk(m=9,n=4,k=4)": (FOUR_IN_A_ROW, lambda _, text: by_place(text, 9)),
    "nim": (Nim(), lambda _, text: nim_move(text)),
    "hex(board_size=5)": (Hex(), lambda action, _: action),
}
OTHER_SIZES: dict[str, Alternating] = {
    "nim(is_misere=false)": Nim(misere=False),
    "hex(board_size=3)": Hex(size=3),
    "hex(board_size=7)": Hex(size=7),
    "connect_four(rows=5,columns=6)": InARow(width=6, height=5, in_a_row=4, gravity=True),
}


@pytest.mark.parametrize("name", [*PAIRS, *OTHER_SIZES])
def test_random_games_go_as_with_openspiel(name: str) -> None:
    """Legal moves in every position, whose turn it is, when it ends and how: 1,000 games, 100 of other sizes."""
    pyspiel = pytest.importorskip("pyspiel", reason="needs OpenSpiel: pip install 'hagame[spiel]'")
    kind = name.partition("(")[0]
    _, ours = PAIRS.get(name) or PAIRS.get(kind) or PAIRS["hex(board_size=5)"]
    game = PAIRS[name][0] if name in PAIRS else OTHER_SIZES[name]
    theirs, rng, start = pyspiel.load_game(name), np.random.default_rng(7), opened(game)
    for _ in range(1000 if name in PAIRS else 100):
        state, place = theirs.new_initial_state(), start
        while not state.is_terminal():
            assert place.outcome() is None
            assert place.player == state.current_player()
            moves = {ours(action, state.action_to_string(action)): action for action in state.legal_actions()}
            assert list(place.moves()) == sorted(moves)
            move = int(rng.choice(list(moves)))
            state.apply_action(moves[move])
            place = place.play(move)
        assert place.outcome() == state.returns()[0]
        assert not place.moves()


def test_a_column_is_told_when_stones_fall_and_a_square_otherwise() -> None:
    assert CONNECT_FOUR.labels == ("a", "b", "c", "d", "e", "f", "g")
    assert FOUR_IN_A_ROW.labels[:2] == ("a1", "b1")
    assert FOUR_IN_A_ROW.labels[-1] == "i4"
    assert Nim().labels[:4] == ("a1", "b1", "b2", "b3")


def test_the_view_tells_marks_turn_and_the_line_that_won() -> None:
    state = after(CONNECT_FOUR, "a", "b", "a", "b", "a", "b", "a")
    player, ai = CONNECT_FOUR.view(state, PLAYER), CONNECT_FOUR.view(state, AI)
    assert player["rows"] == [".......", ".......", "x......", "xo.....", "xo.....", "xo....."]
    assert (player["you"], ai["you"]) == ("x", "o")
    assert (player["result"], ai["result"]) == ("won", "lost")
    assert player["line"] == ["a3", "a4", "a5", "a6"]
    assert player["last_square"] == "a3"
    assert CONNECT_FOUR.payoffs(state) == (1.0, -1.0)


def test_whoever_moves_first_has_the_crosses() -> None:
    state = after(InARow(first="ai"), "b2")
    assert state.to_move == PLAYER
    view = InARow(first="ai").view(state, PLAYER)
    assert (view["you"], view["your_turn"], view["last"]) == ("o", True, "b2")
    assert view["rows"] == ["...", ".x.", "..."]


def test_who_moves_first_is_drawn_when_asked_for() -> None:
    game = InARow(first="random")
    assert {game.start(np.random.default_rng(seed)).first for seed in range(20)} == {PLAYER, AI}


def test_a_full_board_without_a_line_is_drawn() -> None:
    state = after(TIC_TAC_TOE, "a1", "b2", "c3", "b1", "b3", "a3", "c1", "c2", "a2")
    assert TIC_TAC_TOE.is_over(state)
    assert TIC_TAC_TOE.payoffs(state) == (0.0, 0.0)
    assert TIC_TAC_TOE.view(state, AI)["result"] == "drawn"


def test_taking_the_last_match_loses_only_in_misere() -> None:
    for misere, winner in ((True, AI), (False, PLAYER)):
        game = Nim(heaps=(2,), misere=misere)
        assert after(game, "a2").winner == winner


def test_a_hex_player_connects_their_own_edges_only() -> None:
    game = Hex(size=3)
    across = after(game, "a1", "a2", "b1", "b2", "c1")
    assert not game.is_over(across), "a row of x does not win: x connects top and bottom"
    won = after(game, "b1", "a1", "b2", "a2", "b3")
    assert game.view(won, PLAYER)["line"] == ["b1", "b2", "b3"]
    assert game.payoffs(won) == (1.0, -1.0)


@pytest.mark.parametrize(
    ("seat", "action", "error"),
    [(AI, "a1", InvalidInput), (PLAYER, "b2", IllegalAction), (PLAYER, "d1", IllegalAction)],
)
def test_only_the_seat_whose_turn_it_is_may_take_an_empty_square(
    seat: int, action: str, error: type[Exception]
) -> None:
    state = after(TIC_TAC_TOE, "b2", "a1")
    with pytest.raises(error):
        TIC_TAC_TOE.apply(state, {seat: action}, np.random.default_rng(0))


def test_after_the_end_nothing_is_legal() -> None:
    state = after(TIC_TAC_TOE, "a1", "b1", "a2", "b2", "a3")
    with pytest.raises(IllegalAction, match="the game is over"):
        TIC_TAC_TOE.apply(state, {AI: "c1"}, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"width": 12, "height": 5}, "width times height must be at most 49, not 60"),
        ({"width": 4, "height": 3, "in_a_row": 5}, "in_a_row must be at most the longer side, 4"),
        ({"width": 0}, "greater than or equal to 1"),
    ],
)
def test_a_board_that_cannot_be_says_why(parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        InARow.model_validate(parameters)


def test_states_are_numbers_that_json_readers_keep_exactly() -> None:
    game = InARow(width=7, height=7, in_a_row=7)
    state, rng = game.start(np.random.default_rng(0)), np.random.default_rng(1)
    while not game.is_over(state):
        state = game.apply(state, {state.to_move: game.legal_actions(state, state.to_move)[-1]}, rng)
        assert all(float(number) == number < 2**53 for number in json.loads(json.dumps(state.place)))


@given(st.lists(st.integers(0, 6), min_size=1, max_size=5), st.booleans())
@settings(max_examples=150, deadline=None)
def test_nim_is_won_by_whom_bouton_says(heaps: list[int], misere: bool) -> None:
    """Beside a search of the whole game by the rules alone."""

    def mover_wins(left: tuple[int, ...], known: dict[tuple[int, ...], bool]) -> bool:
        if not any(left):
            return misere
        if left not in known:
            smaller = (
                tuple(sorted((*left[:i], n, *left[i + 1 :]))) for i, size in enumerate(left) for n in range(size)
            )
            known[left] = any(not mover_wins(after, known) for after in smaller)
        return known[left]

    at_start = tuple(max(size, 1) for size in heaps)
    place = Heaps(at_start, tuple(heaps), 0, misere=misere)
    assert place.mover_wins() == mover_wins(tuple(sorted(heaps)), {})


@given(st.integers(0, 2**25 - 1), st.integers(0, 2**25 - 1))
@settings(max_examples=300, deadline=None)
def test_stones_needed_in_hex_are_those_of_a_shortest_path(first: int, second: int) -> None:
    """Beside a search cell by cell (Dijkstra's, with steps of length 0 and 1)."""
    board, second = rhombus(5), second & ~first
    place = Hexagons(board, (first, second))
    for player, (own, other) in enumerate(((first, second), (second, first))):
        start, goal = board.edges[player]
        cost = {cell: 1 - (own >> cell & 1) for cell in range(25) if not other >> cell & 1}
        distance = {cell: cost[cell] for cell in cost if start >> cell & 1}
        for _ in range(25):
            for cell, near in product(list(distance), cost):
                if board.neighbours[cell] >> near & 1:
                    further = distance[cell] + cost[near]
                    distance[near] = min(distance.get(near, further), further)
        shortest = min((distance[cell] for cell in distance if goal >> cell & 1), default=25)
        assert place.needed(player) == shortest
