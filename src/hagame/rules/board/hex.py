"""Hex: connect your two edges of the board before the other side connects theirs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, JsonValue

from hagame.rules.board.alternating import Alternating, BoardState, drawn_rows, names_of, rows_of, square_labels
from hagame.rules.board.hexagons import Hexagons, rhombus
from hagame.rules.game import Action, GameInfo, Seat


class Hex(Alternating):
    """A rhombus of `size` by `size` hexagons. Who moves first (`x`) connects top and bottom, the other left and right.

    There are no draws, and who moves first can force a win (Nash); there is no swapping of sides here.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, json_schema_extra={"examples": [{"size": 5}, {"size": 7}]}
    )

    info: ClassVar[GameInfo] = GameInfo(
        key="hex",
        version="1",
        title="Hex",
        seats=2,
        simultaneous=False,
        hidden=(),
        sources=(
            "Gale (1979). The game of Hex and the Brouwer fixed-point theorem. American Mathematical Monthly 86(10), "
            "818-827.",
        ),
        rival="search",
        positions=True,
    )

    feature_count: ClassVar[int] = 5

    size: Annotated[int, Field(ge=2, le=7)] = Field(5, description="Cells along each edge")

    @cached_property
    def labels(self) -> tuple[Action, ...]:
        """a1, b1, ..., a2, ... row by row from the top; each row lies half a cell further right."""
        return square_labels(self.size, self.size)

    def position(self, state: BoardState) -> Hexagons:
        """The stones of both sides."""
        first, second = state.place
        return Hexagons(rhombus(self.size), (first, second))

    def opening(self) -> tuple[int, ...]:
        """An empty board."""
        return 0, 0

    def picture(self, state: BoardState, seat: Seat) -> dict[str, JsonValue]:
        """Rows from the top, which edges to connect, and the stones that won."""
        position = self.position(state)
        won = position.connection(0) | position.connection(1)
        return {
            "size": self.size,
            "rows": rows_of(self.size, self.size, *position.stones),
            "edges": "top and bottom" if seat == state.first else "left and right",
            "line": names_of(won, self.labels),
        }

    def drawing(self, view: Mapping[str, JsonValue]) -> list[str]:
        """Slanting rows, and what to connect."""
        return [*drawn_rows(view, slanted=True), f"You connect {view['edges']}."]

    def features(self, state: BoardState) -> tuple[tuple[float, ...], ...]:
        """Of every action: how central, neighbours of both colours, and what it does to the stones each side needs."""
        position = self.position(state)
        own, other = position.player, 1 - position.player
        before = position.needed(own), position.needed(other)
        legal = set(position.moves())
        nothing = (0.0,) * self.feature_count
        return tuple(
            [self._features(position, move, before) if move in legal else nothing for move in range(len(self.labels))]
        )

    def _features(self, position: Hexagons, move: int, before: tuple[int, int]) -> tuple[float, ...]:
        board, own = position.board, position.player
        after, around = position.play(move), board.neighbours[move]
        return (
            board.centrality[move],
            float((position.stones[own] & around).bit_count()),
            float((position.stones[1 - own] & around).bit_count()),
            float(before[0] - after.needed(own)),
            float(after.needed(1 - own) - before[1]),
        )
