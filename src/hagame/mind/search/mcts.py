"""Monte Carlo tree search with the rule UCT, and games played out evenly at random.

Sources: Kocsis & Szepesvari (2006), Bandit based Monte-Carlo planning, ECML, 282-293; Browne et al. (2012), A survey of
Monte Carlo tree search methods, IEEE Trans. Computational Intelligence and AI in Games 4(1), 1-43.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import log, sqrt
from random import Random

from hagame.rules.position import Position

EXPLORATION = 1.4
LOOK_UP = 16
"""Playouts between two questions whether to stop."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A move, how often it was tried, and what it brought on average to who makes it, in -1..1."""

    move: int
    visits: int
    value: float


class _Node:
    """A position in the tree. `total` is what its visits brought, for the player who moved there."""

    __slots__ = ("children", "move", "position", "total", "untried", "visits")

    def __init__(self, position: Position, move: int) -> None:
        self.position = position
        self.move = move
        self.visits = 0
        self.total = 0.0
        self.children: list[_Node] = []
        self.untried: list[int] | None = None


def mcts(
    position: Position, random: Random, *, playouts: int, stop: Callable[[], bool] | None = None
) -> tuple[Tried, ...]:
    """Try the moves of `position` in `playouts` games, fewer when `stop` says so now and then; most tried move first.

    The same position, generator and number of playouts give the same answer. Raises `ValueError` at the end of a game.
    """
    if not position.moves():
        raise ValueError("the game is over in this position")
    root = _Node(position, -1)
    for done in range(playouts):
        if stop is not None and done % LOOK_UP == 0 and done and stop():
            break
        _playout(root, random)
    tried = [Tried(child.move, child.visits, child.total / child.visits) for child in root.children]
    return tuple(sorted(tried, key=lambda t: (-t.visits, -t.value, t.move)))


def _playout(root: _Node, random: Random) -> None:
    """Go down the tree, add one position, play on at random, and count the end for all positions on the way."""
    node, path = root, [root]
    while True:
        if node.untried is None:
            node.untried = list(node.position.moves())
            random.shuffle(node.untried)
        if node.untried:
            move = node.untried.pop()
            child = _Node(node.position.play(move), move)
            node.children.append(child)
            path.append(child)
            break
        if not node.children:
            break
        node = _most_promising(node)
        path.append(node)
    outcome = _finish(path[-1].position, random)
    for parent, child in pairwise(path):
        child.visits += 1
        child.total += -outcome if parent.position.player else outcome
    root.visits += 1


def _most_promising(node: _Node) -> _Node:
    scale = EXPLORATION * sqrt(log(node.visits))
    return max(node.children, key=lambda child: child.total / child.visits + scale / sqrt(child.visits))


def _finish(position: Position, random: Random) -> float:
    outcome = position.outcome()
    while outcome is None:
        moves = position.moves()
        position = position.play(moves[int(random.random() * len(moves))])
        outcome = position.outcome()
    return outcome
