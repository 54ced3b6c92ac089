"""What `hagame serve` does."""

from __future__ import annotations

import atexit
import os
import tempfile
from contextlib import ExitStack
from typing import TYPE_CHECKING

from hagame.cli.read_settings import read_settings
from hagame.errors import SetupFailed
from hagame.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

METRICS_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"


def run(host: str, port: int, workers: int) -> None:
    """Serve until a signal comes. Raises `SetupFailed`."""
    settings = read_settings()
    if settings.database_url is None:
        raise SetupFailed(
            "DATABASE_URL is not set.",
            remedy="Set it to your PostgreSQL; or let `hagame up` bring one along, for a single machine.",
        )
    with ExitStack() as stack:
        if workers > 1 and METRICS_DIRECTORY not in os.environ:
            os.environ[METRICS_DIRECTORY] = stack.enter_context(tempfile.TemporaryDirectory(prefix="hagame-metrics-"))
        _serve(settings, host, port, workers)


def make_app() -> FastAPI:
    """The application of one worker process; its gauges leave the metrics when it ends."""
    from hagame.app import create_app  # noqa: PLC0415 - the metrics' directory must be known before

    if METRICS_DIRECTORY in os.environ:
        from prometheus_client import multiprocess  # noqa: PLC0415

        atexit.register(multiprocess.mark_process_dead, os.getpid())
    return create_app(read_settings())


def _serve(settings: Settings, host: str, port: int, workers: int) -> None:
    import uvicorn  # noqa: PLC0415

    from hagame.cli.http import bind, options  # noqa: PLC0415

    bind(host, port).close()
    uvicorn.run(
        "hagame.cli.production:make_app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        loop="uvloop",
        **options(settings),  # type: ignore[arg-type]
    )
