"""`hagame role`: who may do what, told by whoever has the database; so the first administrator comes to be."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer


def role(
    username: Annotated[str, typer.Argument(help="Of somebody registered.")],
    role: Annotated[
        Literal["player", "researcher", "admin"], typer.Argument(help="researcher: makes games, models and prompts.")
    ],
    home: Annotated[
        Path | None,
        typer.Option(help="The home whose database is meant.", show_default="HAGAME_HOME, unless DATABASE_URL"),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show where a failure happened.")] = False,  # noqa: ARG001
) -> None:
    """Give a registered person another role, in the database at DATABASE_URL or the embedded one.

    It holds from their next request on.
    """
    from hagame.cli.roles import give_role  # noqa: PLC0415 - heavy

    give_role(username, role, home)
