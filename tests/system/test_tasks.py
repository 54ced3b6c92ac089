"""Background work under faults, on Valkey and on RabbitMQ: every effect is there once, no task is lost or stuck.

RabbitMQ is the one at `RABBITMQ_URL`, else a local one with its usual guest; without either its half is skipped.
"""

from __future__ import annotations

import asyncio
import secrets
import signal
import tempfile
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from celery.beat import Scheduler
from kombu import Connection
from sqlalchemy import text
from tests.system import task_worker as work
from tests.system.task_world import LEASE_S, PATIENCE_S, RABBITMQ, RabbitMq, Valkey, World, database

from hagame.core.database import make_engine, make_sessions
from hagame.core.migrate import migrate
from hagame.core.tasks import runs
from hagame.core.tasks.broker import DEAD, UNREACHABLE, Broker, Message, broker_url, queue_name
from hagame.core.tasks.relay import Relay
from hagame.local import Home
from hagame.settings import Settings
from hagame.worker import create_worker

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module", params=["valkey", "rabbitmq"])
async def world(request: pytest.FixtureRequest, settings: Settings) -> AsyncIterator[World]:
    with tempfile.TemporaryDirectory(prefix="hagame-tasks-") as folder:
        server = Valkey(Home(Path(folder) / "home")) if request.param == "valkey" else RabbitMq()
        if isinstance(server, RabbitMq) and not _reachable(RABBITMQ):
            pytest.skip("no RabbitMQ answers at RABBITMQ_URL or on its usual port of this machine")
        await server.start()
        async with database(settings) as url:
            own = settings.model_copy(
                update={
                    "database_url": url,
                    "broker_url": server.url,
                    "redis_url": None,
                    "queue_prefix": f"test-{secrets.token_hex(4)}.",
                    "task_lease_s": LEASE_S,
                }
            )
            await migrate(own)
            engine = make_engine(own)
            made = World(own, server, make_sessions(engine), Path(folder))
            async with engine.begin() as connection:
                await connection.execute(text(work.EFFECTS))
            yield made
            made.close()
            if isinstance(server, RabbitMq):
                _delete_queues(own)
            await engine.dispose()
        await server.stop()


async def test_a_killed_worker_loses_nothing_and_its_work_goes_on_where_it_was(world: World) -> None:
    killed = world.worker()
    steps = await world.ask(work.STEPS, *[{"steps": 12, "seconds": 0.1}] * 4)
    marks = await world.ask(work.MARK, *[{"seconds": 0.05}] * 20)
    await world.until(lambda: _is_over(world, steps, 4), "some steps")
    killed.send(signal.SIGKILL)
    killed.popen.wait()
    world.worker()
    ended = await world.ended([*steps, *marks])
    assert {task.state for task in ended} == {"done"}
    finished, marked = await world.count("finished", steps), await world.count("mark", marks)
    resumed = [began for task in ended if (began := task.result.get("began_at", 0)) > 0]
    print(f"killed in mid-task: {finished} of 4 and {marked} of 20 done once, {len(resumed)} went on at {resumed}")
    assert (finished, marked, await world.left()) == (4, 20, 0)
    assert resumed


async def test_a_crash_between_commit_and_publish_loses_nothing(world: World) -> None:
    worker = world.worker()
    worker.end(signal.SIGKILL)
    unsent = await world.ask(work.MARK, *[{}] * 5)
    half_sent = await world.ask(work.MARK, *[{}] * 5)
    with closing(_CrashesAfterSending(world.settings)) as crashing, pytest.raises(ConnectionError):
        await Relay(world.settings, world.sessions, crashing).publish()
    assert await world.execute("SELECT count(*) FROM outbox WHERE published_at IS NULL") == 10
    world.worker()
    ended = await world.ended([*unsent, *half_sent])
    print(f"crash around publishing: {sum(task.effects for task in ended)} effects of 10 tasks")
    assert [task.effects for task in ended] == [1] * 10
    assert await world.left() == 0


async def test_a_message_that_comes_many_times_has_one_effect(world: World) -> None:
    world.worker()
    ids = await world.ask(work.MARK, *[{"seconds": 0.02}] * 10)
    for _ in range(5):
        messages = [Message(task_id, work.MARK.name, "default", 300) for task_id in ids]
        await asyncio.to_thread(world.broker.publish, messages)
    ended = await world.ended(ids)
    print(f"60 messages for 10 tasks: {sum(task.effects for task in ended)} effects")
    assert [(task.state, task.effects) for task in ended] == [("done", 1)] * 10


