"""`hagame backup` and `hagame restore`: the whole database as one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hagame.cli.options import Debug, Home


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; it appears whole or not at all.")],
    home: Home = None,
    debug: Debug = False,  # noqa: ARG001
) -> None:
    """Write the database into a file, in PostgreSQL's custom format; play may go on meanwhile.

    The database at DATABASE_URL, or the embedded one, whether `hagame up` is running or not.
    """
    from hagame.cli.dumps import back_up  # noqa: PLC0415 - heavy

    back_up(file, home)


def restore(
    file: Annotated[Path, typer.Argument(help="What `hagame backup` wrote.", exists=True, dir_okay=False)],
    home: Home = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    debug: Debug = False,  # noqa: ARG001
) -> None:
    """Replace everything in the database by what is in a backup: all of it, or, if that fails, nothing.

    Stop HAGAME before. A backup of an older version is brought up to date at the next start.
    """
    from hagame.cli.dumps import restore_from  # noqa: PLC0415 - heavy

    if not yes:
        typer.confirm("This replaces everything in the database. Go on?", abort=True)
    restore_from(file, home)
