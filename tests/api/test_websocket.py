"""Play over a WebSocket: the same answers as over HTTP, for the same people, and a clear end in each case."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tests.api.playing import Headers, Person, begin, logged, move
from tests.serving import served
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from hagame.core.security import make_token
from hagame.core.tables import User
from hagame.games import websocket
from hagame.settings import Settings

pytestmark = pytest.mark.anyio

Json = dict[str, Any]
PATIENCE_S = 40


@pytest.fixture(scope="module")
async def port(app: FastAPI, settings: Settings) -> AsyncIterator[int]:
    async with served(app, settings) as port:
        yield port


class Table:
    """A socket at a match, which speaks JSON."""

    def __init__(self, port: int, instance: str, query: str = "", **options: Any) -> None:
        self._connect = connect(f"ws://127.0.0.1:{port}/games/instances/{instance}/ws{query}", proxy=None, **options)
        self.socket: ClientConnection

    async def __aenter__(self) -> Self:
        self.socket = await self._connect.__aenter__()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._connect.__aexit__(*error)

    async def say(self, **message: Any) -> None:
        await self.socket.send(json.dumps(message))

    async def hear(self) -> Json:
        async with asyncio.timeout(PATIENCE_S):
            heard: Json = json.loads(await self.socket.recv())
        return heard

    async def sit(self, who: Headers, **more: Any) -> Json:
        await self.say(type="auth", token=who["Authorization"].removeprefix("Bearer "), **more)
        return await self.hear()

    async def move(self, turn: int, action: str = "rock", **more: Any) -> Json:
        await self.say(type="move", turn=turn, action=action, **more)
        return await self.hear()

    async def end(self) -> int:
        """The code that the server closes with."""
        async with asyncio.timeout(PATIENCE_S):
            await self.socket.wait_closed()
        assert self.socket.close_code is not None
        return self.socket.close_code


async def test_a_move_over_a_socket_is_answered_as_over_http_and_logged(
    client: AsyncClient, me: Headers, port: int
) -> None:
    instance = await begin(client, me, seed=7)
    twin = await begin(client, me, seed=7)
    async with Table(port, instance["id"]) as table:
        ready = await table.sit(me)
        assert ready["type"] == "ready"
        assert ready["match"] == (await client.get(f"/games/instances/{instance['id']}", headers=me)).json()
        heard = [await table.move(turn, key=f"k{turn}") for turn in (1, 2, 3)]
    assert [(each["type"], each["key"]) for each in heard] == [("answer", "k1"), ("answer", "k2"), ("answer", "k3")]
    answers = [each["answer"] for each in heard]
    posted = [(await move(client, me, twin["id"], turn)).json() for turn in (1, 2, 3)]
    # The seed is the same, the seals' nonces are not.
    assert [a["prediction"] for a in answers] == [p["prediction"] for p in posted]
    assert [a.keys() for a in answers] == [p.keys() for p in posted]
    assert [row["answer"] for row in await logged(client, me, instance["id"])] == answers


async def test_refusals_are_the_problems_of_http_and_play_goes_on(client: AsyncClient, me: Headers, port: int) -> None:
    instance = await begin(client, me)
    url = f"/games/instances/{instance['id']}/moves"
    wrong: list[Json] = [
        {"turn": 1, "action": "lizard"},
        {"turn": 9, "action": "rock"},
        {"turn": 0, "action": "rock"},
        {"turn": 1},
        {"turn": 1, "action": "rock", "score": 100},
        {"turn": 1, "action": "nul\x00"},
    ]
    async with Table(port, instance["id"]) as table:
        await table.sit(me)
        for body in wrong:
            await table.say(type="move", key="mine", **body)
            told = await table.hear()
            posted = (await client.post(url, json=body, headers=me)).json()
            # What cannot be read has no key that could be read.
            assert (told["type"], told["key"]) == ("problem", None if "\x00" in body.get("action", "") else "mine")
            assert told["problem"] | {"request_id": ""} == posted | {"request_id": ""}
        assert (await table.move(1))["type"] == "answer"


GARBAGE = [
    *("", "{", "null", "[]", "42", '"move"', '{"type": "move"', '{"type": NaN}', "[" * 5000, '{"type": "dance"}'),
    *('{"type": {"a": 1}}', '{"type": "move", "turn": 1, "turn": 1, "action": "rock"}', '{"type": "move", "key": 1}'),
    *('{"type": "move", "turn": 1' + "0" * 4000 + ', "action": "rock"}', '{"type": "move", "action": "\\ud800"}'),
]


async def test_garbage_is_told_and_does_no_harm(client: AsyncClient, me: Headers, port: int) -> None:
    instance = await begin(client, me)
    async with Table(port, instance["id"]) as table:
        await table.sit(me)
        for text in GARBAGE:
            await table.socket.send(text)
            told = await table.hear()
            assert (told["type"], told["problem"]["status"]) == ("problem", 422), text
        assert (await table.move(1))["type"] == "answer"


@pytest.mark.parametrize(("sent", "code"), [(b"\x00\x01", 1003), ("x" * (websocket.MAX_MESSAGE_BYTES + 1), 1009)])
async def test_what_is_no_text_or_too_long_ends_the_connection(
    client: AsyncClient, me: Headers, port: int, sent: str | bytes, code: int
) -> None:
    instance = await begin(client, me)
    async with Table(port, instance["id"]) as table:
        await table.sit(me)
        await table.socket.send(sent)
        assert await table.end() == code


async def test_the_same_key_again_gets_the_stored_answer(client: AsyncClient, me: Headers, port: int) -> None:
    instance = await begin(client, me)
    async with Table(port, instance["id"]) as table:
        await table.sit(me)
        first = await table.move(1, key="once")
    async with Table(port, instance["id"]) as table:
        await table.sit(me)
        assert await table.move(1, key="once") == first
        assert (await table.move(1, "paper", key="once"))["problem"]["status"] == 409
        assert (await move(client, me, instance["id"], 1, key="once")).json() == first["answer"]
    assert len(await logged(client, me, instance["id"])) == 1


async def test_two_sockets_and_http_see_the_same_turns_once_and_in_order(
    client: AsyncClient, me: Headers, port: int
) -> None:
    instance = await begin(client, me)
    async with Table(port, instance["id"]) as left, Table(port, instance["id"]) as right:
        await left.sit(me)
        await right.sit(me)
        answers = [(await left.move(1))["answer"]]
        answers.append((await move(client, me, instance["id"], 2)).json())
        assert await left.hear() == {"type": "turn", "turn": 2, "answer": answers[1]}
        answers.append((await right_answer(right, 3))["answer"])
        assert await left.hear() == {"type": "turn", "turn": 3, "answer": answers[2]}
        await client.post(f"/games/instances/{instance['id']}/abandon", headers=me)
        for table in (left, right):
            assert await table.hear() == {"type": "end", "status": "abandoned"}
            assert await table.end() == 1000
    assert [row["answer"] for row in await logged(client, me, instance["id"])] == answers


async def right_answer(table: Table, turn: int) -> Json:
    """The answer to a move, and before it every turn that was made elsewhere."""
    await table.say(type="move", turn=turn, action="rock")
    before = []
    while (heard := await table.hear())["type"] != "answer":
        before.append(heard["turn"])
    assert before == list(range(1, turn))
    return heard


async def test_different_moves_at_once_over_many_sockets_make_one_turn(
    client: AsyncClient, me: Headers, port: int
) -> None:
    instance = await begin(client, me)

    async def play(action: str) -> str:
        async with Table(port, instance["id"]) as table:
            await table.sit(me)
            await table.say(type="move", turn=1, action=action)
            while (heard := await table.hear())["type"] == "turn":
                pass
            return f"{heard['type']} {heard.get('problem', {}).get('status', '')}"

    told = await asyncio.gather(*[play(action) for action in ("rock", "paper", "scissors") * 2])
    assert sorted(told) == ["answer "] + ["problem 409"] * 5
    assert len(await logged(client, me, instance["id"])) == 1


async def test_moves_sent_at_once_are_answered_one_after_the_other(client: AsyncClient, me: Headers, port: int) -> None:
    instance = await begin(client, me)
    async with Table(port, instance["id"]) as table:
        await table.sit(me)
        for turn in range(1, 11):
            await table.say(type="move", turn=turn, action="rock", key=str(turn))
        assert [(await table.hear())["key"] for _ in range(10)] == [str(turn) for turn in range(1, 11)]


async def test_who_comes_back_is_told_what_was_missed(client: AsyncClient, me: Headers, port: int) -> None:
    instance = await begin(client, me, definition="matching-pennies", opponent="random")
    length = instance["next"]["view"]["rounds"]
    for turn in range(1, 6):
        await move(client, me, instance["id"], turn, "heads")
    async with Table(port, instance["id"]) as table:
        ready = await table.sit(me, after=2)
        assert ready["match"]["turn"] == 6
        assert [(await table.hear())["turn"] for _ in range(3)] == [3, 4, 5]
        for turn in range(6, length + 1):
            answer = (await table.move(turn, "heads"))["answer"]
        assert answer["status"] == "finished"
        assert await table.hear() == {"type": "end", "status": "finished"}
        assert await table.end() == 1000
    async with Table(port, instance["id"]) as table:
        assert (await table.sit(me, after=length - 1))["match"]["status"] == "finished"
        assert await table.hear() == {"type": "turn", "turn": length, "answer": answer}
        assert (await table.hear())["type"] == "end"


async def test_a_match_of_somebody_else_is_not_there(
    client: AsyncClient, me: Headers, other_player: Headers, port: int
) -> None:
    instance = await begin(client, me)
    for asked in (instance["id"], "0192f0c1-7a30-7cc0-8000-3f1b2c3d4e5f", "no-id"):
        async with Table(port, asked) as table:
            told = await table.sit(other_player)
            assert (told["type"], told["problem"]["status"]) == ("problem", 404)
            assert await table.end() == 4404


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"type": "auth", "token": "forged"}, 4401),
        ({"type": "auth", "token": "hagame_00000000_nothing"}, 4401),
        ({"type": "move", "turn": 1, "action": "rock"}, 4422),
        ({"type": "auth", "token": "x", "role": "admin"}, 4422),
        ({"type": "auth"}, 4422),
    ],
)
async def test_nobody_sits_down_without_a_good_token(
    client: AsyncClient, me: Headers, port: int, message: Json, code: int
) -> None:
    instance = await begin(client, me)
    async with Table(port, instance["id"]) as table:
        await table.say(**message)
        told = await table.hear()
        assert (told["type"], 4000 + told["problem"]["status"]) == ("problem", code)
        assert await table.end() == code


async def test_who_says_nothing_is_sent_away(
    client: AsyncClient, me: Headers, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket, "AUTH_WITHIN_S", 0.2)
    instance = await begin(client, me)
    async with Table(port, instance["id"]) as table:
        assert await table.end() == 4401


async def test_a_token_in_the_address_or_a_header_is_no_proof(client: AsyncClient, me: Headers, port: int) -> None:
    instance = await begin(client, me)
    token = me["Authorization"].removeprefix("Bearer ")
    async with Table(port, instance["id"], f"?token={token}", additional_headers=me) as table:
        await table.say(type="move", turn=1, action="rock")
        assert await table.end() == 4422


async def test_a_token_that_ends_ends_the_connection_and_a_new_one_keeps_it(
    client: AsyncClient, me: Headers, port: int, settings: Settings, sessions: async_sessionmaker[AsyncSession]
) -> None:
    user_id = (await client.get("/auth/me", headers=me)).json()["id"]
    async with sessions() as session:
        user = await session.get(User, UUID(user_id))
    assert user is not None
    life = timedelta(minutes=settings.access_token_expire_minutes)
    brief = {"Authorization": f"Bearer {make_token(settings, user, datetime.now(UTC) - life + timedelta(seconds=3))}"}
    instance = await begin(client, me)
    async with Table(port, instance["id"]) as kept, Table(port, instance["id"]) as left:
        await kept.sit(brief)
        await left.sit(brief)
        assert await kept.sit(me) == {"type": "renewed"}
        assert (await left.hear())["problem"]["status"] == 401
        assert await left.end() == 4401
        assert (await kept.move(1))["type"] == "answer"


async def test_a_token_of_somebody_else_does_not_renew(
    client: AsyncClient, me: Headers, other_player: Headers, port: int
) -> None:
    instance = await begin(client, me)
    async with Table(port, instance["id"]) as table:
        await table.sit(me)
        assert (await table.sit(other_player))["problem"]["status"] == 401
        assert await table.end() == 4401


@pytest.mark.parametrize("all_of_them", [True, False])
async def test_when_a_session_is_ended_so_are_its_sockets(client: AsyncClient, port: int, *, all_of_them: bool) -> None:
    session = (await client.post("/auth/guest")).json()
    who = {"Authorization": f"Bearer {session['access_token']}"}
    instance = await begin(client, who)
    async with Table(port, instance["id"]) as idle, Table(port, instance["id"]) as busy:
        await idle.sit(who)
        await busy.sit(who)
        if all_of_them:
            ended = await client.post("/auth/logout-all", headers=who)
        else:
            ended = await client.post("/auth/logout", json={"refresh_token": session["refresh_token"]}, headers=who)
        assert ended.is_success
        await busy.say(type="move", turn=1, action="rock")
        assert await busy.end() == 4401
        assert await idle.end() == 4401


async def test_a_key_of_a_program_plays_within_its_scopes_until_it_is_revoked(
    client: AsyncClient, player: Person, port: int
) -> None:
    who = await player()
    instance = await begin(client, who)
    keys = {}
    for scope in ("play", "llm"):
        made = await client.post("/auth/keys", json={"name": scope, "scopes": [scope]}, headers=who)
        keys[scope] = made.json()
    async with Table(port, instance["id"]) as table:
        assert (await table.sit({"Authorization": keys["llm"]["key"]}))["problem"]["status"] == 403
        assert await table.end() == 4403
    async with Table(port, instance["id"]) as table:
        await table.sit({"Authorization": keys["play"]["key"]})
        assert (await table.move(1))["type"] == "answer"
        assert (await client.delete(f"/auth/keys/{keys['play']['id']}", headers=who)).is_success
        await table.say(type="move", turn=2, action="rock")
        assert await table.end() == 4401


async def test_pages_of_other_origins_are_refused_and_ours_are_not(client: AsyncClient, me: Headers, port: int) -> None:
    instance = await begin(client, me)
    ours = f"http://127.0.0.1:{port}"
    for origin in ("https://evil.example", "null", f"{ours}.evil.example", f"http://127.0.0.1:{port - 1}"):
        with pytest.raises(InvalidStatus) as refused:
            async with Table(port, instance["id"], origin=origin):
                pass
        assert refused.value.response.status_code == 403
        assert json.loads(refused.value.response.body)["type"] == "urn:hagame:problem:forbidden"
    async with Table(port, instance["id"], origin=ours) as table:
        assert (await table.sit(me))["type"] == "ready"


async def test_one_person_has_so_many_sockets_and_others_theirs(
    client: AsyncClient, me: Headers, other_player: Headers, port: int, settings: Settings
) -> None:
    instance = await begin(client, me)
    tables = [Table(port, instance["id"]) for _ in range(settings.sockets_per_person)]
    for table in tables:
        await table.__aenter__()
        assert (await table.sit(me))["type"] == "ready"
    async with Table(port, instance["id"]) as table:
        assert (await table.sit(me))["problem"]["status"] == 429
        assert await table.end() == 4429
    theirs = await begin(client, other_player)
    async with Table(port, theirs["id"]) as table:
        assert (await table.sit(other_player))["type"] == "ready"
    await tables.pop().__aexit__(None, None, None)
    async with Table(port, instance["id"]) as table:
        assert (await table.sit(me))["type"] == "ready"
    for table in tables:
        await table.__aexit__(None, None, None)


async def test_a_server_that_ends_answers_what_it_took_and_says_so(
    client: AsyncClient, me: Headers, app: FastAPI, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = await begin(client, me)
    taken, go = asyncio.Event(), asyncio.Event()
    make_move = websocket.moves.make_move

    async def slowly(*arguments: Any) -> bytes:
        taken.set()
        await go.wait()
        return await make_move(*arguments)

    monkeypatch.setattr(websocket.moves, "make_move", slowly)
    async with asyncio.timeout(PATIENCE_S):
        server = served(app, settings)
        port = await server.__aenter__()
        async with Table(port, instance["id"]) as playing, Table(port, instance["id"]) as idle:
            await playing.sit(me)
            await idle.sit(me)
            await playing.say(type="move", turn=1, action="rock", key="last")
            await taken.wait()
            ending = asyncio.create_task(server.__aexit__(None, None, None))
            assert await idle.end() == 1012
            go.set()
            assert (await playing.hear())["key"] == "last"
            assert await playing.end() == 1012
        await ending
    assert len(await logged(client, me, instance["id"])) == 1


async def test_nothing_of_what_is_sealed_comes_early(client: AsyncClient, me: Headers, port: int) -> None:
    instance = await begin(client, me)
    async with Table(port, instance["id"]) as table:
        heard = [json.dumps(await table.sit(me))]
        for turn in range(1, 6):
            told = await table.move(turn)
            nonce = told["answer"]["commitment"]["nonce"]
            assert not any(nonce in earlier for earlier in heard)
            heard.append(json.dumps(told))


async def test_the_log_and_the_metrics_tell_of_sockets_and_name_no_token(
    client: AsyncClient, me: Headers, port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    instance = await begin(client, me)
    async with Table(port, instance["id"]) as table:
        await table.sit(me)
        await table.move(1, key=secrets.token_hex(8))
        open_now = (await client.get("/metrics")).text
    async with Table(port, instance["id"]) as table:
        await table.sit({"Authorization": "forged-token-that-is-secret"})
        await table.end()
    await asyncio.sleep(0.1)
    lines = capsys.readouterr().out
    assert "socket.opened" in lines
    assert '"code":4401' in lines
    assert me["Authorization"].removeprefix("Bearer ") not in lines
    assert "forged-token" not in lines
    assert "hagame_sockets 1.0" in open_now
    told = (await client.get("/metrics")).text
    assert 'hagame_socket_messages_total{status="200",type="move"}' in told
    assert 'hagame_sockets_closed_total{code="4401"}' in told


def test_every_message_shows_an_example() -> None:
    for kind in (websocket.AuthMessage, websocket.MoveMessage):
        assert kind.model_validate(kind.model_config["json_schema_extra"]["example"])  # type: ignore[index]


def test_the_reference_tells_every_code_and_message() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "websocket.md").read_text()
    codes = {int(code) for code in re.findall(r"^\| (\d{4}) \|", page, re.MULTILINE)}
    # The other codes are words of clients and of broken connections.
    assert codes == websocket._TOLD - {1001, 1005, 1006}
    source = Path(websocket.__file__).read_text()
    sent = set(re.findall(r'_send\("(\w+)"', source))
    assert sent | set(websocket.KINDS) == set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
