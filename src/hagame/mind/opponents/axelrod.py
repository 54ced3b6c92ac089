"""Strategies of the Axelrod library as opponents in repeated two-by-two games (extra `axelrod`)."""

from __future__ import annotations

import re
import warnings
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import ClassVar

import numpy as np
from pydantic import ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

from hagame.mind.language import sentence
from hagame.mind.opponents.mixing import draw, uniform
from hagame.mind.opponents.opponent import Choice, Opponent, OpponentInfo, Scene, plays_table
from hagame.rules.game import GameInfo, Situation

SEED_BYTES = 4
UNFAIR = frozenset({"Darwin"})
"""Strategies that look into the other side or change it."""
_FIRST = 1
"""Stands before the first round in the bits of a history, so that leading zeros are kept."""


class Axelrod(Opponent):
    """Any strategy of the Axelrod library (Knight et al. 2016) by its name there, e.g. `TitForTat`.

    To cooperate is the action that pays both most when both choose it (the first of equals). The strategy is given the
    payoffs of the game and does not learn how long the match will be. It meets the whole history again before each of
    its moves, so that nothing is kept in memory but two bits a round; the cost of a move grows with the match, a few
    microseconds a round for most strategies. Strategies that read the source code or change the state of the other
    side are refused: there is none to read.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    info: ClassVar[OpponentInfo] = OpponentInfo(
        key="axelrod",
        version="1",
        title="Axelrod strategy",
        summary="Plays a strategy from the tournaments of the repeated prisoner's dilemma.",
        sources=(
            "Axelrod (1984). The Evolution of Cooperation. Basic Books.",
            "Knight et al. (2016). An open framework for the reproducible study of the iterated prisoner's dilemma. "
            "J. Open Research Software 4, e35.",
        ),
        slow=True,
        needs=("axelrod", "hagame[axelrod]"),
        named="strategy",
    )

    strategy: str = Field(
        "TitForTat", min_length=1, max_length=64, description="Name of a class in axelrod.all_strategies"
    )

    @field_validator("strategy")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in strategies():
            near = ", ".join(get_close_matches(name, strategies(), 3, 0.5)) or "TitForTat, Grudger, WinStayLoseShift"
            raise PydanticCustomError(
                "axelrod", "is no strategy that can be played here; some that can: {near}", {"near": near}
            )
        return name

    @classmethod
    def suits(cls, game: GameInfo, situation: Situation) -> bool:
        """Where both choose at once between two actions."""
        return plays_table(game, situation) and len(situation.actions) == len(situation.opponent_actions) == 2

    def act(self, scene: Scene, rng: np.random.Generator) -> Choice:
        """What the strategy does after this history."""
        situation = scene.situation
        memory = scene.memory or rng.bytes(SEED_BYTES) + bytes([_FIRST])
        cooperate = cooperation(situation)
        if scene.last is not None:
            memory = _longer(memory, tuple(action != c for action, c in zip(scene.last, cooperate, strict=True)))
        defects = _defects(self.strategy, memory, _payoffs(situation, cooperate))
        action = 1 - cooperate[0] if defects else cooperate[0]
        mixture = uniform(situation, (action,))
        why = sentence("why.axelrod-defected" if defects else "why.axelrod-cooperated", strategy=self.strategy)
        return Choice(draw(mixture, rng), mixture, why, memory=memory)


@cache
def strategies() -> frozenset[str]:
    """Names of every strategy that can be played here, read from the library's sources: to import it takes long."""
    found = find_spec("axelrod")
    folder = Path(found.submodule_search_locations[0]) if found and found.submodule_search_locations else Path()
    files = [folder / "strategies" / name for name in ("_strategies.py", "__init__.py")]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files if file.exists())
    lists = re.findall(r"^all_strategies \+?= \[([^\]]*)\]", text, re.MULTILINE)
    return frozenset(re.findall(r"\w+", " ".join(lists))) - UNFAIR


@cache
def library() -> ModuleType:
    """The library: slow to import, for it makes each of its strategies several times then."""
    with warnings.catch_warnings():
        # Its sources have escape sequences that newer Pythons warn of.
        warnings.simplefilter("ignore")
        return import_module("axelrod")


def cooperation(situation: Situation) -> tuple[int, int]:
    """The actions of both, own first, that pay the two most together when both choose alike."""
    both = [situation.payoffs[i][i] + situation.opponent_payoffs[i][i] for i in (0, 1)]
    cooperate = int(both[1] > both[0])
    return cooperate, cooperate


def _payoffs(situation: Situation, cooperate: tuple[int, int]) -> tuple[float, float, float, float]:
    """R, S, T and P of the own seat."""
    c, d = cooperate[0], 1 - cooperate[0]
    table = situation.payoffs
    return table[c][c], table[c][d], table[d][c], table[d][d]


def _longer(memory: bytes, defected: tuple[bool, ...]) -> bytes:
    """The memory with one round more: two bits, own first."""
    seed, bits = memory[:SEED_BYTES], int.from_bytes(memory[SEED_BYTES:])
    bits = bits << 2 | defected[0] << 1 | defected[1]
    return seed + bits.to_bytes((bits.bit_length() + 7) // 8)


def _defects(name: str, memory: bytes, payoffs: tuple[float, float, float, float]) -> bool:
    """Whether the strategy defects after the history in `memory`, met round by round by a fresh player."""
    axelrod = library()
    player, other = getattr(axelrod, name)(), axelrod.Cooperator()
    r, s, t, p = payoffs
    for side in (player, other):
        side.set_match_attributes(length=-1, game=axelrod.Game(r=r, s=s, t=t, p=p), noise=0)
    player.set_seed(int.from_bytes(memory[:SEED_BYTES]))
    defected = bin(int.from_bytes(memory[SEED_BYTES:]))[3:]
    moves = {"0": axelrod.Action.C, "1": axelrod.Action.D}
    for own, theirs in zip(defected[::2], defected[1::2], strict=True):
        player.strategy(other)
        player.update_history(moves[own], moves[theirs])
        other.update_history(moves[theirs], moves[own])
    return bool(player.strategy(other) == axelrod.Action.D)
