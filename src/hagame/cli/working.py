"""What `hagame worker` does."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack

from hagame.cli.production import METRICS_DIRECTORY
from hagame.cli.read_settings import read_settings
from hagame.core.tasks.kinds import QUEUES
from hagame.errors import SetupFailed


def run(concurrency: int, queues: Sequence[str], *, beat: bool) -> None:
    """Work until a signal comes, and exit with Celery's code. Raises `SetupFailed`."""
    if unknown := [name for name in queues if name not in QUEUES]:
        raise SetupFailed(f"There is no queue {unknown[0]!r}.", remedy=f"Choose among {', '.join(QUEUES)}.")
    settings = read_settings()
    with ExitStack() as stack:
        if settings.worker_metrics_port and METRICS_DIRECTORY not in os.environ:
            # The metrics' directory must be known before they are made.
            os.environ[METRICS_DIRECTORY] = stack.enter_context(tempfile.TemporaryDirectory(prefix="hagame-metrics-"))
        from hagame.core.tasks.broker import queue_name  # noqa: PLC0415
        from hagame.worker import create_worker  # noqa: PLC0415

        working = create_worker(settings).Worker(
            concurrency=concurrency,
            queues=[queue_name(settings, name) for name in queues],
            beat=beat,
            loglevel=settings.log_level.upper(),
            quiet=True,
        )
        working.start()
        code = working.exitcode
    sys.exit(code)
