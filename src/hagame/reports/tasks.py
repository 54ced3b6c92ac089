"""Background work of the reports."""

from __future__ import annotations

from hagame.core.tasks import Job, Kind, Result, Tasks
from hagame.mind.cognition import Evidence, traits
from hagame.reports import service
from hagame.reports.facts import Choice, Facts
from hagame.reports.schemas import Span
from hagame.reports.statistics import count_finished
from hagame.reports.words import Words

STATISTICS = Kind("stats.update", time_limit_s=1800)
AT_ONCE = 2000
"""Matches that one transaction adds."""

tasks = Tasks()


@tasks.runs(service.REPORT)
async def make_report(job: Job) -> Result:
    """Gather, draw, print, and keep it together with the end of the task."""
    if job.user_id is None:
        raise ValueError("a report is of somebody")
    span: Span = job.payload["span"]
    words = Words(job.payload.get("language", "en"))
    async with job.sessions() as session:
        name = await service.name_of(session, job.user_id)
        facts, decisions, evidence = await service.gather_report(session, job.user_id, span, job.asked_at, words)
    job.report(0.4, "drawing")
    printed = await job.compute(_print, name, span, words, facts, decisions, evidence)
    async with job.finishing() as end:
        report_id = await service.store_report(end.session, job.user_id, span, facts, printed)
        end.result = {"report_id": str(report_id)}
    return None


@tasks.runs(STATISTICS)
async def update_statistics(job: Job) -> Result:
    """Batch by batch: what was added stays added."""
    matches = 0
    while True:
        job.report(0.5, f"{matches} matches")
        async with job.transaction() as session:
            counted = await count_finished(session, AT_ONCE)
        if counted == 0:
            return {"matches": matches}
        matches += counted


def _print(
    name: str, span: Span, words: Words, facts: Facts, decisions: list[Choice], evidence: Evidence
) -> service.Printed:
    # What draws and prints takes half a second to import, and only this needs it.
    from hagame.reports.content import Written, write  # noqa: PLC0415
    from hagame.reports.printing import as_html, as_pdf  # noqa: PLC0415

    content = write(name, span, Written(words, facts, decisions, traits(evidence)))
    return as_html(content), as_pdf(content)
