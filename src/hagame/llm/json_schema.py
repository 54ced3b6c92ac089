"""JSON Schema (2020-12) of answers and of variables: what is accepted as a schema, and whether a value fits.

Schemas come from people and values from models, so a check must end soon and reach nothing: `$ref` points inside the
schema alone, and regular expressions, which may backtrack without end, are refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from pydantic import JsonValue
from referencing import Registry

from hagame.errors import InvalidInput

MAX_BYTES = 32 * 1024
REFUSED = ("pattern", "patternProperties", "$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$vocabulary")
NAMED = frozenset({"properties", "$defs", "dependentSchemas", "dependentRequired"})
"""Keywords whose members are names of the author's, and no keywords."""

_NOWHERE: Registry[Any] = Registry()


def check_schema(schema: Mapping[str, JsonValue], field: str) -> None:
    """Raises `InvalidInput` that says what is wrong with `schema`, which was given as `field`."""
    if len(json.dumps(schema).encode()) > MAX_BYTES:
        raise InvalidInput(f"A schema may have at most {MAX_BYTES} bytes.", field=field)
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        place = "/".join([field, *map(str, error.absolute_path)])
        raise InvalidInput("This is no JSON Schema of the 2020-12 draft.", field=place) from error
    for place, keyword, value in _keywords(schema, field):
        if keyword in REFUSED:
            raise InvalidInput(f"{keyword} is not taken in schemas here.", field=place)
        if keyword == "$ref":
            _check_ref(schema, value, place)


def misfit(value: JsonValue, schema: Mapping[str, JsonValue]) -> str | None:
    """None when `value` fits, else the JSON pointer of the first place that does not."""
    checker = Draft202012Validator(schema, registry=_NOWHERE)
    try:
        error = next(checker.iter_errors(value), None)
    except RecursionError:
        return "/"
    return None if error is None else "/" + "/".join(map(str, error.absolute_path))


def resolve(root: Mapping[str, JsonValue], reference: str) -> JsonValue:
    """What `#/a/b` points at in `root`. Raises `KeyError` when there is nothing."""
    found: Any = root
    for part in reference.removeprefix("#").split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        found = found[name] if isinstance(found, dict) else _item(found, name)
    value: JsonValue = found
    return value


def _item(found: object, name: str) -> object:
    if not (isinstance(found, list) and name.isdigit() and int(name) < len(found)):
        raise KeyError(name)
    return found[int(name)]


def _check_ref(schema: Mapping[str, JsonValue], reference: object, place: str) -> None:
    if not _leads_somewhere(schema, reference):
        raise InvalidInput("$ref must point to a place inside this schema, such as #/$defs/move.", field=place)


def _leads_somewhere(schema: Mapping[str, JsonValue], reference: object) -> bool:
    if not isinstance(reference, str) or not (reference == "#" or reference.startswith("#/")):
        return False
    try:
        resolve(schema, reference)
    except KeyError:
        return False
    return True


def _keywords(schema: JsonValue | Mapping[str, JsonValue], place: str) -> Iterator[tuple[str, str, JsonValue]]:
    """Every keyword of every schema in `schema`, with its place."""
    if isinstance(schema, list):
        for index, item in enumerate(schema):
            yield from _keywords(item, f"{place}/{index}")
    elif isinstance(schema, Mapping):
        for keyword, value in schema.items():
            here = f"{place}/{keyword}"
            yield here, keyword, value
            yield from _below(keyword, value, here)


def _below(keyword: str, value: JsonValue, here: str) -> Iterator[tuple[str, str, JsonValue]]:
    if keyword in {"const", "enum", "default", "examples"}:
        return
    if keyword in NAMED and isinstance(value, dict):
        for name, part in value.items():
            yield from _keywords(part, f"{here}/{name}")
    else:
        yield from _keywords(value, here)
