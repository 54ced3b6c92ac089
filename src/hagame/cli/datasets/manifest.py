"""The manifest of a directory of recorded decisions: which file holds what.

docs/reference/manifest.md tells the format.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hagame.errors import InvalidInput

NAME = "manifest.json"
Columns = str | Annotated[list[str], Field(min_length=1)]
"""One column, or several that together name something."""
Cell = float | str
"""A number, or the name of the column that holds it."""
Cells = list[list[Cell]]
Family = Literal[
    "rock-paper-scissors",
    "bandit",
    "graded-bandit",
    "iowa-gambling",
    "probability-learning",
    "two-step",
    "prisoners-dilemma",
    "one-shot-game",
    "gamble-or-sure",
    "lotteries",
    "choice-rates",
    "four-in-a-row",
    "repeated-game",
    "options",
]


class Strict(BaseModel):
    """Unknown keys are errors: a misspelt one would be silently without effect."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ColumnNames(Strict):
    """Where the parts of a decision stand. Only what a family needs must be there; other columns are not read."""

    person: Columns | None = None
    match: Columns | None = None
    trial: str | None = None
    action: str | None = None
    opponent_action: str | None = None
    reward: Columns | None = None
    state: str | None = None
    second_action: str | None = None
    rate: Columns | None = None
    row_payoffs: str | None = None
    column_payoffs: str | None = None
    row_choices: str | None = None
    column_choices: str | None = None
    own_pieces: str | None = None
    black_pieces: str | None = None
    white_pieces: str | None = None
    colour: str | None = None


class Cpc(Strict):
    """A lottery in the columns of the choice prediction competitions (Erev et al. 2017)."""

    high: str
    chance: str
    low: str
    shape: str | None = None
    outcomes: str | None = None


class Derived(Strict):
    """A column of numbers that stand for the texts of another."""

    source: str
    values: dict[str, float]


class Entry(Strict):
    """One file."""

    family: Family
    columns: ColumnNames
    actions: list[str] | None = None
    opponent_actions: list[str] | None = None
    missing: list[str] = ["", "NA", "nan", "None"]
    payoffs: Cells | None = None
    opponent_payoffs: Cells | None = None
    payoff_range: tuple[float, float] | None = None
    options: dict[str, list[tuple[Cell, Cell]] | str | Cpc] | None = None
    ambiguous: dict[str, str] = {}
    features: dict[str, list[Cell]] | None = None
    conditions: list[Cell] = []
    derived: dict[str, Derived] = {}
    board: tuple[int, int, int] = (4, 9, 4)
    split: Columns | None = None
    folds: int = Field(5, ge=2)
    excerpt_of: str | None = None
    score_from: int | None = Field(None, ge=1)
    licence: str = ""
    citation: str = ""
    ships: bool = False


class Manifest(Strict):
    """All files of a directory."""

    format: Literal[1] = 1
    files: dict[str, Entry]


def read_manifest(directory: Path, fallback: Path | None = None) -> tuple[dict[str, Entry], dict[str, str]]:
    """Entries of the files in `directory`, and what is wrong with others, by file name.

    Without a manifest of its own the entries of `fallback` are taken for the files that are there. Raises
    `InvalidInput` when there is no manifest at all, or one that is no JSON object of files.
    """
    own = directory / NAME
    path = own if own.is_file() else fallback
    if path is None or not path.is_file():
        raise InvalidInput(f"{directory}: there is no {NAME}; see docs/reference/manifest.md.", field="/manifest")
    try:
        text = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise InvalidInput(f"{path}: it is not JSON: {error}.", field="/manifest") from error
    files = text.get("files") if isinstance(text, dict) else None
    if not isinstance(files, dict):
        raise InvalidInput(f'{path}: it must be an object with "files", one entry per file.', field="/files")
    entries: dict[str, Entry] = {}
    wrong: dict[str, str] = {}
    for name, value in files.items():
        if path != own and _found(directory, name) is None:
            continue
        try:
            entries[name] = Entry.model_validate(value)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            wrong[name] = f"/files/{name}/{'/'.join(map(str, first['loc']))}: {first['msg']}"
    return entries, wrong


def _found(directory: Path, name: str) -> Path | None:
    """The file, or the same one with or without `.gz`."""
    other = name.removesuffix(".gz") if name.endswith(".gz") else f"{name}.gz"
    for candidate in (name, other):
        if (directory / candidate).is_file():
            return directory / candidate
    return None


def file_of(directory: Path, name: str) -> Path:
    """Where the file `name` of the manifest is. Raises `InvalidInput` when it is not there."""
    found = _found(directory, name)
    if found is None:
        raise InvalidInput(f"{directory / name}: there is no such file.", field=f"/files/{name}")
    return found
