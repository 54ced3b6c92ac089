"""Cognitive models over HTTP: fit, compare, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from httpx2 import AsyncClient

from hagame.mind.cognition.registry import families, family

pytestmark = pytest.mark.anyio


def dilemma(values: tuple[float, ...], seed: int, count: int = 80) -> dict[str, list[int]]:
    model = family("memory-one")
    made = model.simulate(dict(zip(model.names, values, strict=True)), np.random.default_rng(seed), count)
    return {"action": made.rows[:, 0].astype(int).tolist(), "other": made.rows[:, 1].astype(int).tolist()}


PEOPLE = [dilemma((0.8, 0.9, 0.2, 0.8, 0.1), seed) for seed in range(4)]


async def test_a_group_is_fitted_with_intervals_and_rivals(client: AsyncClient, guest: Any) -> None:
    body = {"model": "memory-one", "people": PEOPLE, "method": "group"}
    answer = await client.post("/ai/cognition/fit", json=body, headers=await guest())
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert len(found["people"]) == 4
    assert found["group"]["after_mutual"]["low"] < 0.9 < found["group"]["after_mutual"]["high"] + 0.1
    person = found["people"][0]
    assert person["held_out"] < person["rivals"]["even draw"]
    assert person["parameters"]["opening"]["low"] < person["parameters"]["opening"]["high"]


async def test_models_are_compared_with_protected_probabilities(client: AsyncClient, guest: Any) -> None:
    body = {"models": ["memory-one", "strategies"], "people": PEOPLE}
    found = (await client.post("/ai/cognition/compare", json=body, headers=await guest())).json()
    assert [each["model"] for each in found["models"]] == body["models"]
    assert sum(each["protected_exceedance"] for each in found["models"]) == pytest.approx(1)


async def test_what_is_wrong_is_named(client: AsyncClient, guest: Any) -> None:
    headers = await guest()
    cases = [
        ({"model": "none", "people": PEOPLE}, "/model"),
        ({"model": "memory-one", "people": [{"action": [0, 3], "other": [0, 1]}]}, "/people/0/action"),
        ({"model": "memory-one", "people": [{"action": [0, 1]}]}, "/people/0/other"),
        ({"model": "memory-one", "people": [{"action": [0] * 25_000, "other": [0] * 25_000}]}, "/people"),
    ]
    for body, field in cases:
        answer = await client.post("/ai/cognition/fit", json=body, headers=headers)
        assert answer.status_code == 422
        assert field in answer.text


async def test_the_catalogue_tells_every_family(client: AsyncClient, guest: Any) -> None:
    found = (await client.get("/ai/cognition/models", headers=await guest())).json()
    assert [each["key"] for each in found] == list(families())
