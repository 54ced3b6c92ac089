"""The registry of AI models over HTTP, with trainings done by a worker, on a real database."""

from __future__ import annotations

import asyncio
import hashlib
import importlib.util
import io
import sys
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from math import exp
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID, uuid4

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from httpx2 import AsyncClient, Response
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from hagame import plugins
from hagame.aimodels.tasks import tasks as trainings
from hagame.core.tables import Outbox, TrainingSet, User
from hagame.core.tasks.work import Worker
from hagame.games import installed
from hagame.games import trained as trained_models
from hagame.settings import Settings

pytestmark = pytest.mark.anyio

Headers = dict[str, str]
Person = Callable[[], Awaitable[Headers]]
Work = Callable[[], Awaitable[int]]

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


@pytest.fixture
async def researcher(player: Person, sessions: async_sessionmaker[AsyncSession], client: AsyncClient) -> Headers:
    return await promoted(await player(), sessions, client)


async def promoted(who: Headers, sessions: async_sessionmaker[AsyncSession], client: AsyncClient) -> Headers:
    user_id = (await client.get("/auth/me", headers=who)).json()["id"]
    async with sessions() as session, session.begin():
        await session.execute(update(User).where(User.id == UUID(user_id)).values(role="researcher"))
    return who


@pytest.fixture(scope="module")
def worker(settings: Settings) -> Iterator[Callable[[UUID], None]]:
    """`worker(task_id)`: a worker takes a task and does it."""
    # Nobody follows these tasks, so nobody need be told of them.
    quiet = settings.model_copy(update={"broker_url": settings.redis_url, "redis_url": None})
    with ThreadPoolExecutor(1) as thread:
        made = thread.submit(Worker, quiet, trainings, lambda: False).result()
        yield lambda task_id: thread.submit(made.work, task_id).result()
        thread.submit(made.close).result()


@pytest.fixture
def work(worker: Callable[[UUID], None], sessions: async_sessionmaker[AsyncSession]) -> Work:
    """`await work()`: all trainings and predictions that are asked for are done; how many runs it took."""

    async def until_done() -> int:
        runs = 0
        while True:
            async with sessions() as session:
                waiting = list(await session.scalars(select(Outbox.task_id).where(Outbox.queue == "training")))
            if not waiting:
                return runs
            runs += len(waiting)
            for task_id in waiting:
                await asyncio.to_thread(worker, task_id)

    return until_done


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


async def test_recordings_as_json_and_as_parquet_are_the_same_people(
    client: AsyncClient, researcher: Headers, work: Work, sessions: async_sessionmaker[AsyncSession]
) -> None:
    model = (await create(client, researcher))["id"]
    people = [[HISTORY * 3, HISTORY], [HISTORY[::-1] * 4], [HISTORY * 2]]
    body = {"definition": "rock-paper-scissors", "people": [{"matches": matches} for matches in people]}
    one = await ok(client.post(f"/ai-models/{model}/recordings", json=body, headers=researcher), 201)
    assert (one["people"], one["decisions"]) == (3, 20)
    content = parquet(
        [{"person": i, "match": j, **turn} for i, ms in enumerate(people) for j, m in enumerate(ms) for turn in m]
    )
    path = f"/ai-models/{model}/recordings/parquet?definition=rock-paper-scissors"
    two = await ok(client.post(path, content=content, headers=researcher), 201)
    assert two["sha256"] == one["sha256"]
    version = await trained(client, researcher, work, model, data={"source": "recordings", "recordings": two["id"]})
    assert version["data"]["sha256"] == one["sha256"]
    await ok(client.delete(f"/ai-models/{model}/recordings/{two['id']}", headers=researcher), 204)
    gone = {"data": {"source": "recordings", "recordings": two["id"]}}
    await ok(client.post(f"/ai-models/{model}/train", json=gone, headers=researcher), 404)
    async with sessions() as session:
        left = select(TrainingSet.id).where(TrainingSet.model_id == UUID(model))
        assert [str(i) for i in await session.scalars(left)] == [one["id"]]


def parquet(rows: list[dict[str, Any]]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no readable Parquet"),
        (b"PAR1 and then nothing PAR1", "no readable Parquet"),
        (parquet([{"person": 1, "match": 1, "action": "rock"}]), "no column opponent_action"),
        (parquet([{"person": 1, "match": 1, "action": "rock", "opponent_action": "rock"}]), "two people"),
        (parquet([{"person": 1, "match": 1, "action": "lizard", "opponent_action": "rock"}]), "lizard"),
        (parquet([{"person": 1, "match": 1, "action": 3, "opponent_action": 4}]), "3"),
    ],
    ids=["empty", "broken", "column", "people", "action", "type"],
)
async def test_a_parquet_file_that_cannot_be_used_is_refused_with_a_reason(
    client: AsyncClient, researcher: Headers, content: bytes, words: str
) -> None:
    model = (await create(client, researcher))["id"]
    path = f"/ai-models/{model}/recordings/parquet?definition=rock-paper-scissors"
    problem = await ok(client.post(path, content=content, headers=researcher), 422)
    assert words in problem["detail"]


