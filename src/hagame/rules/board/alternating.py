"""What all board games share: two sides move in turn, see everything, and one of them wins or neither does."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, JsonValue

from hagame.errors import IllegalAction, InvalidInput
from hagame.rules.game import AI, PLAYER, Action, Game, Seat, Situation
from hagame.rules.position import Encoded

NOBODY = -1
ENDINGS = {"won": "You have won.", "lost": "You have lost.", "drawn": "A draw."}
MARKS = "xo"
"""Stones of whoever moved first, and of the other side."""


@dataclass(frozen=True, slots=True)
class BoardState:
    """Between two moves. `place` is the position in numbers, as `Alternating.position` reads it.

    `first` is the seat that moved first, `to_move` the one whose turn it is (-1 after the end), `last` the index of the
    last action (-1 before the first), `winner` the seat that has won (-1: nobody).
    """

    place: tuple[int, ...]
    first: Seat
    to_move: int
    last: int
    winner: int
    over: bool


class Alternating(Game[BoardState]):
    """A board game for two in which nothing is hidden. The winner gets 1, the loser -1; a draw pays nothing."""

    State: ClassVar[type] = BoardState
    feature_count: ClassVar[int]
    """How many numbers distinguish the actions: F."""

    first: Literal["player", "ai", "random"] = Field(
        "player", description="Who moves first; `random` draws it at the start of each match"
    )

    @property
    def has_winner(self) -> bool:
        """Boards are won, lost or drawn."""
        return True

    @property
    @abstractmethod
    def labels(self) -> tuple[Action, ...]:
        """Every action there can be; the index of each is the move of a `Position`."""

    @abstractmethod
    def position(self, state: BoardState) -> Encoded:
        """The place that a state stands for, to think ahead from."""

    @abstractmethod
    def opening(self) -> tuple[int, ...]:
        """`place` of the state before the first move."""

    @abstractmethod
    def picture(self, state: BoardState, seat: Seat) -> dict[str, JsonValue]:
        """What the view of this seat shows of the board itself."""

    @abstractmethod
    def drawing(self, view: Mapping[str, JsonValue]) -> list[str]:
        """What a view shows of the board, as lines of text."""

    @abstractmethod
    def features(self, state: BoardState) -> tuple[tuple[float, ...], ...]:
        """Of every action for the side to move, shape (n_actions, F)."""

    def start(self, rng: np.random.Generator) -> BoardState:
        """Before the first move."""
        first = int(rng.random() * 2) if self.first == "random" else PLAYER if self.first == "player" else AI
        return BoardState(self.opening(), first, first, -1, NOBODY, over=False)

    def legal_actions(self, state: BoardState, seat: Seat) -> tuple[Action, ...]:
        """What may be played by the seat whose turn it is; nothing for the other."""
        if seat != state.to_move:
            return ()
        labels = self.labels
        return tuple([labels[move] for move in self.position(state).moves()])

    def apply(self, state: BoardState, actions: Mapping[Seat, Action], rng: np.random.Generator) -> BoardState:  # noqa: ARG002  # nothing is drawn
        """After this move. Raises `IllegalAction`, and `InvalidInput` unless just the seat whose turn it is moves."""
        action = next(iter(actions.values()), "")
        if state.over:
            raise IllegalAction(action, ())
        if tuple(actions) != (state.to_move,):
            raise InvalidInput(f"Seat {state.to_move} moves now; got seats {sorted(actions)}.", field="/actions")
        legal = self.legal_actions(state, state.to_move)
        if action not in legal:
            raise IllegalAction(action, legal)
        move = self.labels.index(action)
        after = self.position(state).play(move)
        outcome = after.outcome()
        over, second = outcome is not None, 1 - state.first
        winner = NOBODY if not outcome else state.first if outcome > 0 else second
        return BoardState(
            after.encode(), state.first, NOBODY if over else (state.first, second)[after.player], move, winner, over
        )

    def payoffs(self, state: BoardState) -> tuple[float, ...]:
        """Nothing until the end, and then 1 for who has won and -1 for the other."""
        if state.winner == NOBODY:
            return (0.0, 0.0)
        return (1.0, -1.0) if state.winner == PLAYER else (-1.0, 1.0)

    def is_over(self, state: BoardState) -> bool:
        """Whether somebody has won or nothing can be played any more."""
        return state.over

    def view(self, state: BoardState, seat: Seat) -> dict[str, JsonValue]:
        """The board, whose turn it is, and how it ended, from this seat."""
        result: JsonValue = None
        if state.over:
            result = "drawn" if state.winner == NOBODY else "won" if state.winner == seat else "lost"
        return {
            "board": self.info.key,
            "you": MARKS[seat != state.first],
            "opponent": MARKS[seat == state.first],
            "your_turn": state.to_move == seat,
            "last": None if state.last < 0 else self.labels[state.last],
            "result": result,
            **self.picture(state, seat),
        }

    def tell(self, view: Mapping[str, JsonValue]) -> str:
        """The board in characters, and who one is or how it ended."""
        result = view["result"]
        end = f"You are {view['you']}." if result is None else f"{ENDINGS[str(result)]}"
        return "\n".join([*self.drawing(view), end])

    def situation(self, state: BoardState, seat: Seat) -> Situation:
        """All actions, those that are legal now, and what distinguishes them; what is paid shows only at the end."""
        mine = seat == state.to_move
        return Situation(
            actions=self.labels,
            opponent_actions=(),
            legal=tuple(self.position(state).moves()) if mine else (),
            payoffs=(),
            opponent_payoffs=(),
            family=self.info.key,
            features=self.features(state) if mine else self._nothing,
            payoff_range=(-1.0, 1.0),
        )

    @cached_property
    def _nothing(self) -> tuple[tuple[float, ...], ...]:
        """The features of a seat that has nothing to choose."""
        return ((0.0,) * self.feature_count,) * len(self.labels)


def square_labels(width: int, height: int) -> tuple[str, ...]:
    """Names of squares row by row from the top: column a, b, ... and row 1, 2, ... counted from the top."""
    return tuple(f"{letter(column)}{row + 1}" for row in range(height) for column in range(width))


def letter(number: int) -> str:
    """A for 0, b for 1."""
    return chr(ord("a") + number)


def rows_of(width: int, height: int, first: int, second: int) -> list[JsonValue]:
    """One string for each row from the top: `x` and `o` are stones of the first and second mover, `.` is empty."""
    return ["".join(_mark(first, second, row * width + column) for column in range(width)) for row in range(height)]


def drawn_rows(view: Mapping[str, JsonValue], *, slanted: bool = False) -> list[str]:
    """Rows with their numbers under a line of column letters; when `slanted` each row half a square further right."""
    rows = [str(row) for row in view["rows"]] if isinstance(view["rows"], list) else []
    lines = [f"{number + 1:>{3 + slanted * number}} {' '.join(row)}" for number, row in enumerate(rows)]
    return [" " * 4 + " ".join(letter(column) for column in range(len(rows[0]))), *lines]


def names_of(mask: int, labels: tuple[str, ...]) -> list[JsonValue]:
    """The labels of the squares in a mask."""
    return [label for square, label in enumerate(labels) if mask >> square & 1]


def _mark(first: int, second: int, square: int) -> str:
    return "x" if first >> square & 1 else "o" if second >> square & 1 else "."
