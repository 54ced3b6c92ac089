"""Which of two models of judgment with as many parameters does better: on people, and on one player."""

from __future__ import annotations

from dataclasses import dataclass

from hagame.mind.quantum.fits import DECISIVE


@dataclass(frozen=True, slots=True)
class People:
    """Both models fitted on published answers of `n` people; BIC, lower is better."""

    n: int
    quantum_bic: float
    classical_bic: float
    verdict: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Log-likelihoods (nats) of one player's `n` answers; no parameter was fitted on them. `sentence` says who wins.

    With as many parameters the difference of the BIC is twice that of the log-likelihoods, the other way round.
    """

    n: int
    quantum: float
    classical: float
    sentence: str


def compared(n: int, quantum: float, classical: float) -> Comparison:
    """Say in one sentence which model foresaw a player's answers better, or that none did."""
    return Comparison(n, quantum, classical, _sentence(n, 2 * (quantum - classical)))


def _sentence(n: int, lead: float) -> str:
    if n == 0:
        return "There is nothing to compare yet: no answer so far has a classical rival of its own."
    counted = f"{n} answer{'s' if n > 1 else ''} of yours"
    if abs(lead) < DECISIVE:
        gap = f"their BIC differs by {abs(lead):.1f}"
        return f"On {counted} the classical model does as well as the quantum one: {gap}."
    winner, loser = ("quantum", "classical") if lead > 0 else ("classical", "quantum")
    return f"On {counted} the {winner} model does better than the {loser} one: its BIC is lower by {abs(lead):.1f}."
