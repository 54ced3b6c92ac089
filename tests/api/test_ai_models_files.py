"""ONNX files as predictors: taken, refused, and played against, over HTTP."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from tests.api.models import HISTORY, SIMULATED, activate, create, files, ok, play

from hagame.aimodels import sandbox
from hagame.mind.learn import onnx

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
Person = Callable[[], Awaitable[Headers]]
Work = Callable[[], Awaitable[int]]


async def test_an_onnx_file_becomes_a_version_and_is_given_back_as_it_came(
    client: AsyncClient, researcher: Headers
) -> None:
    model = (await create(client, researcher, algorithm="onnx", config={}))["id"]
    content = files.recurrent()
    path = f"/ai-models/{model}/versions?definition=rock-paper-scissors"
    version = await ok(client.post(path, content=content, headers=researcher), 201)
    assert (version["format"], version["metrics"], version["data"]) == ("onnx", None, {"source": "upload"})
    artefact = await client.get(f"/ai-models/{model}/versions/1/artefact", headers=researcher)
    assert artefact.content == content
    why = await ok(client.post(f"/ai-models/{model}/explain", json={"history": HISTORY}, headers=researcher))
    assert {part["key"] for part in why["parts"]} == {"own moves", "opponent's moves"}
    await ok(client.post(f"/ai-models/{model}/train", json={"data": SIMULATED}, headers=researcher), 422)


async def test_a_hostile_file_is_refused_and_nothing_is_stored(client: AsyncClient, researcher: Headers) -> None:
    model = (await create(client, researcher, algorithm="onnx", config={}))["id"]
    path = f"/ai-models/{model}/versions?definition=rock-paper-scissors"
    problem = await ok(client.post(path, content=files.endless(), headers=researcher), 422)
    assert problem["errors"][0]["pointer"] == "/file"
    assert "'Loop' may not be used" in problem["detail"]
    await ok(client.post(path, content=bytes(2 * 1024**2), headers=researcher), 413)
    markov = (await create(client, researcher))["id"]
    elsewhere = f"/ai-models/{markov}/versions?definition=rock-paper-scissors"
    await ok(client.post(elsewhere, content=files.linear(), headers=researcher), 422)
    assert (await ok(client.get(f"/ai-models/{model}/versions", headers=researcher)))["items"] == []


async def test_no_connection_is_held_while_a_file_is_looked_at(
    client: AsyncClient, researcher: Headers, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = []

    async def look(*_: object) -> None:
        # What else the process does may hold one for a moment.
        for _ in range(100):
            held.append(app.state.engine.pool.checkedout())
            if not held[-1]:
                return
            await asyncio.sleep(0.02)

    monkeypatch.setattr(sandbox, "check", look)
    model = (await create(client, researcher, algorithm="onnx", config={}))["id"]
    path = f"/ai-models/{model}/versions?definition=rock-paper-scissors"
    await ok(client.post(path, content=files.recurrent(), headers=researcher), 201)
    assert held[-1] == 0


async def test_an_onnx_file_plays(client: AsyncClient, researcher: Headers, guest: Person) -> None:
    model = (await create(client, researcher, algorithm="onnx", config={}))["id"]
    path = f"/ai-models/{model}/versions?definition=rock-paper-scissors"
    await ok(client.post(path, content=files.recurrent(), headers=researcher), 201)
    await activate(client, researcher, model)
    begun, answers = await play(client, await guest(), "rock-paper-scissors", 3, opponent=model)
    assert begun["predictor_version"].startswith("1+")
    assert {part["key"] for part in answers[-1]["explanation"]} == {"own moves", "opponent's moves"}


async def test_a_file_that_has_become_slow_holds_up_nobody_and_its_match_goes_on(
    client: AsyncClient, researcher: Headers, guest: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = (await create(client, researcher, algorithm="onnx", config={}))["id"]
    path = f"/ai-models/{model}/versions?definition=rock-paper-scissors"
    await ok(client.post(path, content=files.linear(), headers=researcher), 201)
    await activate(client, researcher, model)
    who, freed = await guest(), threading.Event()
    begun = await ok(
        client.post("/games/instances", json={"definition": "rock-paper-scissors", "opponent": model}, headers=who), 201
    )
    moves = f"/games/instances/{begun['id']}/moves"

    class Stuck:
        def __init__(self, learnt: Any) -> None:
            self.inputs = in_time(learnt).get_inputs()

        def get_inputs(self) -> Any:
            return self.inputs

        def run(self, *_: Any) -> None:
            freed.wait(10)

    in_time = onnx.session_of
    await ok(client.post(moves, json={"turn": 1, "action": "rock"}, headers=who))
    monkeypatch.setattr(onnx, "session_of", Stuck)
    moving = asyncio.create_task(client.post(moves, json={"turn": 2, "action": "rock"}, headers=who))
    await ok(client.get("/health/live"))
    assert not moving.done()
    late = await ok(moving)
    freed.set()
    monkeypatch.setattr(onnx, "session_of", in_time)
    assert max(late["prediction"].values()) > 0.34
    assert late["explanation"] == []
    after = await ok(client.post(moves, json={"turn": 3, "action": "rock"}, headers=who))
    assert list(after["prediction"].values()) == pytest.approx([1 / 3] * 3, abs=1e-5)
    assert after["explanation"] == []
    last = await ok(client.post(moves, json={"turn": 4, "action": "rock"}, headers=who))
    assert {part["key"] for part in last["explanation"]} == {"own moves", "opponent's moves"}