async def test_the_log_gives_those_who_consent_and_never_fewer_than_five(
    client: AsyncClient, researcher: Headers, work: Work, guest: Person
) -> None:
    game = await ok(client.post("/games/definitions", json=own_game(), headers=researcher), 201)
    model = (await create(client, researcher))["id"]
    body = {"data": {"source": "log", "definitions": [game["id"]]}, "held_out": 0.4}
    players = [await guest() for _ in range(6)]
    for who in players[:4]:
        await play(client, who, game["key"], 6)
    problem = await ok(client.post(f"/ai-models/{model}/train", json=body, headers=researcher), 422)
    assert "fewer than 5 people" in problem["detail"]
    for who in players[4:]:
        await play(client, who, game["key"], 6)
    profile = {"modelling_consent": False}
    await ok(client.put("/users/me/cognitive-profile", json=profile, headers=players[5]))
    version = await trained(client, researcher, work, model, **body)
    assert (version["data"]["people"], version["data"]["decisions"]) == (5, 30)
    assert "user" not in str(version["data"])
    await ok(client.put("/users/me/cognitive-profile", json=profile, headers=players[4]))
    await ok(client.post(f"/ai-models/{model}/train", json=body, headers=researcher), 422)


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


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"source": "log", "definitions": ["no-such-game"]}, 404),
        ({"source": "log", "definitions": ["rock-paper-scissors", "matching-pennies"]}, 422),
        ({"source": "recordings", "recordings": str(uuid4())}, 404),
        ({"source": "simulated", "definition": "rock-paper-scissors", "people": 1}, 422),
        ({"source": "simulated", "definition": "rock-paper-scissors", "people": 10**6}, 422),
        ({"source": "elsewhere"}, 422),
    ],
)
async def test_data_that_cannot_be_trained_on_are_refused_at_once(
    client: AsyncClient, researcher: Headers, data: dict[str, Any], status: int
) -> None:
    model = (await create(client, researcher))["id"]
    await ok(client.post(f"/ai-models/{model}/train", json={"data": data}, headers=researcher), status)


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


async def playable(client: AsyncClient, who: Headers, work: Work, **body: Any) -> str:
    model: str = (await create(client, who, **body))["id"]
    await trained(client, who, work, model)
    await activate(client, who, model)
    return model


async def test_a_trained_model_plays_and_predicts_and_the_match_keeps_its_version(
    client: AsyncClient, researcher: Headers, work: Work, guest: Person
) -> None:
    me, game = await guest(), "rock-paper-scissors"
    model = await playable(client, researcher, work)
    begun, answers = await play(client, me, game, 3, opponent=model)
    assert begun["predictor"] == f"{model}:1"
    assert begun["opponent_model"] == model
    assert begun["opponent"]["key"] == "adaptive"
    history: list[dict[str, str]] = []
    for answer in answers:
        asked = {"history": history, "version": 1}
        said = await ok(client.post(f"/ai-models/{model}/predict", json=asked, headers=researcher))
        assert answer["prediction"] == pytest.approx(said["prediction"], abs=2e-6)
        history.append({"action": answer["player"]["action"], "opponent_action": answer["opponent"]["action"]})
    await trained(client, researcher, work, model, seed=2)
    await activate(client, researcher, model, 2)
    move = {"turn": 4, "action": "rock"}
    answer = await ok(client.post(f"/games/instances/{begun['id']}/moves", json=move, headers=me))
    said = await ok(
        client.post(f"/ai-models/{model}/predict", json={"history": history, "version": 1}, headers=researcher)
    )
    assert answer["prediction"] == pytest.approx(said["prediction"], abs=2e-6)
    logged = (await ok(client.get(f"/games/instances/{begun['id']}/decisions", headers=me)))["items"]
    assert {row["predictor_version"] for row in logged} == {said["predictor_version"]}
    later, _ = await play(client, me, game, 1, opponent=model)
    assert later["predictor"] == f"{model}:2"
    assert later["belief_from"] is None, "what one version learnt of a person is nothing to another"


