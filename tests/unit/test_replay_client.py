"""Commands tell the client's errors as ours, and a replay refuses a seal that does not fit."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from hagame import errors
from hagame.cli import recorded_match
from hagame.cli.client import AsyncClient, connected, told_as_ours
from hagame.cli.recorded_match import Plan
from hagame.cli.recordings import Person, Round
from hagame.errors import Conflict, CorruptState, HagameError, Unavailable

pytestmark = pytest.mark.anyio

Answer = Callable[[httpx2.Request], httpx2.Response]
VIEW = {
    "rounds": 1,
    "actions": ["heads", "tails"],
    "opponent_actions": ["heads", "tails"],
    "payoffs": [[1, -1], [-1, 1]],
    "opponent_payoffs": [[-1, 1], [1, -1]],
}
GUEST = {"access_token": "t", "refresh_token": "r", "user": {}}


def client_of(answer: Answer) -> AsyncClient:
    return AsyncClient("http://test", http=httpx2.AsyncClient(transport=httpx2.MockTransport(answer)))


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, "Unauthenticated"), (404, "NotFound"), (409, "Conflict"), (422, "InvalidInput"), (418, "HagameError")],
)
async def test_a_problem_is_raised_as_ours_with_what_it_says(status: int, kind: str) -> None:
    problem = {"type": "urn:hagame:problem:x", "detail": "There is no match."}
    client = client_of(lambda _: httpx2.Response(status, json=problem))
    with pytest.raises(HagameError, match="There is no match") as told, told_as_ours():
        await client.guest()
    assert type(told.value) is getattr(errors, kind)


async def test_a_server_that_is_not_there_or_is_none_of_ours_is_named() -> None:
    with pytest.raises(Unavailable, match=r"http://127.0.0.1:9 does not answer .* Is the server running there\?"):
        async with connected("http://127.0.0.1:9") as client:
            await client.guest()
    other = client_of(lambda _: httpx2.Response(200, text="<html>"))
    with pytest.raises(Unavailable, match="where HAGAME answers with"), told_as_ours():
        await other.guest()


def test_without_the_client_a_command_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['hagame_sdk'] = None\n"
        "sys.argv = ['hagame', 'export', '--all', '--token', 't']\n"
        "from hagame.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "pip install ./sdk" in done.stderr


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
        "status": "finished",
        "score": {"player": 1, "opponent": -1},
        "view": {},
        "others": [],
    } | changes

    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/auth/guest":
            return httpx2.Response(201, json=GUEST)
        if request.url.path == "/games/instances":
            begun = {"id": "m", "predictor": "count-mixture", "predictor_version": "1", "status": "active", "turn": 1}
            begun |= {"score": {"player": 0, "opponent": 0}, "view": None, "next": coming}
            return httpx2.Response(201, json=begun)
        return httpx2.Response(200, json=move)

    return answer


async def play_one(answer: Answer) -> recorded_match.RecordedMatch:
    people = [Person("a", (Round(1, "heads", "heads"),))]
    client = client_of(answer)
    with told_as_ours():
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
    people = [Person("a", (Round(1, "heads", "heads"), Round(2, "heads", "heads")))]
    with pytest.raises(Conflict, match="subject a ended before their recorded round 2"):
        await recorded_match.play_all(client_of(server()), Plan("pennies", "adaptive"), people, 1, lambda: None)
