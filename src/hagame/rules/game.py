"""The contract of every game: pure rules over immutable states.

Class = code, instance = parameters, state = value. A game is a frozen Pydantic model whose fields are its
parameters, so its JSON Schema and its error messages come for free.

Who moves when follows from `legal_actions` alone. In a state in which the person may choose, every AI that may choose
too does so at once with the person, and its choice is sealed. In a state in which only AIs may choose they move openly,
one state after another, until it is the person's turn again: nothing is sealed about such a move, for the person sees
it before the own one. A game with one seat has no AI in it; the AI then predicts the person and does nothing else.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Generic, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from hagame.rules.judging import Judged
from hagame.rules.numbers import Numbers
from hagame.rules.position import Position

Action = str
"""What is chosen, as people and logs name it: `rock`, `cooperate`; a number in its shortest decimal form: `37`."""
Seat = int
"""Who chooses: 0 is the person, 1 and above are AIs."""

PLAYER: Seat = 0
AI: Seat = 1

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class GameInfo:
    """Facts of a game, before any behaviour."""

    key: str
    """Registry key, e.g. `matrix`."""
    version: str
    """Rises with behaviour; stored with every decision."""
    title: str
    seats: int
    """How many there are, unless parameters say otherwise: see `Game.seats`."""
    simultaneous: bool
    """Whether all seats choose before anybody sees a choice."""
    hidden: tuple[str, ...]
    """Fields of the state that no view may depend on."""
    sources: tuple[str, ...]
    """Papers or books that define the game."""
    rival: str = "adaptive"
    """Key of the opponent it is played against unless another one is named; `observer` in games without one."""
    positions: bool = False
    """Whether `Game.position` gives places to think ahead from."""
    private: bool = False
    """Whether a seat may know what others do not, as in a game of cards."""
    needs: tuple[str, str] | None = None
    """Module without which it cannot be played, and what to install for it."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What a model may know before a choice: one decision seen from one seat.

    `payoffs[i][j]` and `opponent_payoffs[i][j]` are for own action i against the opponent's action j, in the
    units of the game. `legal` holds indices into `actions`. Where nobody answers, or what is paid does not follow from
    a table, `opponent_actions` or both tables are `()`.
    """

    actions: tuple[Action, ...]
    opponent_actions: tuple[Action, ...]
    legal: tuple[int, ...]
    payoffs: tuple[tuple[float, ...], ...]
    opponent_payoffs: tuple[tuple[float, ...], ...]
    family: str
    """Key of the population prior to start from, e.g. `rock-paper-scissors`; empty when there is none."""
    stage: int = 0
    """Which of the game's `stages` recurring kinds of choice this is, e.g. the state of a two-step task."""
    stages: int = 1
    features: tuple[tuple[float, ...], ...] = ()
    """What distinguishes the options of this choice: shape (n_actions, F), in the same order for the whole game."""
    payoff_range: tuple[float, float] | None = None
    """Least and most that one decision usually pays, in the units of the game; None where the table tells."""
    conditions: tuple[float, ...] = ()
    """Known numbers that bear on all options alike, in the order of the family; e.g. of a repeated dilemma the chance
    that
    another round follows, and whether the number of rounds is open."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a turn told a seat beyond its payoff, for models and for the log."""

    opponent_action: Action | None = None
    """Which of `Situation.opponent_actions` was met; None leaves it to the match: the sealed or first open move."""
    foregone: tuple[float, ...] = ()
    """What each of `Situation.actions` would have paid, where the game shows that."""
    outcome: Mapping[str, JsonValue] = field(default_factory=dict)
    """Facts of the turn that the log shall name, e.g. the state that a two-step task went to."""


class MoveLimit(BaseModel):
    """How long the person may think about one move, and what is chosen for those who do not come back in time."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seconds: Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)]
    action: Annotated[str, Field(min_length=1, max_length=64)] | None = Field(
        None, description="What is chosen when the time is over; drawn evenly where this is not given or not legal"
    )


class Game(BaseModel, ABC, Generic[S]):
    """Rules of one game. States are immutable values; no method changes its arguments.

    Methods that draw use only the generator they are given, so the same generator gives the same game.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    info: ClassVar[GameInfo]
    State: ClassVar[type]
    """Frozen dataclass of JSON values."""

    move_limit: MoveLimit | None = Field(None, description="Time for each move; none unless given")

    @property
    def seats(self) -> int:
        """How many take part with these parameters."""
        return self.info.seats

    @property
    def facts(self) -> GameInfo:
        """The facts as they are with these parameters; opponents decide by them whether they can play."""
        return self.info

    @property
    def has_winner(self) -> bool:
        """Whether the higher score wins a match, so that players can be rated; in a dilemma it does not."""
        return False

    @abstractmethod
    def start(self, rng: np.random.Generator) -> S:
        """The state before the first decision."""

    @abstractmethod
    def legal_actions(self, state: S, seat: Seat) -> tuple[Action, ...]:
        """What this seat may choose now; `()` when there is nothing to do."""

    @abstractmethod
    def apply(self, state: S, actions: Mapping[Seat, Action], rng: np.random.Generator) -> S:
        """The state after these choices. Raises `IllegalAction`."""

    @abstractmethod
    def payoffs(self, state: S) -> tuple[float, ...]:
        """Payoff of the last step, one per seat; zeros before the first."""

    @abstractmethod
    def is_over(self, state: S) -> bool:
        """Whether no further decision will be taken."""

    @abstractmethod
    def view(self, state: S, seat: Seat) -> dict[str, JsonValue]:
        """What this seat may see. Nothing is shown unless it is put here."""

    def shared(self, view: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        """What of the person's view may be shown to who watches, while the match is played.

        Nothing where a seat may know what others do not.
        """
        return {} if self.facts.private else dict(view)

    @abstractmethod
    def situation(self, state: S, seat: Seat) -> Situation:
        """The coming decision as models see it."""

    def numbers(self, state: S, seat: Seat) -> Numbers | None:  # noqa: ARG002
        """Where the coming choice is a number: which ones are legal. `Situation.actions` are then its bins.

        Finite lists of up to some hundred actions are better listed as they are.
        """
        return None

    def feedback(self, state: S, seat: Seat) -> Feedback:  # noqa: ARG002
        """What the last turn told this seat; `state` is the one after the AIs' open moves that followed."""
        return Feedback()

    def measures(self, state: S, action: Action) -> Mapping[str, float]:  # noqa: ARG002
        """What this choice of the person, in this state, shows of the person beyond what payoffs tell: by key of trait.

        A share or a yes/no is in 0..1. `mind.cognition` declares the traits; other keys mean nothing.
        """
        return {}

    def judged(self, state: S) -> Judged | None:  # noqa: ARG002
        """The judgments of the person so far, in games that models of judgment can follow."""
        return None

    def position(self, state: S) -> Position | None:  # noqa: ARG002
        """The place to think ahead from, in games whose facts say `positions`.

        Only where both sides see everything: it is shown to the AI.
        """
        return None

    def tell(self, view: Mapping[str, JsonValue]) -> str:  # noqa: ARG002
        """A view in a few lines of plain text, for terminals and language models; nothing where labels say it all."""
        return ""
