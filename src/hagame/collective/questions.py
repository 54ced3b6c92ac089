"""Ask a question, look at it, and say what came true."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

import structlog
from sqlalchemy import Select, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.collective.schemas import JudgmentOut, Outcome, QuestionIn, QuestionOut, ResolutionIn
from hagame.collective.scoring import score_of
from hagame.core.pagination import PageQuery, cut, page_of
from hagame.core.schemas import Page
from hagame.core.tables import Judgment, Question, User
from hagame.errors import Conflict, InvalidInput, NotFound

log = structlog.get_logger()

Status = Literal["open", "closed", "resolved"]


async def ask_question(session: AsyncSession, user: User, body: QuestionIn) -> QuestionOut:
    """Put a question to the crowd. Raises `InvalidInput` when it would be closed already."""
    if body.closes_at <= datetime.now(UTC):
        raise InvalidInput("closes_at must be in the future.", field="/closes_at")
    question = Question(**body.model_dump(), created_by=user.id)
    session.add(question)
    await session.flush()
    await session.refresh(question)
    log.info("question.asked", user_id=str(user.id), question_id=str(question.id))
    return _out(question, 0, None, user)


async def list_questions(
    session: AsyncSession, user: User, paging: PageQuery, *, status: Status | None
) -> Page[QuestionOut]:
    """Newest first; `closed` are those that nobody has resolved yet."""
    query = _with_judgments(user.id)
    if status == "open":
        query = query.where(Question.closes_at > func.now(), Question.resolved_at.is_(None))
    elif status == "closed":
        query = query.where(Question.closes_at <= func.now(), Question.resolved_at.is_(None))
    elif status == "resolved":
        query = query.where(Question.resolved_at.is_not(None))
    rows = (await session.execute(page_of(query, Question.id, paging))).all()
    kept, cursor = cut(rows, paging, [row[0].id for row in rows])
    return Page(items=[_out(*row, user) for row in kept], next_cursor=cursor)


async def get_question(session: AsyncSession, user: User, question_id: UUID) -> QuestionOut:
    """One question. Raises `NotFound`."""
    row = (await session.execute(_with_judgments(user.id).where(Question.id == question_id))).first()
    if row is None:
        raise NotFound(f"There is no question {question_id}.")
    return _out(row[0], row[1], row[2], user)


async def find_question(session: AsyncSession, question_id: UUID) -> Question:
    """The row. Raises `NotFound`."""
    question = await session.get(Question, question_id)
    if question is None:
        raise NotFound(f"There is no question {question_id}.")
    return question


async def resolve(session: AsyncSession, user: User, question_id: UUID, body: ResolutionIn) -> QuestionOut:
    """Say what came true; once, by who asked or an administrator. It closes the question.

    Raises `NotFound`, `InvalidInput`, and `Conflict` when it is resolved already.
    """
    question = await find_question(session, question_id)
    if not _may_resolve(question, user):
        raise NotFound(f"There is no question {question_id} of yours.")
    found = await session.scalar(
        update(Question)
        .where(Question.id == question_id, Question.resolved_at.is_(None))
        .values(
            outcome_option=_index(question, body),
            outcome_number=body.number,
            resolved_at=func.now(),
            closes_at=func.least(Question.closes_at, func.now()),
        )
        .returning(Question.id)
        .execution_options(synchronize_session=False)
    )
    if found is None:
        raise Conflict("This question is resolved already; an outcome is never changed.")
    await session.refresh(question)
    log.info("question.resolved", user_id=str(user.id), question_id=str(question_id))
    return await get_question(session, user, question_id)


def outcome_of(question: Question) -> Outcome | None:
    """What came true, if it is known."""
    if question.resolved_at is None:
        return None
    option = None if question.outcome_option is None else (question.options or [])[question.outcome_option]
    return Outcome(option=option, number=question.outcome_number, resolved_at=question.resolved_at)


def is_open(question: Question) -> bool:
    """Whether judgments are taken."""
    return question.resolved_at is None and question.closes_at > datetime.now(UTC)


def judgment_out(question: Question, judgment: Judgment) -> JudgmentOut:
    """A judgment with its score."""
    return JudgmentOut(
        kind=judgment.kind,
        judge=judgment.judge,
        probabilities=judgment.probabilities,
        number=judgment.number,
        expected=judgment.expected,
        confidence=judgment.confidence,
        revision=judgment.revision,
        updated_at=judgment.updated_at,
        score=score_of(question, judgment),
    )


def _may_resolve(question: Question, user: User) -> bool:
    return user.role == "admin" or question.created_by == user.id


def _index(question: Question, body: ResolutionIn) -> int | None:
    if question.options is None:
        if body.number is None:
            raise InvalidInput("This question asks for a number; give `number`.", field="/number")
        return None
    if body.option not in question.options:
        raise InvalidInput(f"option must be one of {', '.join(question.options)}.", field="/option")
    return question.options.index(body.option)


def _with_judgments(user_id: UUID) -> Select[Question, int, Judgment]:
    judges = select(func.count()).where(Judgment.question_id == Question.id).correlate(Question).scalar_subquery()
    own = (Judgment.question_id == Question.id) & (Judgment.user_id == user_id)
    return select(Question, judges, Judgment).outerjoin(Judgment, own)


def _out(question: Question, judges: int, own: Judgment | None, user: User) -> QuestionOut:
    return QuestionOut(
        id=question.id,
        title=question.title,
        details=question.details,
        options=question.options,
        unit=question.unit,
        reveal=question.reveal,
        closes_at=question.closes_at,
        open=is_open(question),
        yours_to_resolve=_may_resolve(question, user) and question.resolved_at is None,
        judges=judges,
        outcome=outcome_of(question),
        your_judgment=None if own is None else judgment_out(question, own),
        created_at=question.created_at,
    )