async def test_poison_is_put_aside_and_holds_nothing_up(world: World) -> None:
    await _listening(world)
    killers = await world.ask(work.KILLER, {})
    poison = [
        (b"\xff\xfe no json", {"content_type": "application/json", "content_encoding": "utf-8"}),
        (b'{"hello": "world"}', {"content_type": "application/json", "content_encoding": "utf-8"}),
        (b"[[], {}, {}]", {"headers": {"task": "somebody.elses", "id": secrets.token_hex(8)}, **_JSON}),
        (b'[["no id"], {}, {}]', {"headers": {"task": "hagame.run", "id": secrets.token_hex(8)}, **_JSON}),
    ]
    await asyncio.to_thread(_send_raw, world.settings, poison)
    marks = await world.ask(work.MARK, *[{}] * 5)
    ended = await world.ended([*killers, *marks])
    assert [(task.state, task.effects) for task in ended[1:]] == [("done", 1)] * 5
    assert (ended[0].state, ended[0].effects) == ("failed", work.KILLER.attempts)
    assert "died again and again" in ended[0].problem["detail"]
    await world.until(lambda: _dead(world, len(poison)), "the poison to be put aside")
    print(f"poison: {len(poison)} of {len(poison)} messages put aside, a task that kills its worker was given up")
    assert await world.left() == 0


async def test_poison_is_put_aside_after_a_process_of_the_worker_was_replaced(world: World) -> None:
    """The new process closes the connections that it inherits, and must not cost the worker its own."""
    await _listening(world)
    before = await asyncio.to_thread(_length, world.settings, DEAD)
    for number in (1, 2):
        await asyncio.to_thread(_send_raw, world.settings, [(b"no json", _JSON)])
        await world.until(partial(_dead, world, before + number), "the poison to be put aside")
        await world.ended(await world.ask(work.KILLER, {}))


async def test_beat_can_send_what_it_shall_and_a_worker_takes_it(world: World) -> None:
    world.worker()
    beat = Scheduler(create_worker(world.settings, work.tasks))
    for entry in beat.schedule.values():
        beat.apply_async(entry, advance=False)
    await world.until(partial(_taken, world), "a worker to take what beat sent")


async def _taken(world: World) -> bool:
    return not any((await asyncio.to_thread(world.broker.lengths)).values())


async def test_a_broker_that_is_restarted_loses_nothing(world: World) -> None:
    world.worker()
    ids = await world.ask(work.MARK, *[{"seconds": 0.1}] * 30)
    await world.until(lambda: _is_over(world, ids, 3), "the first tasks")
    await world.server.restart()
    ids += await world.ask(work.MARK, *[{}] * 10)

    def guarded() -> Awaitable[bool]:
        """Celery now and then ends with its broker (kombu fails as it lets go); workers are started again then."""
        world.worker()
        return _is_over(world, ids, len(ids))

    await world.until(guarded, "all tasks")
    ended = await world.ended(ids)
    print(f"broker restarted: {sum(task.effects for task in ended)} effects of {len(ids)} tasks")
    assert [(task.state, task.effects) for task in ended] == [("done", 1)] * 40
    assert await world.left() == 0


@pytest.mark.parametrize("hours", [-1, 1])
async def test_a_clock_that_jumps_does_no_harm(world: World, hours: int) -> None:
    """A jump of the database's clock is a jump of all it has noted the other way."""
    world.worker()
    steps = await world.ask(work.STEPS, *[{"steps": 10, "seconds": 0.1}] * 2)
    flaky = await world.ask(work.FLAKY, *[{}] * 3)
    marks = await world.ask(work.MARK, *[{}] * 5)
    await world.until(lambda: _is_over(world, steps, 2), "some steps")
    shift = f"interval '{-hours} hours'"
    async with world.sessions() as session, session.begin():
        await session.execute(text(f"UPDATE tasks SET beat_at = beat_at + {shift}"))  # noqa: S608 - our own words
        columns = ("due_at", "created_at", "published_at")
        changes = ", ".join(f"{column} = {column} + {shift}" for column in columns)
        await session.execute(text(f"UPDATE outbox SET {changes}"))  # noqa: S608
    ended = await world.ended([*steps, *flaky, *marks])
    assert {task.state for task in ended} == {"done"}
    finished, marked = await world.count("finished", steps), await world.count("mark", marks)
    print(f"clock set {hours:+d} h: {finished} of 2 and {marked} of 5 done once, 3 of 3 tried again")
    assert (finished, marked, await world.left()) == (2, 5, 0)


async def test_a_worker_that_is_told_to_end_gives_its_work_back(world: World) -> None:
    ending = world.worker()
    ids = await world.ask(work.STEPS, {"steps": 100, "seconds": 0.1})
    await world.until(lambda: _is_over(world, ids, 3), "some steps")
    ending.popen.send_signal(signal.SIGTERM)
    assert ending.popen.wait(PATIENCE_S) == 0
    (task,) = await world.tasks(ids)
    assert (task.state, task.failures) == ("queued", 0)
    await world.execute(
        "UPDATE tasks SET payload = jsonb_set(payload, '{seconds}', '0.001') WHERE state = 'queued' RETURNING 1"
    )
    world.worker()
    (task,) = await world.ended(ids)
    assert (task.state, await world.count("finished", ids)) == ("done", 1)
    assert task.result["began_at"] >= 3


