"""What a person says of how they think, and what their play says.

What was inferred is computed when it is asked for, from the sums that each match keeps: these are sufficient and add
up (`summaries`), so that one posterior per trait is all that is left to do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog
from anyio import to_thread
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.accounts.population import among, read_population
from hagame.accounts.schemas import (
    CognitiveProfileIn,
    CognitiveProfileOut,
    InferredTraitOut,
    KnownTraitOut,
    TraitsAfterMatch,
)
from hagame.accounts.summaries import add_finished, known
from hagame.core.pagination import PageQuery, cut, page_of
from hagame.core.schemas import Page
from hagame.core.tables import CognitiveProfile, GameInstance, TraitPopulation
from hagame.mind.cognition import Evidence, Trait, pool, traits
from hagame.mind.cognition.profile import ModelTrait, model_traits
from hagame.mind.cognition.traits import TRAITS
from hagame.mind.language import in_language

if TYPE_CHECKING:
    from sqlalchemy.engine import Row

# All that is known less what came since, in one snapshot: as dear as the pages that have been turned, however many
# matches were played before. Served by the key of summaries, ix_game_instances_unsummed and
# ix_game_instances_user_id_id.
BEFORE = text("""
WITH parts AS (
    SELECT 1 AS sign, evidence FROM cognitive_summaries WHERE user_id = :user_id
    UNION ALL
    SELECT 1, evidence FROM game_instances WHERE user_id = :user_id AND modelled AND NOT summed AND turn > 1
    UNION ALL
    SELECT -1, evidence FROM game_instances WHERE user_id = :user_id AND modelled AND turn > 1 AND id >= :oldest
), added AS (
    SELECT trait, sum(sign * (sums ->> 0)::float8) AS n, sum(sign * (sums ->> 1)::float8) AS total,
           sum(sign * (sums ->> 2)::float8) AS squares
    FROM parts, jsonb_each(evidence) AS each (trait, sums) GROUP BY trait
)
SELECT coalesce(jsonb_object_agg(trait, jsonb_build_array(n, total, squares)), '{}') FROM added WHERE n > 0.5
""")

log = structlog.get_logger()

_TEXTS = ("title", "meaning", "unit", "model", "says_not")


async def get_cognitive_profile(session: AsyncSession, user_id: UUID, language: str) -> CognitiveProfileOut:
    """What was declared, and, with consent, what all matches so far say, in that language."""
    profile = await session.get(CognitiveProfile, user_id)
    return await _told(session, user_id, profile, language)


async def set_cognitive_profile(
    session: AsyncSession, user_id: UUID, body: CognitiveProfileIn, language: str
) -> CognitiveProfileOut:
    """Set what the body names; the rest stays. Without consent, nothing is modelled from now on.

    That holds for matches that are being played, too: see the move's query.
    """
    given: dict[str, Any] = body.model_dump(exclude_unset=True)
    if "modelling_consent" in given:
        given["consent_changed_at"] = func.now()
        log.info("user.consent", user_id=str(user_id), modelling=body.modelling_consent)
    row = insert(CognitiveProfile).values(user_id=user_id, **given)
    row = row.on_conflict_do_update(index_elements=[CognitiveProfile.user_id], set_=given | {"updated_at": func.now()})
    rows = await session.scalars(row.returning(CognitiveProfile), execution_options={"populate_existing": True})
    return await _told(session, user_id, rows.one(), language)


async def list_history(
    session: AsyncSession, user_id: UUID, paging: PageQuery, language: str
) -> Page[TraitsAfterMatch]:
    """What was known after each match, newest first. Empty without consent."""
    profile = await session.get(CognitiveProfile, user_id)
    if profile is not None and not profile.modelling_consent:
        return Page(items=[], next_cursor=None)
    query = select(GameInstance.id, GameInstance.created_at, GameInstance.turn, GameInstance.evidence).where(
        GameInstance.user_id == user_id, GameInstance.modelled, GameInstance.turn > 1
    )
    found = (await session.execute(page_of(query, GameInstance.id, paging))).all()
    rows, cursor = cut(found, paging, [row.id for row in found])
    if not rows:
        return Page(items=[], next_cursor=None)
    await add_finished(session, user_id)
    # Without an older match nothing was known, to the last digit.
    before = await _evidence_before(session, user_id, rows[-1].id) if cursor else Evidence()
    items = await to_thread.run_sync(_running_traits, before, rows, language)
    return Page(items=items, next_cursor=cursor)


async def infer(session: AsyncSession, user_id: UUID) -> dict[str, Trait]:
    """The traits that all matches so far imply; none without consent."""
    profile = await session.get(CognitiveProfile, user_id)
    if profile is not None and not profile.modelling_consent:
        return {}
    found = await known(session, user_id)
    return await to_thread.run_sync(traits, found.evidence)


async def _told(
    session: AsyncSession, user_id: UUID, profile: CognitiveProfile | None, language: str
) -> CognitiveProfileOut:
    consent = profile is None or profile.modelling_consent
    found = await known(session, user_id)
    # The first call imports what computes quantiles, which takes a while.
    inferred = await to_thread.run_sync(_all_traits, found.evidence) if consent else {}
    population = await read_population(session) if inferred else {}
    return CognitiveProfileOut(
        declared=profile.declared if profile is not None else {},
        modelling_consent=consent,
        inferred={key: _among(key, trait, population.get(key), language) for key, trait in inferred.items()},
        matches=found.matches,
        decisions=found.decisions,
    )


async def _evidence_before(session: AsyncSession, user_id: UUID, before: UUID) -> Evidence:
    """The summed evidence of all matches that began before this one."""
    return Evidence(await session.scalar(BEFORE, {"user_id": user_id, "oldest": before}))


def _all_traits(evidence: Evidence) -> dict[str, Trait | ModelTrait]:
    return {**traits(evidence), **model_traits(evidence)}


def _among(key: str, trait: Trait | ModelTrait, population: TraitPopulation | None, language: str) -> KnownTraitOut:
    return KnownTraitOut(**_worded(key, trait, language), among=among(trait, population))


def _worded(key: str, trait: Trait | ModelTrait, language: str) -> dict[str, Any]:
    """A trait with its title, all its texts in that language."""
    told = trait._asdict()
    if key in TRAITS:
        told["title"] = TRAITS[key].title
    return told | {name: in_language(told[name], language) for name in _TEXTS if name in told}


def _running_traits(evidence: Evidence, rows: Sequence[Row[tuple[Any, ...]]], language: str) -> list[TraitsAfterMatch]:
    """Newest first, as `rows` are; `evidence` is that from before the oldest of them."""
    items = []
    for row in reversed(rows):
        evidence = pool([evidence, Evidence(row.evidence)])
        items.append(
            TraitsAfterMatch(
                instance_id=row.id,
                started_at=row.created_at,
                decisions=row.turn - 1,
                inferred=_shown(_all_traits(evidence), language),
            )
        )
    return items[::-1]


def _shown(inferred: Mapping[str, Trait | ModelTrait], language: str) -> dict[str, InferredTraitOut]:
    return {key: InferredTraitOut(**_worded(key, trait, language)) for key, trait in inferred.items()}
