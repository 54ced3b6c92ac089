"""JSON Schemas: what is taken, what fits, and the plainest value that one allows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hagame.errors import InvalidInput
from hagame.llm.checked import read
from hagame.llm.example import plainest
from hagame.llm.json_schema import check_schema, misfit
from hagame.llm.provider import Answer, ProviderFailed
from hagame.llm.providers.openai import is_strict
from hagame.llm.schemas import Usage

USAGE = Usage(input_tokens=1, output_tokens=1)


@pytest.mark.parametrize(
    ("schema", "place"),
    [
        ({"type": "objekt"}, "/s/type"),
        ({"properties": {"a": {"minimum": "1"}}}, "/s/properties/a/minimum"),
        ({"items": {"pattern": "(a+)+$"}}, "/s/items/pattern"),
        ({"$id": "http://example.org/x"}, "/s/$id"),
        ({"$ref": "https://example.org/schema.json"}, "/s/$ref"),
        ({"$ref": "file:///etc/passwd"}, "/s/$ref"),
        ({"properties": {"a": {"$ref": "#/$defs/missing"}}}, "/s/properties/a/$ref"),
        ({"enum": ["x" * 40_000]}, "/s"),
    ],
)
def test_what_is_no_schema_or_asks_for_too_much_is_refused(schema: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_schema(schema, "/s")
    assert refused.value.field == place


def test_names_of_members_are_no_keywords() -> None:
    check_schema({"properties": {"pattern": {"type": "string"}, "$ref": {"const": {"pattern": 1}}}}, "/s")


def doubled(levels: int) -> dict[str, Any]:
    """A small schema that is looked through 2^levels times."""
    defs = {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(levels)}
    return {"$defs": defs | {f"d{levels}": {"type": "integer"}}, "$ref": "#/$defs/d0"}


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        (doubled(16), "10000 parts"),
        ({"$ref": "#"}, "back to itself"),
        ({"properties": {"a": {"allOf": [{"$ref": "#/properties/a"}]}}}, "back to itself"),
        ({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"items": {"$ref": "#/$defs/a"}}}, "$ref": "#/$defs/a"}, "itself"),
    ],
)
def test_references_that_multiply_or_lead_back_are_refused(schema: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput, match=said) as refused:
        check_schema(schema, "/s")
    assert refused.value.field == "/s"


def test_a_definition_may_be_used_often() -> None:
    schema = {
        "$defs": {"move": {"enum": ["left"]}},
        "properties": {str(n): {"$ref": "#/$defs/move"} for n in range(99)},
    }
    check_schema(schema, "/s")
    check_schema(doubled(8), "/s")
    assert misfit(1, doubled(8)) is None


@pytest.mark.parametrize(
    ("schema", "value"),
    [({"$ref": "#"}, 1), (doubled(20), 1), ({"items": doubled(8)["$defs"]["d8"], "allOf": [{}] * 9}, [1] * 60_000)],
)
def test_a_look_that_takes_too_long_ends_as_a_misfit(schema: dict[str, Any], value: object) -> None:
    assert misfit(value, schema) == "/"


def test_the_first_place_that_does_not_fit_is_told() -> None:
    schema = {"properties": {"a": {"items": {"type": "integer"}}}}
    assert misfit({"a": [1, "x"]}, schema) == "/a/1"
    assert misfit({"a": [1]}, schema) is None


LEAVES = st.sampled_from(
    [
        {"type": "string"},
        {"type": "string", "minLength": 3},
        {"type": "boolean"},
        {"type": "null"},
        {"enum": ["rock", "paper"]},
        {"const": 7},
        {"type": "integer", "minimum": 3},
        {"type": "integer", "exclusiveMinimum": 0},
        {"type": "number", "maximum": -2.5},
        {"type": "number", "exclusiveMaximum": 0},
        {"type": "integer", "minimum": 5, "multipleOf": 4},
        {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        {"$ref": "#/$defs/move"},
    ]
)


def _nested(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    lists = st.builds(lambda item, n: {"type": "array", "items": item, "minItems": n}, inner, st.integers(0, 3))
    names = st.dictionaries(st.sampled_from(["a", "b", "c"]), inner)
    objects = names.map(lambda p: {"type": "object", "properties": p, "required": sorted(p)})
    return lists | objects


@given(st.recursive(LEAVES, _nested, max_leaves=6))
def test_the_plainest_value_fits_its_schema(schema: dict[str, Any]) -> None:
    whole = schema | {"$defs": {"move": {"enum": ["left"]}}}
    check_schema(whole, "/s")
    assert misfit(plainest(whole), whole) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [('{"a": 1}', {"a": 1}), ('```json\n{"a": 1}\n```', {"a": 1}), ("```\n[1]\n```\n", [1]), (" null ", None)],
)
def test_json_is_read_also_out_of_a_block_of_markdown(text: str, value: object) -> None:
    assert read(Answer(text, "stop", USAGE), {}) == value


@pytest.mark.parametrize(
    "text", ["", "no", '{"a": NaN}', '{"a": 1, "a": 2}', "[" * 100_000, '{"a": "\\ud800"}', "1e999"]
)
def test_what_is_no_json_is_no_answer(text: str) -> None:
    with pytest.raises(ProviderFailed) as failed:
        read(Answer(text, "stop", USAGE), {})
    assert (failed.value.kind, failed.value.usage) == ("wrong_schema", USAGE)


def test_strict_is_asked_for_only_where_the_schema_allows_it() -> None:
    closed = {
        "type": "object",
        "properties": {"a": {"type": "string"}},
        "required": ["a"],
        "additionalProperties": False,
    }
    assert is_strict(closed)
    assert not is_strict(closed | {"required": []})
    assert not is_strict({"type": "array", "items": {"type": "object", "properties": {}}})
