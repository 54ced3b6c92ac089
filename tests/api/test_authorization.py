"""Who may do what, call by call, as the server answers it; `docs/reference/authorization.md` is this table.

`make authorization` writes it anew.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tests.api.everyone import CALLERS, Operation, World, call, operations
from tests.figures import Figure

from hagame.settings import Settings

pytestmark = pytest.mark.anyio

TABLE = Path(__file__).parents[2] / "docs" / "reference" / "authorization.md"
PRIVATE = {"instance_id", "call_id", "report_id", "task_id", "model_id", "recordings_id", "key_id", "link_id"}
PRIVATE |= {"session_id"}
SLOW = {"POST /ai/quantum/order-effect", "POST /ai/quantum/prisoners-dilemma"}
"""Fits of a second and more: their body is empty, and 422 says that the caller came in."""
OPEN = {"POST /auth/register", "POST /auth/login", "POST /auth/refresh", "POST /auth/logout", "POST /auth/guest"}
OPEN |= {"GET /auth/oidc", "POST /auth/oidc/begin", "POST /auth/oidc/finish"}
OPEN |= {"GET /games/watch", "GET /games/watch/events"}
OPEN |= {"GET /", "GET /health/live", "GET /health/ready", "GET /metrics"}
HEAD = """# Who may do what

What each call of the API answers to whom, by status. The table is measured, not written: `make authorization` calls
everything in the OpenAPI document with a body that fits, and a test compares.

*player*, *researcher* and *admin* are people with that role who own nothing that the path names; *owner* owns it, with
the role of a researcher where only researchers can make such a thing. 401: log in; 403: the role is not enough; 404: it
does not exist, or is not yours; other statuses say that the caller came in. `stream` is a stream of events. Who watches
a match (`/games/watch`) is given the link that its owner made.

