"""Links of the OpenAPI document: which calls take what a call has answered (OpenAPI 3.1, 4.8.20)."""

from __future__ import annotations

from typing import Any


def links(status: int, parameter: str, *operations: str, pointer: str = "/id") -> dict[int | str, dict[str, Any]]:
    """What a route declares: `responses=links(201, "instance_id", "GET /games/instances/{instance_id}")`.

    The value at `pointer` in the answer is `parameter` in the paths of `operations`.
    """
    given = {parameter: f"$response.body#{pointer}"}
    return {status: {"links": {one: {"operationRef": _reference(one), "parameters": given} for one in operations}}}


def _reference(operation: str) -> str:
    method, path = operation.split(" ")
    return f"#/paths/{path.replace('~', '~0').replace('/', '~1')}/{method.lower()}"
