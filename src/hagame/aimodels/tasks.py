"""Training and many predictions, in the background: shared out to any workers, put together in the order of people.

A training goes in rounds: gather the people, summarise each (shards), learn, score people held out (shards), store the
version. How people are dealt to shards depends on the data alone, and each shard looks at each person by themselves, so
the same data and seed give the same bytes with any number of workers. What is done survives a worker that dies: shards
are kept one by one, and what was learnt is kept between the rounds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hagame import plugins
from hagame.aimodels import data
from hagame.aimodels.algorithms import model_of
from hagame.aimodels.inference import find, ready, seen
from hagame.aimodels.kinds import EVALUATE, PREDICT_BATCH, PREDICT_SHARD, SUMMARISE, TRAIN
from hagame.aimodels.players import players
from hagame.aimodels.schemas import Asked, PosedChoice, Round
from hagame.aimodels.situations import posed_by, situation_of, steps_of
from hagame.aimodels.versions import store_version
from hagame.core.tables import AiModel, AiModelVersion, GameDefinition, Task, TrainingSet
from hagame.core.tasks import Job, Result, Tasks
from hagame.core.tasks.enqueue import UNFINISHED
from hagame.core.telemetry import fitting
from hagame.errors import InvalidInput, NotFound
from hagame.mind.learn import artefact
from hagame.mind.learn.evaluate import Metrics, Totals, metrics, totals
from hagame.mind.learn.people import simulate, split
from hagame.mind.model import Arrays, Model, Person
from hagame.rules.game import Situation

PER_SHARD = 4000
"""Decisions of a shard: a second or so of work."""
HISTORIES_PER_SHARD = 250

tasks = Tasks()


@dataclass(frozen=True, slots=True)
class Lesson:
    """Who is taught what, in which situation, by which data."""

    model: Model[Any]
    situation: Situation
    set_id: UUID
    sha256: str
    people: list[Person]
    trained: list[int]
    """Numbers of the people that are learnt from; the others are `held`."""
    held: list[int]


@tasks.runs(TRAIN)
async def train(job: Job) -> Result:
    """A new version of a model."""
    if job.round == 0:
        await _gather(job)
    lesson = await _lesson(job)
    if job.round == 0:
        job.report(0.05, "summarising people")
        await job.scatter(SUMMARISE, _shards(job, lesson, lesson.trained), progress=0.6)
    elif job.round == 1:
        await _learn(job, lesson)
    else:
        await _store(job, lesson)
    return None


@tasks.runs(SUMMARISE)
async def summarise(job: Job) -> Result:
    """What is to be learnt from some of the people; kept as bytes."""
    model, situation, people = await _part(job)

    def work() -> bytes:
        found: dict[str, Any] = {}
        for i, person in enumerate(people):
            job.report(i / len(people))
            found |= {f"{i}/{name}": array for name, array in model.summarise(person, situation).items()}
        return artefact.tensors(found, str(len(people)))

    await job.keep(await job.compute(work))
    return None


@tasks.runs(EVALUATE)
async def evaluate(job: Job) -> Result:
    """How well the model does on some of the people held out; kept as bytes."""
    model, situation, people = await _part(job)

    def work() -> bytes:
        found: dict[str, Any] = {}
        for i, person in enumerate(people):
            job.report(i / len(people))
            found |= {f"{i}/{name}": sums for name, sums in totals(model, person, situation).items()}
        return artefact.tensors(found, str(len(people)))

    await job.keep(await job.compute(work))
    return None


@tasks.runs(PREDICT_BATCH)
async def predict_batch(job: Job) -> Result:
    """What comes next after each of many histories."""
    asked = {name: job.payload[name] for name in ("model_id", "version", "definition")}
    if job.round == 0:
        histories = job.payload["histories"]
        coming = job.payload.get("next") or [{}] * len(histories)
        parts = [slice(at, at + HISTORIES_PER_SHARD) for at in range(0, len(histories), HISTORIES_PER_SHARD)]
        shards = [{**asked, "histories": histories[part], "next": coming[part]} for part in parts]
        await job.scatter(PREDICT_SHARD, shards)
        return None
    found = await job.shards()
    async with job.finishing() as end:
        end.result = {
            **asked,
            "predictor_version": found[0].result["predictor_version"],
            "actions": found[0].result["actions"],
            "predictions": [row for shard in found for row in shard.result["predictions"]],
        }
    return None


@tasks.runs(PREDICT_SHARD)
async def predict_shard(job: Job) -> Result:
    """Some of the predictions."""
    async with job.sessions() as session:
        model = await session.get(AiModel, UUID(job.payload["model_id"]))
        if model is None:
            raise NotFound("The model is gone.")
        asked = Asked(version=job.payload["version"], definition=job.payload["definition"])
        chosen = await find(session, model, asked)
    asking = await ready(chosen)

    def work() -> list[list[float]]:
        found = []
        histories = job.payload["histories"]
        for i, (rows, coming) in enumerate(zip(histories, job.payload["next"], strict=True)):
            job.report(i / len(histories))
            rounds = [Round.model_validate(row) for row in rows]
            belief = seen(asking, steps_of(rounds, asking.situation, f"/histories/{i}"))
            posed = posed_by(PosedChoice.model_validate(coming), asking.situation, f"/next/{i}")
            found.append([round(p, 9) for p in asking.model.predict(belief, posed).tolist()])
        return found

    predictions: Any = await job.compute(work)
    actions: Any = list(asking.situation.actions)
    return {"predictor_version": asking.model.version, "actions": actions, "predictions": predictions}


async def _gather(job: Job) -> None:
    """The people of this training as a set, unless they were uploaded. Sets of trainings that ended are forgotten."""
    asked = job.payload["data"]
    if asked["source"] == "recordings":
        return
    # Read before the task is locked, so that its signs of life go on.
    async with job.sessions() as session:
        definition = await session.get_one(GameDefinition, UUID(asked["definition_id"]))
        model = await session.get_one(AiModel, UUID(job.payload["model_id"]))
        situation = situation_of(definition, kind=model.kind)
        people = [] if asked["source"] != "log" else await data.from_log(session, _log_filter(asked), situation)
    if asked["source"] == "simulated":
        made_up = (asked["people"], asked["decisions"])
        if model.kind == "cognitive":
            game = plugins.make_stored_game(definition.engine, definition.engine_version, definition.parameters)
            family = model_of(model.algorithm, model.config)
            people = await job.compute(players, family, game, *made_up, asked["seed"])
        else:
            people = await job.compute(simulate, *made_up, situation, asked["seed"])
    async with job.transaction() as session:
        over = select(Task.id).where(Task.state.not_in(UNFINISHED))
        gone = or_(TrainingSet.task_id == job.id, TrainingSet.task_id.in_(over))
        await session.execute(delete(TrainingSet).where(gone))
        await data.store(session, UUID(job.payload["model_id"]), definition.id, people, job.id)


async def _lesson(job: Job) -> Lesson:
    asked = job.payload["data"]
    uploaded = asked["source"] == "recordings"
    mine = TrainingSet.id == UUID(asked["set_id"]) if uploaded else TrainingSet.task_id == job.id
    async with job.sessions() as session:
        found = (await session.scalars(select(TrainingSet).where(mine))).first()
        if found is None:
            raise NotFound("The data of this training are gone.")
        model, situation = await _taught(session, job.payload["model_id"], asked["definition_id"])
        people = await data.people_of(session, found.id)
    rng = np.random.Generator(np.random.Philox(key=job.payload["seed"], counter=(0, 0, 0, 1)))
    trained, held = split(len(people), job.payload["held_out"], rng)
    return Lesson(model, situation, found.id, found.sha256, people, trained, held)


async def _part(job: Job) -> tuple[Model[Any], Situation, list[Person]]:
    """What a shard works on: a model, taught already if the training has come so far, and its part of the people."""
    asked = job.payload
    async with job.sessions() as session:
        model, situation = await _taught(session, asked["model_id"], asked["definition_id"])
        people = await data.people_of(session, UUID(asked["set_id"]))
        if "training" in asked:
            learnt = await session.scalar(select(Task.kept).where(Task.id == UUID(asked["training"])))
            model = plugins.restore(learnt or b"")
    return model, situation, [people[number] for number in asked["people"]]


async def _taught(session: AsyncSession, model_id: str, definition_id: str) -> tuple[Model[Any], Situation]:
    model = await session.get(AiModel, UUID(model_id))
    if model is None:
        raise NotFound("The model is gone.")
    definition = await session.get_one(GameDefinition, UUID(definition_id))
    return model_of(model.algorithm, model.config), situation_of(definition, kind=model.kind)


async def _learn(job: Job, lesson: Lesson) -> None:
    """Put the summaries together, learn, and share out the people held out."""
    job.report(0.6, "learning")
    summaries = [each for shard in await job.shards() for each in _unpacked(shard.kept)]
    rng = np.random.Generator(np.random.Philox(key=job.payload["seed"], counter=(0, 0, 0, 2)))
    with fitting(lesson.model.info.key):
        weights = await job.compute(lesson.model.learn, summaries, lesson.situation, rng)
    learnt = artefact.pack(artefact.card_of(lesson.model, lesson.situation), weights)
    job.report(0.75, "scoring people held out")
    shards = [part | {"training": str(job.id)} for part in _shards(job, lesson, lesson.held)]
    await job.scatter(EVALUATE, shards, keep=learnt, progress=0.98)


async def _store(job: Job, lesson: Lesson) -> None:
    """Put the scores together and store the version; the people go, if they were gathered for this alone."""
    scored: list[Totals] = [dict(each) for shard in await job.shards() for each in _unpacked(shard.kept)]
    scored = [each for each in scored if each[""][0] > 0]
    if not scored:
        raise InvalidInput("Nobody of those held out has taken a decision.", field="/data")
    figures = await job.compute(metrics, scored)
    payload = job.payload
    async with job.finishing() as end:
        query = select(AiModel).where(AiModel.id == UUID(payload["model_id"])).with_for_update()
        model = (await end.session.scalars(query)).one()
        parent = payload["parent_id"] and await end.session.get(AiModelVersion, UUID(payload["parent_id"]))
        version = await store_version(
            end.session,
            model,
            job.kept or b"",
            format="safetensors",
            definition_id=UUID(payload["data"]["definition_id"]),
            algorithm_version=lesson.model.info.version,
            metrics=figures.model_dump(mode="json"),
            data=_told(payload, lesson),
            seed=payload["seed"],
            parent_id=parent.id if parent else None,
            task_id=job.id,
            created_by=job.user_id,
        )
        await end.session.execute(delete(TrainingSet).where(TrainingSet.task_id == job.id))
        made = {"model_id": payload["model_id"], "version": version.number, "sha256": version.sha256}
        end.result = made | _brief(figures)


def _told(payload: Mapping[str, Any], lesson: Lesson) -> dict[str, Any]:
    """What a version says of its data: no name and no id of a person."""
    asked = {name: value for name, value in payload["data"].items() if name not in {"definition_id", "set_id"}}
    return asked | {
        "sha256": lesson.sha256,
        "people": len(lesson.people),
        "decisions": sum(len(match) for person in lesson.people for match in person.matches),
        "held_out": payload["held_out"],
        "trained_on": len(lesson.trained),
        "measured_on": len(lesson.held),
    }


def _brief(figures: Metrics) -> dict[str, Any]:
    rivals = {name: scores.log_loss.value for name, scores in figures.rivals.items()}
    return {"log_loss": figures.scores.log_loss.value, "rivals": rivals}


def _shards(job: Job, lesson: Lesson, numbers: Sequence[int]) -> list[dict[str, Any]]:
    """Payloads of about `PER_SHARD` decisions each, people in their order."""
    parts: list[list[int]] = [[]]
    load = 0
    for number in numbers:
        size = sum(len(match) for match in lesson.people[number].matches)
        if parts[-1] and load + size > PER_SHARD:
            parts.append([])
            load = 0
        parts[-1].append(number)
        load += size
    about = {
        "set_id": str(lesson.set_id),
        "model_id": job.payload["model_id"],
        "definition_id": job.payload["data"]["definition_id"],
    }
    return [{**about, "people": part} for part in parts]


def _log_filter(asked: Mapping[str, Any]) -> data.LogFilter:
    since = None if asked["since"] is None else datetime.fromisoformat(asked["since"])
    definitions = tuple(UUID(each) for each in asked["definitions"])
    return data.LogFilter(definitions, since, datetime.fromisoformat(asked["until"]))


def _unpacked(kept: bytes | None) -> list[Arrays]:
    """What one shard found of each of its people, in order."""
    arrays, count = artefact.arrays_of(kept or b"")
    found: list[dict[str, Any]] = [{} for _ in range(int(count))]
    for name, array in arrays.items():
        number, _, rest = name.partition("/")
        found[int(number)][rest] = array
    return list(found)
