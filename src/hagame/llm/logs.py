"""The log of calls as it is read: one's own; for administrators everybody's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, TypeVarTuple
from uuid import UUID

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from hagame.core.pagination import PageQuery, cut, page_of
from hagame.core.schemas import Page
from hagame.core.tables import LlmCall, Prompt, PromptVersion, User
from hagame.errors import NotFound
from hagame.llm.schemas import CacheUse, Dollars, PromptUsed

Columns = TypeVarTuple("Columns")


class LogQuery(PageQuery):
    """Which calls; without filters all that one may see."""

    user_id: UUID | None = Query(None, description="Of whom; for administrators")
    provider: str | None = Query(None, max_length=64)
    model: str | None = Query(None, max_length=128)
    outcome: str | None = Query(None, max_length=32, description="`ok`, or what went wrong")
    cache: CacheUse | None = Query(None)
    purpose: str | None = Query(None, max_length=64)
    prompt: str | None = Query(None, max_length=64, description="Name of a prompt")
    since: AwareDatetime | None = Query(None)
    until: AwareDatetime | None = Query(None)


LogPaging = Annotated[LogQuery, Query()]


class AttemptOut(BaseModel):
    """One try at one model."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    provider: str
    model: str
    outcome: str
    status: int | None = Field(description="HTTP status of the provider, when it refused by one")
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    estimated: bool = Field(description="The provider did not tell the tokens")
    cost_usd: Dollars | None
    first_token_ms: float | None
    total_ms: float


class CallOut(BaseModel):
    """One call."""

    id: UUID
    user_id: UUID
    request_id: str | None
    purpose: str
    prompt: PromptUsed | None
    asked_model: str
    provider: str | None
    model: str | None
    streamed: bool
    cache: CacheUse
    outcome: str
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    cost_usd: Dollars | None
    first_token_ms: float | None
    total_ms: float
    created_at: datetime
    attempts: list[AttemptOut]
    contents: JsonValue = Field(description="Question and answer, where the server keeps them")


async def list_calls(session: AsyncSession, user: User, query: LogQuery) -> Page[CallOut]:
    """Newest first. Raises `NotFound` when somebody asks for another's."""
    wanted = select(LlmCall).options(selectinload(LlmCall.attempts), joinedload(LlmCall.version))
    found = (await session.scalars(page_of(_filtered(wanted, user, query), LlmCall.id, query))).all()
    names = await _names(session, found)
    items, cursor = cut([_out(call, names) for call in found], query, [call.id for call in found])
    return Page(items=items, next_cursor=cursor)


def visible(query: Select[*Columns], user: User, user_id: UUID | None) -> Select[*Columns]:
    """The calls that `user` may see, of `user_id` alone if it is given. Raises `NotFound`."""
    if user.role == "admin":
        return query if user_id is None else query.where(LlmCall.user_id == user_id)
    if user_id not in {None, user.id}:
        raise NotFound("There are no calls of that person.")
    return query.where(LlmCall.user_id == user.id)


def _filtered(wanted: Select[LlmCall], user: User, query: LogQuery) -> Select[LlmCall]:
    wanted = visible(wanted, user, query.user_id)
    for name in ("provider", "model", "outcome", "cache", "purpose"):
        value = getattr(query, name)
        if value is not None:
            wanted = wanted.where(getattr(LlmCall, name) == value)
    if query.prompt is not None:
        of_prompt = select(PromptVersion.id).join(Prompt).where(Prompt.name == query.prompt)
        wanted = wanted.where(LlmCall.prompt_version_id.in_(of_prompt))
    if query.since is not None:
        wanted = wanted.where(LlmCall.created_at >= query.since)
    if query.until is not None:
        wanted = wanted.where(LlmCall.created_at < query.until)
    return wanted


async def _names(session: AsyncSession, calls: Sequence[LlmCall]) -> dict[UUID, str]:
    ids = {call.version.prompt_id for call in calls if call.version is not None}
    if not ids:
        return {}
    rows = await session.execute(select(Prompt.id, Prompt.name).where(Prompt.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _out(call: LlmCall, names: dict[UUID, str]) -> CallOut:
    version = call.version
    prompt = None
    if version is not None:
        prompt = PromptUsed(name=names[version.prompt_id], version=version.version, label=call.prompt_label)
    plain = {name: getattr(call, name) for name in CallOut.model_fields if name not in {"prompt", "attempts"}}
    return CallOut(**plain, prompt=prompt, attempts=[AttemptOut.model_validate(a) for a in call.attempts])
