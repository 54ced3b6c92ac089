"""One move: load, play, store. One select and one writing statement, whatever the length of the match."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import NamedTuple
from uuid import UUID

import asyncpg
import msgspec
import structlog

from hagame import match as matches
from hagame.core import tracing
from hagame.core.database import DirectConnection, Pool, direct
from hagame.core.security import Claims
from hagame.core.telemetry import HITS, LOG_LOSS, MATCHES, MOVE_SECONDS, MOVES, SCORE
from hagame.errors import Conflict, Gone, InvalidInput, NotFound, Unauthenticated
from hagame.games import answers, trained
from hagame.games.installed import match_from
from hagame.games.outside import PURPOSE, reseal
from hagame.games.schemas import MoveIn
from hagame.games.thinking import is_slow, think
from hagame.llm import Caller, Gateway
from hagame.match import Match, MatchState, Turn
from hagame.rules.game import PLAYER

log = structlog.get_logger()

# Served by the primary keys of the four tables. Consent that is withdrawn counts from the next move on.
LOAD = """
SELECT i.status, i.turn, i.state, i.seed, i.recorded, i.opponent,
       i.modelled AND coalesce(p.modelling_consent, true) AS modelled,
       i.opponent_parameters::text AS opponent_parameters, i.predictor, i.definition_id,
       CASE WHEN d.built_in THEN d.key ELSE d.engine END AS game, d.engine, d.parameters::text AS parameters,
       u.is_active, u.session_version, u.ended_sessions, extract(epoch FROM now() - i.updated_at)::float8 AS waited_s
FROM game_instances i
JOIN game_definitions d ON d.id = i.definition_id
JOIN users u ON u.id = i.user_id
LEFT JOIN cognitive_profiles p ON p.user_id = i.user_id
WHERE i.id = $1 AND i.user_id = $2
"""

# Nothing is written unless the turn is still the expected one: of two equal moves at once, one finds no row.
STORE = """
WITH moved AS (
    UPDATE game_instances
    SET turn = turn + 1, state = $3, status = $4::text, player_score = $5, opponent_score = $6, evidence = $7,
        updated_at = now(), finished_at = CASE WHEN $4::text = 'active' THEN NULL ELSE now() END
    WHERE id = $1 AND turn = $2 AND status = 'active'
    RETURNING id, user_id, definition_id
)
INSERT INTO user_decision_logs
    (instance_id, turn, user_id, definition_id, action, opponent_action, payoff, opponent_payoff, probability,
     log_loss, brier, hit, n_legal, response_time_ms, idempotency_key, engine_version, opponent_version,
     predictor_version, answer, stage, timed_out, observation, outcome, foregone, modelled)
SELECT id, $2, user_id, definition_id, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
       $24, $25, $26, $27, $28
FROM moved
"""

STORED = """
SELECT action, timed_out, idempotency_key, answer::text FROM user_decision_logs WHERE instance_id = $1 AND turn = $2
"""
OWNER = "SELECT is_active, session_version, ended_sessions FROM users WHERE id = $1"

MAX_KEY = 128
GRACE_S = 1.0
"""How much later than the time limit a move may come in: it has travelled."""
_PARTS = [MOVE_SECONDS.labels(part) for part in ("load", "think", "store")]
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Request:
    """Who moves where, and what. An action of None leaves the choice to the definition's default."""

    claims: Claims
    instance_id: UUID
    move: MoveIn
    idempotency_key: str | None


