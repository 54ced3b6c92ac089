"""Kinds of tasks: the facts of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Queue = Literal["default", "llm", "training"]
QUEUES: tuple[Queue, ...] = ("default", "llm", "training")

LONGEST_BACKOFF_S = 600.0


@dataclass(frozen=True, slots=True)
class Kind:
    """Facts of one kind of task. Rooms keep theirs beside the services that ask for such work.

    A run that fails is tried again after `backoff_s`, doubled each time, until `attempts` runs have failed; a run
    whose worker died counts as failed. One that takes longer than `time_limit_s` is stopped and has failed. A person
    may have `at_once` unfinished tasks of this kind.
    """

    name: str
    queue: Queue = "default"
    attempts: int = 4
    backoff_s: float = 2.0
    time_limit_s: int = 300
    at_once: int = 10

    def wait_s(self, failures: int) -> float:
        """Seconds until the next attempt after this many failures (1 or more)."""
        return min(self.backoff_s * 2.0 ** min(failures - 1, 32), LONGEST_BACKOFF_S)
