"""`hagame role`: who may do what, told by whoever has the database; so the first administrator comes to be."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from hagame.cli.options import Debug, Home


def role(
    username: Annotated[str, typer.Argument(help="Of somebody registered.")],
    role: Annotated[
        Literal["player", "researcher", "admin"], typer.Argument(help="researcher: makes games, models and prompts.")
    ],
    home: Home = None,
    debug: Debug = False,  # noqa: ARG001
) -> None:
    """Give a registered person another role, in the database at DATABASE_URL or the embedded one.

    It holds from their next request on.
    """
    from hagame.cli.roles import give_role  # noqa: PLC0415 - heavy

    give_role(username, role, home)
