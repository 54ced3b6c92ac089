"""A match as bytes: MessagePack, versioned."""

from __future__ import annotations

from typing import Any

import msgspec

from hagame.errors import CorruptState
from hagame.match.state import Last, Match, MatchState, Reply, Sealed
from hagame.mind.cognition import Evidence
from hagame.mind.cognition.live import Filter
from hagame.mind.explain.drift import Drift, begun_anew
from hagame.mind.opponents import TrackRecord
from hagame.rules.game import AI, PLAYER, Situation

STATE_VERSION = 5
"""Version 1 lacks `choices` of the seal, replies and memories, version 2 the cognitive models, version 3 their
waiting decisions; all are still read. Up to version 4 less was counted to see changes of strategy: that begins anew.

What is missing at the end is new."""


class _Stored(msgspec.Struct, frozen=True, array_like=True):
    """The form in which a state is stored."""

    version: int
    turn: int
    secret: bytes
    game: msgspec.Raw
    belief: bytes
    sealed: Sealed | None
    record: TrackRecord
    last: Last | None
    evidence: dict[str, tuple[float, float, float]]
    scores: tuple[float, float]
    replies: tuple[Reply, ...] = ()
    memory: tuple[bytes, ...] = ()
    drift: Drift = Drift()
    models: tuple[Filter, ...] = ()


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Stored)


def dump(match: Match, state: MatchState) -> bytes:
    """The state as bytes."""
    return _ENCODER.encode(
        _Stored(
            STATE_VERSION,
            state.turn,
            state.secret,
            msgspec.Raw(_ENCODER.encode(state.game)),
            match.predictor.dump(state.belief),
            state.sealed,
            state.record,
            state.last,
            dict(state.evidence),
            state.scores,
            state.replies,
            state.memory,
            state.drift,
            state.models,
        )
    )


def load(match: Match, data: bytes) -> MatchState:
    """The state that `dump` wrote. Raises `CorruptState` when it is not one, or one of another version."""
    try:
        stored = _DECODER.decode(data)
        game: Any = msgspec.msgpack.decode(stored.game, type=match.game.State)
    except (msgspec.MsgspecError, ValueError) as error:
        raise CorruptState(f"The stored match cannot be read: {error}.") from error
    if not 1 <= stored.version <= STATE_VERSION:
        raise CorruptState(f"The stored match has version {stored.version}; this server reads 1 to {STATE_VERSION}.")
    situation = match.game.situation(game, PLAYER)
    return MatchState(
        turn=stored.turn,
        secret=stored.secret,
        game=game,
        belief=match.predictor.load(stored.belief, situation),
        sealed=_with_choices(stored.sealed, situation) if stored.version == 1 else stored.sealed,
        record=stored.record,
        last=stored.last,
        evidence=Evidence(stored.evidence),
        scores=stored.scores,
        replies=stored.replies,
        memory=stored.memory,
        drift=stored.drift if stored.version > 4 else begun_anew(stored.drift),
        models=stored.models,
    )


def _with_choices(sealed: Sealed | None, situation: Situation) -> Sealed | None:
    """A seal of version 1, when there was always one AI, and its actions were listed."""
    if sealed is None:
        return None
    return msgspec.structs.replace(sealed, choices=((AI, situation.opponent_actions[sealed.action]),))
