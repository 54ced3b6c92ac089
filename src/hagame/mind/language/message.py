"""A sentence before it is put into words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Union

Value = Union[str, int, float, "Message", tuple["Value", ...]]
"""What stands in a place of a template: a name, a number, a phrase, or several."""


class Message(NamedTuple):
    """`id` names a template of the catalogues, `args` what goes into its places. Hashable, as all in it is."""

    id: str
    args: tuple[tuple[str, Value], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As JSON has it: `{"id": ..., "args": {...}}`."""
        return {"id": self.id, "args": {name: _plain(value) for name, value in self.args}}


def message(id_: str, /, **args: Value) -> Message:
    """A message by its id and named arguments."""
    return Message(id_, tuple(args.items()))


def from_json(value: Mapping[str, Any]) -> Message:
    """The message that `to_json` wrote. Raises `KeyError` for anything else."""
    return Message(value["id"], tuple((name, _read(arg)) for name, arg in value["args"].items()))


def _plain(value: Value) -> Any:
    if isinstance(value, Message):
        return value.to_json()
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    # A float of numpy is one, but no encoder's.
    return float(value) if isinstance(value, float) else value


def _read(value: Any) -> Value:
    if isinstance(value, Mapping):
        return from_json(value)
    return tuple(_read(v) for v in value) if isinstance(value, list) else value
