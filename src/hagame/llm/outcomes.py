"""How good answers turned out to be, and which version of a prompt does better.

A label may point at several versions; each person always gets the same one (`prompts.choose`). So people are what is
compared and not calls: all values of one person at one version count as their mean. Means of fewer than
`LEAST_PEOPLE` are not shown.
"""

from __future__ import annotations

from math import isfinite
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.core.schemas import Strict
from hagame.core.tables import LlmCall, LlmOutcome, PromptVersion, User
from hagame.errors import NotFound
from hagame.llm import prompts

LEAST_PEOPLE = 5
CONFIDENCE = 0.95

OutcomeName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=32, examples=["helpful"])]


class OutcomeIn(Strict):
    """One value of one call; given again, it replaces the first."""

    model_config = ConfigDict(json_schema_extra={"example": {"name": "helpful", "value": 1.0}})

    name: OutcomeName
    value: float = Field(ge=-1e9, le=1e9, allow_inf_nan=False, description="On a scale that the name stands for")


class Arm(BaseModel):
    """One version: how many people, their mean, and where the mean lies with 95 % confidence (Student's t)."""

    version: int
    people: int
    mean: float | None = Field(description=f"null below {LEAST_PEOPLE} people")
    low: float | None
    high: float | None


class Contrast(BaseModel):
    """A version less the first one, with a 95 % interval and p value (Welch 1947, unequal variances)."""

    version: int
    against: int
    difference: float
    low: float
    high: float
    p_value: float


class OutcomeReport(BaseModel):
    """All versions that have values under one name."""

    name: str
    arms: list[Arm]
    contrasts: list[Contrast]


class _Row(BaseModel):
    version: int
    people: int
    mean: float
    deviation: float


async def record(session: AsyncSession, user: User, call_id: UUID, body: OutcomeIn) -> None:
    """Store how good the answer to one's own call was. Raises `NotFound`."""
    owner = await session.scalar(select(LlmCall.user_id).where(LlmCall.id == call_id))
    if owner != user.id:
        raise NotFound("You have no such call.")
    row = insert(LlmOutcome).values(call_id=call_id, name=body.name, value=body.value)
    await session.execute(row.on_conflict_do_update(index_elements=["call_id", "name"], set_={"value": body.value}))


async def report(session: AsyncSession, name: str, label: str | None) -> list[OutcomeReport]:
    """What became of the answers to a prompt, by outcome and version. Raises `NotFound`."""
    prompt = await prompts.find(session, name)
    of_person = (
        select(LlmOutcome.name, PromptVersion.version, func.avg(LlmOutcome.value).label("value"))
        .join(LlmCall, LlmCall.id == LlmOutcome.call_id)
        .join(PromptVersion, PromptVersion.id == LlmCall.prompt_version_id)
        .where(PromptVersion.prompt_id == prompt.id)
        .group_by(LlmOutcome.name, PromptVersion.version, LlmCall.user_id)
    )
    if label is not None:
        of_person = of_person.where(LlmCall.prompt_label == label)
    means = of_person.subquery()
    spread = func.coalesce(func.stddev_samp(means.c.value), 0.0)
    query = select(means.c.name, means.c.version, func.count(), func.avg(means.c.value), spread)
    rows = await session.execute(query.group_by(means.c.name, means.c.version).order_by(means.c.name, means.c.version))
    found: dict[str, list[_Row]] = {}
    for outcome, version, people, mean, deviation in rows:
        found.setdefault(outcome, []).append(_Row(version=version, people=people, mean=mean, deviation=deviation))
    return [_report(outcome, arms) for outcome, arms in found.items()]


def _report(name: str, rows: list[_Row]) -> OutcomeReport:
    shown = [row for row in rows if row.people >= LEAST_PEOPLE]
    contrasts = [_contrast(shown[0], row) for row in shown[1:]] if shown else []
    return OutcomeReport(name=name, arms=[_arm(row) for row in rows], contrasts=[c for c in contrasts if c])


def _arm(row: _Row) -> Arm:
    if row.people < LEAST_PEOPLE:
        return Arm(version=row.version, people=row.people, mean=None, low=None, high=None)
    from scipy.special import stdtrit  # type: ignore[import-untyped]  # slow to import

    half = float(stdtrit(row.people - 1, (1 + CONFIDENCE) / 2)) * row.deviation / row.people**0.5
    return Arm(version=row.version, people=row.people, mean=row.mean, low=row.mean - half, high=row.mean + half)


def _contrast(first: _Row, other: _Row) -> Contrast | None:
    """None where nobody differs from anybody, so that there is nothing to test with."""
    from scipy.special import stdtr, stdtrit  # as above

    parts = [row.deviation**2 / row.people for row in (first, other)]
    variance = sum(parts)
    if variance == 0:
        return None
    freedom = variance**2 / sum(p**2 / (row.people - 1) for p, row in zip(parts, (first, other), strict=True))
    difference = other.mean - first.mean
    half = float(stdtrit(freedom, (1 + CONFIDENCE) / 2)) * variance**0.5
    p_value = 2 * float(stdtr(freedom, -abs(difference) / variance**0.5))
    return Contrast(
        version=other.version,
        against=first.version,
        difference=difference,
        low=difference - half,
        high=difference + half,
        p_value=p_value if isfinite(p_value) else 0.0,
    )
