"""One file of the manifest as people: the reader of its family."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hagame.cli.datasets import boards, games, moves, options
from hagame.cli.datasets.manifest import Entry, file_of
from hagame.cli.datasets.records import Dataset, Recorded
from hagame.cli.datasets.tables import Table, read_table
from hagame.errors import InvalidInput

Reader = Callable[[Table, Entry], list[Recorded]]


def read_dataset(directory: Path, name: str, entry: Entry) -> Dataset:
    """The people of one file. Raises `InvalidInput` that names file, row and column."""
    readers: dict[str, Reader] = {
        "two-step": moves.two_step,
        "four-in-a-row": boards.boards,
        "gamble-or-sure": options.gambles,
        "lotteries": options.gambles,
        "choice-rates": options.rates,
        "options": options.options,
    }
    reader = readers.get(entry.family, moves.moves)
    if entry.family == "one-shot-game":
        reader = games.frequencies if entry.columns.row_payoffs else games.one_shot
    table = read_table(file_of(directory, name))
    for column, derived in entry.derived.items():
        table.derive(column, derived.source, derived.values)
    people = reader(table, entry)
    if not people:
        raise InvalidInput(f"{name}: it holds no decision.", field=f"/files/{name}")
    return Dataset(name, entry, tuple(people))
