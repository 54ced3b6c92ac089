"""Nim: take any number of matches from one heap."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, JsonValue

from hagame.rules.board.alternating import Alternating, BoardState, letter
from hagame.rules.board.heaps import Heaps, takings
from hagame.rules.game import Action, GameInfo, Seat

Heap = Annotated[int, Field(ge=1, le=12)]


class Nim(Alternating):
    """Players take in turn as many matches as they like, at least one, from a single heap.

    Whoever takes the last match loses when `misere`, else wins. The defaults are the game of the film "Last Year at
    Marienbad", which is also OpenSpiel's. An action names the heap and the number: `c2` takes two from the third.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"heaps": [1, 3, 5, 7]}, {"heaps": [3, 4, 5], "misere": False}]},
    )

    info: ClassVar[GameInfo] = GameInfo(
        key="nim",
        version="1",
        title="Nim",
        seats=2,
        simultaneous=False,
        hidden=(),
        sources=("Bouton (1901). Nim, a game with a complete mathematical theory. Annals of Mathematics 3(1), 35-39.",),
        rival="search",
        positions=True,
    )

    feature_count: ClassVar[int] = 3

    heaps: Annotated[tuple[Heap, ...], Field(strict=False, min_length=1, max_length=8)] = Field(
        (1, 3, 5, 7), description="Matches in each heap at the start"
    )
    misere: bool = Field(True, description="Whether taking the last match loses")

    @cached_property
    def labels(self) -> tuple[Action, ...]:
        """a1 takes one match from the first heap."""
        return tuple(f"{letter(heap)}{taken}" for heap, taken in takings(self.heaps))

    def position(self, state: BoardState) -> Heaps:
        """What is left."""
        *left, player = state.place
        return Heaps(self.heaps, tuple(left), player, misere=self.misere)

    def opening(self) -> tuple[int, ...]:
        """Nothing has been taken."""
        return *self.heaps, 0

    def picture(self, state: BoardState, seat: Seat) -> dict[str, JsonValue]:  # noqa: ARG002  # both see the same
        """The heaps as they are and as they were, and who wins by the last match."""
        return {"heaps": list(state.place[:-1]), "heaps_at_start": list(self.heaps), "misere": self.misere}

    def drawing(self, view: Mapping[str, JsonValue]) -> list[str]:
        """One line of matches for each heap."""
        heaps = [int(str(size)) for size in view["heaps"]] if isinstance(view["heaps"], list) else []
        lines = [f"{letter(heap):>3} {'| ' * size}({size})" for heap, size in enumerate(heaps)]
        return [*lines, f"Whoever takes the last match {'loses' if view['misere'] else 'wins'}."]

    def features(self, state: BoardState) -> tuple[tuple[float, ...], ...]:
        """Of every action: whether it leaves the other side lost, the share it takes, whether it empties the heap."""
        position = self.position(state)
        legal, nothing = set(position.moves()), (0.0,) * self.feature_count
        return tuple(
            [
                self._features(position, move, *taking) if move in legal else nothing
                for move, taking in enumerate(takings(self.heaps))
            ]
        )

    def _features(self, position: Heaps, move: int, heap: int, taken: int) -> tuple[float, ...]:
        after, size = position.play(move), position.left[heap]
        return float(not after.mover_wins()), taken / size, float(taken == size)