async def test_a_cancelled_task_stops_and_leaves_nothing(world: World) -> None:
    world.worker()
    ids = await world.ask(work.STEPS, {"steps": 1000, "seconds": 0.05})
    sums = await world.ask(work.SUM, {"shards": 40, "seconds": 0.2})
    await world.until(lambda: _is_over(world, ids, 2), "some steps")
    await world.until(lambda: _has_shards(world, sums[0]), "the shards")
    async with world.sessions() as session, session.begin():
        for task_id in (*ids, *sums):
            assert await runs.cancel(session, task_id)
    await world.until(lambda: _nothing_left(world), "the end of everything")
    before = await world.execute("SELECT count(*) FROM effects")
    await asyncio.sleep(0.5)
    assert await world.execute("SELECT count(*) FROM effects") == before
    assert [task.state for task in await world.tasks([*ids, *sums])] == ["cancelled"] * 2
    assert await world.count("finished", ids) == await world.count("sum", sums) == 0


async def test_shards_give_the_same_whoever_does_them(world: World) -> None:
    payload = {"shards": 7, "seconds": 0.0}
    world.worker()
    (alone,) = await world.ended(await world.ask(work.SUM, payload))
    another = world.another_worker()
    together = await world.ended(await world.ask(work.SUM, *[payload | {"seconds": 0.01}] * 3))
    another.end(signal.SIGTERM)
    assert {task.state for task in (alone, *together)} == {"done"}
    assert [task.result for task in together] == [alone.result] * 3
    assert alone.result["kept"][0] == str(sum(n / 7 * 1.1 for n in range(7)))


async def test_a_task_that_computes_for_ever_is_stopped_at_its_limit(world: World) -> None:
    world.worker()
    (spun, wrong) = await world.ended([*await world.ask(work.SPIN, {}), *await world.ask(work.WRONG, {})])
    assert (spun.state, spun.problem["detail"]) == ("failed", "The task took longer than its limit of 1 s.")
    assert (wrong.state, wrong.attempt, wrong.problem["status"]) == ("failed", 1, 422)


async def test_a_broker_that_is_away_keeps_nobody_from_asking(world: World, settings: Settings) -> None:
    ids = await world.ask(work.MARK, {})
    with closing(Broker(settings.model_copy(update={"broker_url": "redis://127.0.0.1:1/0"}))) as nowhere:
        with pytest.raises(UNREACHABLE):
            await Relay(world.settings, world.sessions, nowhere).publish()
        with pytest.raises(UNREACHABLE):
            await asyncio.to_thread(nowhere.ping)
    world.worker()
    assert [task.effects for task in await world.ended(ids)] == [1]
    await asyncio.to_thread(world.broker.ping)


class _CrashesAfterSending(Broker):
    """Sends everything, and never lives to tell."""

    def publish(self, messages: Any) -> None:
        super().publish(messages)
        raise ConnectionError


_JSON = {"content_type": "application/json", "content_encoding": "utf-8"}


async def _listening(world: World) -> None:
    """Return when a worker is at work: RabbitMQ drops what is sent to a queue that nobody has declared yet."""
    world.worker()
    await world.ended(await world.ask(work.MARK, {}))


async def _is_over(world: World, ids: Sequence[UUID], effects: int) -> bool:
    return sum(task.effects for task in await world.tasks(ids)) >= effects


async def _nothing_left(world: World) -> bool:
    return await world.left() == 0


async def _has_shards(world: World, task_id: UUID) -> bool:
    query = text("SELECT count(*) FROM effects e JOIN tasks t ON t.id = e.task_id WHERE t.parent_id = :id")
    async with world.sessions() as session:
        return int(await session.scalar(query, {"id": task_id}) or 0) > 0


async def _dead(world: World, number: int) -> bool:
    return await asyncio.to_thread(_length, world.settings, DEAD) == number


def _send_raw(settings: Settings, bodies: Sequence[tuple[bytes, dict[str, Any]]]) -> None:
    with Connection(broker_url(settings)) as connection:
        producer = connection.Producer()
        for body, properties in bodies:
            producer.publish(body, routing_key=queue_name(settings, "default"), exchange="", **properties)


def _length(settings: Settings, queue: str) -> int:
    with Connection(broker_url(settings)) as connection:
        try:
            return int(
                connection.default_channel.queue_declare(queue_name(settings, queue), passive=True).message_count
            )
        except connection.channel_errors:
            return 0


def _delete_queues(settings: Settings) -> None:
    with Connection(broker_url(settings)) as connection:
        for queue in ("default", "llm", "training", DEAD):
            connection.default_channel.queue_delete(queue_name(settings, queue))


def _reachable(url: str) -> bool:
    try:
        with Connection(url, connect_timeout=2) as connection:
            connection.ensure_connection(max_retries=1, timeout=2)
    except Exception:  # noqa: BLE001 - whatever keeps it from answering
        return False
    return True
