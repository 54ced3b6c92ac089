"""What a judgment was worth, once the outcome is known."""

from __future__ import annotations

from hagame.core.tables import Judgment, Question
from hagame.mind.crowd.scores import brier


def score_of(question: Question, judgment: Judgment) -> float | None:
    """Brier score of probabilities, absolute error of a number; None before the question is resolved."""
    if question.outcome_option is not None and judgment.probabilities is not None:
        return brier(judgment.probabilities, question.outcome_option)
    if question.outcome_number is not None and judgment.number is not None:
        return abs(judgment.number - question.outcome_number)
    return None
