"""The contract of what models a person: predictors and cognitive models alike.

A model is a frozen Pydantic class whose fields are its parameters. What it learns of one person is a *belief*: an
immutable value of bounded size, so that a failed transaction just drops it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from hagame.rules.game import Situation

B = TypeVar("B")

Probabilities = NDArray[np.float64]
"""Shape (n_actions,), sums to 1, exactly 0 where an action is illegal."""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Facts of a model, before any behaviour."""

    key: str
    version: str
    """Rises with behaviour or artefact; stored with every decision."""
    title: str
    parameters: dict[str, str] = field(default_factory=dict)
    """Name -> meaning, unit and bounds."""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """One observed choice: indices into `Situation.actions` and `Situation.opponent_actions`, and what it paid.

    `opponent_action` is -1 where nobody answers.
    """

    action: int
    opponent_action: int
    payoff: float
    opponent_payoff: float
    foregone: tuple[float, ...] = ()
    """What each action would have paid, shape (n_actions,), where the game shows it."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """One part of a prediction: the log-odds (nats) it adds to each action against the mean action.

    `statement` says it in words with its evidence: in `seen` earlier situations like this one, the choice named was
    taken `taken` times.
    """

    key: str
    statement: str
    log_odds: tuple[float, ...]
    seen: float
    taken: float


@dataclass(frozen=True, slots=True)
class Attribution:
    """An exact explanation: softmax(baseline + sum of parts) over legal actions equals the prediction.

    All log-odds have shape (n_actions,) and are centred over the legal actions.
    """

    baseline: tuple[float, ...]
    parts: tuple[Contribution, ...]
    """All parts, largest first by the spread of their log-odds."""


class Model(BaseModel, ABC, Generic[B]):
    """Something that predicts a person's next choice and learns from each one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    info: ClassVar[ModelInfo]

    @abstractmethod
    def start(self, situation: Situation) -> B:
        """The belief about a person of whom nothing has been seen."""

    def carry_over(self, belief: B) -> B:
        """The belief to start the same person's next match with: what was learnt stays, the last rounds do not."""
        return belief

    @abstractmethod
    def predict(self, belief: B, situation: Situation) -> Probabilities:
        """Distribution over the person's actions, before the choice is seen."""

    @abstractmethod
    def update(self, belief: B, situation: Situation, decision: Decision) -> B:
        """The belief after one more choice; a new value."""

    @abstractmethod
    def explain(self, belief: B, situation: Situation) -> Attribution:
        """Where the prediction comes from, exactly."""

    @abstractmethod
    def dump(self, belief: B) -> bytes:
        """At most 32 KiB, versioned, no pickle."""

    @abstractmethod
    def load(self, data: bytes, situation: Situation) -> B:
        """The belief that `dump` wrote. Raises `CorruptState`."""
