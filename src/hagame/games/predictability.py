"""What makes a person predictable in one game, over all matches of it, from the explanations in the decision log."""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt
from typing import Any
from uuid import UUID

import numpy as np
from anyio import to_thread
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.errors import NotFound
from hagame.games.schemas_explanation import PredictabilityOut, ShareOut
from hagame.mind.explain.profile import WIDTH, Told, profile
from hagame.mind.language import say

MOST = 3000
"""Latest decisions that are looked at."""

# Served by (user_id, instance_id): ids of matches rise with time. Choices without a choice tell nothing.
ROWS = text("""
SELECT d.instance_id, d.action, d.probability, d.n_legal, d.answer -> 'explanation' AS parts,
       d.answer -> 'prediction' AS prediction
FROM user_decision_logs d
JOIN game_instances i ON i.id = d.instance_id
JOIN game_definitions g ON g.id = d.definition_id
WHERE d.user_id = :user_id AND g.key = :game AND d.n_legal > 1 AND i.modelled AND d.modelled AND NOT i.recorded
ORDER BY d.instance_id DESC, d.turn DESC
LIMIT :most
""")


async def predictability(session: AsyncSession, user_id: UUID, game: str, language: str) -> PredictabilityOut:
    """The share of each kind of evidence. Raises `NotFound` when nothing of this game was modelled."""
    rows = (await session.execute(ROWS, {"user_id": user_id, "game": game, "most": MOST})).all()
    if not rows:
        raise NotFound(f"You have not taken a modelled decision in {game!r} yet.")
    return await to_thread.run_sync(_told, game, rows, language)


def _told(game: str, rows: Sequence[Row[Any]], language: str) -> PredictabilityOut:
    known = np.array([(log(row.n_legal) + log(row.probability)) / log(2) for row in rows])
    mean = float(known.mean())
    half = WIDTH * float(known.std(ddof=1)) / sqrt(len(known)) if len(known) > 1 else 0.0
    shares = profile([Told(_parts(row), row.action) for row in rows])
    return PredictabilityOut(
        game=game,
        decisions=len(rows),
        matches=len({row.instance_id for row in rows}),
        bits=round(mean, 6),
        low=round(mean - half, 6),
        high=round(mean + half, 6),
        shares=[
            ShareOut(
                kind=share.kind,
                statement=say(share.said, language),
                bits=round(share.bits, 6),
                low=round(share.low, 6),
                high=round(share.high, 6),
            )
            for share in shares
        ],
    )


def _parts(row: Row[Any]) -> dict[str, dict[str, float]]:
    """Log-odds of the legal actions by key of evidence; illegal ones were given no probability at all."""
    legal = {action for action, p in row.prediction.items() if p > 0}
    return {part["key"]: {a: x for a, x in part["log_odds"].items() if a in legal} for part in row.parts}
