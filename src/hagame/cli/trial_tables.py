"""Tables of trials, CSV, as cognitive models read them: of people, or of a design that nobody has faced yet."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hagame.errors import InvalidInput
from hagame.mind.cognition.family import Column, Columns, Family, with_actions
from hagame.mind.cognition.rows import Trials

SUBJECT, ACTION = "subject", "action"


def read(file: Path, model: Family) -> tuple[list[str], list[Trials]]:
    """Subjects and their trials, in the order of the file. Raises `InvalidInput`."""
    rows = _rows(file)
    if not rows or SUBJECT not in rows[0]:
        raise InvalidInput(f"{file.name}: needs a column `{SUBJECT}` and at least one trial.", field="/file")
    wanted = _wanted(file, rows[0], model)
    parts: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        parts.setdefault(row[SUBJECT], []).append(row)
    where = [f"{file.name}, subject {who}" for who in parts]
    told = [_columns(name, part, wanted) for name, part in zip(where, parts.values(), strict=True)]
    people = with_actions(model.columns, told)
    return list(parts), [_trials(name, each, model) for name, each in zip(where, people, strict=True)]


def read_design(file: Path, model: Family) -> Trials:
    """The trials of a table, in its order; what was chosen in them does not matter. Raises `InvalidInput`."""
    rows = [{**row, ACTION: "0"} for row in _rows(file)]
    if not rows:
        raise InvalidInput(f"{file.name}: needs at least one trial.", field="/file")
    return _trials(file.name, _columns(file.name, rows, _wanted(file, rows[0], model)), model)


def _rows(file: Path) -> list[dict[str, str]]:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{file}: it cannot be read: {error.strerror or error}.", field="/file") from error
    try:
        text = (gzip.decompress(data) if file.suffix == ".gz" else data).decode()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise InvalidInput(
            f"{file.name}: must be CSV in UTF-8, gzipped if its name ends so: {error}.", field="/file"
        ) from error
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _wanted(file: Path, row: Mapping[str, str], model: Family) -> list[Column]:
    missing = [each.name for each in model.columns if not each.optional and each.name not in row]
    if missing:
        told = "; ".join(f"{each.name}: {each.meaning}" for each in model.columns)
        raise InvalidInput(f"{file.name}: column `{missing[0]}` is missing. {model.key} reads {told}.", field="/file")
    return [each for each in model.columns if each.name in row]


def _columns(where: str, rows: Sequence[Mapping[str, str]], wanted: Sequence[Column]) -> Columns:
    try:
        return {each.name: [_value(row[each.name], listed=each.listed) for row in rows] for each in wanted}
    except ValueError as error:
        raise _no_number(where, error) from error


def _trials(where: str, columns: Columns, model: Family) -> Trials:
    try:
        return model.read(columns)
    except InvalidInput as error:
        right = " Actions are numbers, counted from 0." if error.field == "/action" else ""
        raise InvalidInput(f"{where}: {error.detail}{right}", field="/file") from error
    except ValueError as error:
        raise _no_number(where, error) from error


def _no_number(where: str, error: ValueError) -> InvalidInput:
    return InvalidInput(f"{where}: all values must be numbers, actions counted from 0: {error}.", field="/file")


def _value(text: str, *, listed: bool) -> Any:
    return [float(part) for part in text.split()] if listed else text