class Recent:
    """States that this process has just stored, so that the next move need not read them again.

    A state is found again only under the very bytes that it was stored as, so nothing here can be out of date: another
    process may have played on, and then the bytes differ.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[UUID, tuple[bytes, MatchState]] = {}

    def keep(self, instance_id: UUID, data: bytes, state: MatchState) -> None:
        """Remember what was stored; the oldest is forgotten, and a match that is over at once."""
        self._kept.pop(instance_id, None)
        if state.sealed is None:
            return
        self._kept[instance_id] = (data, state)
        if len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]

    def load(self, match: Match, instance_id: UUID, data: bytes) -> MatchState:
        """The state that was stored as `data`. Raises `CorruptState`."""
        kept = self._kept.get(instance_id)
        return kept[1] if kept is not None and kept[0] == data else matches.load(match, data)


async def make_move(pool: Pool, recent: Recent, llm: Gateway, request: Request) -> bytes:
    """Take one decision and answer with `schemas.MoveOut` as JSON; when this returns, it is committed.

    The same (turn, action, key) again gives the stored answer. Raises `NotFound`, `Unauthenticated`,
    `IllegalAction`, `InvalidInput`, `Conflict` with the current turn, `Gone` and `Unavailable`.
    """
    if request.idempotency_key is not None and len(request.idempotency_key) > MAX_KEY:
        raise InvalidInput(f"Idempotency-Key may have at most {MAX_KEY} characters.", field="/Idempotency-Key")
    started = perf_counter()
    async with direct(pool) as connection:
        row = await _load(connection, request)
        if row["turn"] != request.move.turn or row["status"] != "active":
            return await _not_this_turn(connection, request, row)
        loaded = perf_counter()
        match = match_from(row)
        slow = is_slow(match)
        if not slow:
            thought = _written(row, _play(recent, request, row, match))
            stored = await _store(connection, request, thought)
    if slow:
        # In a thread, and without a connection meanwhile: nobody else waits for this opponent or predictor.
        played = await think(match, _play, recent, request, row, match)
        state = await reseal(llm, _caller(request), played.match, played.turn.state)
        thought = _written(row, played._replace(turn=msgspec.structs.replace(played.turn, state=state)))
        async with direct(pool) as connection:
            stored = await _store(connection, request, thought)
    if not stored:
        async with direct(pool) as connection:
            return await _not_this_turn(connection, request, await _load(connection, request))
    recent.keep(request.instance_id, thought.dumped, thought.turn.state)
    _report(request, row, thought.turn, (started, loaded, thought.at, perf_counter()))
    return thought.answer


async def _load(connection: DirectConnection, request: Request) -> asyncpg.Record:
    with tracing.span("move.load"):
        row = await connection.fetchrow(LOAD, request.instance_id, request.claims.user_id)
    owner = row or await connection.fetchrow(OWNER, request.claims.user_id)
    standing = owner and (owner["is_active"], owner["session_version"], owner["ended_sessions"])
    if not standing or not request.claims.stand(*standing):
        raise Unauthenticated("This session has ended; log in again.")
    if row is None:
        raise NotFound(f"There is no match {request.instance_id} of yours.")
    await trained.prepare(connection, row["predictor"])
    return row


class _Played(NamedTuple):
    """The turn that a move made; `timed_out` says that the clock chose it."""

    match: Match
    turn: Turn
    timed_out: bool


class _Thought(NamedTuple):
    """All that a move brings, ready to be stored."""

    match: Match
    turn: Turn
    timed_out: bool
    answer: bytes
    dumped: bytes
    at: float


def _caller(request: Request) -> Caller:
    return Caller(request.claims.user_id, request.claims.role, PURPOSE)


def _play(recent: Recent, request: Request, row: asyncpg.Record, match: Match) -> _Played:
    move = request.move
    if row["recorded"] != (move.observed_opponent_action is not None):
        only = "needs it in every move" if row["recorded"] else "does not replay a record, so it takes none"
        raise InvalidInput(f"observed_opponent_action: this match {only}.", field="/observed_opponent_action")
    state = recent.load(match, request.instance_id, row["state"])
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
    return _Thought(match, turn, timed_out, answer, matches.dump(match, turn.state), at)


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


async def _store(connection: DirectConnection, request: Request, thought: _Thought) -> bool:
    with tracing.span("move.store"):
        written = await connection.execute(STORE, *_row(request, thought))
    return bool(written == "INSERT 0 1")


def _row(request: Request, thought: _Thought) -> tuple[object, ...]:
    """The parameters of `STORE`."""
    match, turn = thought.match, thought.turn
    state, score, alone = turn.state, turn.score, match.game.seats == 1
    return (
        request.instance_id,
        turn.number,
        thought.dumped,
        "active" if state.sealed else "finished",
        state.scores[0],
        state.scores[1],
        _encode(dict(state.evidence)).decode(),
        turn.action,
        turn.opponent_action,
        turn.payoffs[0],
        None if alone else turn.payoffs[1],
        score.probability,
        score.log_loss,
        score.brier,
        score.hit,
        len(turn.situation.legal),
        None if thought.timed_out else request.move.response_time_ms,
        request.idempotency_key,
        match.game.info.version,
        match.opponent.info.version,
        match.predictor.version,
        thought.answer.decode(),
        turn.situation.stage,
        thought.timed_out,
        _encode(match.game.view(turn.before, PLAYER)).decode(),
        _encode(turn.feedback.outcome).decode(),
        _encode(answers.foregone(turn)).decode() if turn.feedback.foregone else None,
        match.modelled,
    )


async def _not_this_turn(connection: DirectConnection, request: Request, row: asyncpg.Record) -> bytes:
    """The stored answer when this very move was taken already, else the error that says where the match stands."""
    move, key = request.move, request.idempotency_key
    if key is not None and move.turn < row["turn"]:
        stored = await connection.fetchrow(STORED, request.instance_id, move.turn)
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
        current=answers.next_turn(match, matches.load(match, row["state"])),
    )


def _report(request: Request, row: asyncpg.Record, turn: Turn, at: tuple[float, float, float, float]) -> None:
    game, opponent = row["game"], row["opponent"]
    for part, begin, end in zip(_PARTS, at, at[1:], strict=False):
        part.observe(end - begin)
    MOVES.labels(game, opponent).inc()
    SCORE.labels(game).observe(turn.payoffs[0])
    LOG_LOSS.labels(game).observe(turn.score.log_loss)
    if turn.score.hit:
        HITS.labels(game).inc()
    if turn.state.sealed is None:
        MATCHES.labels(game, opponent, "finished").inc()
    log.info(
        "game.move",
        user_id=str(request.claims.user_id),
        instance_id=str(request.instance_id),
        turn=turn.number,
        duration_ms=round((at[3] - at[0]) * 1000, 3),
    )
