"""The plainest value that a JSON Schema allows: what is answered when there is no model to ask."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any

from pydantic import JsonValue

from hagame.llm.json_schema import resolve

MAX_DEPTH = 16
MAX_ITEMS = 100


def plainest(schema: Mapping[str, JsonValue]) -> JsonValue:
    """The first choice of every choice, the least of every number, and no more than is required.

    Schemas may ask for what nobody can build so simply (`not`, `contains`); whoever must be sure checks the value.
    """
    return _value(schema, schema, 0)


def _value(node: Any, root: Mapping[str, JsonValue], depth: int) -> JsonValue:
    if not isinstance(node, Mapping) or depth > MAX_DEPTH:
        return None
    if "const" in node:
        constant: JsonValue = node["const"]
        return constant
    for choices in ("enum", "examples"):
        if node.get(choices):
            first: JsonValue = node[choices][0]
            return first
    if "$ref" in node:
        return _value(resolve(root, node["$ref"]), root, depth + 1)
    for choices in ("anyOf", "oneOf", "allOf"):
        if node.get(choices):
            return _value(node[choices][0], root, depth + 1)
    return _of_type(node, root, depth)


def _of_type(node: Mapping[str, Any], root: Mapping[str, JsonValue], depth: int) -> JsonValue:
    kinds = node.get("type", "object" if "properties" in node else "null")
    kind = kinds[0] if isinstance(kinds, list) else kinds
    if kind == "object":
        known = node.get("properties", {})
        return {name: _value(known.get(name), root, depth + 1) for name in node.get("required", ())}
    if kind == "array":
        return _array(node, root, depth)
    if kind == "string":
        return "-" * min(int(node.get("minLength", 0)), 1000)
    if kind in {"integer", "number"}:
        return _number(node, whole=kind == "integer")
    return False if kind == "boolean" else None


def _array(node: Mapping[str, Any], root: Mapping[str, JsonValue], depth: int) -> JsonValue:
    first = [_value(item, root, depth + 1) for item in node.get("prefixItems", ())]
    missing = min(int(node.get("minItems", 0)), MAX_ITEMS) - len(first)
    return first + [_value(node.get("items"), root, depth + 1)] * max(0, missing)


def _number(node: Mapping[str, Any], *, whole: bool) -> float:
    """0, or the allowed number next to it."""
    low = node.get("minimum", node.get("exclusiveMinimum"))
    high = node.get("maximum", node.get("exclusiveMaximum"))
    step = node.get("multipleOf", 1)
    if low is not None and (low > 0 or (low == 0 and "minimum" not in node)):
        found = ceil(low / step) * step
        found += step if found == low and "minimum" not in node else 0
    elif high is not None and (high < 0 or (high == 0 and "maximum" not in node)):
        found = -ceil(-high / step) * step
        found -= step if found == high and "maximum" not in node else 0
    else:
        found = 0
    return int(found) if whole else float(found)
