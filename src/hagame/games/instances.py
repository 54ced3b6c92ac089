"""Matches of a person: begin one, look at it, list them, give it up."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID

import structlog
from sqlalchemy import Select, exists, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import defer

from hagame import match as matches
from hagame import plugins
from hagame.core.definitions import find_definition
from hagame.core.pagination import PageQuery, cut, page_of
from hagame.core.schemas import Page
from hagame.core.security import Claims, current_user
from hagame.core.tables import CognitiveProfile, Decision, GameDefinition, GameInstance, new_id
from hagame.core.telemetry import MATCHES
from hagame.errors import Conflict, CorruptState, Gone, InvalidInput, NotFound
from hagame.games import answers
from hagame.games.installed import PREDICTOR, belief_key, match_from, text_of
from hagame.games.judgment import judgment
from hagame.games.outside import PURPOSE, reseal
from hagame.games.schemas import (
    DefinitionRef,
    InstanceIn,
    InstanceOut,
    InstanceSummary,
    Next,
    OpponentRef,
    Score,
    Status,
)
from hagame.games.thinking import think
from hagame.games.trained import choose, prepare_in
from hagame.llm import Caller, Gateway
from hagame.match import Match, MatchState
from hagame.mind.opponents import Observer, Opponent, plays_table
from hagame.rules.game import PLAYER

SOLITARY = Observer.info.key
"""Who is named as the opponent where nobody plays beside the person."""

log = structlog.get_logger()


async def begin(
    sessions: async_sessionmaker[AsyncSession], llm: Gateway, claims: Claims, body: InstanceIn, key: str | None
) -> InstanceOut:
    """Begin a match; when this returns, it is committed. Raises `Unauthenticated`, `NotFound` and `InvalidInput`.

    The same body with the same `key` again begins no other match and gives the first one as it stands; with another
    body it raises `Conflict`. Where a language model plays it is asked for its first move before the match is stored,
    so nobody ever sees the seal of another one.
    """
    async with sessions() as session:
        user = await current_user(claims, session)
        begun = await _begun(session, user.id, body, key)
        if begun is not None:
            return begun
        instance, definition, match = await _planned(session, user.id, body)
    instance.idempotency_key, instance.request_digest = key, None if key is None else _digest(body)
    state = await _started(sessions, instance, match)
    state = await reseal(llm, Caller(user.id, user.role, PURPOSE), match, state)
    instance.state = matches.dump(match, state).state
    try:
        async with sessions.begin() as session:
            await _store(session, instance, definition)
    except IntegrityError:
        # An equal call at the same moment was first.
        async with sessions() as session:
            begun = await _begun(session, user.id, body, key)
        if begun is None:
            raise
        return begun
    return _out(instance, definition, match, state)


async def _begun(session: AsyncSession, user_id: UUID, body: InstanceIn, key: str | None) -> InstanceOut | None:
    """The match that was begun under this key. Raises `Conflict` when another one was asked for then."""
    if key is None:
        return None
    mine = GameInstance.user_id == user_id, GameInstance.idempotency_key == key
    found = (await session.execute(_with_definition().where(*mine))).first()
    if found is None:
        return None
    instance, definition = found
    if instance.request_digest != _digest(body):
        raise Conflict("This Idempotency-Key was used to begin another match.", instance_id=str(instance.id))
    match = await match_of(session, instance, definition)
    return _out(instance, definition, match, matches.load(match, instance.state))


def _digest(body: InstanceIn) -> bytes:
    return hashlib.sha256(body.model_dump_json().encode()).digest()


async def _planned(
    session: AsyncSession, user_id: UUID, body: InstanceIn
) -> tuple[GameInstance, GameDefinition, Match]:
    """The match that is asked for, not stored yet. Raises `NotFound` and `InvalidInput`."""
    definition = await find_definition(session, body.definition)
    profile = await session.get(CognitiveProfile, user_id)
    game = plugins.make_stored_game(definition.engine, definition.engine_version, definition.parameters)
    chosen = await choose(session, user_id, game, body)
    opponent = plugins.make_rival(game, chosen.opponent, chosen.opponent_parameters, "/opponent_parameters")
    modelled = profile is None or profile.modelling_consent
    instance = _new_instance(user_id, definition, body, opponent, modelled=modelled)
    instance.predictor = chosen.predictor or PREDICTOR
    instance.ai_model_version_id, instance.opponent_model_id = chosen.version_id, chosen.opponent_model_id
    return instance, definition, await match_of(session, instance, definition)


async def _started(sessions: async_sessionmaker[AsyncSession], instance: GameInstance, match: Match) -> MatchState:
    """The first state, with the AI's first move sealed. Raises `InvalidInput`.

    No connection is held while the AI thinks, which may move first. In a thread in any case: the equilibrium of a game
    never seen before may take a second to find.
    """
    secret = secrets.token_bytes(matches.SECRET_BYTES)
    state = await think(match, matches.start, match, secret)
    situation = match.game.situation(state.game, PLAYER)
    if instance.recorded and not plays_table(match.game.info, situation):
        raise InvalidInput("recorded: only a normal form can replay a record.", field="/recorded")
    instance.belief_key = belief_key(situation, match.predictor)
    if instance.memory == "person":
        async with sessions() as session:
            belief = await _remembered(session, instance, match)
        if belief is not None:
            state = await think(match, matches.start, match, secret, belief)
    if state.sealed is None:
        raise InvalidInput("definition: in this game nobody has anything to choose.", field="/definition")
    instance.predictor_version = match.predictor.version
    return state


async def _store(session: AsyncSession, instance: GameInstance, definition: GameDefinition) -> None:
    session.add(instance)
    await session.flush()
    await session.refresh(instance, ["created_at"])
    MATCHES.labels(_label(definition), instance.opponent, "created").inc()
    log.info("game.created", user_id=str(instance.user_id), instance_id=str(instance.id), game=definition.key)


async def get_instance(session: AsyncSession, user_id: UUID, instance_id: UUID) -> InstanceOut:
    """A match as its player may see it. Raises `NotFound` when it is not this person's."""
    instance, definition = await _owned(session, user_id, instance_id)
    match = await match_of(session, instance, definition)
    return _out(instance, definition, match, matches.load(match, instance.state))


