"""What a match is between two turns, and what a turn brings."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import msgspec

from hagame.mind.cognition import Evidence
from hagame.mind.cognition.live import Filter
from hagame.mind.explain.drift import Drift
from hagame.mind.model import Attribution, Model
from hagame.mind.opponents import Opponent, TrackRecord
from hagame.rules.game import Action, Feedback, Game, Seat, Situation

SECRET_BYTES = 16
MOST_SECRET_BYTES = 64
"""That a nonce can be keyed with."""


@dataclass(frozen=True, slots=True)
class Match:
    """What stays the same from the first turn to the last.

    `opponent` plays every seat but the person's. `seed` is in 0..2^63-1. `modelled` says whether evidence of the
    player's traits is kept.
    """

    game: Game[Any]
    predictor: Model[Any]
    opponent: Opponent
    seed: int
    modelled: bool = True


class Sealed(msgspec.Struct, frozen=True, array_like=True):
    """The AI's move and prediction, fixed before the player's move. `prediction` is over the player's actions.

    `choices` holds seat and action of each AI that moves at once with the player; none where AIs move openly or not at
    all. `action` is the index of the one choice in the player's `Situation.opponent_actions`, -1 where it has none.
    """

    action: int
    prediction: tuple[float, ...]
    payload: str
    nonce: bytes
    why: str
    choices: tuple[tuple[Seat, Action], ...] = ()
    said: Any = None
    """The message behind `why` as JSON; None where it is plain text."""

    @property
    def commitment(self) -> str:
        """SHA-256 of nonce and payload, hex: all that may be shown before the move."""
        return hashlib.sha256(self.nonce + self.payload.encode()).hexdigest()


class Last(msgspec.Struct, frozen=True, array_like=True):
    """The last round, seen by the player: indices of both actions (-1 for none), and both payoffs."""

    action: int
    opponent_action: int
    payoff: float
    opponent_payoff: float


class Reply(msgspec.Struct, frozen=True, array_like=True):
    """A move that an AI made openly, and why."""

    seat: Seat
    action: Action
    why: str
    said: Any = None
    """The message behind `why` as JSON; None where it is plain text."""


class MatchState(msgspec.Struct, frozen=True):
    """Where a match stands before turn `turn`. `sealed` is None once the match is over.

    `scores` are those of the player and of the AIs on average. `replies` are the AIs' open moves since the player's
    last one. `memory` is what the opponent remembers, by AI seat from 1; missing at the end means nothing. `drift`
    watches for a change of strategy, where the player may be modelled.
    `models` are the cognitive models that follow the player; none where the player is not modelled.
    """

    turn: int
    secret: bytes
    game: Any
    belief: Any
    sealed: Sealed | None
    record: TrackRecord
    last: Last | None
    evidence: Evidence
    scores: tuple[float, float]
    replies: tuple[Reply, ...] = ()
    memory: tuple[bytes, ...] = ()
    drift: Drift = Drift()
    models: tuple[Filter, ...] = ()


class Scored(msgspec.Struct, frozen=True):
    """How the sealed prediction did: probability given to the action, log-loss (nats), multi-class Brier, hit.

    `hit`: the action was the most probable one.
    """

    probability: float
    log_loss: float
    brier: float
    hit: bool


class Turn(msgspec.Struct, frozen=True):
    """All that one decision brought: the opened seal, its score and explanation, and the state after it.

    `opponent_action` is what the player met: the sealed action, the first open one where none was sealed, or what the
    game's feedback names; several at once are joined by a comma; None where nobody answers. It differs from what was
    sealed in matches that replay a record. `payoffs` are the player's and the mean of the AIs', over the whole turn;
    `all_payoffs` has one per seat. `before` is the state of the game that the player saw.
    """

    number: int
    state: MatchState
    before: Any
    situation: Situation
    action: Action
    opponent_action: Action | None
    payoffs: tuple[float, float]
    all_payoffs: tuple[float, ...]
    feedback: Feedback
    sealed: Sealed
    score: Scored
    attribution: Attribution

    @property
    def ai_action(self) -> Action:
        """What the AI had sealed, in games of two who choose at once."""
        return self.situation.opponent_actions[self.sealed.action]

    @property
    def ai_payoff(self) -> float:
        """What the sealed action pays the AI against the player's action."""
        player = self.situation.actions.index(self.action)
        return self.situation.opponent_payoffs[player][self.sealed.action]
