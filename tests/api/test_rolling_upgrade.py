"""Two releases side by side: what a newer server has stored and this one cannot read, a newer one must answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import UUID

import msgspec
import pytest
from httpx2 import AsyncClient, Response
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tests.api.models import Work, own_game, playable
from tests.api.playing import begin, move
from tests.conftest import Headers

from hagame.core import artefacts
from hagame.core.tables import AiModelVersion, GameDefinition, GameInstance, Task
from hagame.core.tasks import Kind, enqueue
from hagame.core.tasks.work import PATIENCE_WITH_UNKNOWN
from hagame.games.definitions import load_built_in
from hagame.match.storage import STATE_VERSION
from hagame.mind.learn.artefact import pack, unpack
from hagame_sdk import AsyncClient as PatientClient

pytestmark = pytest.mark.anyio

Sessions = async_sessionmaker[AsyncSession]


def told(answer: Response) -> str:
    """The detail of a refusal that sends the call to a newer server."""
    assert answer.status_code == 503, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.json()["type"] == "urn:hagame:problem:newer-server-needed"
    detail: str = answer.json()["detail"]
    return detail


async def moved_by_a_newer_server(sessions: Sessions, instance: str) -> bytes:
    """The match is a turn further, in a form of the next version. Returns the state that it had."""
    async with sessions.begin() as session:
        found = await session.get_one(GameInstance, UUID(instance))
        before, fields = found.state, msgspec.msgpack.decode(found.state)
        found.turn += 1
        found.state = msgspec.msgpack.encode([STATE_VERSION + 1, fields[1] + 1, {"of": "another form"}])
        return before


async def test_a_match_that_a_newer_server_has_moved_is_left_to_it(
    client: AsyncClient, me: Headers, sessions: Sessions
) -> None:
    instance = await begin(client, me)
    assert (await move(client, me, instance["id"], 1)).is_success
    await moved_by_a_newer_server(sessions, instance["id"])
    path = f"/games/instances/{instance['id']}"
    for answer in (await move(client, me, instance["id"], 3), await move(client, me, instance["id"], 2)):
        assert f"version {STATE_VERSION + 1}" in told(answer)
    told(await client.get(path, headers=me))
    # What was learnt of the person is there: a match without it would lose it for those to come.
    told(await client.post("/games/instances", json={"definition": "rock-paper-scissors"}, headers=me))
    listed = (await client.get("/games/my-instances", headers=me)).json()["items"]
    assert [(match["id"], match["turn"]) for match in listed] == [(instance["id"], 3)]


async def test_a_state_that_nobody_wrote_stays_a_fault_of_ours(
    client: AsyncClient, me: Headers, sessions: Sessions
) -> None:
    instance = await begin(client, me)
    assert (await move(client, me, instance["id"], 1)).is_success
    async with sessions.begin() as session:
        broken = update(GameInstance).where(GameInstance.id == UUID(instance["id"]))
        await session.execute(broken.values(turn=3, state=b"no state"))
    answer = await move(client, me, instance["id"], 3)
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:hagame:problem:error")


async def test_the_client_repeats_until_a_newer_server_answers(live_url: str, sessions: Sessions) -> None:
    async with PatientClient(live_url) as client:
        await client.guest()
        match = await client.games.begin("matching-pennies", seed=7)
        before = await moved_by_a_newer_server(sessions, str(match.id))
        asked = asyncio.ensure_future(client.games.match(match.id))
        await asyncio.sleep(0.5)
        assert not asked.done()
        async with sessions.begin() as session:
            back = update(GameInstance).where(GameInstance.id == UUID(str(match.id)))
            await session.execute(back.values(turn=1, state=before))
        assert (await asked).state["turn"] == 1


async def test_a_game_of_newer_rules_is_left_to_those_who_have_them(
    client: AsyncClient, me: Headers, researcher: Headers, sessions: Sessions
) -> None:
    made = (await client.post("/games/definitions", json=own_game(), headers=researcher)).json()
    async with sessions.begin() as session:
        newer = update(GameDefinition).where(GameDefinition.id == UUID(made["id"]))
        await session.execute(newer.values(engine_version="1000", parameters={"not": "known here"}))
    told(await client.post("/games/instances", json={"definition": made["id"]}, headers=me))
    told(await client.get("/games/opponents", params={"definition": made["id"]}, headers=me))


async def test_a_built_in_game_of_newer_rules_is_not_set_back(sessions: Sessions) -> None:
    async with sessions() as session:
        newest = select(GameDefinition).where(GameDefinition.key == "nim").order_by(GameDefinition.version.desc())
        found = (await session.scalars(newest.limit(1))).one()
        found.engine_version = "1000"
        await session.flush()
        assert await load_built_in(session) == 0
        await session.rollback()


async def test_a_model_of_a_newer_algorithm_is_left_to_those_who_have_it(
    client: AsyncClient, me: Headers, researcher: Headers, work: Work, sessions: Sessions
) -> None:
    model = await playable(client, researcher, work)
    artefacts._kept.clear()
    async with sessions.begin() as session:
        mine = AiModelVersion.model_id == UUID(model)
        trained = unpack((await session.scalars(select(AiModelVersion.artefact).where(mine))).one())
        newer = pack(trained.card.model_copy(update={"algorithm_version": "1000"}), trained.arrays)
        await session.execute(update(AiModelVersion).where(mine).values(artefact=newer))
    told(await client.post(f"/ai-models/{model}/predict", json={"history": []}, headers=researcher))
    told(
        await client.post("/games/instances", json={"definition": "rock-paper-scissors", "opponent": model}, headers=me)
    )


async def test_a_task_of_a_kind_that_only_newer_workers_know_waits_for_them(
    worker: Callable[[UUID], None], sessions: Sessions
) -> None:
    newer = Kind("of.tomorrow", attempts=PATIENCE_WITH_UNKNOWN)
    assert sum(newer.wait_s(failures) for failures in range(1, newer.attempts)) > 15 * 60
    async with sessions.begin() as session:
        task = (await enqueue(session, newer, {}, user_id=None)).id
    await asyncio.to_thread(worker, task)
    async with sessions.begin() as session:
        found = await session.get_one(Task, task)
        assert (found.state, found.failures) == ("queued", 1)
        await session.delete(found)
