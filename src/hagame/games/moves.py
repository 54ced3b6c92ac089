"""One move: load, play, store. One select and one writing statement, whatever the length of the match.

Those who move at the same time share both (`core.batches`).
"""

from __future__ import annotations

from functools import lru_cache
from operator import itemgetter
from time import perf_counter
from typing import NamedTuple
from uuid import UUID

import asyncpg
import msgspec
import structlog
from prometheus_client import Counter, Histogram, Summary

from hagame import match as matches
from hagame.core import tracing
from hagame.core.batches import Batched
from hagame.core.database import Pool, direct
from hagame.core.security import Claims
from hagame.core.telemetry import HITS, LOG_LOSS, MATCHES, MOVE_SECONDS, MOVES, SCORE
from hagame.errors import Conflict, Gone, InvalidInput, NotFound, Unauthenticated
from hagame.games import answers, move_rows, trained
from hagame.games.installed import match_from
from hagame.games.outside import PURPOSE, reseal
from hagame.games.schemas import MoveIn
from hagame.games.thinking import is_slow, think
from hagame.llm import Caller, Gateway
from hagame.match import Dumped, Match, MatchState, Turn

log = structlog.get_logger()

MAX_KEY = 128
RECENT_MATCHES = 1024
"""Matches whose state a process keeps ready."""
GRACE_S = 1.0
"""How much later than the time limit a move may come in: it has travelled."""
_PARTS = [MOVE_SECONDS.labels(part) for part in ("load", "think", "store")]
_encode = msgspec.json.Encoder().encode


class Request(msgspec.Struct, frozen=True):
    """Who moves where, and what. An action of None leaves the choice to the definition's default."""

    claims: Claims
    instance_id: UUID
    move: MoveIn
    idempotency_key: str | None


