"""A match as judges see it: the open turn with sealed forecasts, and past turns with all of them opened and scored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, Literal, cast
from uuid import UUID

import numpy as np
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from hagame.collective.forecasts import sealed
from hagame.collective.matches import Watched, canonical, choices, find, summary, told
from hagame.collective.schemas import Pooled
from hagame.collective.schemas_matches import (
    EngineForecast,
    ForecastOut,
    MatchStanding,
    OpenedForecast,
    OpenTurn,
    PlayedTurn,
    SealedForecast,
    WatchOut,
)
from hagame.collective.wisdom import learnt, usernames
from hagame.core.tables import Forecast, User
from hagame.mind import crowd
from hagame.mind.crowd.weights import Settled

SHOWN = 20
"""Latest turns that are shown, whether anybody forecast them or not."""
SCORED = 300
"""Latest turns that are scored, so that the cost does not grow with the match."""

PLAYED = text("""
SELECT turn, action, opponent_action, payoff, timed_out, answer -> 'prediction' AS prediction
FROM user_decision_logs WHERE instance_id = :instance_id ORDER BY turn DESC LIMIT :latest
""")
Judge = tuple[str, str]
"""Kind, and id of a person, or name of a model with who asked it."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """A turn that is over, with what was forecast of it."""

    turn: int
    action: str
    opponent_action: str | None
    payoff: float
    timed_out: bool
    prediction: dict[str, float]
    forecasts: Sequence[Forecast]

    @property
    def options(self) -> list[str]:
        """What judges chose among; what the engine did where none has."""
        return list(self.forecasts[0].probabilities if self.forecasts else self.prediction)

    def brier(self, expected: Mapping[str, float]) -> float | None:
        """Of one forecast; None where the clock chose."""
        if self.timed_out:
            return None
        options = list(dict.fromkeys([*expected, self.action]))
        return crowd.brier([expected.get(option, 0.0) for option in options], options.index(self.action))


async def look(session: AsyncSession, user: User, watched_id: UUID) -> WatchOut:
    """All that this person may know of a match. Raises `NotFound`, also when consent was withdrawn."""
    watched = await find(session, watched_id)
    turns, ahead = await _turns(session, watched)
    names = await usernames(session, [str(f.user_id) for turn in turns for f in turn.forecasts if f.user_id])
    return WatchOut(
        **summary(watched, user).model_dump(),
        open=await _open(session, watched, ahead, user),
        played=_played(turns, user, names),
        standings=_standings(turns, user, names),
    )


async def _turns(session: AsyncSession, watched: Watched) -> tuple[list[_Turn], list[Forecast]]:
    """Turns that are over, newest first, and forecasts of the one that is open."""
    query = select(Forecast).where(Forecast.watched_id == watched.id, Forecast.turn > watched.turn - 1 - SCORED)
    rows = (await session.scalars(query.order_by(Forecast.turn, Forecast.created_at, Forecast.id))).all()
    of = {turn: list(found) for turn, found in groupby(rows, key=attrgetter("turn"))}
    asked = {"instance_id": watched.instance_id, "latest": SCORED}
    played = (await session.execute(PLAYED, asked)).mappings().all()
    # A move that comes in meanwhile has no place in what is being told.
    turns = [_Turn(**row, forecasts=of.get(row["turn"], [])) for row in played if row["turn"] < watched.turn]
    return turns, of.get(watched.turn, [])


async def _open(session: AsyncSession, watched: Watched, ahead: Sequence[Forecast], user: User) -> OpenTurn | None:
    seen = await choices(session, watched)
    if seen is None:
        return None
    mine = next((f for f in ahead if f.user_id == user.id), None)
    return OpenTurn(
        turn=watched.turn,
        options=seen.options,
        told=told(watched, seen),
        view=seen.view,
        sealed=[SealedForecast(kind=cast("Any", f.kind), sha256=_hash(f)) for f in ahead],
        yours=None
        if mine is None
        else ForecastOut(turn=mine.turn, probabilities=mine.probabilities, sha256=_hash(mine), revision=mine.revision),
    )


def _played(turns: Sequence[_Turn], user: User, names: Mapping[str, str]) -> list[PlayedTurn]:
    """The latest turns; weights of a pool come from the turns before it, never from itself or later ones."""
    return [
        PlayedTurn(
            turn=turn.turn,
            options=turn.options,
            action=turn.action,
            opponent_action=turn.opponent_action,
            payoff=turn.payoff,
            timed_out=turn.timed_out,
            engine=EngineForecast(probabilities=turn.prediction, brier=turn.brier(turn.prediction)),
            forecasts=[_opened(turn, forecast, user, names) for forecast in turn.forecasts],
            pools=_pools(turn, turns[i + 1 : i + 1 + SHOWN]) if turn.forecasts else [],
        )
        for i, turn in enumerate(turns[:SHOWN])
    ]


def _opened(turn: _Turn, forecast: Forecast, user: User, names: Mapping[str, str]) -> OpenedForecast:
    return OpenedForecast(
        kind=cast("Any", forecast.kind),
        judge=_shown(forecast, names),
        you=forecast.user_id == user.id,
        probabilities=forecast.probabilities,
        brier=turn.brier(forecast.probabilities),
        sha256=_hash(forecast),
        nonce=forecast.nonce.hex(),
        payload=canonical(forecast.turn, forecast.probabilities),
    )


def _pools(turn: _Turn, earlier: Sequence[_Turn]) -> list[Pooled]:
    rows = _rows(turn)
    weights = learnt(
        [_name(f) for f in turn.forecasts], [_settled(e) for e in earlier if e.forecasts and not e.timed_out]
    )
    pooled = {method: crowd.pool(rows, None, method) for method in crowd.POOLS}
    if weights is not None:
        pooled["performance-weighted"] = crowd.pool(rows, weights)
    return [
        Pooled(
            method=method,
            probabilities=found.tolist(),
            score=turn.brier(dict(zip(turn.options, found.tolist(), strict=True))),
        )
        for method, found in pooled.items()
    ]


def _settled(turn: _Turn) -> tuple[list[str], Settled]:
    return [_name(f) for f in turn.forecasts], (_rows(turn), [], turn.options.index(turn.action))


def _rows(turn: _Turn) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Shape (judges, options)."""
    return np.array([[f.probabilities[option] for option in turn.options] for f in turn.forecasts])


