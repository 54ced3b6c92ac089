"""`hagame worker`: does background work, on a database and a broker of your own."""

from __future__ import annotations

from typing import Annotated

import typer


def worker(
    concurrency: Annotated[int, typer.Option(min=1, help="How many tasks are done at once, each in a process.")] = 1,
    queues: Annotated[str, typer.Option(help="Which queues to work for, comma separated.")] = "default,llm,training",
    beat: Annotated[bool, typer.Option("--beat", help="Also ask for what HAGAME_SCHEDULE says.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where a failure happened.")] = False,  # noqa: ARG001
) -> None:
    """Do background work until a signal comes; what is not finished by then goes back and is done by another one.

    Needs DATABASE_URL, and REDIS_URL or HAGAME_BROKER_URL. `hagame up` starts one by itself.
    """
    from hagame.cli.working import run  # noqa: PLC0415 - heavy

    run(concurrency, [name.strip() for name in queues.split(",")], beat=beat)
