"""Cognitive models in the registry over HTTP: trained, asked, explained and played with like the others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from math import exp
from typing import Any

import pytest
from httpx2 import AsyncClient, Response
from tests.api.models import activate, create, ok, play, trained

from hagame import plugins
from hagame.mind.learn.artefact import unpack

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
Person = Callable[[], Awaitable[Headers]]
Work = Callable[[], Awaitable[int]]
LONG = 3
"""A seed with which a dilemma of unknown length lasts more than three rounds."""


def simulated(definition: str, decisions: int = 24) -> dict[str, Any]:
    return {"source": "simulated", "definition": definition, "people": 8, "decisions": decisions, "seed": 3}


async def made(client: AsyncClient, who: Headers, algorithm: str, **config: Any) -> str:
    body = {"kind": "cognitive", "algorithm": algorithm, "config": {"points": 64} | config}
    found: str = (await create(client, who, **body))["id"]
    return found


def field(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["pointer"]


async def test_cognitive_models_are_listed_with_what_they_learn(client: AsyncClient, guest: Person) -> None:
    found = await ok(client.get("/ai-models/algorithms?kind=cognitive", headers=await guest()))
    assert {each["key"] for each in found} == plugins.cognitive().keys()
    assert all(each["trainable"] and not each["uploadable"] and each["sources"] for each in found)
    two_step = next(each for each in found if each["key"] == "two-step")
    assert "planning" in [each["name"] for each in two_step["config_schema"]["learns"]]


async def test_one_is_trained_asked_explained_and_played_against(
    client: AsyncClient, researcher: Headers, work: Work
) -> None:
    model = await made(client, researcher, "memory-one")
    version = await trained(client, researcher, work, model, data=simulated("prisoners-dilemma"))
    assert version["format"] == "safetensors"
    assert version["metrics"]["rivals"].keys() == {"uniform", "marginal", "markov1", "untrained"}
    history = [{"action": "cooperate", "opponent_action": "defect"}, {"action": "defect", "opponent_action": "defect"}]
    told = await ok(client.post(f"/ai-models/{model}/predict", json={"history": history}, headers=researcher))
    assert sum(told["prediction"].values()) == pytest.approx(1, abs=1e-6)
    why = await ok(client.post(f"/ai-models/{model}/explain", json={"history": history}, headers=researcher))
    odds = {
        action: exp(why["baseline"][action] + sum(part["log_odds"][action] for part in why["parts"]))
        for action in why["baseline"]
    }
    total = sum(odds.values())
    assert {action: x / total for action, x in odds.items()} == pytest.approx(why["prediction"], abs=1e-6)
    await activate(client, researcher, model)
    card = await ok(client.get(f"/ai-models/{model}", headers=researcher))
    assert (card["kind"], card["status"], card["trainable"], card["title"]) == (
        "cognitive", "active", True, "Memory-one play",
    )  # fmt: skip
    begun, _ = await play(client, researcher, "prisoners-dilemma", 3, predictor=model, seed=LONG)
    assert begun["predictor"] == f"{model}:1"
    against, _ = await play(client, researcher, "prisoners-dilemma", 2, opponent=model, seed=LONG)
    assert against["predictor"] == f"{model}:1"


async def test_choices_that_differ_from_turn_to_turn_are_told_and_learnt_from(
    client: AsyncClient, researcher: Headers, work: Work
) -> None:
    model = await made(client, researcher, "hyperbolic-discounting")
    await trained(client, researcher, work, model, data=simulated("now-or-later"))
    soon, late = {"features": [[9.0, 0.0], [10.0, 180.0]]}, {"features": [[1.0, 0.0], [10.0, 2.0]]}
    first, second = "sooner", "later"
    body = {"histories": [[{"action": first, **soon}] * 5, []], "next": [soon, late]}
    started = await ok(client.post(f"/ai-models/{model}/predict-batch", json=body, headers=researcher), 202)
    await work()
    rows = (await ok(client.get(f"/tasks/{started['task_id']}", headers=researcher)))["result"]["predictions"]
    assert rows[0][0] > 0.5 > rows[1][0]
    path = f"/ai-models/{model}/predict"
    assert field(await client.post(path, json={"history": []}, headers=researcher)) == (422, "/next/features")
    wrong = {"history": [{"action": second}], "next": soon}
    assert field(await client.post(path, json=wrong, headers=researcher)) == (422, "/history/0/features")


async def test_recordings_tell_stages_and_payoffs(client: AsyncClient, researcher: Headers, work: Work) -> None:
    model = await made(client, researcher, "two-step")
    rounds = [
        {"action": "left", "stage": 0},
        {"action": "right", "stage": 1, "payoff": 1.0},
        {"action": "left", "stage": 0},
        {"action": "left", "stage": 2, "payoff": 0.0},
    ] * 6
    people = [{"matches": [rounds]}, {"matches": [rounds[2:] + rounds[:2]]}, {"matches": [rounds]}]
    recorded = {"definition": "two-step", "people": people}
    stored = await ok(client.post(f"/ai-models/{model}/recordings", json=recorded, headers=researcher), 201)
    await trained(client, researcher, work, model, data={"source": "recordings", "recordings": stored["id"]})
    asked = {"history": rounds, "next": {"stage": 1}}
    told = await ok(client.post(f"/ai-models/{model}/predict", json=asked, headers=researcher))
    assert told["prediction"]["right"] > told["prediction"]["left"]
    people[0]["matches"][0][1] = {"action": "right", "payoff": 1.0}
    answer = await client.post(f"/ai-models/{model}/recordings", json=recorded, headers=researcher)
    assert field(answer) == (422, "/people/0/matches/0/1/stage")


async def test_parameters_are_held_in_trainings_too(client: AsyncClient, researcher: Headers, work: Work) -> None:
    hold = {"forgetting": 0, "learning_rate_loss": "learning_rate_gain"}
    model = await made(client, researcher, "q-learning", hold=hold)
    await trained(client, researcher, work, model, data=simulated("restless-bandit"))
    card = await ok(client.get(f"/ai-models/{model}", headers=researcher))
    assert card["config"] == {"points": 64, "hold": hold}
    artefact = await client.get(f"/ai-models/{model}/versions/1/artefact", headers=researcher)
    assert len(unpack(artefact.content).arrays["mean"]) == 3
    asked = {"history": [{"action": "a", "payoff": 1.0}] * 3}
    told = await ok(client.post(f"/ai-models/{model}/predict", json=asked, headers=researcher))
    assert told["prediction"]["a"] == max(told["prediction"].values())
    body = {"name": "None", "kind": "cognitive", "algorithm": "q-learning", "config": {"hold": {"phi": 0}}}
    answer = await client.post("/ai-models/", json=body, headers=researcher)
    assert field(answer) == (422, "/config/hold")
    assert "there are learning_rate_gain" in answer.json()["detail"]


async def test_games_of_which_a_model_says_nothing_are_refused(client: AsyncClient, researcher: Headers) -> None:
    model = await made(client, researcher, "strategies")
    body = {"data": simulated("rock-paper-scissors")}
    answer = await client.post(f"/ai-models/{model}/train", json=body, headers=researcher)
    assert field(answer) == (422, "/data/definition")
    asked = {"history": [], "definition": "rock-paper-scissors"}
    answer = await client.post(f"/ai-models/{model}/predict", json=asked, headers=researcher)
    assert field(answer) == (422, "/definition")
