"""Stored prompts: immutable versions, labels that move, and the way from a name to the messages that are asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from pydantic import JsonValue
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.core.tables import Prompt, PromptLabel, PromptVersion, User
from hagame.errors import Conflict, InvalidInput, NotFound
from hagame.llm.json_schema import check_schema, misfit
from hagame.llm.prompt_schemas import Choice, PromptIn, VersionIn
from hagame.llm.schemas import Message, PromptRef
from hagame.llm.templates import DATA_RULE, check_size, check_template, holds_data, render, render_plain

LATEST = "latest"
"""Always the newest version; the only label that nobody moves."""
PRODUCTION = "production"
_LOCK = 0x4A6D

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Chosen:
    """The version that a reference led to, and by which label."""

    name: str
    version: PromptVersion
    label: str | None


@dataclass(frozen=True, slots=True)
class Rendered:
    """What is asked, and what is answered where there is no model."""

    messages: tuple[Message, ...]
    offline_answer: str | None


async def create_prompt(session: AsyncSession, user: User, body: PromptIn) -> Prompt:
    """A new prompt with its first version. Raises `InvalidInput`, `Conflict`."""
    _check(body)
    row = insert(Prompt).values(name=body.name, description=body.description, created_by=user.id)
    prompt = (await session.scalars(row.on_conflict_do_nothing().returning(Prompt))).one_or_none()
    if prompt is None:
        raise Conflict(f"There is a prompt {body.name!r} already; add a version to it.")
    await _add(session, prompt, 1, body, user.id)
    return prompt


async def add_version(session: AsyncSession, user: User, name: str, body: VersionIn) -> PromptVersion:
    """The next version of a prompt of one's own; administrators may do so to all. Raises `InvalidInput`, `NotFound`."""
    _check(body)
    prompt = await owned(session, user, name)
    return await _add(session, prompt, await _latest(session, prompt.id) + 1, body, user.id)


async def import_prompt(session: AsyncSession, user: User | None, body: PromptIn) -> PromptVersion:
    """A prompt from a file: made, or given a next version, or found to be there already, just as it is.

    Without a user it is a built-in one. Raises `InvalidInput`, and `NotFound` for somebody else's.
    """
    _check(body)
    await session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    prompt = await session.scalar(select(Prompt).where(Prompt.name == body.name))
    if prompt is None:
        owner = None if user is None else user.id
        prompt = Prompt(name=body.name, description=body.description, created_by=owner, built_in=user is None)
        session.add(prompt)
        await session.flush()
        return await _add(session, prompt, 1, body, owner)
    if user is not None:
        await owned(session, user, body.name)
    newest = await _version(session, prompt.id, await _latest(session, prompt.id))
    if newest is not None and _content(newest) == _content(body):
        return newest
    return await _add(
        session, prompt, 1 if newest is None else newest.version + 1, body, None if user is None else user.id
    )


async def load_built_in(session: AsyncSession, bodies: Iterable[PromptIn]) -> None:
    """Store each built-in prompt that is new or changed. A name that somebody has taken stays theirs."""
    for body in bodies:
        taken = await session.scalar(select(Prompt.id).where(Prompt.name == body.name, ~Prompt.built_in))
        if taken is None:
            await import_prompt(session, None, body)


async def move_label(
    session: AsyncSession, user: User, name: str, label: str, choices: Sequence[Choice]
) -> PromptLabel:
    """Point a label of one's own prompt at other versions. Raises `InvalidInput`, `NotFound`."""
    if label == LATEST:
        raise InvalidInput(f"{LATEST!r} always is the newest version; choose another label.", field="/label")
    prompt = await owned(session, user, name)
    wanted = [choice.version for choice in choices]
    known = set(await session.scalars(select(PromptVersion.version).where(PromptVersion.prompt_id == prompt.id)))
    if len(set(wanted)) < len(wanted) or not known.issuperset(wanted):
        raise InvalidInput("Choices must be different versions that exist.", field="/choices")
    values = {"choices": [choice.model_dump() for choice in choices], "updated_at": func.now()}
    row = insert(PromptLabel).values(prompt_id=prompt.id, label=label, **values)
    moved = row.on_conflict_do_update(index_elements=["prompt_id", "label"], set_=values).returning(PromptLabel)
    found = (await session.scalars(moved, execution_options={"populate_existing": True})).one()
    log.info("llm.label_moved", user_id=str(user.id), prompt=name, label=label, versions=wanted)
    return found


