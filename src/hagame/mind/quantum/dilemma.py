"""The prisoner's dilemma when the other's move is known or unknown: quantum and Markov belief-action models.

People who would defect whatever the other does defect less often when they do not know (Shafir & Tversky 1992), which
no mixture over what might be known allows. Pothos & Busemeyer (2009, Proc. R. Soc. B 276:2171) let beliefs and
actions evolve together in C^4, basis (believed defect, act defect), (defect, cooperate), (cooperate, defect),
(cooperate, cooperate): psi(t) = exp(-i t H) psi(0), H = H_1(mu) + H_2(gamma), t = pi/2. `mu` is how far defecting
pays, `gamma` how far beliefs and own actions are drawn together. Its Markov rival has two parameters as well. It obeys
the law of total probability, so it fits the known cases as they are and must predict the unknown one as their mean.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hagame.errors import InvalidInput
from hagame.mind.quantum.fits import Fit, better, maximum_likelihood
from hagame.mind.quantum.state import Matrix

Dilemma = Callable[[float, float], tuple[float, float, float]]
"""Two parameters to the probabilities to defect, per condition of `CONDITIONS`."""

DECISION_TIME = np.pi / 2
CONDITIONS = ("known_defect", "known_cooperate", "unknown")

_CONSONANCE = np.array([[1, 0, 1, 0], [0, -1, 0, 1], [1, 0, -1, 0], [0, 1, 0, 1]]) / np.sqrt(2)
_BELIEVES = np.array([True, True, False, False])
_DEFECTS = np.array([True, False, True, False])
_STARTS = [(mu, gamma) for mu in (0.2, 0.8, 2.0) for gamma in (0.3, 1.0, 2.2, 4.0)]


@dataclass(frozen=True, slots=True)
class DilemmaCounts:
    """How many of how many defected, per condition of `CONDITIONS`. Raises `InvalidInput` when that cannot be."""

    defected: tuple[float, float, float]
    asked: tuple[float, float, float]

    def __post_init__(self) -> None:
        for name, defected, asked in zip(CONDITIONS, self.defected, self.asked, strict=True):
            if not 0 <= defected <= asked or asked <= 0:
                raise InvalidInput(
                    f"{name}: {defected:g} of {asked:g} cannot have defected; give 0 <= defected <= asked, asked > 0.",
                    field=f"/{name}",
                )


@dataclass(frozen=True, slots=True)
class DilemmaFit:
    """Both models on the same answers. `violation` is p(unknown) minus the nearer bound of the known ones, or 0."""

    observed: tuple[float, float, float]
    quantum: Fit
    markov: Fit
    violation: float
    verdict: str


def quantum_dilemma(mu: float, gamma: float, time: float = DECISION_TIME) -> tuple[float, float, float]:
    """Probabilities to defect when the other is known to defect, known to cooperate, and unknown."""
    evolved = _evolution(mu, gamma, time) @ np.sqrt(_initial())
    known_defect, known_cooperate, unknown = (np.abs(evolved[_DEFECTS]) ** 2).sum(0)
    return float(known_defect), float(known_cooperate), float(unknown)


def dilemma_states(mu: float, gamma: float, time: float = DECISION_TIME) -> tuple[Matrix, Matrix, Matrix]:
    """The action just before the decision, per condition: density matrices (2, 2), defect first, beliefs traced out."""
    evolved = (_evolution(mu, gamma, time) @ np.sqrt(_initial())).reshape(2, 2, len(CONDITIONS))
    known_defect, known_cooperate, unknown = np.einsum("bac,bdc->cad", evolved, evolved.conj())
    return known_defect, known_cooperate, unknown


def news_incompatibility(mu: float, gamma: float, time: float = DECISION_TIME) -> float:
    """Norm of the commutator, 0 to 1/2, of asking what the other does now and what oneself does after the decision."""
    evolution = _evolution(mu, gamma, time)
    believes, decides = np.diag(_BELIEVES), evolution.conj().T @ np.diag(_DEFECTS) @ evolution
    return float(np.linalg.norm(believes @ decides - decides @ believes, ord=2))


def markov_dilemma(
    pull_if_defect: float, pull_if_cooperate: float, time: float = DECISION_TIME
) -> tuple[float, float, float]:
    """The same by a continuous-time Markov process: intensities in place of a Hamiltonian.

    From an even start, actions turn to defection at a rate that depends on what the other is believed to do, and back
    at rate 1. The unknown case starts from an even mixture of both beliefs, and whatever the rates a mixture stays one.
    """
    pulls = np.array([pull_if_defect, pull_if_cooperate])
    settled, left = pulls / (1 + pulls), np.exp(-(1 + pulls) * time)
    known_defect, known_cooperate = settled + (0.5 - settled) * left
    return float(known_defect), float(known_cooperate), float((known_defect + known_cooperate) / 2)


def fit_dilemma(counts: DilemmaCounts) -> DilemmaFit:
    """Fit both models by maximum likelihood and say which does better."""
    asked, defected = np.array(counts.asked, dtype=np.float64), np.array(counts.defected, dtype=np.float64)
    cells = np.concatenate([defected, asked - defected])
    quantum = _fitted("quantum", ("mu", "gamma"), quantum_dilemma, cells)
    markov = _fitted("Markov", ("pull_if_defect", "pull_if_cooperate"), markov_dilemma, cells)
    shares = defected / asked
    low, high = float(min(shares[:2])), float(max(shares[:2]))
    unknown = float(shares[2])
    violation = min(unknown - low, 0.0) + max(unknown - high, 0.0)
    observed = (float(shares[0]), float(shares[1]), unknown)
    return DilemmaFit(observed, quantum, markov, violation, better((quantum, markov)))


def _fitted(name: str, parameters: tuple[str, str], model: Dilemma, cells: NDArray[np.float64]) -> Fit:
    def predict(values: NDArray[np.float64]) -> NDArray[np.float64]:
        defects = np.array(model(float(values[0]), float(values[1])))
        return np.concatenate([defects, 1 - defects])

    return maximum_likelihood(name, parameters, predict, cells, _STARTS, [(0.0, 200.0), (0.0, 200.0)])


def _evolution(mu: float, gamma: float, time: float) -> Matrix:
    """exp(-i t H), shape (4, 4)."""
    gain = np.array([[mu, 1.0], [1.0, -mu]]) / np.sqrt(1 + mu * mu)
    hamiltonian = np.kron(np.eye(2), gain) - gamma * _CONSONANCE
    energies, states = np.linalg.eigh(hamiltonian)
    return np.asarray((states * np.exp(-1j * time * energies)) @ states.conj().T, dtype=np.complex128)


def _initial() -> NDArray[np.float64]:
    """Probabilities (4, 3) of the basis before the decision, a column per condition."""
    return np.array([[0.5, 0.0, 0.25], [0.5, 0.0, 0.25], [0.0, 0.5, 0.25], [0.0, 0.5, 0.25]])
