"""`python -m hagame.testing golden DIRECTORY`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

from hagame.testing.golden import write_golden


def main(arguments: list[str]) -> NoReturn:
    """`golden DIRECTORY` writes the golden playthroughs."""
    if len(arguments) != 2 or arguments[0] != "golden":
        sys.exit("usage: python -m hagame.testing golden DIRECTORY")
    files = write_golden(Path(arguments[1]))
    print(f"{len(files)} playthroughs written to {arguments[1]}")
    sys.exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