async def choose(session: AsyncSession, ref: PromptRef, subject: UUID) -> Chosen:
    """The version that `ref` means for `subject`. Raises `NotFound`.

    Where a label points at several versions, the hash of prompt, label and person chooses, so a person always gets
    the same one, and another label draws anew.
    """
    prompt = await find(session, ref.name)
    if ref.version is not None:
        return Chosen(ref.name, await _existing(session, prompt, ref.version), None)
    label = ref.label or PRODUCTION
    pointer = await session.get(PromptLabel, (prompt.id, label)) if label != LATEST else None
    if pointer is not None:
        version = draw(pointer.choices, f"{prompt.id}:{label}:{subject}")
        return Chosen(ref.name, await _existing(session, prompt, version), label)
    if ref.label not in {None, LATEST}:
        raise NotFound(f"The prompt {ref.name!r} has no label {ref.label!r}.")
    return Chosen(ref.name, await _existing(session, prompt, await _latest(session, prompt.id)), LATEST)


def draw(choices: Sequence[dict[str, int]], key: str) -> int:
    """The version whose share of the hash space holds the hash of `key`."""
    point = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") / 2**64
    left = point * sum(choice["weight"] for choice in choices)
    for choice in choices:
        left -= choice["weight"]
        if left < 0:
            return choice["version"]
    return choices[-1]["version"]


def write(version: PromptVersion, variables: dict[str, JsonValue], field: str) -> Rendered:
    """The messages of a version. Raises `InvalidInput` at `field` when the variables do not fit."""
    check_size(variables, field)
    wrong = misfit(variables, version.variables)
    if wrong is not None:
        place = field + wrong.rstrip("/")
        raise InvalidInput("The variables do not fit the JSON Schema of this prompt.", field=place)
    messages = [(m["role"], render(m["content"], variables)) for m in version.messages]
    if any(holds_data(text) for _, text in messages):
        messages.insert(0, ("system", DATA_RULE))
    offline = None if version.offline_answer is None else render_plain(version.offline_answer, variables)
    written = [Message.model_validate({"role": role, "content": text}) for role, text in messages if text.strip()]
    if not written:
        raise InvalidInput("With these variables nothing is left to ask.", field=field)
    return Rendered(tuple(written), offline)


async def find(session: AsyncSession, name: str) -> Prompt:
    """A prompt by name. Raises `NotFound`."""
    prompt = await session.scalar(select(Prompt).where(Prompt.name == name))
    if prompt is None:
        raise NotFound(f"There is no prompt {name!r}; see /llm/prompts.")
    return prompt


async def owned(session: AsyncSession, user: User, name: str) -> Prompt:
    """A prompt that `user` may change, locked until the transaction ends. Raises `NotFound`."""
    prompt = await session.scalar(select(Prompt).where(Prompt.name == name).with_for_update())
    if prompt is None or (prompt.created_by != user.id and user.role != "admin"):
        raise NotFound(f"You have no prompt {name!r}.")
    return prompt


async def _existing(session: AsyncSession, prompt: Prompt, number: int) -> PromptVersion:
    version = await _version(session, prompt.id, number)
    if version is None:
        raise NotFound(f"The prompt {prompt.name!r} has no version {number}.")
    return version


async def _version(session: AsyncSession, prompt_id: UUID, number: int) -> PromptVersion | None:
    query = select(PromptVersion).where(PromptVersion.prompt_id == prompt_id, PromptVersion.version == number)
    found: PromptVersion | None = await session.scalar(query)
    return found


async def _latest(session: AsyncSession, prompt_id: UUID) -> int:
    query = select(func.max(PromptVersion.version)).where(PromptVersion.prompt_id == prompt_id)
    return await session.scalar(query) or 0


async def _add(
    session: AsyncSession, prompt: Prompt, number: int, body: VersionIn, user_id: UUID | None
) -> PromptVersion:
    version = PromptVersion(prompt_id=prompt.id, version=number, created_by=user_id, **_content(body))
    session.add(version)
    try:
        await session.flush()
    except IntegrityError as error:
        raise Conflict(f"Version {number} was made at the same moment; try again.") from error
    await session.refresh(version)
    # What is built in comes with the first start and is nobody's doing.
    if user_id is not None:
        log.info("llm.prompt_version", user_id=str(user_id), prompt=prompt.name, version=number)
    return version


def _content(version: VersionIn | PromptVersion) -> dict[str, Any]:
    if isinstance(version, VersionIn):
        return version.model_dump(include=set(VersionIn.model_fields))
    return {name: getattr(version, name) for name in VersionIn.model_fields}


def _check(body: VersionIn) -> None:
    for index, message in enumerate(body.messages):
        check_template(message.content, f"/messages/{index}/content")
    if body.offline_answer is not None:
        check_template(body.offline_answer, "/offline_answer")
    check_schema(body.variables, "/variables")
    if body.response_schema is not None:
        check_schema(body.response_schema, "/response_schema")
