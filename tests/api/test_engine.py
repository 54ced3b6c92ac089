"""The engine as a stateless service: judgments in the body, answers that stand beside rivals."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import pytest
from httpx2 import AsyncClient
from tests.conftest import Headers, Person

pytestmark = pytest.mark.anyio

ROSE = {
    "ab": {"yes_yes": 171, "yes_no": 164, "no_yes": 9, "no_no": 162},
    "ba": {"yes_yes": 192, "yes_no": 57, "no_yes": 31, "no_no": 182},
}
SHAFIR = {
    "known_defect": {"defected": 430, "asked": 444},
    "known_cooperate": {"defected": 371, "asked": 444},
    "unknown": {"defected": 280, "asked": 444},
}


@pytest.fixture
async def me(guest: Person) -> Headers:
    return await guest()


async def _post(client: AsyncClient, me: Headers, path: str, body: Any, status: int = 200) -> Any:
    answer = await client.post(path, json=body, headers=me)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_an_order_effect_comes_with_its_test_and_rivals(client: AsyncClient, me: Headers) -> None:
    found = await _post(client, me, "/ai/quantum/order-effect", ROSE)
    assert round(found["qq"]["q"], 3) == 0.151
    assert round(found["qq"]["z"], 2) == 5.30
    assert {fit["model"] for fit in found["models"]} >= {"quantum in 4 dimensions", "anchoring", "the saturated model"}
    assert "lowest BIC" in found["verdict"]


async def test_a_dilemma_comes_with_its_markov_rival(client: AsyncClient, me: Headers) -> None:
    found = await _post(client, me, "/ai/quantum/prisoners-dilemma", SHAFIR)
    assert found["violation"] < -0.2
    assert found["interference"]["interval"][1] < 0
    assert [fit["model"] for fit in found["models"]] == ["quantum", "Markov"]
    again = await _post(client, me, "/ai/quantum/prisoners-dilemma", SHAFIR)
    assert again == found, "the same counts give the same interval"


async def test_a_state_tells_what_each_answer_did(client: AsyncClient, me: Headers) -> None:
    body = {
        "questions": {"a": {"angle": 0.0}, "b": {"angle": 0.7853981633974483}},
        "answers": [{"question": "a", "answer": True}, {"question": "b", "answer": True}],
    }
    found = await _post(client, me, "/ai/quantum/state", body)
    assert [step["probability"] for step in found["steps"]] == pytest.approx([0.5, 0.5])
    assert found["steps"][0]["entropy_before"] == pytest.approx(1)
    assert found["now"]["yes"]["a"] == pytest.approx(0.5)
    assert found["without_last"]["yes"]["a"] == pytest.approx(1)
    assert found["now"]["bloch"] == pytest.approx([1, 0, 0], abs=1e-9)
    assert found["incompatibility"]["a"]["b"] == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/ai/quantum/order-effect", {**ROSE, "ba": {"yes_yes": 0, "yes_no": 0, "no_yes": 0, "no_no": 0}}, "/ba"),
        ("/ai/quantum/order-effect", {"ab": ROSE["ab"]}, "/ba"),
        (
            "/ai/quantum/prisoners-dilemma",
            {**SHAFIR, "unknown": {"defected": 9, "asked": 8}},
            "/unknown",
        ),
        ("/ai/quantum/state", {"questions": {"a": {}}, "answers": []}, "/questions/a"),
        ("/ai/quantum/state", {"questions": {"a": {"vectors": [[1, 0], [0, 1]]}}, "answers": []}, "/questions/a"),
        (
            "/ai/quantum/state",
            {"questions": {"a": {"angle": 0}, "b": {"vectors": [[1, 0, 0]]}}, "answers": []},
            "/questions",
        ),
        (
            "/ai/quantum/state",
            {"questions": {"a": {"angle": 0}}, "answers": [{"question": "z", "answer": True}]},
            "/answers",
        ),
        (
            "/ai/quantum/state",
            {"questions": {"a": {"angle": 0}}, "answers": [{"question": "a", "answer": x} for x in (True, False)]},
            "/answers",
        ),
    ],
)
async def test_wrong_judgments_are_named(
    client: AsyncClient, me: Headers, path: str, body: dict[str, Any], pointer: str
) -> None:
    problem = await _post(client, me, path, body, status=422)
    assert pointer in [fault["pointer"] for fault in problem["errors"]]


async def test_a_crowd_of_probabilities_is_pooled_by_learnt_weights(client: AsyncClient, me: Headers) -> None:
    settled = {"judges": ["good", "bad"], "judgments": [[0.9, 0.1], [0.1, 0.9]], "truth": 0}
    body = {
        "kind": "probabilities",
        "judges": ["good", "bad", "new"],
        "judgments": [[0.8, 0.2], [0.2, 0.8], [0.5, 0.5]],
        "weighting": "performance",
        "settled": [settled] * 5,
    }
    found = (await _post(client, me, "/ai/collective/aggregate", {"judgments": body}))["answer"]
    assert found["pooled"][0] > found["mean"][0] == pytest.approx(0.5)
    assert found["weights"]["good"] > found["weights"]["new"] > found["weights"]["bad"]
    equal = {**body, "weighting": "equal", "settled": []}
    found = (await _post(client, me, "/ai/collective/aggregate", {"judgments": equal}))["answer"]
    assert found["pooled"] == pytest.approx([0.5, 0.5])


async def test_votes_numbers_and_labels_are_answered_in_their_own_way(client: AsyncClient, me: Headers) -> None:
    votes = [{"choice": "yes", "expected": {"yes": 0.9, "no": 0.1}}] * 6
    votes += [{"choice": "no", "expected": {"yes": 0.8, "no": 0.2}}] * 4
    body: dict[str, Any] = {"kind": "votes", "options": ["yes", "no"], "votes": votes}
    found = (await _post(client, me, "/ai/collective/aggregate", {"judgments": body}))["answer"]
    assert found["majority"] == ["yes"]
    assert found["surprisingly_popular"] == ["no"]
    assert found["confidence_weighted"] is None

    body = {"kind": "numbers", "estimates": [1, 2, 3, 4, 100], "method": "median"}
    found = (await _post(client, me, "/ai/collective/aggregate", {"judgments": body}))["answer"]
    assert found["value"] == 3

    answers = [{"task": f"t{t}", "worker": w, "label": "cat"} for t in range(5) for w in ("ann", "bob")]
    answers += [{"task": "t0", "worker": "eve", "label": "dog"}]
    body = {"kind": "labels", "answers": answers}
    found = (await _post(client, me, "/ai/collective/aggregate", {"judgments": body}))["answer"]
    assert found["tasks"]["t0"]["label"] == "cat"
    assert found["workers"]["ann"] > found["workers"]["eve"]


@pytest.mark.skipif(find_spec("crowdkit") is not None, reason="crowd-kit is installed")
async def test_an_algorithm_of_crowd_kit_says_what_to_install(client: AsyncClient, me: Headers) -> None:
    body = {"kind": "labels", "algorithm": "glad", "answers": [{"task": "t", "worker": "ann", "label": "cat"}]}
    answer = await client.post("/ai/collective/aggregate", json={"judgments": body}, headers=me)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["pointer"] == "/judgments/algorithm"
    assert "pip install 'hagame[crowd]'" in error["detail"]


@pytest.mark.parametrize(
    ("judgments", "pointer"),
    [
        ({"kind": "probabilities", "judges": ["a"], "judgments": [[0.5, 0.6]]}, "/judgments"),
        ({"kind": "probabilities", "judges": ["a", "a"], "judgments": [[0.5, 0.5]] * 2}, "/judgments/judges"),
        ({"kind": "votes", "options": ["x", "y"], "votes": [{"choice": "z"}]}, "/judgments/votes/0"),
        ({"kind": "numbers", "estimates": [-1.0], "method": "geometric_mean"}, "/estimates"),
        (
            {
                "kind": "probabilities",
                "judges": ["a"],
                "judgments": [[0.5, 0.5]],
                "weighting": "performance",
                "settled": [{"judges": ["a"], "judgments": [[0.5, 0.5]], "truth": 2}],
            },
            "/judgments/settled/0",
        ),
    ],
)
async def test_wrong_crowds_are_named(
    client: AsyncClient, me: Headers, judgments: dict[str, Any], pointer: str
) -> None:
    problem = await _post(client, me, "/ai/collective/aggregate", {"judgments": judgments}, status=422)
    assert pointer in [fault["pointer"] for fault in problem["errors"]]


async def test_nobody_computes_without_a_token(client: AsyncClient) -> None:
    assert (await client.post("/ai/quantum/order-effect", json=ROSE)).status_code == 401
