"""How JSON bodies are read."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hagame.core.bodies import MAX_DEPTH, read_json
from hagame.errors import InvalidInput

text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
scalars = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
)
values = st.recursive(
    scalars | text, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4), max_leaves=20
)


@given(values, st.booleans())
def test_what_is_json_is_read_as_it_was_written(value: object, ascii_only: bool) -> None:
    assert read_json(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", ""),
        (b"{", ""),
        (b'{"a": 1,}', ""),
        (b'{"a": 1} {}', ""),
        (b"\xff\xfe", ""),
        ('{"a": 1}'.encode("utf-16"), ""),
        (b'"\xed\xa0\x80"', ""),
        (b'{"a": NaN}', ""),
        (b"[Infinity]", ""),
        (b"-Infinity", ""),
        (b"1e999", ""),
        (b"-1e999", ""),
        (b"1" * 5000, ""),
        (b"-9223372036854775809", ""),
        (b"9223372036854775808", ""),
        (b'{"a": 1, "a": 2}', ""),
        (b'{"x": [{"a": 1, "b": 0, "a": 1}]}', ""),
        (b'{"a": "\\u0000"}', "/a"),
        (b'{"a": [0, "x\\ud800y"]}', "/a/1"),
        (b'{"a/b": {"c~": "\\udfff"}}', "/a~1b/c~0"),
        (b'{"a": {"\\u0000": 1}}', "/a"),
        (b'"a\x00b"', ""),
    ],
)
def test_what_cannot_be_stored_or_understood_alike_is_refused(body: bytes, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_json(body)
    assert refused.value.field == field


@pytest.mark.parametrize("depth", [MAX_DEPTH + 2, 900, 10_000, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_deep_nesting_is_refused(depth: int, opening: str, closing: str) -> None:
    with pytest.raises(InvalidInput, match="nested"):
        read_json((opening * depth + "1" + closing * depth).encode())


def test_brackets_side_by_side_are_not_deep() -> None:
    assert read_json(b"[" + b"[],{}," * 1000 + b"[]]") == [[], {}] * 1000 + [[]]


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert read_json(b'"\\ud83e\\udda6"') == "🦦"
