"""The floor under a move: the same request, the same SQL, no game and no AI.

FastAPI on asyncpg, with the authentication and body parsing of a move, writing rows of the same size. `transaction`
is how it is usually written: BEGIN, select, update, insert, COMMIT. `same-sql` runs the two statements of a move as a
move runs them. `benchmarks/load.py` starts it and measures against it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
from fastapi import FastAPI, Request, Response
from sqlalchemy.engine import make_url

from hagame.core.security import Bearer
from hagame.games.move_rows import LOAD, STORE
from hagame.games.schemas import MoveIn
from hagame.settings import Settings

# The oldest match that is open gives state and answer of a usual size to write.
SAMPLE = """
SELECT i.state, d.answer::text AS answer
FROM game_instances i JOIN user_decision_logs d ON d.instance_id = i.id AND d.turn = i.turn - 1
ORDER BY i.turn DESC LIMIT 1
"""

UPDATE = """
UPDATE game_instances
SET turn = turn + 1, state = $3, status = 'active', player_score = $4, opponent_score = $5, evidence = $6,
    updated_at = now(), finished_at = NULL
WHERE id = $1 AND turn = $2 AND status = 'active'
"""

INSERT = """
INSERT INTO user_decision_logs
    (instance_id, turn, user_id, definition_id, action, opponent_action, payoff, opponent_payoff, probability,
     log_loss, brier, hit, n_legal, response_time_ms, idempotency_key, engine_version, opponent_version,
     predictor_version, answer)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
"""

NEVER_STORED = 0
"""The turn of which the state is known already: of none."""
UNSEEN = (0, False, "{}", "{}", None, True, None)
"""Stage, whether the clock chose, what was seen, outcome, foregone payoffs, whether the player is modelled, clouds."""


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings = Settings()
    if settings.database_url is None:
        raise ValueError("DATABASE_URL must name the database that the measured server uses")
    address = make_url(settings.database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    app.state.settings = settings
    async with await asyncpg.create_pool(address, min_size=1, max_size=settings.database_pool_size) as pool:
        app.state.pool = pool
        app.state.sample = await pool.fetchrow(SAMPLE)
        yield


app = FastAPI(lifespan=_lifespan)


@app.post("/transaction/{instance_id}/moves")
async def transaction(instance_id: UUID, body: MoveIn, claims: Bearer, request: Request) -> Response:
    """BEGIN, select, update, insert, COMMIT."""
    state = request.app.state
    async with state.pool.acquire() as connection, connection.transaction():
        row = await connection.fetchrow(LOAD, instance_id, claims.user_id, NEVER_STORED)
        await connection.execute(UPDATE, instance_id, body.turn, state.sample["state"], 0.0, 0.0, "{}")
        log = _log_row(body, state.sample["answer"])
        await connection.execute(INSERT, instance_id, body.turn, claims.user_id, row["definition_id"], *log)
    return Response(state.sample["answer"], media_type="application/json")


@app.post("/same-sql/{instance_id}/moves")
async def same_sql(instance_id: UUID, body: MoveIn, claims: Bearer, request: Request) -> Response:
    """The two statements of a move, each its own transaction."""
    state = request.app.state
    async with state.pool.acquire() as connection:
        await connection.fetchrow(LOAD, instance_id, claims.user_id, body.turn)
        written = (state.sample["state"], "active", 0.0, 0.0, "{}")
        log = (*_log_row(body, state.sample["answer"]), *UNSEEN)
        await connection.execute(STORE, instance_id, body.turn, *written, *log)
    return Response(state.sample["answer"], media_type="application/json")


def _log_row(body: MoveIn, answer: str) -> tuple[Any, ...]:
    scores = (0.0, 0.0, 0.5, 0.69, 0.5, True, 3)
    return body.action, body.action, *scores, body.response_time_ms, None, "1", "1", "1", answer
