"""What a matrix game accepts, and how it says what is wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter, ValidationError

from hagame import plugins
from hagame.rules.builtin import BUILT_IN
from hagame.rules.matrix import Matrix

OWN: dict[str, Any] = {"actions": ["a", "b"], "payoffs": [[1, 2], [3, 4]]}
GOOD = [
    {"preset": "chicken"},
    {"preset": "chicken", "rounds": 100_000},
    {"preset": "chicken", "rounds": {"continuation": 0.9}},
    OWN,
    OWN | {"zero_sum": True},
    OWN | {"opponent_payoffs": [[0, 0], [0, 0]], "rounds": {"continuation": 0.5, "at_most": 3}},
    {"actions": ["a"], "opponent_actions": ["x", "y"], "payoffs": [[1.5, -2]], "zero_sum": True},
]
BAD = [
    ({}, "actions", "unless a preset is named"),
    ({"actions": ["a", "b"]}, "payoffs", "unless a preset is named"),
    ({"payoffs": [[1, 2], [3, 4]]}, "actions", "unless a preset is named"),
    ({"preset": "poker"}, "preset", "'chicken'"),
    ({"preset": "chicken", "actions": ["a", "b"]}, "actions", "beside a preset"),
    ({"preset": "chicken", "zero_sum": True}, "zero_sum", "beside a preset"),
    ({"preset": "chicken", "payoff": 1}, "payoff", "not permitted"),
    (OWN | {"actions": ["a", "a"]}, "actions", "each action once"),
    (OWN | {"actions": ["A", "b"]}, "actions.0", "pattern"),
    (OWN | {"actions": ["", "b"]}, "actions.0", "pattern"),
    (OWN | {"actions": ["a\n", "b"]}, "actions.0", "pattern"),
    (OWN | {"actions": []}, "actions", "at least 1"),
    (OWN | {"actions": [f"a{i}" for i in range(11)]}, "actions", "at most 10"),
    (OWN | {"payoffs": [[1, 2], [3]]}, "payoffs", "2 rows of 2 numbers"),
    (OWN | {"payoffs": [[1, 2]]}, "payoffs", "2 rows of 2 numbers"),
    (OWN | {"payoffs": [[1, 2], [3, "4"]]}, "payoffs.1.1", "number"),
    (OWN | {"payoffs": [[1, 2], [3, True]]}, "payoffs.1.1", "number"),
    (OWN | {"payoffs": [[1, 2], [3, float("nan")]]}, "payoffs.1.1", "finite"),
    (OWN | {"payoffs": [[1, 2], [3, 1e10]]}, "payoffs.1.1", "1000000000"),
    (OWN | {"opponent_payoffs": [[1, 2]]}, "opponent_payoffs", "2 rows of 2 numbers"),
    (OWN | {"opponent_payoffs": [[1, 2], [3, 4]], "zero_sum": True}, "opponent_payoffs", "zero_sum"),
    (OWN | {"opponent_actions": ["c", "d"]}, "opponent_payoffs", "unless zero_sum"),
    (OWN | {"zero_sum": 1}, "zero_sum", "boolean"),
    *(
        ({"preset": "chicken", "rounds": rounds}, "rounds", "whole number from 1 to 100000")
        for rounds in (0, 100_001, 1.5, "7", True, None, {}, {"continuation": 1.0}, {"continuation": 0.5, "at_most": 0})
    ),
]


@pytest.mark.parametrize("parameters", GOOD)
def test_good_parameters_survive_json_and_fit_the_schema(parameters: dict[str, Any]) -> None:
    game = Matrix.model_validate(parameters)
    assert Matrix.model_validate_json(game.model_dump_json()) == game
    Draft202012Validator(Matrix.model_json_schema()).validate(parameters)


@pytest.mark.parametrize(("parameters", "field", "right"), BAD)
def test_bad_parameters_are_refused_with_the_field_and_what_is_right(
    parameters: dict[str, Any], field: str, right: str
) -> None:
    with pytest.raises(ValidationError) as error:
        Matrix.model_validate(parameters)
    first = error.value.errors()[0]
    assert ".".join(map(str, first["loc"])) == field
    assert right in first["msg"]


@pytest.mark.parametrize("parameters", [{}, {"preset": "chicken", "actions": ["a", "b"], "payoffs": [[1]]}])
def test_the_schema_asks_for_a_preset_or_own_payoffs_and_not_both(parameters: dict[str, Any]) -> None:
    assert not Draft202012Validator(Matrix.model_json_schema()).is_valid(parameters)


def test_parameters_cannot_be_changed_and_equal_ones_are_equal_games() -> None:
    game = Matrix(preset="chicken")
    with pytest.raises(ValidationError, match="frozen"):
        game.rounds = 7
    game.situation(game.start(np.random.default_rng(0)), 0)  # fills what is cached
    assert game == Matrix(preset="chicken")
    assert hash(game) == hash(Matrix(preset="chicken"))
    assert game != Matrix(preset="chicken", rounds=7)


@pytest.mark.parametrize("item", BUILT_IN, ids=lambda item: item["key"])
def test_built_in_definitions_are_games(item: dict[str, Any]) -> None:
    plugins.make_game(item["engine"], item["parameters"])


def test_the_state_has_a_schema() -> None:
    assert set(TypeAdapter(Matrix.State).json_schema()["properties"]) == {
        "round",
        "actions",
        "payoffs",
        "scores",
        "over",
    }