def _standings(turns: Sequence[_Turn], user: User, names: Mapping[str, str]) -> list[MatchStanding]:
    """Judges, the crowd's mean and the engine, over the turns that somebody forecast; best first."""
    scores: defaultdict[Judge, list[tuple[float, float]]] = defaultdict(list)
    shown: dict[Judge, tuple[str, bool]] = {("crowd", ""): ("", False), ("engine", ""): ("", False)}
    for turn in turns:
        engine = turn.brier(turn.prediction)
        if engine is None or not turn.forecasts:
            continue
        mean = dict(zip(turn.options, _rows(turn).mean(0).tolist(), strict=True))
        said = {(f.kind, _name(f)): f.probabilities for f in turn.forecasts}
        shown |= {(f.kind, _name(f)): (_shown(f, names), f.user_id == user.id) for f in turn.forecasts}
        for judge, expected in (said | {("crowd", ""): mean, ("engine", ""): turn.prediction}).items():
            scores[judge].append((cast("float", turn.brier(expected)), engine))
    board = [_standing(judge, *shown[judge], pairs) for judge, pairs in scores.items()]
    return sorted(board, key=lambda standing: standing.brier)


def _standing(judge: Judge, name: str, you: bool, pairs: Sequence[tuple[float, float]]) -> MatchStanding:
    own, engine = np.mean(pairs, axis=0)
    kind = cast("Literal['person', 'model', 'llm', 'engine', 'crowd']", judge[0])
    return MatchStanding(kind=kind, judge=name, you=you, turns=len(pairs), brier=own, engine_brier=engine)


def _hash(forecast: Forecast) -> str:
    return sealed(forecast.nonce, forecast.turn, forecast.probabilities)


def _name(forecast: Forecast) -> str:
    return str(forecast.user_id or (forecast.judge, forecast.asked_by))


def _shown(forecast: Forecast, names: Mapping[str, str]) -> str:
    return names.get(str(forecast.user_id), "") if forecast.user_id else f"{forecast.judge}"
