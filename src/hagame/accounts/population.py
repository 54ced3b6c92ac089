"""Where a person stands among all who may be modelled: percentiles of each trait, brought up to date every night."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.accounts.schemas import AmongOut
from hagame.core.tables import TraitPopulation
from hagame.mind.cognition import Trait
from hagame.mind.cognition.profile import ModelTrait

LEAST_PEOPLE = 20
"""Below that many, nothing is told of a population: single people would show through."""
LEAST_OBSERVATIONS = 20
"""A person of whom less is known says little about people."""

# One row per person, whatever they played; the 101 quantiles are linear between people (type 7, Hyndman & Fan 1996).
UPDATE = text("""
INSERT INTO trait_population (trait, people, quantiles, updated_at)
SELECT trait, count(*), percentile_cont(ARRAY(SELECT p / 100.0 FROM generate_series(0, 100) AS p ORDER BY p))
       WITHIN GROUP (ORDER BY (entry ->> 0)::float8), now()
FROM cognitive_summaries s LEFT JOIN cognitive_profiles p USING (user_id),
     jsonb_each(s.means) AS each (trait, entry)
WHERE coalesce(p.modelling_consent, true) AND (entry ->> 1)::float8 >= :observations
GROUP BY trait HAVING count(*) >= :people
ON CONFLICT (trait) DO UPDATE
SET people = excluded.people, quantiles = excluded.quantiles, updated_at = excluded.updated_at
""")


async def update_population(session: AsyncSession) -> int:
    """Compute the quantiles of all traits anew; returns of how many traits there are any."""
    await session.execute(delete(TraitPopulation))
    done = await session.execute(UPDATE, {"observations": LEAST_OBSERVATIONS, "people": LEAST_PEOPLE})
    return int(getattr(done, "rowcount", 0))


async def read_population(session: AsyncSession) -> Mapping[str, TraitPopulation]:
    """Quantiles by key of trait, of those of which enough people are known."""
    return {row.trait: row for row in await session.scalars(select(TraitPopulation))}


def among(trait: Trait | ModelTrait, population: TraitPopulation | None) -> AmongOut | None:
    """The percentile of a trait, and those of the ends of its interval."""
    if population is None:
        return None
    low, middle, high = (percentile(population.quantiles, x) for x in (trait.low, trait.mean, trait.high))
    return AmongOut(percentile=middle, low=low, high=high, people=population.people)


def percentile(quantiles: Sequence[float], x: float) -> float:
    """How many per cent lie below `x`, by ascending `quantiles` at 0, 1, ... 100 per cent; ties count half."""
    below, up_to = bisect_left(quantiles, x), bisect_right(quantiles, x)
    if up_to > below:
        return (below + up_to - 1) / 2
    if below in {0, len(quantiles)}:
        return 0.0 if below == 0 else 100.0
    left, right = quantiles[below - 1], quantiles[below]
    return round(below - 1 + (x - left) / (right - left), 1)
