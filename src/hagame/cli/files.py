"""Files that appear whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hagame.errors import InvalidInput


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give the name of a file to write, `<path>.part`, which takes the name `path` when the block ends well.

    When it does not, the part is removed and an older `path` stays as it was. Raises `InvalidInput` when the file
    cannot be written.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(path)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror or error}.", field="/out") from error
    finally:
        part.unlink(missing_ok=True)
