"""What of a match may be shown to who watches it: taken out of what the player was told, piece by piece.

Nothing is passed on unless it is named here. Left out are why the AI expected or did what, what was inferred of the
player, how long the player took, and whatever tells whose match it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hagame.rules.game import Game

Json = dict[str, Any]
TURN = ("turn", "player", "opponent", "others", "prediction", "surprise_bits", "commitment", "score", "status")
NEXT = ("turn", "commitment", "sealed")


def turn(game: Game[Any], answer: Mapping[str, Any]) -> Json:
    """A turn that is over, from the answer to its move: `schemas_watch.WatchedTurn`."""
    return {
        **{name: answer[name] for name in TURN},
        "replies": _replies(answer),
        "next": None if answer["next"] is None else open_turn(game, answer["next"]),
        "view": answer["view"],
    }


def open_turn(game: Game[Any], coming: Mapping[str, Any]) -> Json:
    """The open turn, from what the player was told of it: `schemas_watch.WatchedNext`."""
    hidden = game.facts.private
    return {
        **{name: coming[name] for name in NEXT},
        "legal_actions": [] if hidden else coming["legal_actions"],
        "replies": [] if hidden else _replies(coming),
        "view": game.shared(coming["view"]),
    }


def may_tell(game: Game[Any], status: str) -> bool:
    """Whether turns that are over may be shown while the match stands so."""
    return status != "active" or not game.facts.private


def _replies(told: Mapping[str, Any]) -> list[Json]:
    return [{"seat": reply["seat"], "action": reply["action"]} for reply in told["replies"]]
