"""What a game tells of the judgments of its person, for models of judgment: questions with answers, or dilemmas.

Plain records; `hagame.mind.quantum.player` makes a state of them.
"""

from __future__ import annotations

from dataclasses import dataclass

Counts = tuple[float, float, float, float]
"""People by their answers to a pair of questions: yes yes, yes no, no yes, no no; the one listed first comes first."""


@dataclass(frozen=True, slots=True)
class Pair:
    """How people answered two questions: those asked in the order of the list, and those asked the other way round."""

    as_listed: Counts
    reversed: Counts
    source: str


@dataclass(frozen=True, slots=True)
class JudgedBlock:
    """Questions that bear on each other. `degrees` are the angles of their yes-lines, where the definition says so.

    `texts` are the questions in words, by key where there are none.
    """

    keys: tuple[str, ...]
    degrees: tuple[float, ...] | None = None
    pair: Pair | None = None
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answers:
    """A questionnaire as far as it is answered: `given` holds (block, question within it, whether yes), in order."""

    blocks: tuple[JudgedBlock, ...]
    given: tuple[tuple[int, int, bool], ...]
    over: bool


@dataclass(frozen=True, slots=True)
class Dilemmas:
    """Dilemmas with and without news: (chosen, defected) without news, with the other's defection, its cooperation.

    `last` is the last choice: which of these cases it was, and whether the person defected.
    """

    unknown: tuple[int, int]
    known_defect: tuple[int, int]
    known_cooperate: tuple[int, int]
    last: tuple[int, bool] | None


Judged = Answers | Dilemmas
