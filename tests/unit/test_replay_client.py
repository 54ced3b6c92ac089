"""The client waits when told to, tries again when it may, and refuses a seal that does not fit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from hagame.cli import recorded_match
from hagame.cli.client import ATTEMPTS, Client
from hagame.cli.recorded_match import Plan
from hagame.cli.recordings import Person, Round
from hagame.errors import Conflict, CorruptState, HagameError, NotFound, Unauthenticated, Unavailable

pytestmark = pytest.mark.anyio

Answer = Callable[[httpx2.Request], httpx2.Response]
VIEW = {
    "rounds": 1,
    "actions": ["heads", "tails"],
    "opponent_actions": ["heads", "tails"],
    "payoffs": [[1, -1], [-1, 1]],
    "opponent_payoffs": [[-1, 1], [1, -1]],
}


def client_of(answer: Answer) -> tuple[Client, list[float]]:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    return Client("http://test", "secret", transport=httpx2.MockTransport(answer), sleep=sleep), waited


def in_turn(*answers: httpx2.Response | Exception) -> tuple[Client, list[float]]:
    coming = iter(answers)

    def answer(_: httpx2.Request) -> httpx2.Response:
        given = next(coming)
        if isinstance(given, Exception):
            raise given
        return given

    return client_of(answer)


async def test_it_waits_as_long_as_a_server_that_is_asked_too_often_says() -> None:
    busy = httpx2.Response(429, headers={"Retry-After": "7"})
    client, waited = in_turn(*[busy] * 6, httpx2.Response(200, json={"a": 1}))
    async with client:
        assert await client.get("/", dict[str, int]) == {"a": 1}
    assert waited == [7] * 6


async def test_it_does_not_wait_for_ever() -> None:
    client, waited = client_of(lambda _: httpx2.Response(429, headers={"Retry-After": "100"}, json={}))
    async with client:
        with pytest.raises(HagameError):
            await client.get("/", object)
    assert sum(waited) < 1000


async def test_a_broken_connection_is_tried_again_with_the_same_request() -> None:
    client, _ = in_turn(httpx2.ReadError("gone"), httpx2.ConnectError("away"), httpx2.Response(200, json=1))
    async with client:
        assert await client.post("/", {"x": 1}, int, key="k") == 1


async def test_a_server_that_is_not_there_is_named() -> None:
    client, waited = client_of(lambda _: (_ for _ in ()).throw(httpx2.ConnectError("refused")))
    async with client:
        with pytest.raises(Unavailable, match=r"No answer from http://test: refused\. Is the server running there\?"):
            await client.get("/", object)
    assert len(waited) == ATTEMPTS - 1


@pytest.mark.parametrize(("status", "error"), [(401, Unauthenticated), (404, NotFound), (409, Conflict)])
async def test_a_problem_is_raised_with_what_it_says(status: int, error: type[HagameError]) -> None:
    client, waited = in_turn(httpx2.Response(status, json={"detail": "There is no match."}))
    async with client:
        with pytest.raises(error, match="There is no match"):
            await client.get("/games", object)
    assert waited == []


async def test_an_answer_that_is_no_problem_document_tells_its_status() -> None:
    client, _ = in_turn(httpx2.Response(418, text="<html>teapot</html>"))
    async with client:
        with pytest.raises(HagameError, match="status 418"):
            await client.get("/", object)


async def test_an_answer_from_something_else_is_refused() -> None:
    client, _ = in_turn(httpx2.Response(200, text="<html>"))
    async with client:
        with pytest.raises(Unavailable, match="not one of HAGAME"):
            await client.get("/", dict[str, int])


async def test_token_and_key_are_sent() -> None:
    seen: list[httpx2.Headers] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.headers)
        return httpx2.Response(200, json=1)

    client, _ = client_of(answer)
    async with client:
        await client.post("/", {}, int)
        await client.post("/", {}, int, token="other", key="k")
    assert [h["Authorization"] for h in seen] == ["Bearer secret", "Bearer other"]
    assert ["Idempotency-Key" in h for h in seen] == [False, True]


async def test_a_stream_that_breaks_off_is_an_error() -> None:
    async def pieces() -> Any:
        yield b"half"
        raise httpx2.ReadError("gone")

    client, _ = client_of(lambda _: httpx2.Response(200, content=pieces()))
    async with client:
        with pytest.raises(Unavailable):
            _ = [piece async for piece in client.stream("/x", "text/csv")]


def server(**changes: Any) -> Answer:
    """A match of one round whose answer to the move can be tampered with."""
    nonce = bytes(16)
    sealed = {"action": "tails", "prediction": {"heads": 0.75, "tails": 0.25}, "turn": 1}
    payload = json.dumps(sealed, sort_keys=True, separators=(",", ":"))
    seal = hashlib.sha256(nonce + payload.encode()).hexdigest()
    coming = {"turn": 1, "commitment": seal, "view": VIEW}
    move = {
        "turn": 1,
        "opponent": {"action": "heads", "payoff": -1},
        "ai": {"action": "tails", "payoff": 1},
        "prediction": {"heads": 0.75, "tails": 0.25},
        "surprise_bits": 0.415037,
        "commitment": {"sha256": seal, "nonce": nonce.hex(), "payload": payload},
        "next": None,
    } | changes

    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/auth/guest":
            return httpx2.Response(201, json={"access_token": "t"})
        if request.url.path == "/games/instances":
            begun = {"id": "m", "predictor": "count-mixture", "predictor_version": "1", "next": coming}
            return httpx2.Response(201, json=begun)
        return httpx2.Response(200, json=move)

    return answer


async def play_one(answer: Answer) -> recorded_match.RecordedMatch:
    client, _ = client_of(answer)
    people = [Person("a", (Round(1, "heads", "heads"),))]
    async with client:
        return (await recorded_match.play_all(client, Plan("pennies", "adaptive"), people, 2, lambda: None))[0]


async def test_what_was_sealed_is_what_is_scored() -> None:
    match = await play_one(server())
    assert match.seals == 1
    played = recorded_match.played(match)
    assert played.predictions.tolist() == [[0.75, 0.25]]
    # The person showed heads: the AI's tails would have won, the recorded heads lost.
    assert (played.ai.tolist(), played.recorded_opponent.tolist()) == ([1], [-1])


OTHER = '{"action":"tails","prediction":{"heads":0.99,"tails":0.01},"turn":1}'


@pytest.mark.parametrize(
    "changes",
    [
        {"commitment": {"sha256": "", "nonce": bytes(16).hex(), "payload": OTHER}},
        {"prediction": {"heads": 0.99, "tails": 0.01}},
        {"ai": {"action": "heads", "payoff": -1}},
        {"ai": None},
        {"surprise_bits": 0.1},
    ],
)
async def test_an_answer_that_differs_from_its_seal_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(CorruptState):
        await play_one(server(**changes))


async def test_a_match_that_ends_before_the_recording_is_an_error() -> None:
    client, _ = client_of(server())
    people = [Person("a", (Round(1, "heads", "heads"), Round(2, "heads", "heads")))]
    async with client:
        with pytest.raises(Conflict, match="subject a ended before their recorded round 2"):
            await recorded_match.play_all(client, Plan("pennies", "adaptive"), people, 1, lambda: None)
