"""Prompts as they are read: lists, files, and what changed from one version to another."""

from __future__ import annotations

import difflib
import json

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.core.pagination import PageQuery, cut, page_of
from hagame.core.schemas import Page
from hagame.core.tables import Prompt, PromptLabel, PromptVersion
from hagame.errors import NotFound
from hagame.llm import prompts
from hagame.llm.prompt_schemas import LabelOut, PromptIn, PromptOut, PromptSummary, PromptVersionOut, VersionIn

MAX_VERSIONS = 100
"""As many versions are shown with a prompt, the newest; each can be asked for by its number."""


async def list_prompts(session: AsyncSession, paging: PageQuery) -> Page[PromptSummary]:
    """Newest first."""
    latest = select(func.max(PromptVersion.version)).where(PromptVersion.prompt_id == Prompt.id).scalar_subquery()
    rows = (await session.execute(page_of(select(Prompt, latest), Prompt.id, paging))).all()
    items, cursor = cut([_summary(prompt, newest) for prompt, newest in rows], paging, [p.id for p, _ in rows])
    return Page(items=items, next_cursor=cursor)


async def get_prompt(session: AsyncSession, name: str) -> PromptOut:
    """One prompt with labels and versions. Raises `NotFound`."""
    prompt = await prompts.find(session, name)
    newest_first = select(PromptVersion).where(PromptVersion.prompt_id == prompt.id)
    found = list(await session.scalars(newest_first.order_by(PromptVersion.version.desc()).limit(MAX_VERSIONS)))
    labels = select(PromptLabel).where(PromptLabel.prompt_id == prompt.id).order_by(PromptLabel.label)
    return PromptOut(
        **_summary(prompt, found[0].version).model_dump(),
        labels=[LabelOut.model_validate(label) for label in await session.scalars(labels)],
        versions=[PromptVersionOut.model_validate(version) for version in found],
    )


async def get_version(session: AsyncSession, name: str, number: int) -> tuple[Prompt, PromptVersion]:
    """One version. Raises `NotFound`."""
    prompt = await prompts.find(session, name)
    query = select(PromptVersion).where(PromptVersion.prompt_id == prompt.id, PromptVersion.version == number)
    version = await session.scalar(query)
    if version is None:
        raise NotFound(f"The prompt {name!r} has no version {number}.")
    return prompt, version


async def as_file(session: AsyncSession, name: str, number: int) -> PromptIn:
    """A version in the form in which prompts are imported. Raises `NotFound`."""
    prompt, version = await get_version(session, name, number)
    content = {field: getattr(version, field) for field in VersionIn.model_fields}
    return PromptIn.model_validate({"name": prompt.name, "description": prompt.description, **content})


async def difference(session: AsyncSession, name: str, before: int, after: int) -> list[str]:
    """The lines of a unified diff between two versions. Raises `NotFound`."""
    _, first = await get_version(session, name, before)
    _, second = await get_version(session, name, after)
    names = (f"version {before}", f"version {after}")
    return list(difflib.unified_diff(_lines(first), _lines(second), *names, lineterm=""))


def _lines(version: PromptVersion) -> list[str]:
    """Messages as they read, then everything else as JSON."""
    lines: list[str] = []
    for message in version.messages:
        lines += [f"[{message['role']}]", *message["content"].splitlines(), ""]
    rest = {name: getattr(version, name) for name in VersionIn.model_fields if name not in {"messages", "note"}}
    return lines + json.dumps(rest, indent=2, sort_keys=True, ensure_ascii=False).splitlines()


def _summary(prompt: Prompt, latest: int | None) -> PromptSummary:
    return PromptSummary(
        name=prompt.name,
        description=prompt.description,
        built_in=prompt.built_in,
        latest=latest or 0,
        created_at=prompt.created_at,
    )
