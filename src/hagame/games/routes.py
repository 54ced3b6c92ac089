"""HTTP of the games: parse, call one service function, answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Depends, Header, Path, Query, Request, Response, status
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import AwareDatetime

from hagame.core.bodies import JsonRoute
from hagame.core.database import Session
from hagame.core.events import Events
from hagame.core.links import links
from hagame.core.pagination import Paging
from hagame.core.problems import responses
from hagame.core.schemas import Page
from hagame.core.security import Bearer, CurrentUser, PassingUser, Researcher
from hagame.core.speech import AcceptLanguage, AskedLanguage, Language
from hagame.games import (
    coach,
    crowd,
    definitions,
    explanations,
    export,
    feedback,
    instances,
    moves,
    predictability,
    progress,
    stream,
    tasks,
)
from hagame.games.definitions import DefinitionFilter
from hagame.games.move_route import MoveRoute
from hagame.games.schemas import (
    MAX_TURN,
    DecisionOut,
    DecisionPaging,
    DefinitionIn,
    DefinitionOut,
    EngineOut,
    InstanceIn,
    InstanceOut,
    InstanceSummary,
    MoveIn,
    MoveOut,
    OpponentOut,
    Status,
)
from hagame.games.schemas_crowd import LiveCrowd
from hagame.games.schemas_explanation import ExplanationOut, PredictabilityOut
from hagame.games.schemas_feedback import CoachIn, CoachOut, CoachTaskOut, FeedbackOut
from hagame.games.schemas_progress import GameProgress

moving = APIRouter(prefix="/games", tags=["games"], route_class=MoveRoute, responses=responses(401, 422, 503))
router = APIRouter(prefix="/games", tags=["games"], route_class=JsonRoute, responses=responses(401, 422, 503))

CSV = "text/csv"
PARQUET = "application/vnd.apache.parquet"
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same move with the same key again gets the same answer",
    "schema": {"type": "string", "maxLength": moves.MAX_KEY},
}
_Once = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=moves.MAX_KEY,
        description="The same call with the same key again begins no other match, and gives the first as it stands",
    ),
]


@router.get("/engines")
async def list_engines(_: CurrentUser) -> list[EngineOut]:
    """Installed rules."""
    return definitions.list_engines()


@router.get("/engines/{key}", responses=responses(404))
async def get_engine(key: str, _: CurrentUser) -> EngineOut:
    """One engine with the JSON Schemas of its parameters, state and actions."""
    return definitions.get_engine(key)


@router.get("/opponents", responses=responses(404))
async def list_opponents(
    _: CurrentUser,
    session: Session,
    definition: Annotated[
        str | None, Query(max_length=64, description="Id or key of a definition: only those that can play it")
    ] = None,
) -> list[OpponentOut]:
    """Installed opponents."""
    return await definitions.list_opponents(session, definition)


@router.get("/definitions")
async def list_definitions(
    _: CurrentUser,
    session: Session,
    paging: Paging,
    engine: Annotated[str | None, Query(max_length=64)] = None,
    tag: Annotated[str | None, Query(max_length=64)] = None,
    text: Annotated[str | None, Query(max_length=100, description="In key, title or description")] = None,
    built_in: Annotated[bool | None, Query(description="Only those that came with the server, or only others")] = None,
) -> Page[DefinitionOut]:
    """Games that can be played, newest first."""
    asked = DefinitionFilter(engine, tag, text, built_in)
    return await definitions.list_definitions(session, paging, asked)


@router.post(
    "/definitions",
    status_code=status.HTTP_201_CREATED,
    responses={**responses(403, 404, 409), **links(201, "game_def_id", "GET /games/definitions/{game_def_id}")},
)
async def create_definition(body: DefinitionIn, user: Researcher, session: Session) -> DefinitionOut:
    """A new game, or the next version of one of yours."""
    return DefinitionOut.model_validate(await definitions.create_definition(session, user.id, body))


@router.get("/definitions/{game_def_id}", responses=responses(404))
async def get_definition(game_def_id: UUID, _: CurrentUser, session: Session) -> DefinitionOut:
    """One game."""
    return DefinitionOut.model_validate(await definitions.get_definition(session, game_def_id))


_OF_A_MATCH = links(
    201,
    "instance_id",
    *("GET /games/instances/{instance_id}", "POST /games/instances/{instance_id}/moves"),
    *("POST /games/instances/{instance_id}/abandon", "GET /games/instances/{instance_id}/decisions"),
    *("GET /games/instances/{instance_id}/explanation", "GET /games/instances/{instance_id}/feedback"),
)


@router.post("/instances", status_code=status.HTTP_201_CREATED, responses={**responses(404, 409), **_OF_A_MATCH})
async def create_instance(
    body: InstanceIn, claims: Bearer, request: Request, idempotency_key: _Once = None
) -> InstanceOut:
    """Begin a match. The AI's first move is sealed already: `next.commitment` proves it."""
    return await instances.begin(request.app.state.sessions, request.app.state.llm, claims, body, idempotency_key)


