"""A whole RabbitMQ node goes down and comes back while tasks are in flight: none is lost, none has two effects."""

from __future__ import annotations

import asyncio
import secrets
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.system import task_worker as work
from tests.system.rabbitmq_node import MAY_START, RabbitMqNode
from tests.system.task_world import LEASE_S, World, database

from hagame.core.database import make_engine, make_sessions
from hagame.core.migrate import migrate
from hagame.settings import Settings

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(not MAY_START, reason="only root starts a RabbitMQ of its own")]


async def test_a_node_that_restarts_loses_no_task_and_repeats_none(settings: Settings) -> None:
    node = RabbitMqNode()
    with tempfile.TemporaryDirectory(prefix="hagame-tasks-") as folder:
        await node.start()
        try:
            async with database(settings) as url:
                await _through_a_restart(settings, node, url, Path(folder))
        finally:
            await node.stop()


async def _through_a_restart(settings: Settings, node: RabbitMqNode, url: str, folder: Path) -> None:
    changes = {"database_url": url, "broker_url": node.url, "redis_url": None, "task_lease_s": LEASE_S}
    own = settings.model_copy(update=changes | {"queue_prefix": f"test-{secrets.token_hex(4)}."})
    await migrate(own)
    engine = make_engine(own)
    world = World(own, node, make_sessions(engine), folder)
    async with engine.begin() as connection:
        await connection.execute(text(work.EFFECTS))
    world.worker()
    steps = await world.ask(work.STEPS, *[{"steps": 12, "seconds": 0.1}] * 4)
    before = await world.ask(work.MARK, *[{"seconds": 0.5}] * 40)

    async def some_are_done() -> bool:
        return await world.count("mark", before) >= 3

    await world.until(some_are_done, "some tasks")
    await node.stop_app()
    done = await world.count("mark", before)
    meanwhile = await world.ask(work.MARK, *[{"seconds": 0.02}] * 10)
    await asyncio.sleep(2 * LEASE_S)
    await node.start_app()
    after = await world.ask(work.MARK, *[{"seconds": 0.02}] * 10)
    marks = [*before, *meanwhile, *after]
    ended = await world.ended([*steps, *marks])
    print(f"{done} of 40 were done when the node went; {await world.count('mark', marks)} effects of 60 tasks")
    assert {task.state for task in ended} == {"done"}
    assert await world.count("mark", marks) == len(marks)
    assert [task.effects for task in await world.tasks(marks)] == [1] * len(marks)
    assert await world.count("finished", steps) == len(steps)
    assert (done < len(before), await world.left()) == (True, 0)
    world.close()
    await engine.dispose()
