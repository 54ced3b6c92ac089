"""The schema: every revision goes up and down on data, ends in what the tables say, and keeps its partitions."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import pairwise

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, inspect, make_url, pool, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from hagame.core import migrate
from hagame.core.partitions import ensure_partitions, first_id, is_partition, months
from hagame.core.tables import Table, new_id
from hagame.settings import Settings

pytestmark = pytest.mark.anyio

PERSON = """
    INSERT INTO users (id, username, is_guest) VALUES (:user, :name, true)
"""
DEFINITION = """
    INSERT INTO game_definitions (id, key, version, engine, engine_version, title, parameters)
    VALUES (:definition, :name, 1, 'matrix', '1', 'A game', '{}')
"""
INSTANCE = """
    INSERT INTO game_instances
        (id, user_id, definition_id, opponent, predictor, predictor_version, seed, belief_key, state)
    VALUES (:instance, :user, :definition, 'random', 'count-mixture', '1', 1, 'k', '')
"""
DECISION = """
    INSERT INTO user_decision_logs
        (instance_id, turn, user_id, definition_id, action, opponent_action, payoff, opponent_payoff, probability,
         log_loss, brier, hit, n_legal, engine_version, opponent_version, predictor_version, answer)
    VALUES (:instance, 1, :user, :definition, 'rock', 'paper', -1, 1, 0.5, 0.69, 0.25, true, 3, '1', '1', '1', '{}')
"""


@pytest.fixture
async def empty(settings: Settings) -> AsyncIterator[Settings]:
    """Settings with a new database without a table."""
    assert settings.database_url is not None
    given = make_url(settings.database_url)
    name = f"hagame_empty_{secrets.token_hex(4)}"
    server = await asyncpg.connect(given.set(drivername="postgresql").render_as_string(hide_password=False))
    await server.execute(f"CREATE DATABASE {name}")
    yield settings.model_copy(update={"database_url": given.set(database=name).render_as_string(hide_password=False)})
    await server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await server.close()


@pytest.fixture
async def engine(empty: Settings) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(empty.database_url or "", poolclass=pool.NullPool)
    yield engine
    await engine.dispose()


async def test_the_migrated_schema_is_that_of_the_tables(empty: Settings, engine: AsyncEngine) -> None:
    await migrate.migrate(empty)

    def differences(connection: Connection) -> list[object]:
        ours = {"include_object": lambda _, name, kind, *__: not (kind == "table" and is_partition(name))}
        found: list[object] = compare_metadata(MigrationContext.configure(connection, opts=ours), Table.metadata)
        return found

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_revisions_go_down_and_up_again_on_data(empty: Settings, engine: AsyncEngine) -> None:
    await migrate.migrate(empty)
    async with engine.begin() as connection:
        await _play(connection)
    async with engine.begin() as connection:
        await connection.run_sync(migrate.downgrade)
        assert await connection.run_sync(_tables) == {"alembic_version"}
    await migrate.migrate(empty)
    async with engine.begin() as connection:
        await _play(connection)
        assert set(Table.metadata.tables) <= await connection.run_sync(_tables)


async def test_each_revision_can_be_undone_and_redone(engine: AsyncEngine) -> None:
    revisions = [r.revision for r in ScriptDirectory.from_config(migrate.config()).walk_revisions()][::-1]
    for revision in revisions:
        for step in (migrate.upgrade, lambda connection, _: migrate.downgrade(connection, "-1"), migrate.upgrade):
            async with engine.begin() as connection:
                await connection.run_sync(step, revision)
    assert await _revision(engine) == migrate.newest() == revisions[-1]


async def test_processes_that_start_at_once_migrate_once(empty: Settings, engine: AsyncEngine) -> None:
    await asyncio.gather(*(migrate.migrate(empty) for _ in range(4)))
    assert await _revision(engine) == migrate.newest()


async def test_the_version_of_the_database_is_one_we_support(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        assert int(await connection.scalar(text("SHOW server_version_num"))) >= 150000


async def test_a_decision_lies_in_the_partition_of_the_month_of_its_match(empty: Settings, engine: AsyncEngine) -> None:
    await migrate.migrate(empty)
    async with engine.begin() as connection:
        await _play(connection)
        found = await connection.scalar(text("SELECT tableoid::regclass::text FROM user_decision_logs"))
    assert found == f"user_decision_logs_{datetime.now(UTC):%Y_%m}"


async def test_a_year_of_partitions_is_ready_and_made_once(empty: Settings, engine: AsyncEngine) -> None:
    await migrate.migrate(empty)
    now = datetime.now(UTC)
    async with engine.begin() as connection:
        assert await ensure_partitions(connection, now) == []
        names = {name for name in await connection.run_sync(_tables) if is_partition(name)}
    expected = {f"user_decision_logs_{start:%Y_%m}" for start, _ in months(now, 12)}
    assert names == expected | {"user_decision_logs_default"}


async def test_rows_in_the_default_partition_are_left_where_they_are(empty: Settings, engine: AsyncEngine) -> None:
    await migrate.migrate(empty)
    later = datetime(2099, 3, 5, 12, tzinfo=UTC)
    async with engine.begin() as connection:
        await _play(connection, instance=str(first_id(later)))
        assert await ensure_partitions(connection, later, 1) == ["user_decision_logs_2099_04"]
        found = await connection.scalar(text("SELECT tableoid::regclass::text FROM user_decision_logs"))
    assert found == "user_decision_logs_default"


@given(st.datetimes(datetime(1971, 1, 1), datetime(2800, 1, 1)), st.integers(0, 40))  # noqa: DTZ001
async def test_months_follow_each_other_without_a_gap(moment: datetime, ahead: int) -> None:
    found = list(months(moment.replace(tzinfo=UTC), ahead))
    assert len(found) == ahead + 1
    assert found[0][0] <= moment.replace(tzinfo=UTC) < found[0][1]
    assert all(end == start for (_, end), (start, _) in pairwise(found))


async def test_ids_made_now_are_in_the_range_of_this_month() -> None:
    ((start, end),) = months(datetime.now(UTC), 0)
    assert first_id(start) < new_id() < first_id(end)


async def _play(connection: AsyncConnection, instance: str | None = None) -> None:
    ids = {key: str(new_id()) for key in ("user", "definition", "instance")} | {"name": secrets.token_hex(4)}
    if instance is not None:
        ids["instance"] = instance
    for statement in (PERSON, DEFINITION, INSTANCE, DECISION):
        await connection.execute(text(statement), {k: v for k, v in ids.items() if f":{k}" in statement})


async def _revision(engine: AsyncEngine) -> str | None:
    async with engine.connect() as connection:
        found: str | None = await connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())
