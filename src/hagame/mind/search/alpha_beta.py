"""Alpha-beta search: negamax with iterative deepening and a table of positions seen before.

Sources: Knuth & Moore (1975), An analysis of alpha-beta pruning, Artificial Intelligence 6(4), 293-326; Slate & Atkin
(1977), Chess 4.5, on deepening and the table of transpositions.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from math import inf, log

from hagame.rules.position import Position

PATIENCE = 0.999
"""What a ply of delay leaves of a value: sooner wins are worth more, and later losses cost less."""
GUESS = 0.5
"""Estimates are scaled by this, so that none is taken for a forced result."""
CERTAIN = 0.8
"""Values beyond this are forced results: at most GUESS is guessed, and PATIENCE leaves 0.8 of a win after 223 plies."""
TIE = 1e-9
LOOK_UP = 256
"""Nodes between two questions whether to stop."""

_EXACT, _AT_LEAST, _AT_MOST = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found out.

    `value` is for the player to move, in -1..1: beyond `CERTAIN` a forced result, otherwise an estimate, and the exact
    result when `solved`. `best` are all moves of that value. `depth` is how many plies ahead all of it was looked at.
    """

    value: float
    best: tuple[int, ...]
    depth: int
    nodes: int
    solved: bool


def alpha_beta(
    position: Position, *, depth: int | None = None, nodes: int | None = None, stop: Callable[[], bool] | None = None
) -> Found:
    """Look ahead up to `depth` plies, to the end when it is None, and visit at most `nodes` positions.

    Deepens by one ply at a time and answers from the deepest look that was finished, but at least one ply is looked at.
    `stop` is asked now and then; what it cuts short depends on the moment, while `nodes` alone gives the same answer
    everywhere. The position must not be at its end: raises `ValueError`.
    """
    if not position.moves():
        raise ValueError("the game is over in this position")
    look = _Look(nodes, stop)
    found = look.root(position, 1)
    look.bounded = True
    while not found.solved and abs(found.value) < CERTAIN and (depth is None or found.depth < depth):
        try:
            found = look.root(position, found.depth + 1)
        except _Spent:
            break
    return Found(found.value, found.best, found.depth, look.nodes, found.solved)


def plies_to_end(value: float) -> int:
    """After how many plies a forced result of this `value` comes about, with best play of both."""
    return round(log(abs(value)) / log(PATIENCE))


class _Spent(Exception):
    """The bound on nodes is reached, or the clock has run out."""


class _Look:
    """One search, and what it has seen. `guessed` counts the values that rest on estimates."""

    def __init__(self, most: int | None, stop: Callable[[], bool] | None) -> None:
        self.most = inf if most is None else most
        self.stop = stop
        self.nodes = 0
        self.bounded = False
        self.guessed = 0
        self.seen: dict[Hashable, tuple[float, int, float, int]] = {}

    def root(self, position: Position, depth: int) -> Found:
        """All moves that are best at this depth."""
        self.guessed = 0
        best, value = [], -inf
        for move in self._ordered(position, self.seen.get(position.key())):
            # Just below the best value so far, so that equal moves show as equal.
            new = self._after(position, move, depth, value - TIE, inf)
            if new > value + TIE:
                best, value = [move], new
            elif new >= value - TIE:
                best.append(move)
        self.seen[position.key()] = (depth, _EXACT, value, best[0])
        return Found(value, tuple(sorted(best)), depth, self.nodes, self.guessed == 0)

    def _after(self, position: Position, move: int, depth: int, alpha: float, beta: float) -> float:
        """The value of a move for who makes it, one ply further away than that of the place it leads to."""
        child = position.play(move)
        alpha, beta = alpha / PATIENCE, beta / PATIENCE
        if child.player == position.player:
            return PATIENCE * self._value(child, depth - 1, alpha, beta)
        return PATIENCE * -self._value(child, depth - 1, -beta, -alpha)

    def _value(self, position: Position, depth: int, alpha: float, beta: float) -> float:
        """For the player to move: exact within alpha..beta, else a bound."""
        self._count()
        outcome = position.outcome()
        if outcome is not None:
            return -outcome if position.player else outcome
        if depth <= 0:
            self.guessed += 1
            guess = GUESS * position.estimate()
            return -guess if position.player else guess
        key = position.key()
        known = self.seen.get(key)
        if known is not None and known[0] >= depth and _settles(known, alpha, beta):
            self.guessed += known[0] != inf
            return known[2]
        guessed = self.guessed
        value, move = self._best(position, depth, alpha, beta, known)
        reach = depth if self.guessed > guessed else inf
        kind = _AT_MOST if value <= alpha else _AT_LEAST if value >= beta else _EXACT
        self.seen[key] = (reach, kind, value, move)
        return value

    def _best(
        self, position: Position, depth: int, alpha: float, beta: float, known: tuple[float, int, float, int] | None
    ) -> tuple[float, int]:
        value, best = -inf, -1
        for move in self._ordered(position, known):
            new = self._after(position, move, depth, alpha, beta)
            if new > value:
                value, best = new, move
            alpha = max(alpha, value)
            if alpha >= beta:
                break
        return value, best

    def _count(self) -> None:
        self.nodes += 1
        if self.bounded:
            if self.nodes >= self.most:
                raise _Spent
            if self.stop is not None and self.nodes % LOOK_UP == 0 and self.stop():
                raise _Spent

    @staticmethod
    def _ordered(position: Position, known: tuple[float, int, float, int] | None) -> Sequence[int]:
        """First the move that was best in a shallower look."""
        moves = position.promising()
        if known is None:
            return moves
        return [known[3], *[move for move in moves if move != known[3]]]


def _settles(known: tuple[float, int, float, int], alpha: float, beta: float) -> bool:
    _, kind, value, _ = known
    return kind == _EXACT or (kind == _AT_LEAST and value >= beta) or (kind == _AT_MOST and value <= alpha)