async def list_instances(
    session: AsyncSession,
    user_id: UUID,
    paging: PageQuery,
    *,
    status: Status | None,
    game: str | None,
    since: datetime | None,
    until: datetime | None,
) -> Page[InstanceSummary]:
    """Matches of one person, newest first; `game` is a definition's key, `since` <= created < `until`."""
    query = _with_definition().where(GameInstance.user_id == user_id).options(defer(GameInstance.state))
    if status is not None:
        query = query.where(GameInstance.status == status)
    if game is not None:
        query = query.where(GameDefinition.key == game)
    if since is not None:
        query = query.where(GameInstance.created_at >= since)
    if until is not None:
        query = query.where(GameInstance.created_at < until)
    rows = (await session.execute(page_of(query, GameInstance.id, paging))).all()
    kept, cursor = cut(rows, paging, [instance.id for instance, _ in rows])
    return Page(items=[_summary(*row) for row in kept], next_cursor=cursor)


async def abandon(session: AsyncSession, user_id: UUID, instance_id: UUID) -> InstanceOut:
    """End a match before its end. Raises `NotFound`, and `Gone` when it is over already."""
    instance, definition = await _owned(session, user_id, instance_id)
    ended = await session.scalar(
        update(GameInstance)
        .where(GameInstance.id == instance_id, GameInstance.status == "active")
        .values(status="abandoned", finished_at=func.now(), updated_at=func.now())
        .returning(GameInstance.id)
        .execution_options(synchronize_session=False)
    )
    if ended is None:
        await session.refresh(instance)
        raise Gone(f"This match is {instance.status}.", instance_status=instance.status)
    await session.refresh(instance)
    MATCHES.labels(_label(definition), instance.opponent, "abandoned").inc()
    log.info("game.abandoned", user_id=str(user_id), instance_id=str(instance_id), turn=instance.turn)
    match = await match_of(session, instance, definition)
    return _out(instance, definition, match, matches.load(match, instance.state))


