"""Files that appear whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hagame.errors import InvalidInput


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give the name of a file to write, `<path>.part`, which takes the name `path` when the block ends well.

    When it does not, the part is removed and an older `path` stays as it was. Raises `InvalidInput` when the file
    cannot be written.
    """
    part = _part(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(path)
    except OSError as error:
        raise _not_writable(path, error) from error
    finally:
        with suppress(OSError):
            part.unlink()


def check_writable(path: Path) -> None:
    """Find out early that `replacing` could not write this file. Raises `InvalidInput`."""
    part = _part(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.touch()
        part.unlink()
    except OSError as error:
        raise _not_writable(path, error) from error


def _part(path: Path) -> Path:
    return path.with_name(f"{path.name}.part")


def _not_writable(path: Path, error: OSError) -> InvalidInput:
    return InvalidInput(f"{path} cannot be written: {error.strerror or error}.", field="/out")
