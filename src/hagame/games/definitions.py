"""What can be played: engines, opponents and definitions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
import structlog
from anyio import to_thread
from pydantic import TypeAdapter
from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hagame import plugins
from hagame.core.definitions import find_definition
from hagame.core.pagination import PageQuery, cut, page_of
from hagame.core.schemas import Page
from hagame.core.tables import GameDefinition
from hagame.errors import Conflict, InvalidInput, NotFound
from hagame.games.schemas import DefinitionIn, DefinitionOut, EngineOut, OpponentOut
from hagame.mind.opponents import Opponent
from hagame.rules.builtin import BUILT_IN
from hagame.rules.game import PLAYER, Game
from hagame.rules.walk import walk

MOST_STEPS = 300
"""Of random play that are looked at for the choices of a game."""

log = structlog.get_logger()


def list_engines() -> list[EngineOut]:
    """Installed rules with the schemas of their parameters, state and actions."""
    return [_engine(game) for game in plugins.games().values()]


def get_engine(key: str) -> EngineOut:
    """One engine. Raises `NotFound`."""
    if key not in plugins.games():
        raise NotFound(f"There is no game engine {key!r}; installed: {', '.join(plugins.games())}.")
    return _engine(plugins.games()[key])


async def list_opponents(session: AsyncSession, definition: str | None) -> list[OpponentOut]:
    """Installed opponents with the schema of their parameters: all, or those that can play one definition.

    Raises `NotFound`.
    """
    found = plugins.opponents()
    if definition is not None:
        rules = await find_definition(session, definition)
        found = plugins.opponents_for(plugins.make_stored_game(rules.engine, rules.engine_version, rules.parameters))
    return [_opponent(opponent) for opponent in found.values()]


@dataclass(frozen=True, slots=True)
class DefinitionFilter:
    """Which definitions: of an engine, with a tag, with a text in key, title or description, built in or not."""

    engine: str | None = None
    tag: str | None = None
    text: str | None = None
    built_in: bool | None = None


async def list_definitions(session: AsyncSession, paging: PageQuery, asked: DefinitionFilter) -> Page[DefinitionOut]:
    """Newest first, filtered."""
    query = select(GameDefinition)
    if asked.engine is not None:
        query = query.where(GameDefinition.engine == asked.engine)
    if asked.tag is not None:
        query = query.where(GameDefinition.tags.contains([asked.tag]))
    if asked.text is not None:
        columns = (GameDefinition.key, GameDefinition.title, GameDefinition.description)
        query = query.where(or_(*(column.icontains(asked.text, autoescape=True) for column in columns)))
    if asked.built_in is not None:
        query = query.where(GameDefinition.built_in == asked.built_in)
    found = (await session.scalars(page_of(query, GameDefinition.id, paging))).all()
    items, cursor = cut(found, paging, [d.id for d in found])
    return Page(items=[DefinitionOut.model_validate(d) for d in items], next_cursor=cursor)


async def get_definition(session: AsyncSession, definition_id: UUID) -> GameDefinition:
    """One definition. Raises `NotFound`."""
    found = await session.get(GameDefinition, definition_id)
    if found is None:
        raise NotFound(f"There is no game definition {definition_id}.")
    return found


async def create_definition(session: AsyncSession, user_id: UUID, body: DefinitionIn) -> GameDefinition:
    """A new definition, or the next version of your own. Raises `NotFound`, `InvalidInput`, `Conflict`."""
    game = plugins.make_game(body.engine, body.parameters)
    await to_thread.run_sync(_check_move_limit, game)
    before = await _newest(session, body.key)
    if before is not None and before.created_by != user_id:
        raise Conflict(f"The key {body.key!r} belongs to somebody else; choose another.", field="/key")
    definition = _definition(body, game, 1 if before is None else before.version + 1)
    definition.created_by = user_id
    session.add(definition)
    try:
        await session.flush()
    except IntegrityError as error:
        raise Conflict(
            f"Version {definition.version} of {body.key!r} was made at the same moment; try again."
        ) from error
    await session.refresh(definition)
    log.info("game.defined", user_id=str(user_id), definition_id=str(definition.id), engine=body.engine)
    return definition


async def load_built_in(session: AsyncSession) -> int:
    """Store each built-in definition that is new or changed. Returns how many.

    One that a newer server has stored is left alone.
    """
    await session.execute(select(func.pg_advisory_xact_lock(0x4A6A)))
    stored = 0
    for body in (DefinitionIn.model_validate(item) for item in BUILT_IN):
        game = plugins.make_game(body.engine, body.parameters)
        before = await _newest(session, body.key)
        definition = _definition(body, game, 1 if before is None else before.version + 1)
        if before is not None and plugins.is_newer(before.engine_version, game.info.version):
            continue
        if before is None or _content(before) != _content(definition):
            definition.built_in = True
            session.add(definition)
            stored += 1
    return stored


def _check_move_limit(game: Game[Any]) -> None:
    """Raises `InvalidInput` where the choice for those who are too late is none that this game ever offers."""
    named = None if game.move_limit is None else game.move_limit.action
    if named is None:
        return
    offered: dict[str, None] = {}
    for state in walk(game, np.random.default_rng(0), MOST_STEPS):
        asked = game.numbers(state, PLAYER)
        if asked is not None and asked.allows(named):
            return
        offered |= dict.fromkeys(game.situation(state, PLAYER).actions if asked is None else [str(asked)])
    if named not in offered:
        raise InvalidInput(
            f"/parameters/move_limit/action: {named!r} is none of this game's choices: {', '.join(offered)}.",
            field="/parameters/move_limit/action",
        )


async def _newest(session: AsyncSession, key: str) -> GameDefinition | None:
    query = select(GameDefinition).where(GameDefinition.key == key).order_by(GameDefinition.version.desc()).limit(1)
    return (await session.scalars(query)).first()


def _definition(body: DefinitionIn, game: Game[Any], version: int) -> GameDefinition:
    return GameDefinition(
        key=body.key,
        version=version,
        engine=body.engine,
        engine_version=game.info.version,
        title=body.title,
        description=body.description,
        parameters=body.parameters,
        tags=body.tags,
    )


def _content(d: GameDefinition) -> tuple[object, ...]:
    return d.engine, d.engine_version, d.title, d.description, d.parameters, d.tags


def _engine(game: type[Game[Any]]) -> EngineOut:
    info = game.info
    return EngineOut(
        key=info.key,
        version=info.version,
        title=info.title,
        seats=info.seats,
        simultaneous=info.simultaneous,
        rival=info.rival,
        sources=list(info.sources),
        parameters_schema=game.model_json_schema(),
        state_schema=TypeAdapter(game.State).json_schema(),
        action_schema={"type": "string", "description": "One of the labels in `legal_actions`"},
    )


def _opponent(opponent: type[Opponent]) -> OpponentOut:
    info = opponent.info
    return OpponentOut(
        key=info.key,
        version=info.version,
        title=info.title,
        summary=info.summary,
        sources=list(info.sources),
        parameters_schema=opponent.model_json_schema(),
    )
