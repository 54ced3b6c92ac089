"""The contract of what models a person: predictors and cognitive models alike.

A model is a frozen Pydantic class whose fields are its parameters. What it learns of one person is a *belief*: an
immutable value of bounded size, so that a failed transaction just drops it.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Self, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, PrivateAttr

from hagame.errors import InvalidInput
from hagame.mind.language import Message
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
    slow: bool = False
    """Whether a prediction may take more than about a millisecond; a match is then played in a thread."""


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
    response_time_ms: int = 0
    """How long it took; 0 where that is not known."""


class Contribution(msgspec.Struct, frozen=True):
    """One part of a prediction: the log-odds (nats) it adds to each action against the mean action.

    `statement` says it in English with its evidence: in `seen` earlier situations like this one, the choice named was
    taken `taken` times. `message` is the same before it is put into words, where the model has it so.
    """

    key: str
    statement: str
    log_odds: tuple[float, ...]
    seen: float
    taken: float
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class Attribution:
    """An exact explanation: softmax(baseline + sum of parts) over legal actions equals the prediction.

    All log-odds have shape (n_actions,) and are centred over the legal actions.
    """

    baseline: tuple[float, ...]
    parts: tuple[Contribution, ...]
    """All parts, largest first by the spread of their log-odds."""


Arrays = Mapping[str, NDArray[Any]]
"""Arrays by name: what a model has learnt of a population, or what it keeps of one person to learn from."""


@dataclass(frozen=True, slots=True)
class Person:
    """What one person did: matches in order, decisions in order, in one kind of situation unless `situations` tells."""

    matches: tuple[tuple[Decision, ...], ...]
    situations: tuple[tuple[Situation, ...], ...] = ()
    """What each decision was about, in games whose choices differ from turn to turn."""

    def steps(self, situation: Situation) -> Iterator[Iterator[tuple[Situation, Decision]]]:
        """Each match as what was posed and what was decided; `situation` stands where nothing else is told."""
        for i, match in enumerate(self.matches):
            posed = self.situations[i] if self.situations else (situation,) * len(match)
            yield zip(posed, match, strict=True)


class Learnt:
    """The arrays that a training gave, and their digest. Equal when the digests are."""

    def __init__(self, arrays: Arrays) -> None:
        self.arrays = arrays
        self.digest = digest(arrays)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Learnt) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)


class Model(BaseModel, ABC, Generic[B]):
    """Something that predicts a person's next choice and learns from each one.

    A *trainable* model also learns from many people where to start with a new one. Training has two steps, so that it
    can be spread over machines: `summarise` looks at one person, `learn` at the summaries of all in the order of the
    people. Who summarised whom, and how many did, cannot show in the result.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    info: ClassVar[ModelInfo]
    trainable: ClassVar[bool] = False
    """Whether `summarise` and `learn` are there."""

    _learnt: Learnt | None = PrivateAttr(None)

    @property
    def version(self) -> str:
        """Of the behaviour: `info.version`, and what was learnt, as `1+0123456789ab`."""
        return self.info.version if self._learnt is None else f"{self.info.version}+{self._learnt.digest[:12]}"

    @property
    def weights(self) -> Arrays | None:
        """What was learnt of a population; None where nothing was."""
        return None if self._learnt is None else self._learnt.arrays

    def with_weights(self, arrays: Arrays) -> Self:
        """The same model as a training left it."""
        trained = self.model_copy()
        trained._learnt = Learnt(arrays)  # noqa: SLF001 - of the same class
        return trained

    def fit(self, people: Iterable[Person], situation: Situation, rng: np.random.Generator) -> Self:
        """The model trained on these people. The same people and generator give the same model, bit for bit.

        Raises `InvalidInput` when the model cannot be trained, or not on these people.
        """
        return self.with_weights(self.learn([self.summarise(person, situation) for person in people], situation, rng))

    def summarise(self, person: Person, situation: Situation) -> Arrays:  # noqa: ARG002 - for who can be trained
        """All that `learn` needs of one person. Raises `InvalidInput` when the model is not trainable."""
        raise self._untrainable()

    def learn(self, summaries: Sequence[Arrays], situation: Situation, rng: np.random.Generator) -> Arrays:  # noqa: ARG002
        """The weights for `with_weights`, from the summaries of all people in their order. Raises `InvalidInput`."""
        raise self._untrainable()

    def _untrainable(self) -> InvalidInput:
        return InvalidInput(f"{self.info.title} ({self.info.key}) has nothing to train.", field="/algorithm")

    def suits(self, situation: Situation) -> bool:  # noqa: ARG002 - most models read any choice
        """Whether the model has something to say of such choices."""
        return True

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


def digest(arrays: Arrays) -> str:
    """SHA-256 (hex) of names, types, shapes and values; little-endian, so equal on every machine."""
    sha = hashlib.sha256()
    for name in sorted(arrays):
        array = arrays[name]
        kind = array.dtype.newbyteorder("<")
        sha.update(f"{name}\0{kind.str}\0{array.shape}\0".encode())
        sha.update(np.ascontiguousarray(array, dtype=kind).tobytes())
    return sha.hexdigest()
