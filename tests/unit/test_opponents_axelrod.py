"""Strategies of the Axelrod library as opponents. One test does all, for to import the library takes long."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import pytest

from hagame import plugins
from hagame.errors import InvalidInput
from hagame.mind.opponents.axelrod import Axelrod, library, strategies
from hagame.rules.matrix import Matrix
from hagame.simulation import Side, play
from hagame.testing import check_opponent

if find_spec("axelrod") is None:
    pytest.skip("needs Axelrod: pip install 'hagame[axelrod]'", allow_module_level=True)

DILEMMA = Matrix(preset="prisoners-dilemma", rounds=60)


def actions(game: Matrix, player: str, opponent: str, seed: int = 0) -> list[tuple[Any, Any]]:
    sides = (Side(Axelrod(strategy=player)), Side(Axelrod(strategy=opponent)))
    return [step.actions for step in play(game, sides, seed)]


@pytest.mark.slow
def test_strategies_play_here_as_they_play_there() -> None:
    """Beside matches of the library itself, with the payoffs of the game; stochastic ones by their seed."""
    axl = library()
    moves = {axl.Action.C: "cooperate", axl.Action.D: "defect"}
    names = ["TitForTat", "Grudger", "WinStayLoseShift", "Alternator", "FirstByNydegger", "EvolvedFSM16", "Gradual"]
    for one in names:
        for other in names:
            r, s, t, p = 3.0, 0.0, 5.0, 1.0
            match = axl.Match(
                (getattr(axl, one)(), getattr(axl, other)()),
                turns=60,
                game=axl.Game(r=r, s=s, t=t, p=p),
                match_attributes={"length": -1, "game": axl.Game(r=r, s=s, t=t, p=p), "noise": 0},
            )
            theirs = [(moves[a], moves[b]) for a, b in match.play()]
            assert actions(DILEMMA, one, other) == theirs, (one, other)

    fair = {s.__name__ for s in axl.all_strategies if axl.Classifiers.obey_axelrod(s())}
    assert strategies() == fair, "all but those that look into the other side"

    assert actions(DILEMMA, "Random", "Random", 1) == actions(DILEMMA, "Random", "Random", 1)
    assert actions(DILEMMA, "Random", "Random", 1) != actions(DILEMMA, "Random", "Random", 2)

    hunt = Matrix(preset="stag-hunt", rounds=5)
    assert actions(hunt, "Cooperator", "Defector")[0] == ("stag", "hare")

    for strategy in ("TitForTat", "Random", "FirstByDowning"):
        for preset in ("prisoners-dilemma", "matching-pennies"):
            check_opponent(Axelrod(strategy=strategy), Matrix.model_validate({"preset": preset}), rounds=20)


def test_a_strategy_may_be_named_with_the_key_and_an_unknown_one_is_answered_with_similar_ones() -> None:
    """Neither imports the library."""
    assert plugins.make_opponent("axelrod:Grudger", {}) == Axelrod(strategy="Grudger")
    with pytest.raises(InvalidInput, match="TitForTat"):
        plugins.make_opponent("axelrod:TitFourTat", {})
    with pytest.raises(InvalidInput, match="is no strategy that can be played here"):
        plugins.make_opponent("axelrod:Darwin", {})
    assert "axelrod" in plugins.opponents_for(DILEMMA)
    assert "axelrod" not in plugins.opponents_for(Matrix(preset="rock-paper-scissors"))
