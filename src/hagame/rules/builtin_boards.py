"""The board games a new installation offers."""

from __future__ import annotations

from hagame.rules.definition import BuiltIn

DEFINITIONS: tuple[BuiltIn, ...] = (
    {
        "key": "tic-tac-toe",
        "engine": "in-a-row",
        "title": "Tic-tac-toe",
        "description": "Three in a row win. You begin; whoever makes no mistake cannot lose.",
        "parameters": {"width": 3, "height": 3, "in_a_row": 3},
        "tags": ["board", "quick"],
    },
    {
        "key": "connect-four",
        "engine": "in-a-row",
        "title": "Connect Four",
        "description": "Stones fall to the bottom of a column; four in a row win. You begin, and could "
        "force a win from the middle.",
        "parameters": {"width": 7, "height": 6, "in_a_row": 4, "gravity": True},
        "tags": ["board"],
    },
    {
        "key": "four-in-a-row",
        "engine": "in-a-row",
        "title": "Four in a row on 4 x 9",
        "description": "Four stones in a line win, on a board of four rows and nine columns: the game in which van "
        "Opheusden and others measured how far people plan ahead. Who begins is drawn.",
        "parameters": {"width": 9, "height": 4, "in_a_row": 4, "first": "random"},
        "tags": ["board", "study"],
    },
    {
        "key": "nim",
        "engine": "nim",
        "title": "Nim",
        "description": "Take as many matches as you like, of one heap. Whoever takes the last one loses. Who begins is "
        "drawn: one of the two could always win.",
        "parameters": {"heaps": [1, 3, 5, 7], "misere": True, "first": "random"},
        "tags": ["board", "quick"],
    },
    {
        "key": "hex",
        "engine": "hex",
        "title": "Hex on 5 x 5",
        "description": "Connect top and bottom before the AI connects left and right. There are no draws.",
        "parameters": {"size": 5},
        "tags": ["board"],
    },
)
