"""Opens seals: the proof that the AI had fixed its move and its prediction before the player moved."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

from hagame_sdk.errors import SealBroken
from hagame_sdk.types import Move, Opened


def opens(commitment: str, opened: Opened) -> bool:
    """Whether SHA-256 of the nonce's bytes, followed by the payload, is `commitment` (hex)."""
    sealed = bytes.fromhex(opened["nonce"]) + opened["payload"].encode()
    return hmac.compare_digest(hashlib.sha256(sealed).hexdigest(), commitment)


def check(commitment: str, move: Move) -> None:
    """Raises `SealBroken` unless the opened seal is `commitment`, and the answer tells what it held."""
    fault = next(_faults(commitment, move), None)
    if fault is not None:
        raise SealBroken(f"Turn {move['turn']}: {fault}")


def _faults(commitment: str, move: Move) -> Iterator[str]:
    if not opens(commitment, move["commitment"]):
        yield "the opened seal is not the one that was shown before the move."
        return
    held = json.loads(move["commitment"]["payload"])
    if held["turn"] != move["turn"]:
        yield f"the seal belongs to turn {held['turn']}."
    # Where an AI moves openly or not at all, no move of it is sealed; of several AIs each has its own.
    played = _played(move)
    if held.get("action") is not None and held["action"] != played:
        yield f"the AI had sealed {held['action']!r} and played {played!r}."
    others = {str(other["seat"]): other["action"] for other in move["others"]}
    for seat, action in held.get("actions", {}).items():
        if others.get(seat) != action:
            yield f"the AI of seat {seat} had sealed {action!r} and played {others.get(seat)!r}."
    if held["prediction"] != move["prediction"]:
        yield "the prediction that is shown is not the one that was sealed."


def _played(move: Move) -> Any:
    # A recorded match tells the AI's own move beside that of the recording.
    side = move.get("ai") or move["opponent"]
    return None if side is None else side["action"]
