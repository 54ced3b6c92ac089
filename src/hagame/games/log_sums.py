"""Sums over the decision log of a match, computed by the database: what feedback is made from."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.errors import Conflict
from hagame.mind.feedback import Clue, Log, Shift, Step, Surprise, Totals

# Each is served by the primary key (instance_id, turn) of one match. Where all moves were expected alike, probabilities
# differ in the last digit of rounding only, and whatever was chosen was not foreseen. Without an opponent, rounds are
# won or lost against one's own mean.
_MOVES = """
WITH moves AS MATERIALIZED (
    SELECT turn, action, opponent_action, payoff, opponent_payoff, n_legal, log_loss, probability,
           n_legal > 1 AND abs(probability * n_legal - 1) < 1e-4 AS even,
           hit AND abs(probability * n_legal - 1) >= 1e-4 AS hit,
           2 * turn > max(turn) OVER () AS late,
           CASE sign(payoff - coalesce(CASE WHEN opponent_action IS NOT NULL THEN opponent_payoff END,
                                       avg(payoff) OVER ()))
                WHEN 1 THEN 'win' WHEN 0 THEN 'tie' ELSE 'loss' END AS result
    FROM user_decision_logs WHERE instance_id = :instance_id
)
"""

TOTALS = text(
    _MOVES  # noqa: S608 - both halves stand here
    + """
SELECT count(*) AS decisions,
       count(*) FILTER (WHERE n_legal > 1) AS choices,
       sum(payoff) AS score,
       CASE WHEN bool_and(opponent_action IS NOT NULL) THEN sum(opponent_payoff) END AS opponent_score,
       count(*) FILTER (WHERE result = 'win') AS wins,
       count(*) FILTER (WHERE result = 'tie') AS ties,
       count(*) FILTER (WHERE result = 'loss') AS losses,
       count(*) FILTER (WHERE n_legal > 1 AND hit) AS hits,
       count(*) FILTER (WHERE even) AS even,
       coalesce(sum(1.0 / n_legal) FILTER (WHERE n_legal > 1 AND NOT even), 0)::float8 AS chance,
       coalesce(avg(ln(n_legal::float8) - log_loss) FILTER (WHERE n_legal > 1) / ln(2.0::float8), 0) AS bits,
       count(*) FILTER (WHERE n_legal > 1 AND hit AND NOT late) AS early_hits,
       count(*) FILTER (WHERE n_legal > 1 AND NOT late) AS early,
       count(*) FILTER (WHERE n_legal > 1 AND hit AND late) AS late_hits,
       count(*) FILTER (WHERE n_legal > 1 AND late) AS late,
       avg(payoff) FILTER (WHERE n_legal > 1 AND hit) AS paid_foreseen,
       avg(payoff) FILTER (WHERE n_legal > 1 AND NOT hit) AS paid_unforeseen,
       coalesce(max(payoff + opponent_payoff) - min(payoff + opponent_payoff) < 1e-9, false) AS constant_sum,
       (SELECT jsonb_build_array(turn, action, probability) FROM moves
        WHERE n_legal > 1 ORDER BY probability, turn LIMIT 1) AS surprise
FROM moves
"""
)

STEPS = text(
    _MOVES  # noqa: S608 - both halves stand here
    + """
, followed AS (
    SELECT *, lag(result) OVER before AS previous_result, lag(action) OVER before AS previous_action,
           lag(opponent_action) OVER before AS previous_opponent_action
    FROM moves WINDOW before AS (ORDER BY turn)
)
SELECT previous_result, previous_action, previous_opponent_action, action, count(*) AS n,
       count(*) FILTER (WHERE hit) AS hits, sum(1.0 / n_legal)::float8 AS chance, sum(payoff) AS payoff,
       sum(payoff * payoff) AS squares
FROM followed WHERE n_legal > 1
GROUP BY previous_result, previous_action, previous_opponent_action, action
ORDER BY min(turn)
"""
)

# The part that holds all smaller ones is no evidence that could be named.
CLUES = text("""
SELECT part ->> 'key' AS key, sum(nats) AS nats, (array_agg(turn ORDER BY nats DESC, turn))[1] AS turn,
       (array_agg(part ->> 'statement' ORDER BY nats DESC, turn))[1] AS statement,
       (array_agg(part -> 'message' ORDER BY nats DESC, turn))[1] AS message
FROM user_decision_logs d, json_array_elements(d.answer -> 'explanation') AS part,
     CAST(part -> 'log_odds' ->> d.action AS float8) AS nats
WHERE d.instance_id = :instance_id AND n_legal > 1 AND part ->> 'key' <> 'rest' AND nats IS NOT NULL
GROUP BY part ->> 'key' ORDER BY 2 DESC
""")


CHANGES = text("""
SELECT turn, CAST(answer -> 'change' ->> 'since' AS int) AS since, answer -> 'change' ->> 'statement' AS statement,
       answer -> 'change' -> 'message' AS message
FROM user_decision_logs
WHERE instance_id = :instance_id AND json_typeof(answer -> 'change') = 'object'
ORDER BY turn
""")


async def read_log(session: AsyncSession, instance_id: UUID) -> Log:
    """The sums over a match. Raises `Conflict` before the first decision."""
    of = {"instance_id": instance_id}
    totals = (await session.execute(TOTALS, of)).mappings().one()
    if not totals["decisions"]:
        raise Conflict("There is nothing to say of a match before its first decision.")
    steps = (await session.execute(STEPS, of)).mappings().all()
    clues = (await session.execute(CLUES, of)).mappings().all()
    changes = (await session.execute(CHANGES, of)).mappings().all()
    return Log(
        _totals(dict(totals)),
        tuple(Step(**row) for row in steps),
        tuple(Clue(**row) for row in clues),
        tuple(Shift(**row) for row in changes),
    )


def _totals(row: dict[str, Any]) -> Totals:
    early, late = (row.pop("early_hits"), row.pop("early")), (row.pop("late_hits"), row.pop("late"))
    surprise = row.pop("surprise")
    return Totals(**row, early=early, late=late, surprise=None if surprise is None else Surprise(*surprise))