@router.get("/my-instances")
async def list_my_instances(
    user: CurrentUser,
    session: Session,
    paging: Paging,
    status: Annotated[Status | None, Query()] = None,
    game: Annotated[str | None, Query(max_length=64, description="Key of a definition")] = None,
    since: Annotated[AwareDatetime | None, Query()] = None,
    until: Annotated[AwareDatetime | None, Query()] = None,
) -> Page[InstanceSummary]:
    """Your matches, newest first."""
    return await instances.list_instances(session, user.id, paging, status=status, game=game, since=since, until=until)


@router.get("/my-progress")
async def get_my_progress(user: CurrentUser, session: Session) -> list[GameProgress]:
    """How your finished matches went, game by game, with your rating where a game has a winner. Nobody else sees it."""
    return await progress.my_progress(session, user.id)


@router.get("/my-progress/{game}/predictability", responses=responses(404))
async def get_predictability(
    game: Annotated[str, Path(max_length=64, description="Key of a definition")],
    user: CurrentUser,
    session: Session,
    language: Language,
) -> PredictabilityOut:
    """What makes you predictable in a game: bits by kind of evidence, over all your matches. Nobody else sees it."""
    return await predictability.predictability(session, user.id, game, language)


@router.get("/instances/{instance_id}", responses=responses(404))
async def get_instance(instance_id: UUID, user: CurrentUser, session: Session) -> InstanceOut:
    """One of your matches as you may see it."""
    return await instances.get_instance(session, user.id, instance_id)


# First of all, because routes are tried in order and this one is the busiest.
@moving.post(
    "/instances/{instance_id}/moves",
    response_model=MoveOut,
    responses=responses(404, 409, 410),
    openapi_extra={"parameters": [_IDEMPOTENCY_KEY]},
)
async def make_move(instance_id: UUID, body: MoveIn, claims: Bearer, request: Request) -> Response:
    """One decision: opens the seal, scores the prediction, and seals the AI's next move."""
    state = request.app.state
    # Read here and not by the framework: its way costs each move as much as a statement does.
    move = moves.Request(claims, instance_id, body, request.headers.get("idempotency-key"))
    answer = await state.moves.make(move)
    state.events.publish(instance_id)
    return Response(answer, media_type="application/json")


@router.post("/instances/{instance_id}/abandon", responses=responses(404, 410))
async def abandon(
    instance_id: UUID, user: CurrentUser, session: Session, request: Request, after: BackgroundTasks
) -> InstanceOut:
    """End a match before its end."""
    # After the answer, and so after the commit: who is woken must find what happened.
    after.add_task(_announce, request.app.state.events, instance_id)
    return await instances.abandon(session, user.id, instance_id)


async def _announce(events: Events, instance_id: UUID) -> None:
    events.publish(instance_id)


