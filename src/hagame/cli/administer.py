"""`hagame admin`: what whoever has the database does for people who cannot come in."""

from __future__ import annotations

from typing import Annotated

import typer

from hagame.cli.options import Debug, Home

admin = typer.Typer(name="admin", help="Help people who cannot come in.", no_args_is_help=True)


@admin.callback()
def _group() -> None:
    """Help people who cannot come in."""


@admin.command()
def reset_second_factor(
    username: Annotated[str, typer.Argument(help="Who lost their authenticator app and all recovery codes.")],
    home: Home = None,
    debug: Debug = False,  # noqa: ARG001
) -> None:
    """Take a person's second factor away and end their sessions, in the database at DATABASE_URL or the embedded one.

    They log in with the password alone and can set up a new one. It is written into the audit log.
    """
    from hagame.cli.reset_factor import reset  # noqa: PLC0415 - heavy

    reset(username, home)
