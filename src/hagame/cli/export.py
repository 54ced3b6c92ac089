"""`hagame export`: decision logs as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

import typer


def export(  # noqa: PLR0913, PLR0917 - a command has its options
    instance_id: Annotated[UUID | None, typer.Argument(help="The match; or --all.", show_default=False)] = None,
    all_matches: Annotated[bool, typer.Option("--all", help="All your matches.")] = False,
    format_: Annotated[
        Literal["csv", "parquet", "json"] | None,
        typer.Option("--format", help="How the decisions are written.", show_default="as --out ends, else csv"),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The file; with --all and parquet the folder.", show_default="decisions")
    ] = None,
    url: Annotated[str | None, typer.Option(help="The server.", show_default="the running one")] = None,
    token: Annotated[str | None, typer.Option(envvar="HAGAME_TOKEN", help="An access token.")] = None,
    user: Annotated[str | None, typer.Option(help="Username or email, if you have no token.")] = None,
    password: Annotated[str | None, typer.Option(help="Asked for if it is not given.")] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show where a failure happened.")] = False,  # noqa: ARG001
) -> None:
    """Download the decision log of one of your matches, or of all of them. Files appear whole or not at all."""
    from hagame.cli.downloads import Access, Wanted, download, format_of  # noqa: PLC0415 - heavy

    if (instance_id is None) != all_matches:
        raise typer.BadParameter("Name one match by its id, or ask for --all.", param_hint="INSTANCE_ID")
    if token is None and user is None:
        user = typer.prompt("Username or email")
    if token is None and password is None:
        password = typer.prompt("Password", hide_input=True)
    download(Wanted(instance_id, format_ or format_of(out), out), Access(token, user, password), url)
