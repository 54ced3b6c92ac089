"""What a match and a turn look like to their player: the shapes of `schemas`, as plain values ready for JSON."""

from __future__ import annotations

from math import log
from typing import Any

from hagame import match as matches
from hagame.match import Match, MatchState, Turn
from hagame.mind.cognition import Trait, traits
from hagame.mind.model import Contribution

LN2 = log(2.0)
DIGITS = 6
TRAITS_EVERY = 5


def next_turn(match: Match, state: MatchState) -> dict[str, Any] | None:
    """The open turn, or None when the match is over. Holds the seal, never what is under it."""
    if state.sealed is None:
        return None
    return {
        "turn": state.turn,
        "commitment": state.sealed.commitment,
        "legal_actions": matches.legal_actions(match, state),
        "view": matches.view(match, state),
    }


def score(state: MatchState) -> dict[str, float]:
    """Sums of payoffs so far."""
    return {"player": state.scores[0], "opponent": state.scores[1]}


def turn(match: Match, turn: Turn, *, recorded: bool) -> dict[str, Any]:
    """The answer to a move, `schemas.MoveOut`."""
    state, sealed, actions = turn.state, turn.sealed, turn.situation.actions
    return {
        "turn": turn.number,
        "player": {"action": turn.action, "payoff": turn.payoffs[0]},
        "opponent": {"action": turn.opponent_action, "payoff": turn.payoffs[1]},
        "ai": {"action": turn.ai_action, "payoff": turn.ai_payoff} if recorded else None,
        "prediction": dict(zip(actions, sealed.prediction, strict=True)),
        "surprise_bits": round(turn.score.log_loss / LN2, DIGITS),
        "bits_known": round(state.record.gain / state.record.n / LN2, DIGITS),
        "commitment": {"sha256": sealed.commitment, "nonce": sealed.nonce.hex(), "payload": sealed.payload},
        "why": sealed.why,
        "explanation": [part(p, actions) for p in turn.attribution.parts],
        "score": score(state),
        "traits": inferred(turn),
        "status": "active" if state.sealed else "finished",
        "next": next_turn(match, state),
    }


def inferred(turn: Turn) -> dict[str, Any]:
    """The traits as they stand, every `TRAITS_EVERY` turns and at the end: between two turns they hardly move."""
    if turn.state.sealed is not None and turn.number % TRAITS_EVERY:
        return {}
    return {key: trait(value) for key, value in traits(turn.state.evidence).items()}


def part(contribution: Contribution, actions: tuple[str, ...]) -> dict[str, Any]:
    """One part of an explanation."""
    return {
        "key": contribution.key,
        "statement": contribution.statement,
        "log_odds": {a: round(x, DIGITS) for a, x in zip(actions, contribution.log_odds, strict=True)},
        "seen": round(contribution.seen, 2),
        "taken": round(contribution.taken, 2),
    }


def trait(value: Trait) -> dict[str, Any]:
    """One inferred trait."""
    return {
        "mean": round(value.mean, DIGITS),
        "sd": round(value.sd, DIGITS),
        "low": round(value.low, DIGITS),
        "high": round(value.high, DIGITS),
        "n": value.n,
    }
