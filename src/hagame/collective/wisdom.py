"""The crowd's answer to one question, and who of the crowd has been right."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.collective.questions import find_question, is_open, outcome_of
from hagame.collective.schemas import CrowdOut, Pooled, PooledNumber, Standing
from hagame.core.tables import Judgment, Question, User
from hagame.errors import Forbidden
from hagame.mind import crowd
from hagame.mind.crowd.numbers import METHODS
from hagame.mind.crowd.weights import Settled

LEARNT_FROM = 200
"""Most settled questions that weights are learnt from, the latest ones."""
BOOTSTRAP_SEED = 1907
LEAST_QUESTIONS = 3
"""Settled questions before somebody stands on the board."""


async def aggregate(session: AsyncSession, user: User, question_id: UUID) -> CrowdOut:
    """What the crowd says, by every method. Raises `NotFound`, and `Forbidden` while `reveal` hides it."""
    question = await find_question(session, question_id)
    judgments = await _judgments(session, question_id)
    _check_reveal(question, judgments, user)
    found = CrowdOut(judges=dict(Counter(j.kind for j in judgments)), outcome=outcome_of(question))
    if not judgments:
        return found
    if question.options is None:
        return found.model_copy(update=_numbers(question, judgments))
    settled = await _settled_before(session, question)
    return found.model_copy(update=_probabilities(question, question.options, judgments, settled))


async def leader_board(session: AsyncSession, user: User) -> list[Standing]:
    """Judges by their mean Brier score over settled questions with options, best first."""
    rows = await _settled_rows(session, None)
    scores: defaultdict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for question, judgments in rows:
        truth = question.outcome_option or 0
        given = _rows(judgments)
        crowds = crowd.brier(given.mean(0), truth)
        for j, row in zip(judgments, given, strict=True):
            scores[j.kind, _name(j)].append((crowd.brier(row, truth), crowds))
    names = await usernames(session, [name for kind, name in scores if kind == "person"])
    board = [
        Standing(
            kind=kind,
            judge=names.get(name, name),
            you=name == str(user.id),
            questions=len(pairs),
            brier=float(np.mean([own for own, _ in pairs])),
            crowd_brier=float(np.mean([theirs for _, theirs in pairs])),
        )
        for (kind, name), pairs in scores.items()
        if len(pairs) >= LEAST_QUESTIONS
    ]
    return sorted(board, key=lambda standing: standing.brier)


def _check_reveal(question: Question, judgments: Sequence[Judgment], user: User) -> None:
    """Whoever judges shall not lean on others; who asked the question sees all."""
    if question.created_by == user.id or user.role == "admin" or not is_open(question) or question.reveal == "always":
        return
    if question.reveal == "after_closing":
        raise Forbidden("The crowd's answer is shown when the question has closed.")
    if all(j.user_id != user.id for j in judgments):
        raise Forbidden("Judge first: then you see what the crowd says.")


def _numbers(question: Question, judgments: Sequence[Judgment]) -> dict[str, object]:
    values = sorted(float(j.number) for j in judgments if j.number is not None)
    rng, truth = np.random.default_rng(BOOTSTRAP_SEED), question.outcome_number
    numbers = []
    for method in METHODS:
        if method == "geometric_mean" and values[0] <= 0:
            continue
        pooled = crowd.pool_numbers(values, method, rng)
        score = None if truth is None else abs(pooled.value - truth)
        numbers.append(PooledNumber(method=method, value=pooled.value, interval=pooled.interval, score=score))
    spread = float(np.var(values))
    return {"numbers": numbers, "estimates": values, "spread": spread}


def _probabilities(
    question: Question,
    options: Sequence[str],
    judgments: Sequence[Judgment],
    settled: Sequence[tuple[list[str], Settled]],
) -> dict[str, object]:
    rows, truth = _rows(judgments), question.outcome_option

    def pooled(name: str, method: str, weights: object = None) -> Pooled:
        found = crowd.pool(rows, weights, method)  # type: ignore[arg-type]  # weights or None
        score = None if truth is None else crowd.brier(found, truth)
        return Pooled(method=name, probabilities=found.tolist(), score=score)

    pools = [pooled(method, method) for method in crowd.POOLS]
    weights = learnt([_name(j) for j in judgments], settled)
    if weights is not None:
        pools.append(pooled("performance-weighted", "linear", weights))
    likeliest = rows >= rows.max(1, keepdims=True) - 1e-9
    votes = (likeliest / likeliest.sum(1, keepdims=True)).sum(0)
    return {
        "pools": pools,
        "votes": dict(zip(options, votes.tolist(), strict=True)),
        "surprisingly_popular": _popular(options, judgments),
        "spread": float(((rows - rows.mean(0)) ** 2).sum(1).mean()),
    }


def _popular(options: Sequence[str], judgments: Sequence[Judgment]) -> list[str] | None:
    votes = [
        crowd.Vote(int(np.argmax(j.probabilities)), tuple(j.expected))
        for j in judgments
        if j.expected is not None and j.probabilities is not None
    ]
    return [options[i] for i in crowd.surprisingly_popular(votes, len(options))] if votes else None


def learnt(names: Sequence[str], settled: Sequence[tuple[list[str], Settled]]) -> list[float] | None:
    """Weights of these judges by how they did before; None when none of them has done anything yet."""
    known = {name for judges, _ in settled for name in judges}
    if not known & set(names):
        return None
    order = {name: i for i, name in enumerate(dict.fromkeys([*names, *sorted(known)]))}
    past = [(rows, [order[name] for name in judges], truth) for judges, (rows, _, truth) in settled]
    return list(crowd.performance_weights(past, len(order))[: len(names)])


async def _settled_before(session: AsyncSession, question: Question) -> list[tuple[list[str], Settled]]:
    """Questions whose outcome was known before this one closed: a pool never looks into the future."""
    return [
        ([_name(j) for j in judgments], (_rows(judgments), [], past.outcome_option or 0))
        for past, judgments in await _settled_rows(session, question)
    ]


async def _settled_rows(session: AsyncSession, before: Question | None) -> list[tuple[Question, list[Judgment]]]:
    query = select(Question).where(Question.outcome_option.is_not(None))
    if before is not None:
        query = query.where(Question.resolved_at < before.closes_at, Question.id != before.id)
    questions = (await session.scalars(query.order_by(Question.resolved_at.desc()).limit(LEARNT_FROM))).all()
    rows = await session.scalars(select(Judgment).where(Judgment.question_id.in_([q.id for q in questions])))
    of: defaultdict[UUID, list[Judgment]] = defaultdict(list)
    for judgment in rows:
        of[judgment.question_id].append(judgment)
    return [(question, of[question.id]) for question in questions if of[question.id]]


async def _judgments(session: AsyncSession, question_id: UUID) -> Sequence[Judgment]:
    return (await session.scalars(select(Judgment).where(Judgment.question_id == question_id))).all()


async def usernames(session: AsyncSession, ids: Sequence[str]) -> dict[str, str]:
    """Of people, by id as text."""
    rows = await session.execute(select(User.id, User.username).where(User.id.in_([UUID(i) for i in ids])))
    return {str(user_id): username for user_id, username in rows}


def _rows(judgments: Sequence[Judgment]) -> NDArray[np.float64]:
    """Shape (judges, options)."""
    return np.array([j.probabilities for j in judgments], dtype=np.float64)


def _name(judgment: Judgment) -> str:
    return str(judgment.user_id) if judgment.user_id is not None else f"{judgment.judge}"
