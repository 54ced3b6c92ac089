"""A player that follows a script: for tests that play any game to its end through the API."""

from __future__ import annotations

from typing import Any

from hagame.rules.numbers import text_of


def action_at(place: float, next_: dict[str, Any]) -> str:
    """The legal action, or number, at this place of the list or scale, from 0 to below 1."""
    asked = next_["numbers"]
    if asked is None:
        return str(next_["legal_actions"][int(place * len(next_["legal_actions"]))])
    steps = int((asked["high"] - asked["low"]) / asked["step"] * place)
    return text_of(asked["low"] + steps * asked["step"])
