"""The state of a player before dilemmas with and without news of the other's move. A model, no physics.

Each dilemma is met anew, in the belief-action model of Pothos & Busemeyer (2009): what the player believes of the other
and what it will do evolve together in C^4 until it decides. Shown is the player's own action, with the belief traced
out: two levels, defect and cooperate, before the decision and after it (Lueders' rule), with news and without. Both
models have two parameters, fitted on the 444 triads of Shafir & Tversky (1992) and not on the player.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import Literal, TypeVar

import numpy as np

from hagame.mind.quantum.comparison import Comparison, People, compared
from hagame.mind.quantum.dilemma import dilemma_states, markov_dilemma, news_incompatibility, quantum_dilemma
from hagame.mind.quantum.fits import better, made
from hagame.mind.quantum.interference import interference
from hagame.mind.quantum.state import bloch_vector, entropy_bits
from hagame.rules.judging import Dilemmas

QUANTUM = (0.61442, 2.32848)
"""mu and gamma, by maximum likelihood on `TRIADS`."""
MARKOV = (12.49799, 2.42543)
"""Pull to defect if the other is believed to defect, and if to cooperate; likewise."""
TRIADS = ((280, 444), (430, 444), (371, 444))
"""Defected of asked without news, other defects, other cooperates: Shafir & Tversky (1992)."""
CASES = ("unknown", "known_defect", "known_cooperate")
_BOOTSTRAP_SEED = 20090604

Arrow = tuple[float, float, float]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Case:
    """One of three cases: how often the player chose in it, and what both models expect.

    `arrow` is the state of the action before a decision: up is defect. Entropy in bits.
    """

    name: str
    n: int
    defected: int
    quantum: float
    classical: float
    entropy: float
    arrow: Arrow


@dataclass(frozen=True, slots=True)
class Chosen:
    """The last decision: what was known, what was expected of it, and the state it has left."""

    case: str
    defected: bool
    probability: float
    classical: float
    entropy_before: float
    entropy_after: float
    entropy_without_news: float
    before: Arrow
    after: Arrow
    without_news: Arrow


@dataclass(frozen=True, slots=True)
class Interfered:
    """p(defect, no news) minus the even mean of both cases with news, with a 95 % bootstrap interval."""

    value: float
    low: float
    high: float
    sentence: str


@dataclass(frozen=True, slots=True)
class NewsState:
    """The player after the dilemmas so far. `incompatibility`: norm of the commutator of belief and decision."""

    cases: tuple[Case, ...]
    last: Chosen | None
    incompatibility: float
    interference: Interfered | None
    people: People
    comparison: Comparison
    kind: Literal["dilemmas"] = "dilemmas"


def news_state(given: Dilemmas) -> NewsState:
    """A pure function of the counts and the last choice: the same ones give the same numbers."""
    counts = (given.unknown, given.known_defect, given.known_cooperate)
    model = _model()
    cases = tuple(
        Case(name, n, defected, *known) for name, (n, defected), known in zip(CASES, counts, model, strict=True)
    )
    return NewsState(
        cases=cases,
        last=None if given.last is None else _chosen(cases, *given.last),
        incompatibility=news_incompatibility(*QUANTUM),
        interference=_interfered(counts),
        people=_people(),
        comparison=compared(
            sum(n for n, _ in counts),
            _likelihood([c.quantum for c in cases], counts),
            _likelihood([c.classical for c in cases], counts),
        ),
    )


@lru_cache(maxsize=1)
def _model() -> tuple[tuple[float, float, float, Arrow], ...]:
    """Per case: expected defection by both models, entropy of the action and its arrow."""
    quantum, classical = _ordered(quantum_dilemma(*QUANTUM)), _ordered(markov_dilemma(*MARKOV))
    states = _ordered(dilemma_states(*QUANTUM))
    return tuple(
        (q, c, entropy_bits(rho), bloch_vector(rho)) for q, c, rho in zip(quantum, classical, states, strict=True)
    )


def _ordered(values: tuple[T, T, T]) -> tuple[T, T, T]:
    """From the order of `dilemma.CONDITIONS` to that of `CASES`."""
    known_defect, known_cooperate, unknown = values
    return unknown, known_defect, known_cooperate


def _chosen(cases: tuple[Case, ...], case: int, defected: bool) -> Chosen:
    before, without = cases[case], cases[0]
    return Chosen(
        case=before.name,
        defected=defected,
        probability=before.quantum if defected else 1 - before.quantum,
        classical=before.classical if defected else 1 - before.classical,
        entropy_before=before.entropy,
        entropy_after=0.0,
        entropy_without_news=without.entropy,
        before=before.arrow,
        after=(0.0, 0.0, 1.0 if defected else -1.0),
        without_news=without.arrow,
    )


def _interfered(counts: tuple[tuple[int, int], ...]) -> Interfered | None:
    """None until each case has been met."""
    if min(n for n, _ in counts) == 0:
        return None
    unknown, *known = ((defected, n) for n, defected in counts)
    found = interference(unknown, known, (0.5, 0.5), np.random.default_rng(_BOOTSTRAP_SEED))
    low, high = found.interval
    return Interfered(found.value, low, high, _told(found.value, low, high))


def _told(value: float, low: float, high: float) -> str:
    about = f"Without news you defected {abs(value) * 100:.0f} points {'more' if value > 0 else 'less'} often than with"
    if value == 0:
        about = "Without news you defected as often as with"
    interval = f"(95 % interval {low * 100:+.0f} to {high * 100:+.0f})"
    if low <= 0 <= high:
        return f"{about} {interval}: no more than chance brings, so nothing needs a quantum model."
    return f"{about} {interval}: more than a mixture of both kinds of news allows."


@lru_cache(maxsize=1)
def _people() -> People:
    """Both models on the published triads, two parameters each."""
    counts = np.array([*(d for d, _ in TRIADS), *(n - d for d, n in TRIADS)], dtype=np.float64)
    expected = np.array([(quantum, classical) for quantum, classical, *_ in _model()])
    predicted = np.concatenate([expected, 1 - expected])
    quantum = made("the quantum model", dict(zip(("mu", "gamma"), QUANTUM, strict=True)), predicted[:, 0], counts)
    pulls = dict(zip(("pull_if_defect", "pull_if_cooperate"), MARKOV, strict=True))
    classical = made("the classical model", pulls, predicted[:, 1], counts)
    return People(TRIADS[0][1], quantum.bic, classical.bic, better((quantum, classical)))


def _likelihood(expected: list[float], counts: tuple[tuple[int, int], ...]) -> float:
    return sum(d * log(p) + (n - d) * log(1 - p) for p, (n, d) in zip(expected, counts, strict=True))
