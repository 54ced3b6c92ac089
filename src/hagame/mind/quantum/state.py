"""What somebody is about to answer, as a density matrix that every answer changes (Lueders' rule).

rho is Hermitian, positive and of trace 1, in n dimensions. A yes/no question is a projector P onto its yes-subspace:
p(yes) = tr(P rho), and after the answer yes rho becomes P rho P / p(yes) (Lueders 1951). Questions whose projectors do
not commute disturb each other; those that do never show an order effect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hagame.errors import InvalidInput

Matrix = NDArray[np.complex128]
MAX_DIMENSIONS = 16
_TINY = 1e-12
_PAULI = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A yes/no question by its projector, shape (n, n)."""

    name: str
    projector: Matrix

    @classmethod
    def spanned(cls, name: str, vectors: Sequence[Sequence[complex]]) -> Question:
        """Yes is the subspace that these vectors span. Raises `InvalidInput` when they span nothing, or all."""
        # Vectors of different lengths are no array at all.
        even = vectors if len({len(vector) for vector in vectors}) == 1 else []
        given = np.array(even, dtype=np.complex128)
        if given.ndim != 2 or not 2 <= given.shape[1] <= MAX_DIMENSIONS or not np.isfinite(given).all():
            raise InvalidInput(
                f"{name}: give vectors of one length between 2 and {MAX_DIMENSIONS}.", field=f"/questions/{name}"
            )
        basis, sizes, _ = np.linalg.svd(given.T, full_matrices=False)
        rank = int((sizes > 1e-9 * max(1.0, float(sizes.max()))).sum())
        if not 0 < rank < given.shape[1]:
            raise InvalidInput(
                f"{name}: its vectors span {rank} of {given.shape[1]} dimensions; yes and no both need at least one.",
                field=f"/questions/{name}",
            )
        return cls(name, basis[:, :rank] @ basis[:, :rank].conj().T)

    @classmethod
    def at_angle(cls, name: str, angle: float) -> Question:
        """In two dimensions: yes is the line at `angle` radians to the first axis."""
        return cls.spanned(name, [[np.cos(angle), np.sin(angle)]])


@dataclass(frozen=True, slots=True)
class Step:
    """One answer: its probability before it was given, and the entropy in bits before and after."""

    question: str
    answer: bool
    probability: float
    entropy_before: float
    entropy_after: float


def maximally_mixed(dimensions: int) -> Matrix:
    """Nothing known: every question of half the dimensions is even."""
    return np.eye(dimensions, dtype=np.complex128) / dimensions


def ask(rho: Matrix, question: Question, answer: bool) -> tuple[float, Matrix]:
    """Probability of this answer, and the state after it. Raises `InvalidInput` when it cannot be given."""
    projector = question.projector if answer else np.eye(len(rho)) - question.projector
    projected = projector @ rho @ projector
    probability = float(np.trace(projected).real)
    if probability < _TINY:
        raise InvalidInput(
            f"{question.name}: the answer {'yes' if answer else 'no'} has probability 0 in this state.",
            field="/answers",
        )
    after = projected / probability
    return min(probability, 1.0), (after + after.conj().T) / 2


def journey(
    rho: Matrix, questions: Mapping[str, Question], answers: Sequence[tuple[str, bool]]
) -> tuple[Matrix, tuple[Step, ...]]:
    """The state after these answers, and what each of them did. Raises `InvalidInput` for an unknown question."""
    steps = []
    for name, answer in answers:
        if name not in questions:
            raise InvalidInput(f"{name!r} is not among the questions {', '.join(questions)}.", field="/answers")
        before = entropy_bits(rho)
        probability, rho = ask(rho, questions[name], answer)
        steps.append(Step(name, answer, probability, before, entropy_bits(rho)))
    return rho, tuple(steps)


def probability_of_yes(rho: Matrix, question: Question) -> float:
    """tr(P rho)."""
    return float(np.clip(np.trace(question.projector @ rho).real, 0.0, 1.0))


def entropy_bits(rho: Matrix) -> float:
    """Von Neumann entropy, -tr(rho log2 rho): 0 for a pure state, log2 n when nothing is known."""
    values = np.linalg.eigvalsh(rho)
    values = values[values > _TINY]
    return max(-float((values * np.log2(values)).sum()), 0.0) + 0.0


def incompatibility(first: Question, second: Question) -> float:
    """Operator norm of the commutator, between 0 (no order effect in any state) and 1/2 (as large as it gets)."""
    product = first.projector @ second.projector
    return float(np.linalg.norm(product - product.conj().T, ord=2))


def bloch_vector(rho: Matrix) -> tuple[float, float, float]:
    """x, y, z = tr(sigma rho) of a two-level state: length 1 if pure, 0 if nothing is known."""
    x, y, z = (float(np.trace(sigma @ rho).real) for sigma in _PAULI)
    return x, y, z


def is_density_matrix(rho: Matrix, tolerance: float = 1e-9) -> bool:
    """Whether `rho` is Hermitian, of trace 1 and positive, up to rounding."""
    hermitian = bool(np.abs(rho - rho.conj().T).max() < tolerance)
    one = abs(float(np.trace(rho).real) - 1) < tolerance
    return hermitian and one and bool(np.linalg.eigvalsh(rho).min() > -tolerance)
