"""Everything that is installed keeps its contract: games, models and opponents, through the one door."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hagame import plugins
from hagame.rules.builtin import BUILT_IN, BuiltIn
from hagame.rules.game import PLAYER, Game, Situation
from hagame.testing import check_game, check_model, check_opponent, golden, write_golden

ELSEWHERE = {"axelrod"}
"""Checked in `tests/unit/test_opponents_axelrod.py`: to import that library takes longer than all other checks."""
GOLDEN = Path(__file__).parent / "golden"
UNEQUAL: dict[str, Any] = {
    "actions": ["left", "middle", "right", "stay"],
    "opponent_actions": ["watch", "sleep"],
    "payoffs": [[1.5, 0], [-2, 3], [0.25, 0.25], [0, 0]],
    "opponent_payoffs": [[0, 1], [4, -1], [0, 0], [2, 2]],
    "rounds": {"continuation": 0.98, "at_most": 200},
}
ONE_CHOICE: dict[str, Any] = {
    "actions": ["wait"],
    "opponent_actions": ["x", "y"],
    "payoffs": [[1, 2]],
    "zero_sum": True,
}
LARGEST: dict[str, Any] = {
    "actions": [f"a{i}" for i in range(10)],
    "payoffs": np.random.default_rng(1).integers(-9, 9, (10, 10)).tolist(),
}


def games() -> list[Game[Any]]:
    built_in = [plugins.make_game(item["engine"], item["parameters"]) for item in BUILT_IN]
    return [*built_in, *(plugins.make_game("matrix", own) for own in (UNEQUAL, ONE_CHOICE, LARGEST))]


def name(game: Game[Any]) -> str:
    return getattr(game, "preset", None) or "own"


def asked(game: Game[Any]) -> Situation:
    """The first situation in which the person has a choice."""
    rng = np.random.default_rng(0)
    state = game.start(rng)
    while not game.legal_actions(state, PLAYER):
        moves = {seat: game.legal_actions(state, seat) for seat in range(game.seats)}
        state = game.apply(state, {seat: actions[0] for seat, actions in moves.items() if actions}, rng)
    return game.situation(state, PLAYER)


def situations() -> list[Situation]:
    found = [asked(game) for game in games()]
    rps = found[0]
    return [
        *dict.fromkeys(found),
        Situation(rps.actions, rps.opponent_actions, (0, 2), rps.payoffs, rps.opponent_payoffs, rps.family),
    ]


@pytest.mark.parametrize("kind", ["games", "models", "opponents"])
def test_what_the_project_declares_is_installed(kind: str) -> None:
    declared = {
        "games": {
            "bandit",
            "delay",
            "dictator",
            "estimation",
            "guessing",
            "hex",
            "igt",
            "in-a-row",
            "matrix",
            "nim",
            "openspiel",
            "pd-information",
            "public-goods",
            "questions",
            "risk",
            "trust",
            "two-step",
            "ultimatum",
        },
        "models": {"count-mixture"},
        "opponents": {
            "adaptive",
            "axelrod",
            "conditional-cooperator",
            "equilibrium",
            "fair",
            "humanlike",
            "level-k",
            "observer",
            "openspiel:cfr",
            "openspiel:mcts",
            "published",
            "random",
            "search",
            "selfish",
            "softmax-q",
            "thompson",
            "transition-rule",
            "tutor",
            "ucb",
            "win-stay-lose-shift",
        },
    }
    assert declared[kind] <= set(getattr(plugins, kind)())


@pytest.mark.parametrize("game", games(), ids=name)
def test_games_keep_the_contract(game: Game[Any]) -> None:
    check_game(game, seeds=range(3), steps=200)


@pytest.mark.parametrize("situation", situations(), ids=lambda s: s.family or f"{len(s.actions)} actions")
@pytest.mark.parametrize("model", plugins.models())
def test_models_keep_the_contract(model: str, situation: Situation) -> None:
    check_model(plugins.make_model(model, {}), situation, decisions=90)


@pytest.mark.parametrize("game", games(), ids=name)
def test_opponents_that_can_play_a_game_keep_the_contract(game: Game[Any]) -> None:
    for key, kind in plugins.opponents_for(game).items():
        if key not in ELSEWHERE:
            check_opponent(plugins.make_opponent(key, {}), game, rounds=12 if kind.info.slow else 60)


def test_the_usual_opponent_of_each_game_can_play_it() -> None:
    for game in games():
        assert game.info.rival in plugins.opponents_for(game)


@pytest.mark.parametrize("parameters", [{"shift": "up", "noise": 0.5}, {"shift": "down", "aspiration": 2.0}])
def test_win_stay_lose_shift_keeps_it_with_any_parameters(parameters: dict[str, Any]) -> None:
    opponent = plugins.make_opponent("win-stay-lose-shift", parameters)
    for game in games():
        if opponent.info.key in plugins.opponents_for(game):
            check_opponent(opponent, game)


@pytest.mark.parametrize("item", BUILT_IN, ids=lambda item: item["key"])
def test_built_in_games_play_as_their_golden_playthrough(item: BuiltIn) -> None:
    path = GOLDEN / f"{item['key']}.json"
    assert path.exists(), (
        f"no golden playthrough of {item['key']}: python -m hagame.testing golden tests/contract/golden"
    )
    assert golden(item) == json.loads(path.read_text(encoding="utf-8"))


def test_every_installed_game_has_a_golden_playthrough_and_none_is_left_over() -> None:
    own = (game for game in plugins.games().values() if game.__module__.startswith("hagame."))
    ours = {game.info.key for game in own if game.info.needs is None}
    assert {item["engine"] for item in BUILT_IN} == ours
    assert {path.stem for path in GOLDEN.glob("*.json")} == {item["key"] for item in BUILT_IN}


def test_golden_playthroughs_are_written_as_they_are_compared(tmp_path: Path) -> None:
    for path in write_golden(tmp_path):
        assert path.read_bytes() == (GOLDEN / path.name).read_bytes()
