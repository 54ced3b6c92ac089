"""The direct way to the database: what is its fault, and what is not."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from hagame.core.database import direct
from hagame.errors import Unavailable

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("fault", [FileNotFoundError("weights.bin"), TimeoutError("a plugin's own clock")])
async def test_a_fault_of_other_code_is_not_taken_for_one_of_the_database(app: FastAPI, fault: Exception) -> None:
    with pytest.raises(type(fault)) as raised:
        async with direct(app.state.pool):
            raise fault
    assert raised.value is fault


async def test_a_connection_that_the_server_ends_is_unavailable_and_the_next_one_answers(app: FastAPI) -> None:
    async with direct(app.state.pool) as connection:
        with pytest.raises(Unavailable):
            await connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    async with direct(app.state.pool) as connection:
        assert await connection.fetchval("SELECT 1") == 1
