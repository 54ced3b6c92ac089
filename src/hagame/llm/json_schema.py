"""JSON Schema (2020-12) of answers and of variables: what is accepted as a schema, and whether a value fits.

Schemas come from people and values from models, so a check must end soon and reach nothing: `$ref` points inside the
schema alone and never back to itself, a few references cannot multiply into very many evaluations, and regular
expressions, which may backtrack without end, are refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.validators import extend
from pydantic import JsonValue
from referencing import Registry

from hagame.errors import InvalidInput

MAX_BYTES = 32 * 1024
MAX_EVALUATIONS = 10_000
"""Schemas in a schema, each counted as often as references lead to it."""
MAX_STEPS = 50_000
"""Keywords looked at for one value: items repeat a schema, and `unevaluatedProperties` looks again."""

REFUSED = ("pattern", "patternProperties", "$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$vocabulary")
NAMED = frozenset({"properties", "$defs", "dependentSchemas", "dependentRequired"})
"""Keywords whose members are names of the author's, and no keywords."""

DATA = frozenset({"const", "enum", "default", "examples"})
"""Keywords whose values are no schemas."""

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
    _check_evaluations(schema, field)


def misfit(value: JsonValue, schema: Mapping[str, JsonValue]) -> str | None:
    """None when `value` fits, else the JSON pointer of the first place that does not; `/` if looking takes too long."""
    begun = _STEPS.set(iter(range(MAX_STEPS)))
    try:
        error = next(_Counted(schema, registry=_NOWHERE).iter_errors(value), None)
    except (RecursionError, _TooLong):
        return "/"
    finally:
        _STEPS.reset(begun)
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


class _TooLong(Exception):
    """The steps for one value are spent."""


_STEPS: ContextVar[Iterator[int]] = ContextVar("steps")


def _counted(keyword: Any) -> Any:
    def look(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
        if next(_STEPS.get(), None) is None:
            raise _TooLong
        yield from keyword(validator, value, instance, schema) or ()

    return look


_KEYWORDS = {name: _counted(keyword) for name, keyword in Draft202012Validator.VALIDATORS.items()}
_Counted = extend(Draft202012Validator, _KEYWORDS)  # type: ignore[no-untyped-call]  # untyped there


def _check_evaluations(schema: Mapping[str, JsonValue], field: str) -> None:
    try:
        found = _evaluations(schema, schema, {})
    except _Circle as error:
        raise InvalidInput(f"The $ref {error} leads back to itself.", field=field) from error
    except RecursionError as error:
        raise InvalidInput("The references of this schema go too deep.", field=field) from error
    if found > MAX_EVALUATIONS:
        raise InvalidInput(
            f"With its references followed, a schema may have at most {MAX_EVALUATIONS} parts.", field=field
        )


class _Circle(Exception):
    """A reference inside of what it points at."""


def _evaluations(
    node: JsonValue | Mapping[str, JsonValue], root: Mapping[str, JsonValue], known: dict[str, int]
) -> int:
    """Schemas in `node` with every `$ref` followed; `known` has those of references, 0 while one is being counted."""
    if isinstance(node, list):
        return sum(_evaluations(item, root, known) for item in node)
    if not isinstance(node, Mapping):
        return 0
    found = 1
    for keyword, value in node.items():
        if keyword == "$ref" and isinstance(value, str):
            found += _behind(value, root, known)
        elif keyword in NAMED and isinstance(value, dict):
            found += 0 if keyword == "$defs" else _evaluations(list(value.values()), root, known)
        elif keyword not in DATA:
            found += _evaluations(value, root, known)
    return found


def _behind(reference: str, root: Mapping[str, JsonValue], known: dict[str, int]) -> int:
    if reference not in known:
        known[reference] = 0
        known[reference] = _evaluations(resolve(root, reference), root, known) or 1
    elif not known[reference]:
        raise _Circle(reference)
    return known[reference]


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
    if keyword in DATA:
        return
    if keyword in NAMED and isinstance(value, dict):
        for name, part in value.items():
            yield from _keywords(part, f"{here}/{name}")
    else:
        yield from _keywords(value, here)