def _new_instance(
    user_id: UUID, definition: GameDefinition, body: InstanceIn, opponent: Opponent, *, modelled: bool
) -> GameInstance:
    remembers = "none" if body.seed is not None or body.recorded else "person"
    return GameInstance(
        id=new_id(),
        user_id=user_id,
        definition_id=definition.id,
        opponent=opponent.info.key,
        opponent_parameters=opponent.model_dump(mode="json"),
        seed=secrets.randbelow(2**63) if body.seed is None else body.seed,
        seed_chosen=body.seed is not None,
        memory=(body.memory or remembers) if modelled else "none",
        recorded=body.recorded,
        modelled=modelled,
        status="active",
        turn=1,
        player_score=0.0,
        opponent_score=0.0,
        evidence={},
    )


async def _remembered(session: AsyncSession, instance: GameInstance, match: Match) -> Any:
    """What the newest fitting match of this person has learnt; None where there is none.

    Its belief holds every decision of that match, so none of them may have been without consent.
    """
    query = (
        select(GameInstance.id, GameInstance.state)
        .where(GameInstance.user_id == instance.user_id, GameInstance.belief_key == instance.belief_key)
        .where(GameInstance.modelled, ~GameInstance.recorded, GameInstance.turn > 1)
        .where(~exists().where(Decision.instance_id == GameInstance.id, ~Decision.modelled))
        .order_by(GameInstance.id.desc())
        .limit(1)
    )
    earlier = (await session.execute(query)).first()
    if earlier is None:
        return None
    try:
        belief = matches.load(match, earlier.state).belief
    except CorruptState:
        log.warning("game.belief_unreadable", instance_id=str(earlier.id))
        return None
    instance.belief_from = earlier.id
    return belief


async def _owned(session: AsyncSession, user_id: UUID, instance_id: UUID) -> tuple[GameInstance, GameDefinition]:
    query = _with_definition().where(GameInstance.id == instance_id, GameInstance.user_id == user_id)
    found = (await session.execute(query)).first()
    if found is None:
        raise NotFound(f"There is no match {instance_id} of yours.")
    return found[0], found[1]


def _with_definition() -> Select[GameInstance, GameDefinition]:
    return select(GameInstance, GameDefinition).join(GameDefinition, GameDefinition.id == GameInstance.definition_id)


async def match_of(session: AsyncSession, instance: GameInstance, definition: GameDefinition) -> Match:
    """The match of a stored instance, its predictor ready. Raises `NotFound` when a trained predictor is gone."""
    await prepare_in(session, instance.predictor)
    return prepared_match(instance, definition)


def prepared_match(instance: GameInstance, definition: GameDefinition) -> Match:
    """The match of a stored instance whose predictor is ready. Raises `Unavailable` where that was forgotten since."""
    return match_from(
        {
            "engine": definition.engine,
            "parameters": text_of(definition.parameters),
            "opponent": instance.opponent,
            "opponent_parameters": text_of(instance.opponent_parameters),
            "predictor": instance.predictor,
            "seed": instance.seed,
            "modelled": instance.modelled,
        }
    )


def _label(definition: GameDefinition) -> str:
    return definition.key if definition.built_in else definition.engine


def _out(instance: GameInstance, definition: GameDefinition, match: Match, state: MatchState) -> InstanceOut:
    opened = answers.next_turn(match, state) if instance.status == "active" else None
    return InstanceOut(
        **_summary(instance, definition).model_dump(),
        next=None if opened is None else Next.model_validate(opened),
        view=matches.view(match, state) if opened is None else None,
        judgment=judgment(match, state),
    )


def _summary(instance: GameInstance, definition: GameDefinition) -> InstanceSummary:
    info = plugins.opponent_info(instance.opponent)
    return InstanceSummary(
        id=instance.id,
        definition=DefinitionRef.model_validate(definition, from_attributes=True),
        opponent=OpponentRef(key=info.key, version=info.version, title=info.title, summary=info.summary),
        predictor=instance.predictor,
        predictor_version=instance.predictor_version,
        opponent_model=instance.opponent_model_id,
        status=cast("Status", instance.status),
        turn=instance.turn,
        score=Score(
            player=instance.player_score, opponent=None if instance.opponent == SOLITARY else instance.opponent_score
        ),
        memory=cast("Literal['person', 'none']", instance.memory),
        belief_from=instance.belief_from,
        seed=instance.seed if instance.seed_chosen or instance.status != "active" else None,
        seed_chosen=instance.seed_chosen,
        recorded=instance.recorded,
        created_at=instance.created_at,
        finished_at=instance.finished_at,
    )
