"""`hagame serve`: the API for production, on a database of your own."""

from __future__ import annotations

from typing import Annotated

import typer


def serve(
    host: Annotated[str, typer.Option(help="The address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen at.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="How many processes serve.")] = 1,
    debug: Annotated[bool, typer.Option("--debug", help="Show where a failure happened.")] = False,  # noqa: ARG001
) -> None:
    """Serve the API on the database at DATABASE_URL, and REDIS_URL if it is set; brings nothing of its own."""
    from hagame.cli.production import run  # noqa: PLC0415 - heavy

    run(host, port, workers)
