"""`hagame up`: everything on this machine, with nothing to set."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def up(
    host: Annotated[str, typer.Option(help="The address to listen at; 0.0.0.0 lets other machines in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen at.")] = 8000,
    workers: Annotated[int, typer.Option(min=0, help="How many processes do background work.")] = 1,
    home: Annotated[
        Path | None, typer.Option(help="Where the database, keys and logs are kept.", show_default="HAGAME_HOME")
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show where a failure happened.")] = False,  # noqa: ARG001
) -> None:
    """Start the database, the cache, the API, a worker and the page on this machine; Ctrl-C ends them all.

    DATABASE_URL and REDIS_URL are used when they are set.
    """
    from hagame.cli.start import start  # noqa: PLC0415 - heavy

    start(host, port, home, workers)
