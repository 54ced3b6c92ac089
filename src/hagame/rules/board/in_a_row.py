"""Games in which a line of stones wins: tic-tac-toe, Connect Four, four in a row on any rectangle (m,n,k-games)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Field, JsonValue, model_validator

from hagame.rules.board.alternating import Alternating, BoardState, drawn_rows, letter, names_of, rows_of, square_labels
from hagame.rules.board.features import FEATURES, move_features
from hagame.rules.board.grid import Grid, grid
from hagame.rules.board.stones import Stones
from hagame.rules.game import Action, GameInfo, Seat

MOST_SQUARES = 49
"""A set of squares is stored as one number, which JSON readers keep exactly up to 2^53."""
Side = Annotated[int, Field(ge=1, le=12)]


class InARow(Alternating):
    """`in_a_row` stones in a line, straight or diagonal, win on a board of `width` columns and `height` rows.

    With `gravity` a move names a column, and the stone falls to its lowest empty square. The defaults are tic-tac-toe.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [
                {"width": 3, "height": 3, "in_a_row": 3},
                {"width": 7, "height": 6, "in_a_row": 4, "gravity": True},
                {"width": 9, "height": 4, "in_a_row": 4, "first": "ai"},
            ]
        },
    )

    info: ClassVar[GameInfo] = GameInfo(
        key="in-a-row",
        version="1",
        title="Stones in a row",
        seats=2,
        simultaneous=False,
        hidden=(),
        sources=(
            "Allis (1988). A knowledge-based approach of Connect-Four. Vrije Universiteit Amsterdam.",
            "Uiterwijk & van den Herik (2000). The advantage of the initiative. Information Sciences 122(1), 43-58.",
            "van Opheusden et al. (2023). Expertise increases planning depth in human gameplay. Nature 618, 1000-1005.",
        ),
        rival="search",
        positions=True,
    )

    feature_count: ClassVar[int] = len(FEATURES)

    width: Side = Field(3, description="Columns")
    height: Side = Field(3, description="Rows; `width` times `height` may be at most 49")
    in_a_row: Annotated[int, Field(ge=2, le=12)] = Field(3, description="How many stones in a line win")
    gravity: bool = Field(False, description="Whether stones fall down their column")

    @model_validator(mode="after")
    def _fits(self) -> InARow:
        if self.width * self.height > MOST_SQUARES:
            raise ValueError(f"width times height must be at most {MOST_SQUARES}, not {self.width * self.height}")
        if self.in_a_row > max(self.width, self.height):
            raise ValueError(f"in_a_row must be at most the longer side, {max(self.width, self.height)}")
        return self

    @cached_property
    def labels(self) -> tuple[Action, ...]:
        """Columns a, b, ... when stones fall, else squares a1, b1, ..., a2, ... row by row from the top."""
        if self.gravity:
            return tuple(letter(column) for column in range(self.width))
        return self._squares

    def position(self, state: BoardState) -> Stones:
        """The stones of both sides."""
        first, second, last = state.place
        return Stones(self._grid, (first, second), last)

    def opening(self) -> tuple[int, ...]:
        """An empty board."""
        return 0, 0, -1

    def picture(self, state: BoardState, seat: Seat) -> dict[str, JsonValue]:  # noqa: ARG002  # both see the same
        """Rows from the top, the square of the last stone, and the squares of the line that won."""
        position = self.position(state)
        return {
            "width": self.width,
            "height": self.height,
            "in_a_row": self.in_a_row,
            "gravity": self.gravity,
            "rows": rows_of(self.width, self.height, *position.stones),
            "last_square": None if position.last < 0 else self._squares[position.last],
            "line": names_of(position.line(), self._squares),
        }

    def drawing(self, view: Mapping[str, JsonValue]) -> list[str]:
        """Rows under the letters of the columns."""
        return drawn_rows(view)

    def features(self, state: BoardState) -> tuple[tuple[float, ...], ...]:
        """As `hagame.rules.board.features` names them."""
        position = self.position(state)
        own = position.player
        return move_features(self._grid, position.stones[own], position.stones[1 - own])

    @cached_property
    def _squares(self) -> tuple[str, ...]:
        return square_labels(self.width, self.height)

    @cached_property
    def _grid(self) -> Grid:
        return grid(self.width, self.height, self.in_a_row, gravity=self.gravity)
