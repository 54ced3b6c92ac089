"""HTTP of the reports: parse, call one service function, answer."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Response, status

from hagame.core.bodies import JsonRoute
from hagame.core.database import Session
from hagame.core.links import links
from hagame.core.pagination import Paging
from hagame.core.problems import responses
from hagame.core.schemas import Page
from hagame.core.security import CurrentUser, Researcher
from hagame.core.speech import Language
from hagame.core.tasks.schemas import TaskOut
from hagame.reports import service
from hagame.reports import statistics as sums
from hagame.reports.schemas import GameStatistics, ReportIn, ReportOut, TraitStatistics

statistics = APIRouter(prefix="/stats", tags=["research"], responses=responses(401, 403, 422, 503))
router = APIRouter(prefix="/reports", tags=["reports"], route_class=JsonRoute, responses=responses(401, 422, 503))

HTML, PDF = "text/html; charset=utf-8", "application/pdf"
# A page of its own that may load nothing and run nothing.
SEALED_OFF = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"}
Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=128, description="The same gives the same task")]


@router.post(
    "",
    status_code=status.HTTP_202_ACCEPTED,
    responses={**responses(409, 429), **links(202, "task_id", "GET /tasks/{task_id}", "DELETE /tasks/{task_id}")},
)
async def request_report(
    body: ReportIn, user: CurrentUser, session: Session, language: Language, idempotency_key: Key = None
) -> TaskOut:
    """Have a report made on your last session, week, month, or all. Its task tells how far it is, and `report_id`."""
    return TaskOut.model_validate(await service.request_report(session, user.id, body, language, idempotency_key))


@router.get("")
async def list_reports(user: CurrentUser, session: Session, paging: Paging) -> Page[ReportOut]:
    """Your reports, newest first; the last twenty are kept."""
    return await service.list_reports(session, user.id, paging)


@router.get("/{report_id}", responses=responses(404))
async def get_report(report_id: UUID, user: CurrentUser, session: Session) -> ReportOut:
    """What a report says, as numbers and sentences."""
    return await service.get_report(session, user.id, report_id)


@router.get(
    "/{report_id}/html",
    response_class=Response,
    responses={200: {"content": {"text/html": {"schema": {"type": "string"}}}}, **responses(404)},
)
async def read_html(report_id: UUID, user: CurrentUser, session: Session) -> Response:
    """A report as a page that needs nothing else."""
    content = await service.read_html(session, user.id, report_id)
    return Response(content, media_type=HTML, headers=_file(report_id, "html") | SEALED_OFF)


@router.get(
    "/{report_id}/pdf",
    response_class=Response,
    responses={200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}, **responses(404)},
)
async def read_pdf(report_id: UUID, user: CurrentUser, session: Session) -> Response:
    """A report as a PDF."""
    content = await service.read_pdf(session, user.id, report_id)
    return Response(content, media_type=PDF, headers=_file(report_id, "pdf"))


@statistics.get("/games")
async def game_statistics(_: Researcher, session: Session) -> list[GameStatistics]:
    """How each game is played against each opponent, where at least five people played it."""
    return await sums.game_statistics(session)


@statistics.get("/traits")
async def trait_statistics(_: Researcher, session: Session) -> list[TraitStatistics]:
    """How each trait is distributed, where it is known of at least twenty people who may be modelled."""
    return await sums.trait_statistics(session)


def _file(report_id: UUID, suffix: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="report-{report_id}.{suffix}"'}
