"""A match as bytes: MessagePack, versioned.

What changes with every move is apart from the clouds of the cognitive models, which are ten times as large and change
with every tenth: only what has changed need be written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from hagame.errors import CorruptState, NewerNeeded
from hagame.match.state import Last, Match, MatchState, Reply, Sealed
from hagame.mind.cognition import Evidence
from hagame.mind.cognition.live import Filter
from hagame.mind.explain.drift import Drift, begun_anew
from hagame.mind.opponents import TrackRecord
from hagame.rules.game import AI, PLAYER, Situation

STATE_VERSION = 6
"""Version 1 lacks `choices` of the seal, replies and memories, version 2 the cognitive models, version 3 their
waiting decisions; all are still read. Up to version 4 less was counted to see changes of strategy: that begins anew.
Up to version 5 the clouds of the models stood in the state.

What is missing at the end is new.

It rises with every change of a form, of beliefs too, so that an older server knows that it cannot read it."""


class Dumped(NamedTuple):
    """A state as bytes: what changes with every move, and the clouds of the models that follow the player."""

    state: bytes
    clouds: bytes


class _Followed(msgspec.Struct, frozen=True, array_like=True):
    """A `Filter` without its cloud."""

    model: str
    version: str
    n: int
    waiting: tuple[bytes, ...] = ()


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
    models: msgspec.Raw = msgspec.Raw(b"\x90")
    """Of type `_Followed`; up to version 5 `Filter`. By itself an empty array."""


class _Version(msgspec.Struct, frozen=True, array_like=True):
    """The one field that is where it is in every version."""

    version: int


_ENCODER = msgspec.msgpack.Encoder()
_VERSION = msgspec.msgpack.Decoder(_Version)
_DECODER = msgspec.msgpack.Decoder(_Stored)
_FOLLOWED = msgspec.msgpack.Decoder(tuple[_Followed, ...])
_FILTERS = msgspec.msgpack.Decoder(tuple[Filter, ...])
_CLOUDS = msgspec.msgpack.Decoder(tuple[tuple[bytes, bytes], ...])


def dump(match: Match, state: MatchState) -> Dumped:
    """The state as bytes."""
    return Dumped(_dump_state(match, state), dump_clouds(state))


def dump_clouds(state: MatchState) -> bytes:
    """What the models that follow the player make of all decisions that have moved their clouds."""
    moved = any(each.logs for each in state.models)
    return _ENCODER.encode([(each.logs, each.states) for each in state.models]) if moved else b""


def _dump_state(match: Match, state: MatchState) -> bytes:
    followed = [_Followed(each.model, each.version, each.n, each.waiting) for each in state.models]
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
            state.evidence.to_dict(),
            state.scores,
            state.replies,
            state.memory,
            state.drift,
            msgspec.Raw(_ENCODER.encode(followed)),
        )
    )


def load(match: Match, data: bytes, clouds: bytes | None = None) -> MatchState:
    """The state that `dump` wrote. Without its clouds, for who does not play on, no model follows the player.

    Raises `CorruptState` when it is not one, and `NewerNeeded` when a newer server has written it.
    """
    try:
        _check_not_newer(_VERSION.decode(data).version)
        stored = _DECODER.decode(data)
        game: Any = msgspec.msgpack.decode(stored.game, type=match.game.State)
        models = () if clouds is None else _models(stored, clouds)
    except (msgspec.MsgspecError, ValueError) as error:
        raise CorruptState(f"The stored match cannot be read: {error}.") from error
    if stored.version < 1:
        raise CorruptState(f"The stored match has version {stored.version}; the first was 1.")
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
        models=models,
    )


def _check_not_newer(version: int) -> None:
    if version > STATE_VERSION:
        detail = f"The stored match has version {version}; this server reads 1 to {STATE_VERSION}."
        raise NewerNeeded(f"{detail} A newer one has moved it and must answer: try again in a moment.")


def _models(stored: _Stored, clouds: bytes) -> tuple[Filter, ...]:
    if stored.version < 6:
        return _FILTERS.decode(stored.models)
    followed = _FOLLOWED.decode(stored.models)
    parts: Sequence[tuple[bytes, bytes]] = _CLOUDS.decode(clouds) if clouds else [(b"", b"")] * len(followed)
    pairs = zip(followed, parts, strict=True)
    return tuple(Filter(each.model, each.version, each.n, *cloud, each.waiting) for each, cloud in pairs)


def _with_choices(sealed: Sealed | None, situation: Situation) -> Sealed | None:
    """A seal of version 1, when there was always one AI, and its actions were listed."""
    if sealed is None:
        return None
    return msgspec.structs.replace(sealed, choices=((AI, situation.opponent_actions[sealed.action]),))
