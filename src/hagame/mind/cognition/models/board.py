"""Boards: what draws a player to a square, with lapses; one move ahead (a conditional logit with a lapse)."""

from __future__ import annotations

import numpy as np

from hagame.errors import InvalidInput
from hagame.mind.cognition.choosing import log_softmax, log_with_lapse, nothing
from hagame.mind.cognition.family import Column, Columns, Family, Live, indices, lists
from hagame.mind.cognition.parameters import Parameter, share
from hagame.mind.cognition.rows import LEGAL, Floats, Trials, trials_of
from hagame.mind.cognition.tasks import Task
from hagame.rules.board.features import FEATURES, move_features
from hagame.rules.board.grid import grid
from hagame.rules.game import Situation

COUNT = len(FEATURES)
_SQUARES = 36


def score(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:  # noqa: ARG001
    """softmax(sum_f w_f x_f(move)), and with the chance of the last parameter any legal move."""
    n, k = out.shape[0], theta.shape[0] - 1
    for a in range(n):
        out[a] = 0.0
        if row[LEGAL + a] > 0:
            for f in range(k):
                out[a] += theta[f] * row[LEGAL + n + a * k + f]
    log_softmax(row, out)
    log_with_lapse(row, out, theta[k])


def read(columns: Columns) -> Trials:
    """One row per move: `action`, `legal` and `features`, all moves after another."""
    features, legal = np.array(lists(columns, "features")), np.array(lists(columns, "legal"))
    n = legal.shape[1]
    if features.shape[1] != n * COUNT:
        raise InvalidInput(f"features: needs {COUNT} numbers for each of {n} moves.", field="/features")
    found = trials_of(n, indices(columns, "action", n), covariates=features)
    found.rows[:, LEGAL : LEGAL + n] = legal
    return found


def four_in_a_row(own: int, other: int, width: int = 9, height: int = 4) -> tuple[Floats, Floats]:
    """`legal` (n,) and `features` (n * F,) of a position, stones as bits (bit i = square i, row by row)."""
    rows = np.array(move_features(grid(width, height, 4, gravity=False), own, other))
    legal = np.array([float(not (own | other) >> square & 1) for square in range(width * height)])
    return legal, rows.ravel()


class Positions(Task):
    """Positions of random play on four by nine squares."""

    def __init__(self, rng: np.random.Generator, count: int) -> None:
        super().__init__(_SQUARES, count)
        self._positions = [_position(rng) for _ in range(count)]

    def covariates(self, t: int) -> Floats:
        """Features of every move."""
        return four_in_a_row(*self._positions[t])[1]

    def __iter__(self):  # type: ignore[no-untyped-def]  # noqa: ANN204
        for t, row in enumerate(super().__iter__()):
            row[LEGAL : LEGAL + self.n] = four_in_a_row(*self._positions[t])[0]
            yield row


def _position(rng: np.random.Generator) -> tuple[int, int]:
    stones = rng.permutation(_SQUARES)[: 2 * int(rng.integers(1, 10))].tolist()
    return sum(1 << s for s in stones[::2]), sum(1 << s for s in stones[1::2])


def suits(situation: Situation) -> bool:
    """Rows of stones: boards whose moves are told by the twelve features."""
    return situation.family == "in-a-row" and len(situation.features[0]) == COUNT


OPHEUSDEN = "van Opheusden et al. (2023). Expertise increases planning depth in human gameplay. Nature 618, 1000-1005."
FAMILY = Family(
    key="board-heuristic",
    version="1",
    title="Heuristic of a board",
    summary="Squares draw by what a stone there makes and takes away, one move ahead, with lapses.",
    parameters=(
        *(
            Parameter(
                name.replace(",", "").replace(" ", "_"),
                name.capitalize(),
                f"How much it draws you when a move has: {name}.",
                sd=1.5,
                unit="log-odds",
                source=OPHEUSDEN,
            )
            for name in FEATURES
        ),
        share("lapse", "Lapses", "How often you move anywhere.", mean=-2.5, sd=1.0, source=OPHEUSDEN),
    ),
    columns=(
        Column("action", "index of the move"),
        Column("legal", "1 for each legal move, else 0", listed=True),
        Column("features", f"{COUNT} features of each move (hagame.rules.board.features), moves in order", listed=True),
    ),
    sources=(OPHEUSDEN,),
    begin=nothing,
    score=score,
    learn=nothing,
    memory=lambda n: 0,  # noqa: ARG005
    read=read,
    task=Positions,
    own_state=False,
    reading=Live(suits, lambda situation: np.array(situation.features).ravel()),
    fewest=60,
    session=400,
)
