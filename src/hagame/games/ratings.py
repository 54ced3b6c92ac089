"""Ratings from finished matches: a person against an opponent, by who has the higher score.

Rated are matches of two in games with a winner (`Game.has_winner`). Left out are those given up, recorded ones, and
those whose seed was chosen, for whoever knows the seed can compute the AI's moves. A match is rated once, in the
order in which matches ended, when its player next asks for the progress: the way of a move stays as short as it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from hagame import plugins
from hagame.core.tables import GameDefinition, GameInstance, Rating

MU, SIGMA = 25.0, 25.0 / 3
"""Skill before the first match: mean and standard deviation (Weng & Lin 2011; the scale of TrueSkill)."""
AT_ONCE = 500
"""Matches that one call rates at most; the next call goes on."""

Finished = tuple[GameInstance, GameDefinition]


async def rate_finished(session: AsyncSession, user_id: UUID) -> None:
    """Rate this person's matches that have ended since the last time."""
    ended = await _unrated(session, user_id)
    contests = [(instance, definition) for instance, definition in ended if _is_contest(instance, definition)]
    if contests:
        ratings = await _locked(session, user_id, contests)
        for instance, definition in contests:
            own, other = ratings[definition.key, None], ratings[definition.key, rival_of(instance)]
            _rate(own, other, instance.player_score - instance.opponent_score)
    if ended:
        ids = [instance.id for instance, _ in ended]
        await session.execute(
            update(GameInstance)
            .where(GameInstance.id.in_(ids))
            .values(rated=True)
            .execution_options(synchronize_session=False)
        )


def rival_of(instance: GameInstance) -> str:
    """The opponent's key, with a digest of its parameters where they are not the usual ones."""
    usual = plugins.opponents()[instance.opponent]().model_dump(mode="json")
    if instance.opponent_parameters == usual:
        return instance.opponent
    text = json.dumps(instance.opponent_parameters, sort_keys=True)
    return f"{instance.opponent}:{hashlib.sha256(text.encode()).hexdigest()[:12]}"


async def _unrated(session: AsyncSession, user_id: UUID) -> list[Finished]:
    """Locked, so that of two calls at once the second finds them rated."""
    query = (
        select(GameInstance, GameDefinition)
        .join(GameDefinition, GameDefinition.id == GameInstance.definition_id)
        .where(GameInstance.user_id == user_id, GameInstance.status == "finished", ~GameInstance.rated)
        .order_by(GameInstance.finished_at, GameInstance.id)
        .limit(AT_ONCE)
        .options(
            load_only(
                GameInstance.opponent,
                GameInstance.opponent_parameters,
                GameInstance.player_score,
                GameInstance.opponent_score,
                GameInstance.recorded,
                GameInstance.seed_chosen,
            )
        )
        .with_for_update(of=GameInstance)
    )
    return [(instance, definition) for instance, definition in (await session.execute(query)).all()]


def _is_contest(instance: GameInstance, definition: GameDefinition) -> bool:
    if instance.recorded or instance.seed_chosen:
        return False
    if instance.opponent not in plugins.opponents() or definition.engine not in plugins.games():
        return False
    game = plugins.make_game(definition.engine, definition.parameters)
    return game.has_winner and game.seats == 2


async def _locked(
    session: AsyncSession, user_id: UUID, contests: Sequence[Finished]
) -> dict[tuple[str, str | None], Rating]:
    """The ratings of both sides, by game and rival (None: the person); made where missing.

    Locked in one order by all, so that no two calls wait for each other.
    """
    games = sorted({definition.key for _, definition in contests})
    rivals = sorted({(definition.key, rival_of(instance)) for instance, definition in contests})
    fresh = {"mu": MU, "sigma": SIGMA}
    rows = [{"game": game, "user_id": user_id, "rival": None, **fresh} for game in games]
    rows += [{"game": game, "user_id": None, "rival": rival, **fresh} for game, rival in rivals]
    await session.execute(insert(Rating).values(rows).on_conflict_do_nothing())
    query = (
        select(Rating)
        .where(Rating.game.in_(games))
        .where(or_(Rating.user_id == user_id, Rating.rival.in_([rival for _, rival in rivals])))
        .order_by(Rating.game, Rating.rival, Rating.user_id)
        .with_for_update()
    )
    return {(rating.game, rating.rival): rating for rating in (await session.scalars(query)).all()}


def _rate(own: Rating, other: Rating, lead: float) -> None:
    """One match by the Plackett-Luce model of openskill (Weng & Lin 2011)."""
    from openskill.models import PlackettLuce  # noqa: PLC0415  # a fifth of a second that only this needs

    model = PlackettLuce(mu=MU, sigma=SIGMA)
    sides = [[model.rating(side.mu, side.sigma)] for side in (own, other)]
    for side, (after,) in zip((own, other), model.rate(sides, scores=[lead, 0.0]), strict=True):
        side.mu, side.sigma, side.updated_at = after.mu, after.sigma, func.now()
    for side, result in ((own, lead), (other, -lead)):
        name = "won" if result > 0 else "lost" if result < 0 else "drawn"
        setattr(side, name, getattr(side, name) + 1)
