"""HTTP of the language models: parse, call one function, answer."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any
from uuid import UUID

import structlog
from fastapi import APIRouter, Depends, Request, Response, status
from starlette.requests import ClientDisconnect

from hagame.core.bodies import JsonRoute
from hagame.core.database import Session, direct
from hagame.core.problems import OUR_FAULT, problem_response, responses
from hagame.core.schemas import Page
from hagame.core.security import Bearer, CurrentUser
from hagame.errors import HagameError, Unauthenticated
from hagame.llm import logs, models, outcomes, stats
from hagame.llm.gateway import Gateway
from hagame.llm.outcomes import OutcomeIn
from hagame.llm.prompt_routes import router as prompts
from hagame.llm.readers import EVENT_STREAM, Events, event, while_there
from hagame.llm.schemas import Caller, CallIn, Completion

CLIENT_CLOSED = 499
"""Nobody is there to read it; the log of a proxy may."""

_USER = "SELECT role, is_active, session_version, ended_sessions FROM users WHERE id = $1"

router = APIRouter(prefix="/llm", tags=["language models"], route_class=JsonRoute, responses=responses(401, 422, 503))
router.include_router(prompts)

log = structlog.get_logger()


async def _gateway(request: Request) -> Gateway:
    gateway: Gateway = request.app.state.llm
    return gateway


async def _caller(claims: Bearer, request: Request) -> Caller:
    # One statement, and no connection held: a call may take a minute, and connections to the database are few.
    async with direct(request.app.state.pool) as connection:
        user = await connection.fetchrow(_USER, claims.user_id)
    if user is None or not claims.stand(user["is_active"], user["session_version"], user["ended_sessions"]):
        raise Unauthenticated("This session has ended; log in again.")
    return Caller(claims.user_id, user["role"])


Llm = Annotated[Gateway, Depends(_gateway)]
Asking = Annotated[Caller, Depends(_caller)]


@router.post(
    "/call",
    response_model=Completion,
    responses={200: {"content": {EVENT_STREAM: {"schema": {"type": "string"}}}}, **responses(404, 429)},
)
async def call(body: CallIn, caller: Asking, llm: Llm, request: Request) -> Response | Completion:
    """Ask a language model. With `stream`, events: `delta` with `text`, then `done` with the whole, or `error`."""
    try:
        if not body.stream:
            return await while_there(request.receive, llm.complete(caller, body))
        pieces = llm.stream(caller, body)
        # What goes wrong before the first piece is answered as any other problem.
        first = await while_there(request.receive, _next(pieces))
    except ClientDisconnect:
        return Response(status_code=CLIENT_CLOSED)
    return Events(_events(first, pieces, getattr(request.state, "request_id", None)))


@router.get("/logs", responses=responses(404))
async def list_calls(user: CurrentUser, session: Session, query: logs.LogPaging) -> Page[logs.CallOut]:
    """Your calls with their attempts, newest first; for administrators everybody's."""
    return await logs.list_calls(session, user, query)


@router.post("/logs/{call_id}/outcomes", status_code=status.HTTP_204_NO_CONTENT, responses=responses(404))
async def record_outcome(call_id: UUID, body: OutcomeIn, user: CurrentUser, session: Session) -> None:
    """Say how good the answer to one of your calls was."""
    await outcomes.record(session, user, call_id, body)


@router.get("/stats", responses=responses(404))
async def read_stats(user: CurrentUser, session: Session, asked: stats.StatsAsked) -> stats.StatsOut:
    """Your calls over time: cost, speed, cache and errors; for administrators everybody's."""
    return await stats.stats(session, user, asked)


@router.get("/models")
async def list_models(caller: Asking, llm: Llm) -> models.ModelsOut:
    """What can be asked, at which price, and what you may still spend today."""
    return await models.list_models(llm, caller)


async def _next(pieces: AsyncIterator[str | Completion]) -> str | Completion:
    return await anext(pieces)


async def _events(
    first: str | Completion, pieces: AsyncGenerator[str | Completion, None], request_id: str | None
) -> AsyncGenerator[bytes, None]:
    async with aclosing(pieces):
        yield _event(first)
        try:
            async for piece in pieces:
                yield _event(piece)
        except HagameError as error:
            yield event("error", _problem(error, request_id))
        except Exception as error:
            # The answer has begun, so no handler can tell the reader.
            log.exception("request.failed", error=type(error).__name__)
            yield event("error", _problem(HagameError(OUR_FAULT), request_id))


def _event(piece: str | Completion) -> bytes:
    if isinstance(piece, Completion):
        return event("done", piece.model_dump(mode="json"))
    return event("delta", {"text": piece})


def _problem(error: HagameError, request_id: str | None) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(bytes(problem_response(error, request_id).body))
    return told
