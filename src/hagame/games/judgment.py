"""The state of a player's judgments in a match, as plain values ready for JSON: the shapes of `schemas_judgment`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from hagame.match import Match, MatchState
from hagame.mind.quantum.news import news_state
from hagame.mind.quantum.player import questionnaire_state
from hagame.rules.judging import Answers

DIGITS = 6


def judgment(match: Match, state: MatchState) -> dict[str, Any] | None:
    """The player after the answers so far, None in games without judgments. Computed from the stored match alone."""
    judged = match.game.judged(state.game)
    if judged is None:
        return None
    known = questionnaire_state(judged) if isinstance(judged, Answers) else news_state(judged)
    told: dict[str, Any] = _rounded(asdict(known))
    return told


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(inner) for inner in value]
    # Adding 0 makes a plain 0 of -0.
    return round(value, DIGITS) + 0.0 if isinstance(value, float) else value
