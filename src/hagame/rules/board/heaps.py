"""Places of Nim: heaps of matches, of which a player takes any number of one heap."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import lru_cache, reduce
from operator import xor
from typing import Self

from hagame.rules.position import Encoded


@lru_cache(maxsize=256)
def takings(heaps: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Every move there can be from these heaps: (heap, how many), by heap and then by number."""
    return tuple((heap, taken) for heap, size in enumerate(heaps) for taken in range(1, size + 1))


class Heaps(Encoded):
    """What is left of the heaps, and who is to move. Whoever takes the last match wins, or loses when `misere`."""

    __slots__ = ("_player", "at_start", "left", "misere")

    def __init__(self, at_start: tuple[int, ...], left: tuple[int, ...], player: int, *, misere: bool) -> None:
        self.at_start = at_start
        self.left = left
        self.misere = misere
        self._player = player

    @property
    def player(self) -> int:
        """Players take in turn."""
        return self._player

    def moves(self) -> Sequence[int]:
        """Up to all of any heap."""
        return [move for move, (heap, taken) in enumerate(takings(self.at_start)) if taken <= self.left[heap]]

    def play(self, move: int) -> Self:
        """With that many matches fewer in that heap."""
        heap, taken = takings(self.at_start)[move]
        left = (*self.left[:heap], self.left[heap] - taken, *self.left[heap + 1 :])
        return type(self)(self.at_start, left, 1 - self._player, misere=self.misere)

    def outcome(self) -> float | None:
        """Decided when nothing is left."""
        if any(self.left):
            return None
        winner = self._player if self.misere else 1 - self._player
        return -1.0 if winner else 1.0

    def key(self) -> Hashable:
        """The heaps and who is to move."""
        return self.left, self._player

    def encode(self) -> tuple[int, ...]:
        """What is left of each heap, and who is to move."""
        return *self.left, self._player

    def nim_sum(self) -> int:
        """The heaps, added in binary without carrying (Bouton 1901)."""
        return reduce(xor, self.left)

    def mover_wins(self) -> bool:
        """Whether who is to move can force a win (Bouton 1901): the nim-sum decides, until all heaps are single."""
        if self.misere and max(self.left) <= 1:
            return self.nim_sum() == 0
        return self.nim_sum() != 0
