"""The registry of AI models over HTTP, with trainings done by a worker, on a real database."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from math import exp
from typing import Any
from uuid import uuid4

import pytest
from httpx2 import AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tests.api.conftest import promoted
from tests.api.models import HISTORY, SIMULATED, activate, create, ok, trained

from hagame import plugins

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
Person = Callable[[], Awaitable[Headers]]
Work = Callable[[], Awaitable[int]]


async def test_algorithms_are_the_installed_plugins_with_their_schemas(client: AsyncClient, guest: Person) -> None:
    me = await guest()
    found = await ok(client.get("/ai-models/algorithms", headers=me))
    predictors = {a["key"]: a for a in found if a["kind"] == "predictor"}
    assert predictors.keys() == plugins.models().keys()
    assert {key for key, a in predictors.items() if a["trainable"]} >= {"count-mixture", "logistic", "markov"}
    assert predictors["markov"]["config_schema"]["properties"]["order"]["maximum"] == 4
    assert [key for key, a in predictors.items() if a["uploadable"]] == ["onnx"]
    only = await ok(client.get("/ai-models/algorithms?kind=opponent", headers=me))
    assert {a["key"] for a in only} == plugins.opponents().keys()


async def test_a_training_makes_an_immutable_version_with_metrics_lineage_and_artefact(
    client: AsyncClient, researcher: Headers, work: Work
) -> None:
    model = (await create(client, researcher))["id"]
    first = await trained(client, researcher, work, model)
    assert (first["number"], first["status"], first["parent"], first["format"]) == (1, "candidate", None, "safetensors")
    people = {"people": 12, "decisions": 360, "held_out": 0.2, "trained_on": 10, "measured_on": 2}
    assert first["data"] == {"source": "simulated", "seed": 3, "sha256": first["data"]["sha256"], **people}
    metrics = first["metrics"]
    assert metrics["people"] == 2
    assert metrics["decisions"] == 60
    assert metrics["rivals"].keys() == {"uniform", "marginal", "markov1", "untrained"}
    for score in ("log_loss", "accuracy", "brier", "ece"):
        assert metrics["scores"][score]["low"] <= metrics["scores"][score]["high"]
    uniform = metrics["rivals"]["uniform"]["log_loss"]["value"]
    assert metrics["gain"]["uniform"]["value"] == pytest.approx(
        uniform - metrics["scores"]["log_loss"]["value"], abs=1e-5
    )
    artefact = await client.get(f"/ai-models/{model}/versions/1/artefact", headers=researcher)
    assert artefact.status_code == 200
    assert hashlib.sha256(artefact.content).hexdigest() == first["sha256"] == artefact.headers["etag"].strip('"')
    assert plugins.restore(artefact.content).version.startswith("1+")
    second = await trained(client, researcher, work, model, seed=2)
    assert (second["number"], second["parent"]) == (2, 1)
    assert second["sha256"] != first["sha256"]
    listed = await ok(client.get(f"/ai-models/{model}/versions?limit=1", headers=researcher))
    assert [v["number"] for v in listed["items"]] == [2]
    more = await ok(client.get(f"/ai-models/{model}/versions?cursor={listed['next_cursor']}", headers=researcher))
    assert more["items"] == [first]


async def test_the_same_data_and_seed_give_the_same_bytes_whatever_the_shards(
    client: AsyncClient, researcher: Headers, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = (await create(client, researcher, algorithm="count-mixture", config={}))["id"]
    digests = set()
    for per_shard in (4000, 100, 35):
        monkeypatch.setattr("hagame.aimodels.tasks.PER_SHARD", per_shard)
        version = await trained(client, researcher, work, model)
        digests.add((version["sha256"], str(version["metrics"])))
    assert len(digests) == 1


async def test_the_same_key_starts_one_training(client: AsyncClient, researcher: Headers, work: Work) -> None:
    model = (await create(client, researcher))["id"]
    headers = researcher | {"Idempotency-Key": uuid4().hex}
    body = {"data": SIMULATED}
    one, two = [await ok(client.post(f"/ai-models/{model}/train", json=body, headers=headers), 202) for _ in range(2)]
    assert one == two
    await work()
    assert len((await ok(client.get(f"/ai-models/{model}/versions", headers=researcher)))["items"]) == 1


async def test_a_cancelled_training_makes_no_version(client: AsyncClient, researcher: Headers, work: Work) -> None:
    model = (await create(client, researcher))["id"]
    started = await ok(client.post(f"/ai-models/{model}/train", json={"data": SIMULATED}, headers=researcher), 202)
    assert (await ok(client.delete(f"/tasks/{started['task_id']}", headers=researcher)))["state"] == "cancelled"
    await work()
    assert (await ok(client.get(f"/ai-models/{model}/versions", headers=researcher)))["items"] == []


async def test_players_see_active_models_alone(
    client: AsyncClient,
    researcher: Headers,
    work: Work,
    guest: Person,
    player: Person,
    sessions: async_sessionmaker[AsyncSession],
) -> None:
    model = (await create(client, researcher))["id"]
    others = [await guest(), await promoted(await player(), sessions, client)]
    await trained(client, researcher, work, model)
    for who in others:
        for path in ("", "/versions", "/versions/1", "/versions/1/artefact"):
            await ok(client.get(f"/ai-models/{model}{path}", headers=who), 404)
        assert model not in {m["id"] for m in (await ok(client.get("/ai-models/", headers=who)))["items"]}
    await activate(client, researcher, model)
    for who in others:
        card = await ok(client.get(f"/ai-models/{model}", headers=who))
        assert (card["status"], card["active_version"], card["mine"], card["versions"]) == ("active", 1, False, 1)
        assert card["active"]["metrics"]["people"] == 2
        assert card["definition"]["key"] == "rock-paper-scissors"
        listed = (await ok(client.get("/ai-models/?algorithm=markov&status=active", headers=who)))["items"]
        assert model in {m["id"] for m in listed}


async def test_only_its_maker_changes_a_model(
    client: AsyncClient,
    researcher: Headers,
    work: Work,
    guest: Person,
    player: Person,
    sessions: async_sessionmaker[AsyncSession],
) -> None:
    model = (await create(client, researcher))["id"]
    await trained(client, researcher, work, model)
    await activate(client, researcher, model)
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("PATCH", "", {"name": "Mine"}),
        ("POST", "/train", {"data": SIMULATED}),
        ("PUT", "/versions/1", {"status": "archived"}),
        ("POST", "/recordings", {"definition": "rock-paper-scissors", "people": [{"matches": [HISTORY]}] * 2}),
    ]
    colleague, player_ = await promoted(await player(), sessions, client), await guest()
    for method, path, body in calls:
        await ok(client.request(method, f"/ai-models/{model}{path}", json=body, headers=colleague), 404)
        await ok(client.request(method, f"/ai-models/{model}{path}", json=body, headers=player_), 403)
    await ok(client.post("/ai-models/", json={"name": "x", "algorithm": "markov"}, headers=player_), 403)
    await ok(client.post(f"/ai-models/{model}/predict", json={"history": HISTORY}, headers=player_), 403)
    await ok(client.post(f"/ai-models/{model}/predict", json={"history": HISTORY}, headers=colleague))


async def test_one_version_is_active_and_a_model_in_use_is_not_left_without(
    client: AsyncClient, researcher: Headers, work: Work
) -> None:
    model = (await create(client, researcher))["id"]
    await ok(client.patch(f"/ai-models/{model}", json={"status": "active"}, headers=researcher), 409)
    for seed in (1, 2):
        await trained(client, researcher, work, model, seed=seed)
    await activate(client, researcher, model, 1)
    await activate(client, researcher, model, 2)
    listed = (await ok(client.get(f"/ai-models/{model}/versions", headers=researcher)))["items"]
    assert [(v["number"], v["status"]) for v in listed] == [(2, "active"), (1, "candidate")]
    await ok(client.put(f"/ai-models/{model}/versions/2", json={"status": "archived"}, headers=researcher), 409)
    card = await ok(client.patch(f"/ai-models/{model}", json={"status": "archived"}, headers=researcher))
    assert card["status"] == "archived"
    await ok(client.put(f"/ai-models/{model}/versions/1", json={"status": "active"}, headers=researcher), 409)
    await ok(client.put(f"/ai-models/{model}/versions/9", json={"status": "active"}, headers=researcher), 404)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"algorithm": "no-such"}, "/algorithm"),
        ({"config": {"order": 9}}, "/config/order"),
        ({"config": {"depth": 2}}, "/config/depth"),
        ({"kind": "emotion"}, "/algorithm"),
        ({"kind": "opponent", "algorithm": "markov"}, "/algorithm"),
        ({"predictor": "x"}, "/predictor"),
        ({"kind": "opponent", "algorithm": "adaptive", "config": {}, "predictor": "x"}, "/predictor"),
    ],
)
async def test_what_is_wrong_with_a_model_is_named(
    client: AsyncClient, researcher: Headers, body: dict[str, Any], field: str
) -> None:
    given = {"name": "x", "algorithm": "markov", **body}
    problem = await ok(client.post("/ai-models/", json=given, headers=researcher), 422)
    assert [fault["pointer"] for fault in problem["errors"]] == [field]


async def test_predictions_and_explanations_of_a_version_add_up(
    client: AsyncClient, researcher: Headers, work: Work
) -> None:
    model = (await create(client, researcher, algorithm="logistic", config={}))["id"]
    path = f"/ai-models/{model}"
    problem = await ok(client.post(f"{path}/predict", json={"history": HISTORY}, headers=researcher), 422)
    assert "say which game" in problem["detail"]
    body = {"history": HISTORY, "definition": "rock-paper-scissors"}
    before = await ok(client.post(f"{path}/predict", json=body, headers=researcher))
    assert before["version"] is None
    await trained(client, researcher, work, model)
    after = await ok(client.post(f"{path}/predict", json={"history": HISTORY}, headers=researcher))
    assert after["version"] == 1
    assert after["prediction"] != before["prediction"]
    assert sum(after["prediction"].values()) == pytest.approx(1, abs=1e-6)
    why = await ok(client.post(f"{path}/explain", json={"history": HISTORY}, headers=researcher))
    odds = {a: exp(why["baseline"][a] + sum(p["log_odds"][a] for p in why["parts"])) for a in why["prediction"]}
    for action, probability in after["prediction"].items():
        assert odds[action] / sum(odds.values()) == pytest.approx(probability, abs=1e-6)
    wrong = {"history": [*HISTORY, {"action": "lizard", "opponent_action": "rock"}]}
    problem = await ok(client.post(f"{path}/predict", json=wrong, headers=researcher), 422)
    assert problem["errors"][0]["pointer"] == "/history/2/action"
    other = {"history": [], "definition": "matching-pennies"}
    await ok(client.post(f"{path}/predict", json=other, headers=researcher), 422)


async def test_many_predictions_are_those_of_one_by_one(
    client: AsyncClient, researcher: Headers, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hagame.aimodels.tasks.HISTORIES_PER_SHARD", 2)
    model = (await create(client, researcher))["id"]
    await trained(client, researcher, work, model)
    histories = [HISTORY[:k] for k in (0, 1, 2)] + [HISTORY * 3, []]
    path = f"/ai-models/{model}"
    started = await ok(client.post(f"{path}/predict-batch", json={"histories": histories}, headers=researcher), 202)
    await work()
    result = (await ok(client.get(f"/tasks/{started['task_id']}", headers=researcher)))["result"]
    for history, row in zip(histories, result["predictions"], strict=True):
        alone = await ok(client.post(f"{path}/predict", json={"history": history}, headers=researcher))
        assert dict(zip(result["actions"], row, strict=True)) == pytest.approx(alone["prediction"])
        assert result["predictor_version"] == alone["predictor_version"]
    wrong = {"histories": [[], [{"action": "lizard"}]]}
    problem = await ok(client.post(f"{path}/predict-batch", json=wrong, headers=researcher), 422)
    assert problem["errors"][0]["pointer"] == "/histories/1/0/action"


async def test_the_engine_answers_about_a_history_in_the_body(
    client: AsyncClient, researcher: Headers, work: Work, guest: Person
) -> None:
    me = await guest()
    body = {"definition": "rock-paper-scissors", "history": HISTORY}
    plain = await ok(client.post("/ai/predict", json=body, headers=me))
    assert (plain["model"], plain["version"]) == ("count-mixture", None)
    model = (await create(client, researcher))["id"]
    await trained(client, researcher, work, model)
    await ok(client.post("/ai/predict", json=body | {"model": f"{model}:1"}, headers=me), 404)
    await activate(client, researcher, model)
    for name in (model, f"{model}:1"):
        found = await ok(client.post("/ai/predict", json=body | {"model": name}, headers=me))
        assert (found["model"], found["version"]) == (model, 1)
    await ok(client.post("/ai/predict", json=body | {"model": "nobody"}, headers=me), 422)