class Recent:
    """States that this process has just stored, so that the next move need not read them again.

    A turn is stored once, so the state before the turn that is open now is the one that was stored then: nothing here
    can be out of date while the turn is the same.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[UUID, MatchState] = {}

    def keep(self, instance_id: UUID, state: MatchState) -> None:
        """Remember what was stored; the oldest is forgotten, and a match that is over at once."""
        self._kept.pop(instance_id, None)
        if state.sealed is None:
            return
        self._kept[instance_id] = state
        if len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]

    def get(self, instance_id: UUID) -> MatchState | None:
        """The state that was stored last, if it was here."""
        return self._kept.get(instance_id)


class _Loaded(NamedTuple):
    """The row of a match, and its state where this process has stored it: then the row has none."""

    row: asyncpg.Record
    known: MatchState | None

    def state(self, match: Match) -> MatchState:
        """Raises `CorruptState`."""
        if self.row["state"] is None and self.known is not None:
            return self.known
        return matches.load(match, self.row["state"], self.row["clouds"])

    def held(self) -> bytes:
        """The clouds that the row holds."""
        if self.row["state"] is None and self.known is not None:
            return matches.dump_clouds(self.known)
        clouds: bytes = self.row["clouds"]
        return clouds


class _Played(NamedTuple):
    """The turn that a move made; `timed_out` says that the clock chose it."""

    match: Match
    turn: Turn
    timed_out: bool


class _Thought(NamedTuple):
    """All that a move brings, ready to be stored."""

    played: _Played
    answer: bytes
    dumped: Dumped
    at: float


class Moves:
    """The way of all moves that a process makes."""

    def __init__(self, pool: Pool, llm: Gateway) -> None:
        self._pool = pool
        self._llm = llm
        self._recent = Recent(RECENT_MATCHES)
        self._loads = Batched(pool, move_rows.LOAD, itemgetter("id", "user_id"))
        self._stores = Batched(pool, move_rows.STORE, itemgetter("instance_id"))

    async def make(self, request: Request) -> bytes:
        """Take one decision and answer with `schemas.MoveOut` as JSON; when this returns, it is committed.

        The same (turn, action, key) again gives the stored answer. Raises `NotFound`, `Unauthenticated`,
        `IllegalAction`, `InvalidInput`, `Conflict` with the current turn, `Gone` and `Unavailable`.
        """
        if request.idempotency_key is not None and len(request.idempotency_key) > MAX_KEY:
            raise InvalidInput(f"Idempotency-Key may have at most {MAX_KEY} characters.", field="/Idempotency-Key")
        started = perf_counter()
        loaded = await self._load(request, self._recent.get(request.instance_id))
        row = loaded.row
        if row["turn"] != request.move.turn or row["status"] != "active":
            return await self._not_this_turn(request, loaded)
        at = perf_counter()
        thought = await self._think(request, loaded)
        if not await self._store(request, loaded, thought):
            return await self._not_this_turn(request, await self._load(request, None))
        self._recent.keep(request.instance_id, thought.played.turn.state)
        _report(request, row, thought.played.turn, (started, at, thought.at, perf_counter()))
        return thought.answer

    async def _load(self, request: Request, known: MatchState | None) -> _Loaded:
        """The row, checked: it is theirs, they may, and its predictor is at hand."""
        key = request.instance_id, request.claims.user_id
        with tracing.span("move.load"):
            row = await self._loads.fetchrow(key, *key, known.turn if known else 0)
        owner = row or await self._owner(request)
        standing = owner and (owner["is_active"], owner["session_version"], owner["ended_sessions"])
        if not standing or not request.claims.stand(*standing):
            raise Unauthenticated("This session has ended; log in again.")
        if row is None:
            raise NotFound(f"There is no match {request.instance_id} of yours.")
        await trained.prepare(self._pool, row["predictor"])
        return _Loaded(row, known)

    async def _owner(self, request: Request) -> asyncpg.Record | None:
        async with direct(self._pool) as connection:
            return await connection.fetchrow(move_rows.OWNER, request.claims.user_id)

    async def _think(self, request: Request, loaded: _Loaded) -> _Thought:
        match = match_from(loaded.row)
        state = loaded.state(match)
        if not is_slow(match):
            return _written(loaded.row, _play(request, loaded.row, match, state))
        # In a thread: nobody else waits for this opponent or predictor.
        played = await think(match, _play, request, loaded.row, match, state)
        resealed = await reseal(self._llm, _caller(request), match, played.turn.state)
        turn = msgspec.structs.replace(played.turn, state=resealed)
        return _written(loaded.row, played._replace(turn=turn))

    async def _store(self, request: Request, loaded: _Loaded, thought: _Thought) -> bool:
        """Whether the turn was still open."""
        match, turn, timed_out = thought.played
        move = request.move
        time = None if timed_out else move.response_time_ms
        sent = move_rows.Sent(request.instance_id, time, request.idempotency_key, timed_out)
        values = move_rows.values(sent, match, turn, thought.answer, thought.dumped, loaded.held())
        with tracing.span("move.store"):
            return await self._stores.fetchrow(request.instance_id, *values) is not None

    async def _not_this_turn(self, request: Request, loaded: _Loaded) -> bytes:
        """The stored answer when this very move was taken already, else the error that says where the match stands."""
        move, key, row = request.move, request.idempotency_key, loaded.row
        if key is not None and move.turn < row["turn"]:
            async with direct(self._pool) as connection:
                stored = await connection.fetchrow(move_rows.STORED, request.instance_id, move.turn)
            if stored is not None and stored["idempotency_key"] == key:
                if not stored["timed_out"] and stored["action"] != move.action:
                    raise Conflict(f"This Idempotency-Key was used for {stored['action']!r} in turn {move.turn}.")
                answer: str = stored["answer"]
                return answer.encode()
        if row["status"] != "active":
            raise Gone(f"This match is {row['status']}.", instance_status=row["status"])
        match = match_from(row)
        raise Conflict(
            f"Turn {move.turn} is not open; the open turn is {row['turn']}.",
            current=answers.next_turn(match, loaded.state(match)),
        )


def _caller(request: Request) -> Caller:
    return Caller(request.claims.user_id, request.claims.role, PURPOSE)


def _play(request: Request, row: asyncpg.Record, match: Match, state: MatchState) -> _Played:
    move = request.move
    if row["recorded"] != (move.observed_opponent_action is not None):
        only = "needs it in every move" if row["recorded"] else "does not replay a record, so it takes none"
        raise InvalidInput(f"observed_opponent_action: this match {only}.", field="/observed_opponent_action")
    action, timed_out = _in_time(match, state, move, row["waited_s"])
    with tracing.span("move.think"):
        turn = matches.play(
            match,
            state,
            action,
            response_time_ms=None if timed_out else move.response_time_ms,
            observed_opponent_action=move.observed_opponent_action,
        )
    if match.predictor.info.slow:
        turn = trained.explained_as_sealed(turn)
    return _Played(match, turn, timed_out)


def _written(row: asyncpg.Record, played: _Played) -> _Thought:
    match, turn, timed_out = played
    answer = _encode(answers.turn(match, turn, recorded=row["recorded"], timed_out=timed_out))
    at = perf_counter()
    return _Thought(played, answer, matches.dump(match, turn.state), at)


def _in_time(match: Match, state: MatchState, move: MoveIn, waited_s: float) -> tuple[str, bool]:
    """The action that counts, and whether the clock chose it. Raises `InvalidInput` when there is nothing to count."""
    limit = match.game.move_limit
    if limit is None:
        if move.action is None:
            raise InvalidInput("action: must be given, for this game has no time limit.", field="/action")
        return move.action, False
    if move.action is None or waited_s > limit.seconds + GRACE_S:
        return matches.default_action(match, state), True
    return move.action, False


@lru_cache(maxsize=4096)
def _counters(game: str, opponent: str) -> tuple[Counter, Summary, Histogram, Counter]:
    """Moves, payoffs, log-losses and hits: to find a counter by its labels costs as much as to count."""
    return MOVES.labels(game, opponent), SCORE.labels(game), LOG_LOSS.labels(game), HITS.labels(game)


def _report(request: Request, row: asyncpg.Record, turn: Turn, at: tuple[float, float, float, float]) -> None:
    game, opponent = row["game"], row["opponent"]
    for part, begin, end in zip(_PARTS, at, at[1:], strict=False):
        part.observe(end - begin)
    moves, scores, losses, hits = _counters(game, opponent)
    moves.inc()
    scores.observe(turn.payoffs[0])
    losses.observe(turn.score.log_loss)
    if turn.score.hit:
        hits.inc()
    if turn.state.sealed is None:
        MATCHES.labels(game, opponent, "finished").inc()
    log.info(
        "game.move",
        user_id=str(request.claims.user_id),
        instance_id=str(request.instance_id),
        turn=turn.number,
        duration_ms=round((at[3] - at[0]) * 1000, 3),
    )
