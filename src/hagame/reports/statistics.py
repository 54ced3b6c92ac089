"""Sums over people for researchers. No figure stands for fewer than five people.

Finished matches are added to one row per person, game and opponent, each match once; a figure is a sum over such rows.
"""

from __future__ import annotations

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.core.tables import TraitPopulation
from hagame.reports.schemas import GameStatistics, TraitStatistics

LEAST_PEOPLE = 5
SHOWN_QUANTILES = (5, 25, 50, 75, 95)

# Served by ix_game_instances_uncounted and ix_user_decision_logs_unmodelled: decisions without consent are taken off.
# Two at once share the matches out among them.
COUNT = text("""
WITH counted AS (
    UPDATE game_instances SET counted = true WHERE id IN (
        SELECT id FROM game_instances WHERE NOT counted AND status <> 'active' ORDER BY id
        LIMIT :most FOR UPDATE SKIP LOCKED
    ) RETURNING id, user_id, definition_id, opponent, turn - 1 AS decisions, player_score, evidence, modelled, recorded
), added AS (
    INSERT INTO play_sums (user_id, game, opponent, matches, decisions, payoff, choices, bits)
    SELECT c.user_id, d.key, c.opponent, count(*), sum(c.decisions - left_out.decisions),
           sum(c.player_score - left_out.payoff),
           coalesce(sum((c.evidence -> 'predictability_bits' ->> 0)::float8), 0),
           coalesce(sum((c.evidence -> 'predictability_bits' ->> 1)::float8), 0)
    FROM counted c JOIN game_definitions d ON d.id = c.definition_id
    CROSS JOIN LATERAL (
        SELECT count(*) AS decisions, coalesce(sum(l.payoff), 0) AS payoff
        FROM user_decision_logs l WHERE l.instance_id = c.id AND NOT l.modelled
    ) left_out
    WHERE c.modelled AND NOT c.recorded AND c.decisions > left_out.decisions
    GROUP BY c.user_id, d.key, c.opponent
    ON CONFLICT (user_id, game, opponent) DO UPDATE SET
        matches = play_sums.matches + excluded.matches, decisions = play_sums.decisions + excluded.decisions,
        payoff = play_sums.payoff + excluded.payoff, choices = play_sums.choices + excluded.choices,
        bits = play_sums.bits + excluded.bits
)
SELECT count(*) FROM counted
""")

# The mean over people, each weighing the same, with the standard error of that mean.
GAMES = text("""
WITH people AS (
    SELECT game, opponent, user_id, matches, decisions, payoff / decisions AS payoff,
           CASE WHEN choices > 0 THEN bits / choices END AS bits
    FROM play_sums
)
SELECT game, opponent, count(*) AS people, sum(matches) AS matches, sum(decisions) AS decisions,
       avg(payoff) AS payoff_mean, stddev_samp(payoff) / sqrt(count(*)) AS payoff_se,
       avg(bits) AS bits_mean, stddev_samp(bits) / sqrt(nullif(count(bits), 0)) AS bits_se, count(bits) AS bits_people
FROM people GROUP BY game, opponent HAVING count(*) >= :least ORDER BY game, opponent
""")


async def count_finished(session: AsyncSession, most: int) -> int:
    """Add up to so many finished matches that were not added yet; returns how many there were."""
    return int(await session.scalar(COUNT, {"most": most}) or 0)


async def game_statistics(session: AsyncSession) -> list[GameStatistics]:
    """How games are played, by game and opponent, where enough people played them."""
    rows = (await session.execute(GAMES, {"least": LEAST_PEOPLE})).mappings()
    return [_told(dict(row)) for row in rows]


async def trait_statistics(session: AsyncSession) -> list[TraitStatistics]:
    """How traits are distributed among people; as of last night."""
    found = await session.scalars(select(TraitPopulation).order_by(TraitPopulation.trait))
    return [
        TraitStatistics(
            trait=row.trait,
            people=row.people,
            quantiles={f"{p}": row.quantiles[p] for p in SHOWN_QUANTILES},
            updated_at=row.updated_at,
        )
        for row in found
    ]


def _told(row: dict[str, object]) -> GameStatistics:
    # Of bits there may be fewer people than of payoffs: then they are not told.
    if int(str(row.pop("bits_people"))) < LEAST_PEOPLE:
        row |= {"bits_mean": None, "bits_se": None}
    return GameStatistics.model_validate(row)
