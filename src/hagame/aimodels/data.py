"""The people that models are trained on: from the decision log, uploaded, or made up. Stored without names."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Any
from uuid import UUID

import structlog
from anyio import to_thread
from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from hagame.aimodels.schemas import RecordingsIn, Round
from hagame.aimodels.situations import Steps, person_of, situation_of, steps_of
from hagame.core.definitions import find_definition
from hagame.core.tables import AiModel, GameDefinition, TrainingSet
from hagame.errors import InvalidInput, NotFound, TooLarge
from hagame.mind.learn import people as stored
from hagame.mind.model import Decision, Person
from hagame.rules.game import Situation

LEAST_PEOPLE = 5
"""Of the log: fewer could be told apart in what a model learnt."""
MOST_DECISIONS = 1_000_000
MOST_PER_PERSON = 10_000
"""What a person did after that many decisions is left out."""
BATCH = 50
COLUMNS = ("person", "match", "action", "opponent_action")
"""Of a Parquet file of recordings: one row per decision, in the order in which they were taken."""

_STRETCH = attrgetter("instance_id", "stretch")
log = structlog.get_logger()

# Served by ix_game_instances_definition_id. Whoever has withdrawn the consent is left out, of earlier matches too.
WHO = text("""
SELECT i.user_id
FROM game_instances i
JOIN users u ON u.id = i.user_id AND u.is_active
LEFT JOIN cognitive_profiles c ON c.user_id = i.user_id
WHERE i.definition_id = ANY(:definitions) AND i.modelled AND NOT i.recorded AND i.turn > 1
    AND coalesce(c.modelling_consent, true)
    AND (CAST(:since AS timestamptz) IS NULL OR i.created_at >= :since) AND i.created_at < :until
GROUP BY i.user_id
ORDER BY i.user_id
""")

# Served by ix_user_decision_logs_user_id_instance_id. Where decisions without consent are left out of a match, what
# comes before and after them are different stretches.
WHAT = text("""
SELECT d.user_id, d.instance_id, d.action, d.opponent_action, d.payoff, d.opponent_payoff, d.stage, d.response_time_ms,
       d.turn - row_number() OVER (PARTITION BY d.instance_id ORDER BY d.turn) AS stretch
FROM user_decision_logs d
JOIN game_instances i ON i.id = d.instance_id
WHERE d.user_id = ANY(:people) AND i.definition_id = ANY(:definitions) AND i.modelled AND d.modelled AND NOT i.recorded
    AND (CAST(:since AS timestamptz) IS NULL OR i.created_at >= :since) AND i.created_at < :until
    AND d.created_at < :until
ORDER BY d.user_id, d.instance_id, d.turn
""")


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which decisions of the log: in matches of these definitions that began within this time."""

    definitions: tuple[UUID, ...]
    since: datetime | None
    until: datetime

    def values(self) -> dict[str, Any]:
        """As parameters of the queries."""
        return {"definitions": list(self.definitions), "since": self.since, "until": self.until}


async def count_people(session: AsyncSession, chosen: LogFilter) -> int:
    """How many people the log has. Raises `InvalidInput` where there are fewer than `LEAST_PEOPLE`."""
    found = len((await session.execute(WHO, chosen.values())).all())
    if found < LEAST_PEOPLE:
        raise InvalidInput(
            f"data: the log has fewer than {LEAST_PEOPLE} people who may be modelled in these games.", field="/data"
        )
    return found


async def from_log(session: AsyncSession, chosen: LogFilter, situation: Situation) -> list[Person]:
    """The people of the log, in the order in which they came. Raises `InvalidInput` where they are too few."""
    await count_people(session, chosen)
    ids = [row.user_id for row in await session.execute(WHO, chosen.values())]
    found: list[Person] = []
    for start in range(0, len(ids), BATCH):
        rows = (await session.execute(WHAT, {**chosen.values(), "people": ids[start : start + BATCH]})).all()
        for _, theirs in groupby(rows, key=lambda row: row.user_id):
            matches = [_played(match, situation) for _, match in groupby(theirs, key=_STRETCH)]
            found.append(_shortened(matches, situation))
    if len(found) < LEAST_PEOPLE:
        raise InvalidInput(f"data: fewer than {LEAST_PEOPLE} people have taken a decision.", field="/data")
    return found


async def upload(session: AsyncSession, model: AiModel, body: RecordingsIn) -> TrainingSet:
    """Store recorded people. Raises `NotFound`, and `InvalidInput` that names the round."""
    definition = await find_definition(session, body.definition)
    people = await to_thread.run_sync(_recorded, body, situation_of(definition, kind=model.kind))
    return await store(session, model.id, definition.id, people)


async def upload_parquet(session: AsyncSession, model: AiModel, definition: str, content: bytes) -> TrainingSet:
    """Store the people of a Parquet file with `COLUMNS`. Raises `NotFound`, `InvalidInput` and `TooLarge`."""
    found = await find_definition(session, definition)
    people = await to_thread.run_sync(_from_parquet, content, situation_of(found))
    return await store(session, model.id, found.id, people)


