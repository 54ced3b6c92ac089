"""Asking for reports, making them, reading them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from anyio import to_thread
from pydantic_core import to_jsonable_python
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from hagame.core.pagination import PageQuery, cut, page_of
from hagame.core.schemas import Page
from hagame.core.tables import Profile, Report, Task, User
from hagame.core.tasks import Kind, enqueue
from hagame.errors import Conflict, NotFound
from hagame.games.feedback import tell
from hagame.mind.cognition import Evidence, traits
from hagame.reports.facts import Choice, Facts, gather
from hagame.reports.history import read_decisions, read_evidence
from hagame.reports.schemas import ReportIn, ReportOut, Span
from hagame.reports.words import Words

REPORT = Kind("report.make", time_limit_s=120, at_once=3)
MOST_KEPT = 20
"""Reports of one person; the oldest make room."""
MATCHES_READ = 20
"""Longest matches whose patterns are told."""
MOST_TOLD = 6

Printed = tuple[bytes, bytes]


async def request_report(session: AsyncSession, user_id: UUID, body: ReportIn, language: str, key: str | None) -> Task:
    """A task that makes a report on what was played up to now. The same key again gives the same task."""
    asked = {"span": body.span, "language": language}
    return await enqueue(session, REPORT, asked, user_id=user_id, key=key)


async def gather_report(
    session: AsyncSession, user_id: UUID, span: Span, until: datetime, words: Words
) -> tuple[Facts, list[Choice], Evidence]:
    """The facts of a span, the decisions and the evidence behind them. Raises `Conflict` when there are none."""
    decisions = await read_decisions(session, user_id, span, until)
    if not decisions:
        raise Conflict("There is nothing to report: no decision that may be modelled was taken in that time.")
    sizes = Counter(d.instance_id for d in decisions)
    evidence = await read_evidence(session, list(sizes))
    patterns, advice = await _told(session, [match for match, _ in sizes.most_common(MATCHES_READ)])
    found = await to_thread.run_sync(traits, evidence)
    return gather(decisions, found, patterns, advice, words), decisions, evidence


async def name_of(session: AsyncSession, user_id: UUID) -> str:
    """How a person is called in a report."""
    query = select(func.coalesce(Profile.display_name, User.username)).select_from(User).outerjoin(Profile)
    return (await session.scalars(query.where(User.id == user_id))).one()


async def store_report(session: AsyncSession, user_id: UUID, span: Span, facts: Facts, printed: Printed) -> UUID:
    """Keep a report, and let the oldest go when there are too many."""
    html, pdf = printed
    report = Report(user_id=user_id, span=span, facts=to_jsonable_python(asdict(facts)), html=html, pdf=pdf)
    session.add(report)
    await session.flush()
    newest = select(Report.id).where(Report.user_id == user_id).order_by(Report.id.desc()).limit(MOST_KEPT)
    await session.execute(delete(Report).where(Report.user_id == user_id, Report.id.not_in(newest)))
    return report.id


async def list_reports(session: AsyncSession, user_id: UUID, paging: PageQuery) -> Page[ReportOut]:
    """Reports of one person, newest first."""
    found = (await session.scalars(page_of(select(Report).where(Report.user_id == user_id), Report.id, paging))).all()
    rows, cursor = cut(found, paging, [report.id for report in found])
    return Page(items=[ReportOut.model_validate(report) for report in rows], next_cursor=cursor)


async def get_report(session: AsyncSession, user_id: UUID, report_id: UUID) -> ReportOut:
    """What one report says. Raises `NotFound` when it is not this person's."""
    return ReportOut.model_validate(await _owned(session, user_id, report_id))


async def read_html(session: AsyncSession, user_id: UUID, report_id: UUID) -> bytes:
    """A report as a page. Raises `NotFound`."""
    return (await _owned(session, user_id, report_id)).html


async def read_pdf(session: AsyncSession, user_id: UUID, report_id: UUID) -> bytes:
    """A report as a PDF. Raises `NotFound`."""
    return (await _owned(session, user_id, report_id)).pdf


async def _owned(session: AsyncSession, user_id: UUID, report_id: UUID) -> Report:
    query = select(Report).where(Report.id == report_id, Report.user_id == user_id)
    report = (await session.scalars(query.options(undefer(Report.html), undefer(Report.pdf)))).one_or_none()
    if report is None:
        raise NotFound(f"There is no report {report_id} of yours.")
    return report


async def _told(session: AsyncSession, matches: Sequence[UUID]) -> tuple[list[str], list[str]]:
    """Patterns and advice of these matches: what rests on most decisions first, each once."""
    patterns: Counter[str] = Counter()
    advice: Counter[str] = Counter()
    for match in matches:
        decisions, told = await tell(session, match)
        patterns.update({f.sentence: decisions for f in told.facts if f.key.startswith(("habit", "clue"))})
        advice.update(dict.fromkeys(told.advice, decisions))
    return _first(patterns), _first(advice)


def _first(counted: Counter[str]) -> list[str]:
    return [sentence for sentence, _ in counted.most_common(MOST_TOLD)]
