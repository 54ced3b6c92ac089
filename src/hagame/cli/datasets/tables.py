"""One file as columns of text: CSV or Parquet, compressed or not."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hagame.errors import InvalidInput

Strings = NDArray[np.object_]
Floats = NDArray[np.float64]


class Table:
    """A file's columns by name. `rows` is how many lines it has below the header."""

    def __init__(self, name: str, columns: dict[str, Strings]) -> None:
        self.name = name
        self._columns = columns
        self.rows = len(next(iter(columns.values()))) if columns else 0

    def __contains__(self, column: object) -> bool:
        return column in self._columns

    def text(self, column: str) -> Strings:
        """The cells as they are written, without blanks around; `""` where missing. Raises `InvalidInput`."""
        if column not in self._columns:
            known = ", ".join(self._columns)
            raise InvalidInput(f"{self.name}: there is no column {column!r}; it has {known}.", field=f"/{column}")
        return self._columns[column]

    def derive(self, column: str, source: str, values: Mapping[str, float]) -> None:
        """Adds a column of numbers that stand for the texts of another.

        Raises `InvalidInput` for a text without one.
        """
        found = self.text(source)
        for i, cell in enumerate(found):
            if cell not in values:
                problem = f"{cell!r} is not among {', '.join(values)}"
                raise InvalidInput(f"{self.name}, row {i + 2}, column {source}: {problem}.", field=f"/{source}")
        self._columns[column] = np.array([repr(float(values[cell])) for cell in found], dtype=object)

    def keys(self, columns: str | Sequence[str]) -> Strings:
        """One text per row that names it by these columns together."""
        if isinstance(columns, str):
            return self.text(columns)
        parts = [self.text(column) for column in columns]
        joined = np.empty(self.rows, dtype=object)
        joined[:] = ["/".join(cells) for cells in zip(*parts, strict=True)]
        return joined

    def numbers(self, cell: float | str) -> Floats:
        """A column as numbers, or the same number in every row; not a number where a cell is empty.

        Raises `InvalidInput`.
        """
        if not isinstance(cell, str):
            return np.full(self.rows, float(cell))
        cells = self.text(cell)
        found = np.empty(self.rows)
        for i, written in enumerate(cells):
            try:
                found[i] = _NUMBERS[written] if written in _NUMBERS else float(written)
            except ValueError:
                problem = f"{written!r} is no number"
                raise InvalidInput(f"{self.name}, row {i + 2}, column {cell}: {problem}.", field=f"/{cell}") from None
        return found


_NUMBERS = {"": np.nan, "NA": np.nan, "True": 1.0, "False": 0.0, "true": 1.0, "false": 0.0, "-": np.nan}


def read_table(path: Path) -> Table:
    """All columns of a `.csv`, `.csv.gz` or `.parquet` file. Raises `InvalidInput` when it cannot be read."""
    from pyarrow import ArrowInvalid, csv, parquet, string  # noqa: PLC0415 - heavy

    try:
        content = path.read_bytes()
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
        if path.name.endswith(".parquet"):
            table = parquet.read_table(io.BytesIO(content))
        else:
            header = content.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8")
            names = csv.read_csv(io.BytesIO(header.encode() + b"\n")).column_names if header.strip() else []
            kinds = csv.ConvertOptions(column_types=dict.fromkeys(names, string()), strings_can_be_null=False)
            table = csv.read_csv(io.BytesIO(content), convert_options=kinds)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, ArrowInvalid) as error:
        raise InvalidInput(f"{path.name}: it cannot be read: {error}.", field="/file") from error
    return Table(path.name, {name: _cells(table.column(name).to_pylist()) for name in table.column_names})


def _cells(values: list[object]) -> Strings:
    found = np.empty(len(values), dtype=object)
    found[:] = ["" if value is None else str(value).strip() for value in values]
    return found
