"""How the request of a move is read: straight, since the framework's way costs each move more than its statements do.

Only what is plainly valid is read here. All else goes the framework's way, which says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from pydantic import TypeAdapter, ValidationError
from starlette.requests import ClientDisconnect

from hagame.core.bodies import JsonRoute, StrictRequest
from hagame.core.security import access_token
from hagame.errors import InvalidInput
from hagame.games.schemas import MoveIn

_ID = TypeAdapter(UUID)


class MoveRoute(JsonRoute):
    """A route whose endpoint takes `instance_id`, a `MoveIn`, the claims of the token and the request."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Reads what the endpoint takes; the framework does where that fails."""
        usual, endpoint = super().get_route_handler(), self.endpoint

        async def straight(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive)
            try:
                instance_id, move = await _read(strict)
            except (InvalidInput, ValidationError, ClientDisconnect):
                return await usual(strict)
            answer: Response = await endpoint(instance_id, move, await access_token(strict), strict)
            return answer

        return straight


async def _read(request: StrictRequest) -> tuple[UUID, MoveIn]:
    """Raises `InvalidInput` where the body is no JSON, and `ValidationError` where it or the id may not be valid."""
    instance_id = _ID.validate_strings(request.path_params["instance_id"])
    is_json = request.headers.get("content-type") == "application/json"
    return instance_id, MoveIn.model_validate(await request.json() if is_json else None)
