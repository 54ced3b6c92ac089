"""Quantum probability as a model of judgment: question order, dilemmas under uncertainty, and the state of a player.

Only the calculus of probability is borrowed; nothing here says that anything physical happens in a head. Every fit
stands beside a classical rival with as many parameters, and says which of the two does better.
"""

from hagame.mind.quantum.dilemma import DilemmaCounts, DilemmaFit, fit_dilemma, markov_dilemma, quantum_dilemma
from hagame.mind.quantum.fits import Fit
from hagame.mind.quantum.interference import Interference, interference
from hagame.mind.quantum.order import OrderTable, QQTest, order_effects, qq_test, similarity_index
from hagame.mind.quantum.order_models import OrderFits, fit_order_models
from hagame.mind.quantum.state import (
    Question,
    Step,
    ask,
    bloch_vector,
    entropy_bits,
    incompatibility,
    is_density_matrix,
    journey,
    maximally_mixed,
    probability_of_yes,
)

__all__ = [
    "DilemmaCounts",
    "DilemmaFit",
    "Fit",
    "Interference",
    "OrderFits",
    "OrderTable",
    "QQTest",
    "Question",
    "Step",
    "ask",
    "bloch_vector",
    "entropy_bits",
    "fit_dilemma",
    "fit_order_models",
    "incompatibility",
    "interference",
    "is_density_matrix",
    "journey",
    "markov_dilemma",
    "maximally_mixed",
    "order_effects",
    "probability_of_yes",
    "qq_test",
    "quantum_dilemma",
    "similarity_index",
]
