"""Play over a WebSocket: the same answers as over HTTP, for the same people, and a clear end in each case."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from tests.api.playing import Headers, begin, logged, move
from tests.api.table import PATIENCE_S, Json, Table
from tests.serving import served

from hagame.games import websocket
from hagame.games.sockets import LOOKS_AT_ONCE
from hagame.settings import Settings

pytestmark = pytest.mark.anyio


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


async def test_a_move_tells_all_turns_before_it_however_many(
    client: AsyncClient, app: FastAPI, me: Headers, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket.stream, "BATCH", 2)
    instance = await begin(client, me)
    for turn in range(1, 8):
        await move(client, me, instance["id"], turn)
    looking = app.state.sockets.looking
    async with Table(port, instance["id"]) as table:
        # Nobody tells turns meanwhile but the move itself.
        for _ in range(LOOKS_AT_ONCE):
            await looking.acquire()
        await table.sit(me, after=0)
        assert (await right_answer(table, 8))["answer"]["turn"] == 8
        for _ in range(LOOKS_AT_ONCE):
            looking.release()


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


async def test_a_server_that_ends_answers_what_it_took_and_says_so(
    client: AsyncClient, me: Headers, app: FastAPI, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance = await begin(client, me)
    taken, go = asyncio.Event(), asyncio.Event()
    make = websocket.moves.Moves.make

    async def slowly(*arguments: Any) -> bytes:
        taken.set()
        await go.wait()
        return await make(*arguments)

    monkeypatch.setattr(websocket.moves.Moves, "make", slowly)
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
    lines = ""
    # The server tells it after it has closed.
    async with asyncio.timeout(PATIENCE_S):
        while '"code":4401' not in lines:
            await asyncio.sleep(0.01)
            lines += capsys.readouterr().out
    assert "socket.opened" in lines
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
