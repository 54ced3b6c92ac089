"""What tests of AI models share: making, training and playing one, and ONNX files."""

from __future__ import annotations

import importlib.util
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar
from uuid import uuid4

from fastapi import FastAPI
from httpx2 import AsyncClient, Response

Headers = dict[str, str]
Person = Callable[[], Awaitable[Headers]]
Work = Callable[[], Awaitable[int]]
T = TypeVar("T")

HISTORY = [{"action": "rock", "opponent_action": "paper"}, {"action": "scissors", "opponent_action": "rock"}]


SIMULATED = {"source": "simulated", "definition": "rock-paper-scissors", "people": 12, "decisions": 30, "seed": 3}


def _files() -> ModuleType:
    spec = importlib.util.spec_from_file_location("onnx_files", Path(__file__).parents[1] / "unit" / "onnx_files.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["onnx_files"] = module
    spec.loader.exec_module(module)
    return module


files = _files()


def held_by(app: FastAPI, function: Callable[..., T]) -> tuple[Callable[..., T], list[int]]:
    """The function, to be called in a thread, and for each call how many connections to the database were held."""
    held: list[int] = []

    def watched(*arguments: Any) -> T:
        # What else the process does may hold one for a moment.
        for _ in range(100):
            count = app.state.engine.pool.checkedout()
            if not count:
                break
            time.sleep(0.02)
        held.append(count)
        return function(*arguments)

    return watched, held


async def ok(answer: Awaitable[Response], status: int = 200) -> Any:
    found = await answer
    assert found.status_code == status, found.text
    return found.json() if found.content else None


async def create(client: AsyncClient, who: Headers, **body: Any) -> Any:
    given = {"name": "Habits", "algorithm": "markov", "config": {"order": 1}} | body
    return await ok(client.post("/ai-models/", json=given, headers=who), 201)


async def trained(client: AsyncClient, who: Headers, work: Work, model: str, **body: Any) -> Any:
    given = {"data": SIMULATED, "seed": 1} | body
    started = await ok(client.post(f"/ai-models/{model}/train", json=given, headers=who), 202)
    await work()
    task = await ok(client.get(f"/tasks/{started['task_id']}", headers=who))
    assert task["state"] == "done", task
    assert task["progress"] == 1.0
    return await ok(client.get(f"/ai-models/{model}/versions/{task['result']['version']}", headers=who))


async def activate(client: AsyncClient, who: Headers, model: str, number: int = 1) -> Any:
    return await ok(client.put(f"/ai-models/{model}/versions/{number}", json={"status": "active"}, headers=who))


def own_game() -> dict[str, Any]:
    parameters = {"preset": "matching-pennies", "rounds": 20}
    return {"key": f"pennies-{uuid4().hex[:8]}", "engine": "matrix", "title": "Pennies", "parameters": parameters}


async def play(client: AsyncClient, who: Headers, game: str, turns: int, **body: Any) -> Any:
    begun = await ok(client.post("/games/instances", json={"definition": game, **body}, headers=who), 201)
    answers = []
    for turn in range(1, turns + 1):
        action = begun["next"]["legal_actions"][turn % 2]
        move = {"turn": turn, "action": action}
        answers.append(await ok(client.post(f"/games/instances/{begun['id']}/moves", json=move, headers=who)))
    return begun, answers


async def playable(client: AsyncClient, who: Headers, work: Work, **body: Any) -> str:
    model: str = (await create(client, who, **body))["id"]
    await trained(client, who, work, model)
    await activate(client, who, model)
    return model
