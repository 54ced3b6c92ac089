"""Feedback on a match: facts computed from its log, told in sentences, and a check that a text keeps to them. Pure."""

from hagame.mind.feedback.facts import Fact, Feedback, feedback
from hagame.mind.feedback.grounding import Paragraph, ungrounded
from hagame.mind.feedback.log import Clue, Log, Step, Surprise, Totals

__all__ = [
    "Clue",
    "Fact",
    "Feedback",
    "Log",
    "Paragraph",
    "Step",
    "Surprise",
    "Totals",
    "feedback",
    "ungrounded",
]
