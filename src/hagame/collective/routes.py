"""HTTP of collective questions: parse, call one service function, answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Depends, Query, Request, status
from fastapi.sse import EventSourceResponse, ServerSentEvent

from hagame.collective import judgments, questions, stream, wisdom
from hagame.collective.schemas import (
    AskIn,
    CrowdOut,
    JudgmentIn,
    JudgmentOut,
    QuestionIn,
    QuestionOut,
    ResolutionIn,
    Standing,
)
from hagame.core.bodies import JsonRoute
from hagame.core.database import Session
from hagame.core.events import Events
from hagame.core.links import links
from hagame.core.pagination import Paging
from hagame.core.problems import responses
from hagame.core.schemas import Page
from hagame.core.security import Bearer, CurrentUser, PassingUser, Researcher

router = APIRouter(
    prefix="/collective", tags=["collective wisdom"], route_class=JsonRoute, responses=responses(401, 422, 503)
)


@router.get("/questions")
async def list_questions(
    user: CurrentUser,
    session: Session,
    paging: Paging,
    status: Annotated[questions.Status | None, Query()] = None,
) -> Page[QuestionOut]:
    """Questions to the crowd, newest first."""
    return await questions.list_questions(session, user, paging, status=status)


_OF_A_QUESTION = links(
    201,
    "question_id",
    *("GET /collective/questions/{question_id}", "POST /collective/questions/{question_id}/judgments"),
    *("GET /collective/questions/{question_id}/aggregate", "POST /collective/questions/{question_id}/outcome"),
)


@router.post("/questions", status_code=status.HTTP_201_CREATED, responses={**responses(403), **_OF_A_QUESTION})
async def ask_question(body: QuestionIn, user: Researcher, session: Session) -> QuestionOut:
    """Put a question to the crowd, until it closes."""
    return await questions.ask_question(session, user, body)


@router.get("/questions/{question_id}", responses=responses(404))
async def get_question(question_id: UUID, user: CurrentUser, session: Session) -> QuestionOut:
    """One question, with what you have said of it."""
    return await questions.get_question(session, user, question_id)


@router.post("/questions/{question_id}/judgments", responses=responses(404, 409, 410))
async def judge(
    question_id: UUID, body: JudgmentIn, user: CurrentUser, session: Session, request: Request, after: BackgroundTasks
) -> JudgmentOut:
    """Say what you think, or that you have changed your mind."""
    after.add_task(_announce, request.app.state.events, question_id)
    return await judgments.judge(session, user, question_id, body)


@router.post("/questions/{question_id}/ask-model", responses=responses(404, 409, 410, 429))
async def ask_model(
    question_id: UUID, body: AskIn, user: PassingUser, request: Request, after: BackgroundTasks
) -> JudgmentOut:
    """Let a language model judge a question of yours. It counts as one judge, under its own name."""
    state = request.app.state
    after.add_task(_announce, state.events, question_id)
    return await judgments.ask_model(state.sessions, state.llm, user, question_id, body.model)


@router.post("/questions/{question_id}/outcome", responses=responses(404, 409))
async def resolve(
    question_id: UUID, body: ResolutionIn, user: CurrentUser, session: Session, request: Request, after: BackgroundTasks
) -> QuestionOut:
    """Say what came true. It closes the question, scores everybody, and cannot be changed."""
    after.add_task(_announce, request.app.state.events, question_id)
    return await questions.resolve(session, user, question_id, body)


@router.get("/questions/{question_id}/aggregate", responses=responses(403, 404))
async def get_aggregate(question_id: UUID, user: CurrentUser, session: Session) -> CrowdOut:
    """What the crowd says, by every method; hidden as the question's `reveal` asks."""
    return await wisdom.aggregate(session, user, question_id)


async def _seen(question_id: UUID, user: CurrentUser, session: Session) -> UUID:
    await wisdom.aggregate(session, user, question_id)
    return question_id


@router.get("/questions/{question_id}/events", response_class=EventSourceResponse, responses=responses(403, 404))
async def follow(
    question_id: Annotated[UUID, Depends(_seen, scope="function")], user: PassingUser, claims: Bearer, request: Request
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events: the crowd's answer whenever it moves."""
    state = request.app.state
    answers = stream.follow(state.sessions, state.events, user, question_id)
    async for event in state.standing.while_it_stands(claims, answers):
        yield event


@router.get("/leader-board")
async def get_leader_board(user: CurrentUser, session: Session) -> list[Standing]:
    """Who judges best: mean Brier score of all with three settled questions or more."""
    return await wisdom.leader_board(session, user)


async def _announce(events: Events, question_id: UUID) -> None:
    events.publish(question_id)