async def store(
    session: AsyncSession, model_id: UUID, definition_id: UUID, people: Sequence[Person], task_id: UUID | None = None
) -> TrainingSet:
    """Store people, for good or for one task. Raises `InvalidInput` and `TooLarge`."""
    decisions = sum(len(match) for person in people for match in person.matches)
    if not decisions:
        raise InvalidInput("data: nobody has taken a decision.", field="/data")
    if decisions > MOST_DECISIONS:
        raise TooLarge(f"At most {MOST_DECISIONS:,} decisions may be trained on at once; these are {decisions:,}.")
    content = await to_thread.run_sync(stored.encode, people)
    row = TrainingSet(
        model_id=model_id,
        task_id=task_id,
        definition_id=definition_id,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        people=len(people),
        decisions=decisions,
    )
    session.add(row)
    await session.flush()
    await session.refresh(row, ["created_at"])
    log.info("model.data", model_id=str(model_id), people=len(people), decisions=decisions)
    return row


async def find_set(session: AsyncSession, model_id: UUID, set_id: UUID) -> tuple[TrainingSet, GameDefinition]:
    """People that were uploaded for this model. Raises `NotFound`."""
    query = select(TrainingSet, GameDefinition).join(GameDefinition, GameDefinition.id == TrainingSet.definition_id)
    row = (await session.execute(query.where(TrainingSet.id == set_id, TrainingSet.model_id == model_id))).first()
    if row is None:
        raise NotFound(f"There are no recordings {set_id} of this model.")
    return row[0], row[1]


async def people_of(session: AsyncSession, set_id: UUID) -> list[Person]:
    """The people of a set. Raises `NotFound` where it is gone."""
    query = select(TrainingSet).where(TrainingSet.id == set_id).options(undefer(TrainingSet.content))
    row = (await session.scalars(query)).first()
    if row is None:
        raise NotFound("The data of this training are gone.")
    return await to_thread.run_sync(stored.decode, row.content)


async def forget_set(session: AsyncSession, model_id: UUID, set_id: UUID) -> None:
    """Delete uploaded people. Raises `NotFound`."""
    found = await find_set(session, model_id, set_id)
    await session.execute(delete(TrainingSet).where(TrainingSet.id == found[0].id))


def _played(rows: Iterable[Any], situation: Situation) -> Steps:
    """Decisions of the log, each with the kind of choice that it was.

    Raises `InvalidInput` where they are no choice among the actions that models know.
    """
    own = {name: i for i, name in enumerate(situation.actions)}
    other = {name: j for j, name in enumerate(situation.opponent_actions)}
    try:
        return tuple(
            (
                situation if row.stage == situation.stage else replace(situation, stage=row.stage),
                Decision(
                    own[row.action],
                    other.get(row.opponent_action, -1),
                    row.payoff,
                    row.opponent_payoff or 0.0,
                    (),
                    row.response_time_ms or 0,
                ),
            )
            for row in rows
        )
    except KeyError as error:
        raise InvalidInput(f"data: {error} in the log is none of this game's actions.", field="/data") from error


def _recorded(body: RecordingsIn, situation: Situation) -> list[Person]:
    return [
        _shortened(
            [steps_of(match, situation, f"/people/{i}/matches/{j}") for j, match in enumerate(who.matches)], situation
        )
        for i, who in enumerate(body.people)
    ]


def _shortened(matches: Iterable[Steps], situation: Situation) -> Person:
    """The matches up to `MOST_PER_PERSON` decisions."""
    kept, left = [], MOST_PER_PERSON
    for match in matches:
        if left > 0:
            kept.append(match[:left])
            left -= len(match)
    return person_of(kept, situation)


def _from_parquet(content: bytes, situation: Situation) -> list[Person]:
    found = []
    for _, theirs in groupby(_rows(content), key=lambda row: row["person"]):
        matches = [
            steps_of([Round.model_construct(**_round(row)) for row in match], situation, f"/row/{match[0]['row']}")
            for match in (list(match) for _, match in groupby(theirs, key=lambda row: row["match"]))
        ]
        found.append(_shortened(matches, situation))
    if len(found) < 2:
        raise InvalidInput("The file must hold at least two people.", field="/person")
    return found


def _round(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"action": row["action"], "opponent_action": row["opponent_action"]}


def _rows(content: bytes) -> Iterator[Mapping[str, Any]]:
    import pyarrow as pa  # noqa: PLC0415 - 0.3 s to import, and only this needs it
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        file = pq.ParquetFile(io.BytesIO(content))
        missing = [column for column in COLUMNS if column not in file.schema_arrow.names]
        if missing:
            raise InvalidInput(
                f"The file has no column {', '.join(missing)}; needed are {', '.join(COLUMNS)}.", field=f"/{missing[0]}"
            )
        if file.metadata.num_rows > MOST_DECISIONS:
            raise TooLarge(f"The file has {file.metadata.num_rows:,} rows; it may have {MOST_DECISIONS:,}.")
        rows = 0
        # In batches: a file may claim fewer rows than it holds.
        for batch in file.iter_batches(10_000, columns=list(COLUMNS)):
            for row in batch.to_pylist():
                rows += 1
                if rows > MOST_DECISIONS:
                    raise TooLarge(f"The file has more than {MOST_DECISIONS:,} rows.")
                yield {**row, "row": rows}
    except (pa.ArrowException, OSError, ValueError, TypeError) as error:
        raise InvalidInput("The body is no readable Parquet file.") from error
