"""OpenSpiel's games by name, and its bots."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

from hagame import plugins
from hagame.errors import InvalidInput
from hagame.mind.opponents import Random
from hagame.mind.opponents.openspiel import OpenSpielCFR, OpenSpielMCTS, average_policy
from hagame.mind.opponents.search import Search
from hagame.rules.game import AI, PLAYER
from hagame.rules.spiel import Spiel, SpielState, load
from hagame.simulation import Side, play
from hagame.testing import check_game, check_opponent

if find_spec("pyspiel") is None:
    pytest.skip("needs OpenSpiel: pip install 'hagame[spiel]'", allow_module_level=True)

KUHN = Spiel(game="kuhn_poker")
OF_ALL_KINDS = [
    *("kuhn_poker", "leduc_poker", "tic_tac_toe", "hex(board_size=3)", "othello", "oware", "liars_dice"),
    *(
        "goofspiel(num_cards=4,imp_info=True)",
        "oshi_zumo(coins=6)",
        "repeated_game(stage_game=matrix_pd(),num_repetitions=8)",
    ),
    *("phantom_ttt", "first_sealed_auction", "dots_and_boxes", "pig", "matrix_rps", "bargaining"),
]


@pytest.mark.parametrize("name", OF_ALL_KINDS)
def test_games_of_all_kinds_keep_the_contract(name: str) -> None:
    """In turns and at once, with and without chance and secrets; long ones are left after forty steps."""
    for seat in ("first", "second"):
        check_game(Spiel.model_validate({"game": name, "seat": seat}), seeds=range(2), steps=40)


def held(game: Spiel, cards: tuple[int, int], moves: Mapping[int, str]) -> SpielState:
    """Kuhn poker after these cards were dealt, and these moves of seats made."""
    state = SpielState(cards, 0, (0.0, 0.0), over=False)
    for seat, action in moves.items():
        state = game.apply(state, {seat: action}, np.random.default_rng(0))
    return state


@pytest.mark.parametrize("own", [0, 1, 2])
def test_no_view_tells_the_card_of_the_other_side(own: int) -> None:
    others = [card for card in range(3) if card != own]
    for moves in ({}, {PLAYER: "0"}, {PLAYER: "1"}):
        states = [held(KUHN, (own, other), moves) for other in others]
        shown = [(KUHN.view(s, PLAYER), KUHN.situation(s, PLAYER), KUHN.legal_actions(s, PLAYER)) for s in states]
        assert shown[0] == shown[1]
        theirs = [held(KUHN, (other, own), moves) for other in others]
        assert KUHN.view(theirs[0], AI) == KUHN.view(theirs[1], AI)


def test_payoffs_are_openspiels_returns_for_either_seat() -> None:
    for seat, sign in (("first", 1), ("second", -1)):
        game = Spiel.model_validate({"game": "kuhn_poker", "seat": seat})
        steps = list(play(game, (Side(Random()), Side(Random())), 3))
        total = np.sum([step.payoffs for step in steps], axis=0)
        assert total[0] == -total[1] != 0
        assert sign in {1, -1}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("kuhn_pocker", "kuhn_poker"),
        ("chess", "at most 128 distinct actions, not 4674"),
        ("blackjack", "a game for two players, not 1"),
        ("hex(size=3)", "Unknown parameter 'size'"),
        ("efg_game(filename=x)", "read from a file"),
        ("hex(board_size=3", "pattern"),
    ],
)
def test_what_cannot_be_played_says_why(name: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason) as caught:
        plugins.make_game("openspiel", {"game": name})
    assert caught.value.field == "/parameters/game"


def test_bots_keep_the_contract_where_they_are_offered() -> None:
    hexes = Spiel(game="hex(board_size=3)")
    assert set(plugins.opponents_for(KUHN)) == {"random", "openspiel:cfr"}
    assert set(plugins.opponents_for(hexes)) == {"random", "openspiel:mcts", "search", "tutor"}
    check_opponent(OpenSpielCFR(iterations=20), KUHN, rounds=20)
    check_opponent(OpenSpielMCTS(playouts=50), hexes, rounds=20)
    check_opponent(Search(depth=2), hexes, rounds=20)


def test_cfr_comes_near_an_equilibrium_of_kuhn_poker() -> None:
    """By OpenSpiel's own measure; a player who draws evenly could be taken for 0.46 a game."""
    import pyspiel

    assert pyspiel.exploitability(load("kuhn_poker"), average_policy("kuhn_poker", 500)) < 0.005


def test_search_and_openspiels_mcts_both_beat_even_draws_on_their_boards() -> None:
    game: Any = Spiel(game="connect_four")
    for bot in (OpenSpielMCTS(playouts=200), Search(depth=3)):
        won = [sum(step.payoffs[1] for step in play(game, (Side(Random()), Side(bot)), seed)) for seed in range(4)]
        assert won == [1.0] * 4