async def test_a_move_against_a_trained_model_takes_two_statements_once_it_is_read(
    client: AsyncClient, researcher: Headers, work: Work, guest: Person, statements: list[str]
) -> None:
    me = await guest()
    model = await playable(client, researcher, work, algorithm="logistic", config={})
    begun, _ = await play(client, me, "rock-paper-scissors", 1, opponent=model)
    statements.clear()
    move = {"turn": 2, "action": "paper"}
    await ok(client.post(f"/games/instances/{begun['id']}/moves", json=move, headers=me))
    assert len(statements) == 2
    trained_models._ready.clear()
    installed._objects.cache_clear()
    statements.clear()
    await ok(client.post(f"/games/instances/{begun['id']}/moves", json=move | {"turn": 3}, headers=me))
    assert len(statements) == 3
    assert "artefact" in statements[1]


async def test_any_predictor_may_be_asked_for_and_any_opponent_beside_it(
    client: AsyncClient, researcher: Headers, work: Work, guest: Person
) -> None:
    me, game = await guest(), "rock-paper-scissors"
    plain, _ = await play(client, me, game, 2, predictor="markov", opponent="random")
    assert (plain["predictor"], plain["opponent"]["key"]) == ("markov", "random")
    model = await playable(client, researcher, work)
    both, _ = await play(client, me, game, 2, predictor=f"{model}:1", opponent="equilibrium")
    assert (both["predictor"], both["opponent"]["key"]) == (f"{model}:1", "equilibrium")
    body = {
        "name": "Careful",
        "kind": "opponent",
        "algorithm": "adaptive",
        "config": {"prior": 0.5},
        "predictor": model,
    }
    rival = await ok(client.post("/ai-models/", json=body, headers=researcher), 201)
    assert rival["predictor"] == f"{model}:1"
    await ok(client.post("/games/instances", json={"definition": game, "opponent": rival["id"]}, headers=me), 404)
    await ok(client.patch(f"/ai-models/{rival['id']}", json={"status": "active"}, headers=researcher))
    careful, _ = await play(client, me, game, 2, opponent=rival["id"])
    assert (careful["opponent_model"], careful["predictor"]) == (rival["id"], f"{model}:1")


async def test_an_onnx_file_plays(client: AsyncClient, researcher: Headers, guest: Person) -> None:
    model = (await create(client, researcher, algorithm="onnx", config={}))["id"]
    path = f"/ai-models/{model}/versions?definition=rock-paper-scissors"
    await ok(client.post(path, content=files.recurrent(), headers=researcher), 201)
    await activate(client, researcher, model)
    begun, answers = await play(client, await guest(), "rock-paper-scissors", 3, opponent=model)
    assert begun["predictor_version"].startswith("1+")
    assert {part["key"] for part in answers[-1]["explanation"]} == {"own moves", "opponent's moves"}


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"opponent": str(uuid4())}, 404, "no AI model"),
        ({"predictor": str(uuid4())}, 404, "no AI model"),
        ({"predictor": "nobody"}, 422, "installed"),
        ({"opponent": "MODEL:7"}, 404, "no version 7"),
        ({"opponent": "MODEL", "opponent_parameters": {"prior": 0.1}}, 422, "has its own"),
        ({"opponent": "MODEL", "definition": "prisoners-dilemma"}, 422, "other choices"),
    ],
)
async def test_a_model_that_cannot_play_is_refused_with_a_reason(
    client: AsyncClient, researcher: Headers, work: Work, body: dict[str, Any], status: int, words: str
) -> None:
    if "MODEL" in str(body):
        model = await playable(client, researcher, work)
        body = body | {"opponent": body["opponent"].replace("MODEL", model)}
    given = {"definition": "rock-paper-scissors", **body}
    problem = await ok(client.post("/games/instances", json=given, headers=researcher), status)
    assert words in problem["detail"]


async def test_an_archived_model_begins_no_match_and_ends_none(
    client: AsyncClient, researcher: Headers, work: Work, guest: Person
) -> None:
    me = await guest()
    model = await playable(client, researcher, work)
    begun, _ = await play(client, me, "rock-paper-scissors", 1, opponent=model)
    await ok(client.patch(f"/ai-models/{model}", json={"status": "archived"}, headers=researcher))
    body = {"definition": "rock-paper-scissors", "opponent": model}
    await ok(client.post("/games/instances", json=body, headers=me), 404)
    await ok(client.post("/games/instances", json=body, headers=researcher), 422)
    move = {"turn": 2, "action": "paper"}
    await ok(client.post(f"/games/instances/{begun['id']}/moves", json=move, headers=me))
