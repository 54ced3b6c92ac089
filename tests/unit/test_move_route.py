"""The straight way of reading a move and the framework's own answer every request alike."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import msgspec
import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from httpx2 import ASGITransport, AsyncClient

from hagame.core import problems
from hagame.core.bodies import JsonRoute
from hagame.core.security import Bearer, make_token
from hagame.core.tables import User
from hagame.games.move_route import MoveRoute
from hagame.games.schemas import MoveIn
from hagame.settings import Settings

pytestmark = pytest.mark.anyio

ID = "0192f0c1-7a30-7cc0-8000-3f1b2c3d4e5f"
MOVE = {"turn": 7, "action": "rock", "response_time_ms": 700}
KEY = "a-key-of-the-right-length-0123456789"

BODIES = {
    "whole": msgspec.json.encode(MOVE),
    "least": b'{"turn":1,"action":null}',
    "observed": msgspec.json.encode(MOVE | {"observed_opponent_action": "paper"}),
    "empty": b"",
    "no JSON": b'{"turn":1,',
    "not UTF-8": b'{"turn":1,"action":"\xff"}',
    "no object": b"[1]",
    "null": b"null",
    "a name twice": b'{"turn":1,"turn":2,"action":"rock"}',
    "NaN": b'{"turn":NaN,"action":"rock"}',
    "NUL": b'{"turn":1,"action":"\\u0000"}',
    "deep": b'{"turn":1,"action":' + b"[" * 40 + b"]" * 40 + b"}",
    "turn as text": b'{"turn":"1","action":"rock"}',
    "turn as a fraction": b'{"turn":1.0,"action":"rock"}',
    "turn below one": b'{"turn":0,"action":"rock"}',
    "no turn": b'{"action":"rock"}',
    "long action": msgspec.json.encode({"turn": 1, "action": "r" * 65}),
    "more than there is": b'{"turn":1,"action":"rock","cheat":true}',
}
KINDS = ("application/json", "application/json; charset=utf-8", "Application/JSON", "text/plain", "")
IDS = (ID, ID.upper(), ID.replace("-", ""), f"urn:uuid:{ID}", f"{{{ID}}}", "1", ID + "0", "a" * 32 + "----")


async def endpoint(instance_id: UUID, body: MoveIn, claims: Bearer, request: Request) -> JSONResponse:
    key = request.headers.get("idempotency-key")
    return JSONResponse([str(instance_id), body.model_dump(), str(claims.user_id), key])


@pytest.fixture
async def client() -> AsyncIterator[AsyncClient]:
    app = FastAPI()
    app.state.settings = Settings(SECRET_KEY=KEY)
    problems.install(app)
    for prefix, kind in (("/straight", MoveRoute), ("/usual", JsonRoute)):
        router = APIRouter(prefix=prefix, route_class=kind)
        router.post("/{instance_id}/moves", response_model=None)(endpoint)
        app.include_router(router)
    user = User(id=uuid4(), role="player", session_version=1)
    headers = {"Authorization": f"Bearer {make_token(app.state.settings, user, datetime.now(UTC))}"}
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test", headers=headers) as found:
        yield found


async def both(client: AsyncClient, body: bytes, *, name: str = ID, **headers: str) -> tuple[int, bytes]:
    """The one answer of both ways."""
    answers = []
    for way in ("straight", "usual"):
        answer = await client.post(f"/{way}/{name}/moves", content=body, headers=headers)
        answers.append((answer.status_code, answer.headers.get("www-authenticate"), answer.content))
    assert answers[0] == answers[1]
    return answers[0][0], answers[0][2]


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_bodies(client: AsyncClient, body: bytes) -> None:
    status, answer = await both(client, body, **{"Content-Type": "application/json", "Idempotency-Key": "k"})

    assert (status == 200) == (body in {BODIES["whole"], BODIES["least"], BODIES["observed"]})
    assert b"Traceback" not in answer


@pytest.mark.parametrize("kind", KINDS)
async def test_kinds_of_content(client: AsyncClient, kind: str) -> None:
    status, _ = await both(client, BODIES["whole"], **({"Content-Type": kind} if kind else {}))

    assert status == (200 if "json" in kind.lower() else 422)


@pytest.mark.parametrize("name", IDS)
async def test_ids_of_matches(client: AsyncClient, name: str) -> None:
    status, answer = await both(client, BODIES["whole"], name=name, **{"Content-Type": "application/json"})

    assert status == (200 if UUID(ID).hex in name.lower().replace("-", "") and name != ID + "0" else 422)
    assert status == 422 or msgspec.json.decode(answer)[0] == ID


@pytest.mark.parametrize("proof", ["", "Basic abc", "Bearer", "Bearer nonsense"])
@pytest.mark.parametrize("body", ["whole", "no turn", "no JSON"])
async def test_who_proves_nothing_is_told_so_first(client: AsyncClient, proof: str, body: str) -> None:
    headers = {"Content-Type": "application/json", "Authorization": proof}

    status, _ = await both(client, BODIES[body], **headers)

    # What is no JSON cannot be read at all.
    assert status == (422 if body == "no JSON" else 401)
