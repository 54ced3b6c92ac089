"""Recorded human decisions: one CSV file in, people with their rounds out, or an error that names the cell."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from hagame.errors import InvalidInput

COLUMNS = ("subject", "round", "move", "opp_move")
"""What every recording has; `rt_ms` may stand beside them, and other columns are not read."""
RESPONSE_TIME = "rt_ms"
LONGEST_RESPONSE_MS = 86_400_000
NO_MOVE = "N"
UNKNOWN = {"", "NA"}


@dataclass(frozen=True, slots=True)
class Round:
    """One decision of one person, and what the other side did.

    `number` counts the rounds of this person in the file from 1, those without a move included.
    """

    number: int
    action: str
    opponent_action: str
    response_time_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """One recorded person; `rounds` in the order in which they were played, less `dropped` ones without a move."""

    subject: str
    rounds: tuple[Round, ...]
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Recording:
    """The people of a file who made at least one move; `sha256` is that of the whole file."""

    name: str
    sha256: str
    people: tuple[Person, ...]

    @property
    def decisions(self) -> int:
        """Over all people."""
        return sum(len(person.rounds) for person in self.people)

    @property
    def dropped(self) -> int:
        """Rounds in which a person made no move, over all people."""
        return sum(person.dropped for person in self.people)

    @property
    def last_round(self) -> int:
        """The highest round in which anybody made a move."""
        return max(person.rounds[-1].number for person in self.people)

    def first(self, people: int | None) -> Recording:
        """The first so many people of the file, or all of them."""
        return Recording(self.name, self.sha256, self.people[:people])


@dataclass(frozen=True, slots=True)
class _Row:
    """One line of the file, which counts the header as line 1."""

    file: str
    line: int
    cells: Mapping[str, str]

    def wrong(self, column: str, problem: str) -> NoReturn:
        detail = f"{self.file}, row {self.line}, column {column}: {problem}"
        raise InvalidInput(detail, field=f"/{self.line}/{column}")


def read(path: Path, actions: Sequence[str], opponent_actions: Sequence[str]) -> Recording:
    """The people of `path`, a CSV file (`.csv` or `.csv.gz`, UTF-8) with one header line and `COLUMNS`.

    Moves are the names of actions, or their first letters where those differ; `N` says that no move was made, and
    such a round is left out: there was no decision. Raises `InvalidInput` that names file, row and column.
    """
    content = _content(path)
    names = _names(actions), _names(opponent_actions)
    people: dict[str, list[Round]] = {}
    last: dict[str, tuple[int, int]] = {}
    for row in _rows(path.name, _text(path, content)):
        subject = row.cells["subject"] or row.wrong("subject", "it is empty; it names the person.")
        number = _next_number(row, last, subject)
        if not _is_no_move(row.cells["move"], names[0]):
            people.setdefault(subject, []).append(_round(row, number, names))
    if not people:
        raise InvalidInput(f"{path.name}: it holds no decision; there must be at least one row with a move.")
    persons = tuple(Person(who, tuple(rounds), last[who][1] - len(rounds)) for who, rounds in people.items())
    return Recording(path.name, hashlib.sha256(content).hexdigest(), persons)


def _content(path: Path) -> bytes:
    if not path.name.endswith((".csv", ".csv.gz")):
        raise InvalidInput(f"{path.name}: its name must end with .csv or .csv.gz.", field="/file")
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{path}: it cannot be read: {error.strerror or error}.", field="/file") from error


def _text(path: Path, content: bytes) -> str:
    try:
        return (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8-sig")
    except (OSError, EOFError, zlib.error) as error:
        raise InvalidInput(f"{path.name}: it is not a whole gzip file: {error}.", field="/file") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path.name}: it must be UTF-8 text; byte {error.start} is not.", field="/file") from error


def _rows(name: str, text: str) -> Iterator[_Row]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        missing = [column for column in COLUMNS if column not in header]
        if missing:
            raise InvalidInput(
                f"{name}, row 1: there is no column {', '.join(missing)}; needed are {', '.join(COLUMNS)}, "
                f"and {RESPONSE_TIME} may be there.",
                field="/1",
            )
        for cells in reader:
            if cells:
                yield _row(name, reader.line_num, header, cells)
    except csv.Error as error:
        raise InvalidInput(f"{name}, row {reader.line_num}: it is not CSV: {error}.") from error


def _row(name: str, line: int, header: list[str], cells: list[str]) -> _Row:
    if len(cells) != len(header):
        detail = f"{name}, row {line}: it has {len(cells)} cells; the header has {len(header)}."
        raise InvalidInput(detail, field=f"/{line}")
    return _Row(name, line, {column: cell.strip() for column, cell in zip(header, cells, strict=True)})


def _next_number(row: _Row, last: dict[str, tuple[int, int]], subject: str) -> int:
    """How many rounds of this person there have been; their numbers in the file must rise."""
    written = row.cells["round"]
    if not written.isascii() or not written.isdigit():
        row.wrong("round", f"{written!r} is no round number; it must be a whole number such as 1.")
    before, count = last.get(subject, (-1, 0))
    if int(written) <= before:
        row.wrong("round", f"{written} follows {before}; the rounds of one subject must rise.")
    last[subject] = int(written), count + 1
    return count + 1


def _is_no_move(cell: str, names: Mapping[str, str]) -> bool:
    return cell == NO_MOVE and NO_MOVE.lower() not in names


def _round(row: _Row, number: int, names: tuple[Mapping[str, str], Mapping[str, str]]) -> Round:
    action = names[0].get(row.cells["move"].lower())
    if action is None:
        also = f", or {NO_MOVE} when no move was made"
        row.wrong("move", f"{row.cells['move']!r} is no action; it must be one of {_choices(names[0])}{also}.")
    opponent_action = names[1].get(row.cells["opp_move"].lower())
    if opponent_action is None:
        said = row.cells["opp_move"]
        problem = f"{said!r} is no action" if said else "it is missing"
        row.wrong("opp_move", f"{problem}; it must be one of {_choices(names[1])}: the person had met that move.")
    return Round(number, action, opponent_action, _response_time(row))


def _response_time(row: _Row) -> int | None:
    written = row.cells.get(RESPONSE_TIME, "")
    if written in UNKNOWN:
        return None
    try:
        milliseconds = float(written)
    except ValueError:
        milliseconds = -1.0
    if not 0 <= milliseconds <= LONGEST_RESPONSE_MS:
        limit = f"{LONGEST_RESPONSE_MS:,} milliseconds (a day), or empty"
        row.wrong(RESPONSE_TIME, f"{written!r} is no response time; it must be a number from 0 to {limit}.")
    return round(milliseconds)


def _names(actions: Sequence[str]) -> dict[str, str]:
    """What may be written for each action: its name, and its first letter where no two actions share one."""
    letters = [action[0].lower() for action in actions]
    known = dict(zip(letters, actions, strict=True)) if len(set(letters)) == len(letters) else {}
    return known | {action.lower(): action for action in actions}


def _choices(names: Mapping[str, str]) -> str:
    return ", ".join(name.upper() if len(name) == 1 else name for name in names)
