"""Language models as judges: how they are asked, and what is made of what they say."""

from __future__ import annotations

import json
from typing import Any

from hagame.core.tables import User
from hagame.errors import Unavailable
from hagame.llm.gateway import Gateway
from hagame.llm.schemas import Call, Caller, Completion, Message


async def ask(
    gateway: Gateway, user: User, model: str, instructions: str, data: str, properties: dict[str, Any]
) -> Completion:
    """The answer of a language model, an object with these properties.

    Raises `Unavailable` when only the built-in templates answer, and what the gateway raises.
    """
    call = Call(
        messages=[Message(role="system", content=instructions), Message(role="user", content=data)],
        model=model,
        response_schema={
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        },
    )
    answer = await gateway.complete(Caller(user.id, user.role, "judge"), call)
    if answer.offline:
        raise Unavailable("No language model is connected, and the built-in templates have no opinion.")
    return answer


def as_data(name: str, content: dict[str, Any]) -> str:
    """JSON between brackets of this name; a bracket in it cannot end the block."""
    return f"<{name}>{json.dumps(content).replace('<', chr(92) + 'u003c')}</{name}>"


def probabilities_of(n: int) -> dict[str, Any]:
    """The schema of n probabilities."""
    share = {"type": "number", "minimum": 0, "maximum": 1}
    return {"type": "array", "items": share, "minItems": n, "maxItems": n}


def scaled(probabilities: list[float]) -> list[float]:
    """Probabilities of a language model rarely sum to 1 exactly. Raises `Unavailable` if all are 0."""
    total = float(sum(probabilities))
    if total <= 0:
        raise Unavailable("The language model gave every option a probability of 0; ask again.")
    return [p / total for p in probabilities]
