"""What a move reads and what it writes: one select and one writing statement."""

from __future__ import annotations

from uuid import UUID

import msgspec

from hagame.games import answers
from hagame.match import Dumped, Match, Turn
from hagame.rules.game import PLAYER

# Served by the primary keys of the four tables. Consent that is withdrawn counts from the next move on.
# A turn is stored once, so whoever has stored turn $3 of a match knows its state.
LOAD = """
SELECT i.id, i.user_id, i.status, i.turn, i.seed, i.recorded, i.opponent,
       CASE WHEN i.turn = $3 THEN NULL ELSE i.state END AS state,
       CASE WHEN i.turn = $3 THEN NULL ELSE coalesce(i.clouds, '') END AS clouds,
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
    SET turn = turn + 1, state = $3, clouds = coalesce($29, clouds), status = $4::text, player_score = $5,
        opponent_score = $6, evidence = $7, updated_at = now(),
        finished_at = CASE WHEN $4::text = 'active' THEN NULL ELSE now() END
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
RETURNING instance_id
"""

STORED = """
SELECT action, timed_out, idempotency_key, answer::text FROM user_decision_logs WHERE instance_id = $1 AND turn = $2
"""
OWNER = "SELECT is_active, session_version, ended_sessions FROM users WHERE id = $1"

_encode = msgspec.json.Encoder().encode


class Sent(msgspec.Struct, frozen=True):
    """What came with a move and is logged with it; no response time where the clock chose."""

    instance_id: UUID
    response_time_ms: int | None
    idempotency_key: str | None
    timed_out: bool


def values(sent: Sent, match: Match, turn: Turn, answer: bytes, dumped: Dumped, held: bytes) -> tuple[object, ...]:
    """The parameters of `STORE`; clouds that are those `held` in the row already are left alone."""
    state, score, alone = turn.state, turn.score, match.game.seats == 1
    return (
        sent.instance_id,
        turn.number,
        dumped.state,
        "active" if state.sealed else "finished",
        state.scores[0],
        state.scores[1],
        _encode(state.evidence.to_dict()).decode(),
        turn.action,
        turn.opponent_action,
        turn.payoffs[0],
        None if alone else turn.payoffs[1],
        score.probability,
        score.log_loss,
        score.brier,
        score.hit,
        len(turn.situation.legal),
        sent.response_time_ms,
        sent.idempotency_key,
        match.game.info.version,
        match.opponent.info.version,
        match.predictor.version,
        answer.decode(),
        turn.situation.stage,
        sent.timed_out,
        _encode(match.game.view(turn.before, PLAYER)).decode(),
        _encode(turn.feedback.outcome).decode(),
        _encode(answers.foregone(turn)).decode() if turn.feedback.foregone else None,
        match.modelled,
        None if dumped.clouds == held else dumped.clouds,
    )
