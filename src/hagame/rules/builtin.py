"""The games a new installation offers."""

from __future__ import annotations

from pydantic import JsonValue

from hagame.rules import builtin_boards, builtin_social
from hagame.rules.bandit import BANDITS
from hagame.rules.definition import BuiltIn
from hagame.rules.delay import DELAYS
from hagame.rules.igt import IOWA
from hagame.rules.risk import RISKS
from hagame.rules.two_step import TWO_STEPS

__all__ = ["BUILT_IN", "BuiltIn"]

UNKNOWN_LENGTH: JsonValue = {"continuation": 0.9, "at_most": 200}

_MATRIX: tuple[BuiltIn, ...] = (
    {
        "key": "rock-paper-scissors",
        "engine": "matrix",
        "title": "Rock-paper-scissors",
        "description": "A hundred rounds. Rock blunts scissors, scissors cut paper, paper wraps rock. "
        "A win counts 1, a loss -1, a tie nothing. Nobody who plays without a pattern can be beaten: can you?",
        "parameters": {"preset": "rock-paper-scissors", "rounds": 100},
        "tags": ["zero-sum", "quick"],
    },
    {
        "key": "rock-paper-scissors-300",
        "engine": "matrix",
        "title": "Rock-paper-scissors, 300 rounds",
        "description": "Three hundred rounds, as in many laboratory studies: long enough for an exact picture of your "
        "habits.",
        "parameters": {"preset": "rock-paper-scissors", "rounds": 300},
        "tags": ["zero-sum", "study"],
    },
    {
        "key": "matching-pennies",
        "engine": "matrix",
        "title": "Matching pennies",
        "description": "A hundred rounds. You win when both coins show the same side, the AI wins when they differ.",
        "parameters": {"preset": "matching-pennies", "rounds": 100},
        "tags": ["zero-sum", "quick"],
    },
    {
        "key": "prisoners-dilemma",
        "engine": "matrix",
        "title": "Prisoner's dilemma",
        "description": "Together you both do well, alone you do better, and if both think so both do badly. "
        "After each round another follows with 90 % probability, so nobody knows which is the last.",
        "parameters": {"preset": "prisoners-dilemma", "rounds": UNKNOWN_LENGTH},
        "tags": ["dilemma"],
    },
    {
        "key": "stag-hunt",
        "engine": "matrix",
        "title": "Stag hunt",
        "description": "Forty rounds. A stag feeds both but takes both; a hare anyone can catch alone. Do you trust?",
        "parameters": {"preset": "stag-hunt", "rounds": 40},
        "tags": ["coordination"],
    },
    {
        "key": "chicken",
        "engine": "matrix",
        "title": "Chicken",
        "description": "Forty rounds. Two cars race at each other. Whoever swerves loses face; if nobody does, both "
        "lose far more.",
        "parameters": {"preset": "chicken", "rounds": 40},
        "tags": ["anti-coordination"],
    },
    {
        "key": "battle-of-the-sexes",
        "engine": "matrix",
        "title": "Battle of the sexes",
        "description": "Forty rounds. You both want to spend the evening together: you would rather see the ballet, "
        "the AI the boxing.",
        "parameters": {"preset": "battle-of-the-sexes", "rounds": 40},
        "tags": ["coordination"],
    },
)

BUILT_IN: tuple[BuiltIn, ...] = (
    *_MATRIX,
    *BANDITS,
    *IOWA,
    *TWO_STEPS,
    *RISKS,
    *DELAYS,
    *builtin_social.DEFINITIONS,
    *builtin_boards.DEFINITIONS,
)
"""Loaded into the database at start. Families bring theirs along, in their own files."""