async def _owned(instance_id: UUID, user: CurrentUser, session: Session) -> UUID:
    await export.check_owner(session, user.id, instance_id)
    return instance_id


Owned = Annotated[UUID, Depends(_owned, scope="function")]


@router.get(
    "/instances/{instance_id}/decisions",
    response_model=Page[DecisionOut],
    responses={
        200: {"content": {CSV: {"schema": {"type": "string"}}, PARQUET: {"schema": {"type": "string"}}}},
        **responses(404),
    },
)
async def list_decisions(
    instance_id: Owned,
    request: Request,
    session: Session,
    paging: Annotated[DecisionPaging, Query()],
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> Response | Page[DecisionOut]:
    """The decision log: pages of JSON, or the whole of it with `Accept: text/csv` or Parquet."""
    engine = request.app.state.engine
    if CSV in accept:
        return StreamingResponse(export.as_csv(engine, instance_id), media_type=CSV, headers=_file(instance_id, "csv"))
    if PARQUET in accept:
        content = export.as_parquet(engine, instance_id)
        return StreamingResponse(content, media_type=PARQUET, headers=_file(instance_id, "parquet"))
    return await export.list_decisions(session, instance_id, paging)


@router.get("/instances/{instance_id}/explanation", responses=responses(404))
async def explain(
    instance_id: UUID,
    user: PassingUser,
    request: Request,
    turn: Annotated[int | None, Query(ge=1, le=MAX_TURN)] = None,
    language: AskedLanguage = None,
    accept_language: AcceptLanguage = "",
) -> ExplanationOut:
    """Where a prediction came from, exactly; what would have changed it; what you did when it was much the same.

    Default: the last one opened.
    """
    state = request.app.state
    return await explanations.explain(state.sessions, user.id, instance_id, turn, accept_language, language)


@router.get("/instances/{instance_id}/feedback", responses=responses(404, 409))
async def get_feedback(instance_id: Owned, session: Session, language: Language) -> FeedbackOut:
    """What the engine says of a match: how predictable you were, your habits, what gave you away, what to try."""
    return await feedback.get_feedback(session, instance_id, language)


@router.get("/instances/{instance_id}/crowd", responses=responses(404))
async def get_live_crowd(instance_id: Owned, session: Session) -> list[LiveCrowd]:
    """What other players answered to the questions that you have answered in this match, where at least five did."""
    return await crowd.live_crowd(session, instance_id)


@router.post("/instances/{instance_id}/feedback", responses=responses(404, 409))
async def coach_match(instance_id: UUID, body: CoachIn, claims: Bearer, request: Request) -> CoachOut:
    """A coach's words on the match or on one turn, by a language model from the engine's facts alone.

    What was written once is given again. Where no model answers, or its text does not keep to the facts, the engine's
    own words stand, and `fallback` says why.
    """
    state = request.app.state
    caller = await coach.caller_of(state.sessions, claims, body)
    return await coach.coach(state.sessions, state.llm, caller, instance_id, body)


@router.post(
    "/instances/{instance_id}/feedback/task", status_code=status.HTTP_202_ACCEPTED, responses=responses(404, 409, 429)
)
async def coach_match_later(instance_id: UUID, body: CoachIn, user: CurrentUser, session: Session) -> CoachTaskOut:
    """The same in the background: follow it at /tasks/{task_id}."""
    return await tasks.ask_later(session, user, instance_id, body)


@router.get("/instances/{instance_id}/events", response_class=EventSourceResponse, responses=responses(404))
async def follow(
    instance_id: Owned,
    claims: Bearer,
    request: Request,
    last_event_id: Annotated[int, Header(ge=0, le=MAX_TURN)] = 0,
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: each turn once, in order; reconnect with Last-Event-ID to go on."""
    state = request.app.state
    turns = stream.follow(state.sessions, state.events, instance_id, last_event_id)
    async for event in state.standing.while_it_stands(claims, turns):
        yield event


def _file(instance_id: UUID, suffix: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="decisions-{instance_id}.{suffix}"'}
