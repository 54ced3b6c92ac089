"""Settings of the environment, with wrong ones told by their names there."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from hagame.errors import SetupFailed
from hagame.settings import Settings


def read_settings(**given: Any) -> Settings:
    """Settings from the environment and `.env`, and those given. Raises `SetupFailed`."""
    try:
        return Settings(**given)
    except ValidationError as error:
        wrong = "; ".join(_words(item["loc"], item["msg"]) for item in error.errors(include_input=False))
        raise SetupFailed(
            f"The settings are not valid: {wrong}.", remedy="Correct them in the environment or in `.env`."
        ) from None


def _words(place: tuple[int | str, ...], message: str) -> str:
    said = message.removeprefix("Value error, ")
    return f"{'.'.join(str(part) for part in place)}: {said}" if place else said