"""


@pytest.fixture
async def world(client: AsyncClient, settings: Settings, sessions: async_sessionmaker[AsyncSession]) -> World:
    return World(client, settings, sessions)


async def answers(world: World, operation: Operation) -> dict[str, str]:
    """What everybody gets."""
    people = await world.people(operation)
    things = await world.things(operation, people["owner"])
    found = {}
    # An administrator may take the owner's session away, and the owner the thing: each goes before the other then.
    order = (*CALLERS[:3], "owner", "admin") if "user_id" in operation.parameters else CALLERS
    for caller in order:
        if operation.streams and caller in _streamed_to(operation):
            found[caller] = "stream"
            continue
        if operation.method != "GET" and caller in {"admin", "owner"} and _remade(operation):
            things = await world.things(operation, people["owner"])
        body = b"{}" if operation.label in SLOW else None
        answer = await call(world.client, operation, things, people[caller], body)
        assert answer.status_code != 500, f"{operation.label} by {caller}: {answer.text}"
        found[caller] = str(answer.status_code)
    return found


async def test_everybody_may_do_what_the_table_says(world: World, app: FastAPI, figure: Figure) -> None:
    rows = {operation: await answers(world, operation) for operation in operations(app.openapi())}
    leaks = [
        f"{operation.label} answers {caller} with {row[caller]}"
        for operation, row in rows.items()
        if PRIVATE & set(operation.parameters)
        for caller in ("player", "researcher")
        if row[caller] not in {"403", "404"}
    ]
    strangers = [o.label for o, row in rows.items() if o.label not in OPEN and row["anonymous"] != "401"]
    figure(f"leaks of things of others, in {len(rows)} calls by {len(CALLERS)} kinds of people", len(leaks))
    assert (leaks, strangers) == ([], [])
    table = HEAD + "\n".join(_lines(rows)) + "\n"
    if "HAGAME_WRITE_TABLES" in os.environ:
        TABLE.write_text(table)
    assert TABLE.read_text() == table, "run `make authorization` and look at what has changed"


def _remade(operation: Operation) -> bool:
    return bool(operation.parameters) and "user_id" not in operation.parameters


def _streamed_to(operation: Operation) -> set[str]:
    """Who is not refused, and would wait for as long as the stream lasts."""
    if operation.watches:
        return set(CALLERS)
    if "watched_id" in operation.parameters:
        return set(CALLERS) - {"anonymous"}
    return {"owner", "researcher", "admin"} if _of_all(operation) else {"owner"}


def _of_all(operation: Operation) -> bool:
    return not PRIVATE & set(operation.parameters)


def _lines(rows: dict[Operation, dict[str, str]]) -> list[str]:
    head = [f"| call | {' | '.join(CALLERS)} |", f"|---|{'---|' * len(CALLERS)}"]
    body = [f"| `{o.label}` | {' | '.join(row[c] for c in CALLERS)} |" for o, row in rows.items()]
    return head + sorted(body, key=lambda line: line.split()[2])


TOO_MUCH: dict[str, Any] = {
    "id": "0192f0c1-7a30-7cc0-8000-3f1b2c3d4e5f",
    "role": "admin",
    "user_id": "0192f0c1-7a30-7cc0-8000-3f1b2c3d4e5f",
    "created_by": "0192f0c1-7a30-7cc0-8000-3f1b2c3d4e5f",
    "is_active": True,
    "score": {"player": 99, "opponent": 0},
    "status": "finished",
    "session_version": 7,
}


async def test_no_call_takes_fields_that_are_not_its_own(world: World, app: FastAPI, figure: Figure) -> None:
    taken, tried = [], 0
    for operation in operations(app.openapi()):
        if not operation.takes_json:
            continue
        people = await world.people(operation, owns="admin")
        things = await world.things(operation, people["owner"])
        own = str(operation.content) + str(operation.schemas.get(_named(operation), ""))
        for name, value in TOO_MUCH.items():
            if f"'{name}'" in own:
                continue
            tried += 1
            body = _with(operation.example(), name, value)
            answer = await world.client.request(
                operation.method,
                operation.path.format(**things),
                params=operation.query,
                json=body,
                headers=people["owner"],
            )
            if answer.status_code != 422 or name not in str(answer.json()["errors"]):
                taken.append(f"{operation.label} {name}: {answer.status_code}")
    figure(f"fields of others taken, of {tried} tried", len(taken))
    assert taken == []


def _named(operation: Operation) -> str:
    return str(operation.content["application/json"]["schema"].get("$ref", "")).rsplit("/", 1)[-1]


def _with(example: Any, name: str, value: Any) -> Any:
    return {**example, name: value}


HOSTILE = {
    "10 MB": b'{"a": "' + b"x" * 10_000_000 + b'"}',
    "arrays 10,000 deep": b"[" * 10_000 + b"]" * 10_000,
    "objects 10,000 deep": b'{"a":' * 10_000 + b"0" + b"}" * 10_000,
    "5,000 digits": b'{"turn": ' + b"9" * 5000 + b"}",
    "1e999": b'{"turn": 1e999}',
    "NaN": b'{"turn": NaN}',
    "the same name twice": b'{"turn": 1, "turn": 2}',
    "NUL": b'{"username": "a\\u0000b"}',
    "half a surrogate pair": b'{"username": "a\\ud800b"}',
    "no UTF-8": b'{"username": "\xff"}',
    "a list": b"[]",
    "a text": b'"text"',
    "nothing": b"\x00",
}


async def test_no_evil_body_is_a_fault_of_ours_where_it_could_do_harm(
    world: World, app: FastAPI, figure: Figure
) -> None:
    faults, tried = [], 0
    for operation in operations(app.openapi()):
        if not operation.content:
            continue
        people = await world.people(operation, owns="admin")
        things = await world.things(operation, people["owner"])
        for name, body in HOSTILE.items():
            answer = await call(world.client, operation, things, people["owner"], body)
            tried += 1
            problem = answer.headers.get("content-type") == "application/problem+json"
            if answer.status_code not in {401, 413, 415, 422} or not problem:
                faults.append(f"{operation.label} {name}: {answer.status_code}")
    figure(f"evil bodies that were not refused, of {tried}", len(faults))
    assert faults == []
