"""A trained model as bytes: safetensors, which hold numbers and text and can run nothing.

The arrays are the weights; the one text beside them, `hagame`, is JSON that says which model they belong to and for
which choices they were trained. The same model gives the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load, save

from hagame.errors import CorruptState
from hagame.mind.model import Arrays, Model
from hagame.rules.game import Situation

FORMAT = "hagame-model/1"
METADATA = "hagame"


class Card(BaseModel):
    """What an artefact says of itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: str
    algorithm: str
    algorithm_version: str
    config: dict[str, JsonValue]
    actions: tuple[str, ...]
    opponent_actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Artefact:
    """A trained model, taken apart."""

    card: Card
    arrays: Arrays


def card_of(model: Model[Any], situation: Situation) -> Card:
    """What the artefact of this model says, trained in this situation."""
    return Card(
        format=FORMAT,
        algorithm=model.info.key,
        algorithm_version=model.info.version,
        config=model.model_dump(mode="json"),
        actions=situation.actions,
        opponent_actions=situation.opponent_actions,
    )


def pack(card: Card, arrays: Arrays) -> bytes:
    """The artefact as bytes; little-endian on every machine."""
    text = json.dumps(card.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
    return tensors(arrays, text)


def unpack(data: bytes) -> Artefact:
    """The artefact that `pack` wrote. Raises `CorruptState` for any other bytes."""
    arrays, text = arrays_of(data)
    try:
        card = Card.model_validate_json(text)
    except ValidationError as error:
        raise CorruptState("an artefact does not say which model it is of") from error
    if card.format != FORMAT:
        raise CorruptState(f"an artefact must have the format {FORMAT!r}, not {card.format!r}")
    return Artefact(card, arrays)


def tensors(arrays: Arrays, text: str) -> bytes:
    """Arrays and one text as safetensors."""
    plain: dict[str, NDArray[Any]] = {name: np.ascontiguousarray(array) for name, array in sorted(arrays.items())}
    # One entry alone: several would come in any order.
    return save(plain, metadata={METADATA: text})


def arrays_of(data: bytes) -> tuple[dict[str, NDArray[Any]], str]:
    """What `tensors` wrote. Raises `CorruptState`."""
    try:
        arrays = load(data)
        header = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
        return arrays, str(header["__metadata__"][METADATA])
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise CorruptState("these bytes are no safetensors of ours") from error
