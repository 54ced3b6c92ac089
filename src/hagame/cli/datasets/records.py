"""What is read: people with their decisions, and which of them are scored."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hagame.cli.datasets.manifest import Entry
from hagame.mind.predict.streams import Stream

MAIN = ""
"""Name of the decisions that a file is scored on; other parts are named."""


@dataclass(frozen=True, slots=True, eq=False)
class Recorded:
    """One person (or one problem, where only shares are known) of a file."""

    person: str
    stream: Stream
    scored: dict[str, NDArray[np.bool_]]
    """Part -> (T,): whether a decision belongs to it."""
    split: NDArray[np.object_]
    """(T,): what must not be learnt from when this decision is predicted."""
    weight: NDArray[np.float64]
    """(T,): how much a decision counts in fits."""


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """The people of one file."""

    name: str
    entry: Entry
    people: tuple[Recorded, ...]

    @property
    def is_rates(self) -> bool:
        """Whether shares of many people are predicted instead of single choices."""
        return not any((person.stream.action >= 0).any() for person in self.people)
