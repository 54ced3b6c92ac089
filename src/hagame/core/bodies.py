"""How bodies are read: JSON of RFC 8259 in UTF-8, without what no database or client agrees on.

Refused with the place of the fault: names that occur twice, NaN and Infinity, numbers beyond 64 bits, NUL and lone
surrogates in strings, and nesting deeper than `MAX_DEPTH`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from hagame.errors import InvalidInput

MAX_DEPTH = 32
MAX_INTEGER_DIGITS = 19

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class JsonRoute(APIRoute):
    """A route whose JSON body is read by `read_json`. Routers say `route_class=JsonRoute`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of the framework, given a request that reads strictly."""
        handle = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            strict = request if isinstance(request, StrictRequest) else StrictRequest(request.scope, request.receive)
            return await handle(strict)

        return strictly


class StrictRequest(Request):
    """A request whose JSON is read by `read_json`."""

    async def json(self) -> Any:
        """The value of the body. Raises `InvalidInput`."""
        if not hasattr(self, "_json"):
            self._json = read_json(await self.body())
        return self._json


def read_json(body: bytes) -> object:
    """The value of a JSON text. Raises `InvalidInput` that says what is wrong, and where."""
    try:
        value: object = _DECODER.decode(body.decode())
    except UnicodeDecodeError as error:
        raise InvalidInput("The body must be JSON in UTF-8.") from error
    except json.JSONDecodeError as error:
        raise InvalidInput(f"The body is no JSON: {error.msg} at character {error.pos}.") from error
    except RecursionError as error:
        raise _too_deep("") from error
    # Without an escape no string can hold NUL or half a surrogate pair, and few brackets cannot nest deeply.
    if b"\\u" in body or body.count(b"{") + body.count(b"[") > MAX_DEPTH:
        _check(value)
    return value


def _check(value: object) -> None:
    """Walk without recursion, so that a deep value cannot exhaust the stack."""
    left: list[tuple[str, int, object]] = [("", 0, value)]
    while left:
        pointer, depth, item = left.pop()
        if depth > MAX_DEPTH:
            raise _too_deep(pointer)
        if isinstance(item, str):
            _check_text(pointer, item)
        elif isinstance(item, dict):
            for name in item:
                _check_text(pointer, name)
            left.extend((f"{pointer}/{_escape(name)}", depth + 1, child) for name, child in item.items())
        elif isinstance(item, list):
            left.extend((f"{pointer}/{index}", depth + 1, child) for index, child in enumerate(item))


def _check_text(pointer: str, text: str) -> None:
    if _UNSTORABLE.search(text):
        raise InvalidInput("Text must not hold NUL or half of a surrogate pair.", field=pointer)


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _too_deep(pointer: str) -> InvalidInput:
    return InvalidInput(f"JSON may be nested at most {MAX_DEPTH} deep.", field=pointer)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise InvalidInput("A name may occur only once in a JSON object.")
    return value


def _integer(digits: str) -> int:
    if len(digits.lstrip("-")) <= MAX_INTEGER_DIGITS and -(2**63) <= (value := int(digits)) < 2**63:
        return value
    raise InvalidInput("Whole numbers must fit into 64 bits.")


def _number(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise InvalidInput("Numbers must be finite.")
    return value


def _constant(name: str) -> float:
    raise InvalidInput(f"{name} is no JSON number; numbers must be finite.")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_number, parse_constant=_constant
)
