"""What a match and a turn look like to their player: the shapes of `schemas`, as plain values ready for JSON."""

from __future__ import annotations

from math import log
from typing import Any

from hagame import match as matches
from hagame.games.judgment import judgment
from hagame.match import Match, MatchState, Turn
from hagame.mind.cognition import Trait, traits
from hagame.mind.explain.drift import news
from hagame.mind.explain.words import change_said
from hagame.mind.language import say
from hagame.mind.model import Contribution

LN2 = log(2.0)
DIGITS = 6
TRAITS_EVERY = 5


def next_turn(match: Match, state: MatchState) -> dict[str, Any] | None:
    """The open turn, or None when the match is over. Holds the seal, never what is under it."""
    if state.sealed is None:
        return None
    limit = match.game.move_limit
    return {
        "turn": state.turn,
        "commitment": state.sealed.commitment,
        "sealed": ["action", "prediction"] if state.sealed.choices else ["prediction"],
        "legal_actions": matches.legal_actions(match, state),
        "numbers": _numbers(match, state),
        "time_limit_s": None if limit is None else limit.seconds,
        "replies": replies(state),
        "view": matches.view(match, state),
    }


def replies(state: MatchState) -> list[dict[str, Any]]:
    """What AIs did openly since the player's last move."""
    return [
        {"seat": reply.seat, "action": reply.action, "why": reply.why, "message": reply.said} for reply in state.replies
    ]


def score(match: Match, scores: tuple[float, float]) -> dict[str, float | None]:
    """Sums of payoffs so far."""
    return {"player": scores[0], "opponent": scores[1] if match.game.seats > 1 else None}


def turn(match: Match, turn: Turn, *, recorded: bool, timed_out: bool) -> dict[str, Any]:
    """The answer to a move, `schemas.MoveOut`."""
    state, sealed, actions = turn.state, turn.sealed, turn.situation.actions
    return {
        "turn": turn.number,
        "player": {"action": turn.action, "payoff": turn.payoffs[0]},
        "timed_out": timed_out,
        "opponent": _opponent(match, turn),
        "others": _others(match, turn),
        "replies": replies(state),
        "outcome": turn.feedback.outcome,
        "foregone": foregone(turn),
        "ai": {"action": turn.ai_action, "payoff": turn.ai_payoff} if recorded else None,
        "prediction": dict(zip(actions, sealed.prediction, strict=True)),
        "surprise_bits": round(turn.score.log_loss / LN2, DIGITS),
        "bits_known": round(state.record.gain / state.record.n / LN2, DIGITS),
        "commitment": {"sha256": sealed.commitment, "nonce": sealed.nonce.hex(), "payload": sealed.payload},
        "why": sealed.why or (state.replies[0].why if state.replies else ""),
        "why_message": sealed.said if sealed.why or not state.replies else state.replies[0].said,
        "explanation": [part(p, actions) for p in turn.attribution.parts],
        "change": change(turn),
        "score": score(match, state.scores),
        "traits": inferred(turn),
        "status": "active" if state.sealed else "finished",
        "next": next_turn(match, state),
        "view": None if state.sealed else matches.view(match, state),
        "judgment": judgment(match, state),
    }


def change(turn: Turn) -> dict[str, Any] | None:
    """The change of strategy that this turn brought to light, if it did."""
    found = news(turn.state.drift)
    if found is None or found.noticed != turn.number:
        return None
    said = change_said(found, turn.situation)
    return {
        "since": found.since,
        "statement": say(said),
        "message": said.to_json(),
        "before": [found.before, found.of_before],
        "after": [found.after, found.of_after],
        "log_odds": round(found.log_odds, DIGITS),
    }


def foregone(turn: Turn) -> dict[str, float] | None:
    """What each action would have paid, where the game shows it."""
    if not turn.feedback.foregone:
        return None
    return dict(zip(turn.situation.actions, turn.feedback.foregone, strict=True))


def _opponent(match: Match, turn: Turn) -> dict[str, Any] | None:
    if match.game.seats == 1:
        return None
    return {"action": turn.opponent_action, "payoff": turn.payoffs[1]}


def _others(match: Match, turn: Turn) -> list[dict[str, Any]]:
    """Each AI by seat, where there are several."""
    if match.game.seats == 2:
        return []
    done = dict(turn.sealed.choices) | {reply.seat: reply.action for reply in turn.state.replies}
    seats = range(1, match.game.seats)
    return [{"seat": seat, "action": done.get(seat), "payoff": turn.all_payoffs[seat]} for seat in seats]


def _numbers(match: Match, state: MatchState) -> dict[str, Any] | None:
    asked = matches.numbers(match, state)
    if asked is None:
        return None
    return {"low": asked.low, "high": asked.high, "step": asked.step, "edges": asked.edges, "unit": asked.unit}


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
        "message": None if contribution.message is None else contribution.message.to_json(),
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
