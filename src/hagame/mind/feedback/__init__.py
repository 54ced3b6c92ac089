"""Feedback on a match: facts computed from its log, told in sentences, and a check that a text keeps to them. Pure."""

from hagame.mind.feedback.facts import Fact, Feedback, feedback, trait_facts
from hagame.mind.feedback.grounding import Paragraph, ungrounded
from hagame.mind.feedback.log import Clue, Log, Shift, Step, Surprise, Totals
from hagame.mind.feedback.turns import Part, TurnLog, turn_facts

__all__ = [
    "Clue",
    "Fact",
    "Feedback",
    "Log",
    "Paragraph",
    "Part",
    "Shift",
    "Step",
    "Surprise",
    "Totals",
    "TurnLog",
    "feedback",
    "trait_facts",
    "turn_facts",
    "ungrounded",
]
