"""What Prometheus and traces are told of the database: connections in use, waits for one, statements."""

from __future__ import annotations

from contextlib import AbstractContextManager
from time import perf_counter
from typing import Any, Final

from prometheus_client import Gauge, Histogram
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import AsyncAdaptedQueuePool, PoolProxiedConnection

from hagame.core import tracing

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

IN_USE = Gauge(
    "hagame_database_connections_in_use", "Connections that somebody holds", ["pool"], multiprocess_mode="livesum"
)
WAIT_SECONDS = Histogram(
    "hagame_database_wait_seconds", "Time to a connection, where none was idle", ["pool"], buckets=_SECONDS
)
STATEMENT_SECONDS = Histogram(
    "hagame_database_statement_seconds", "Time of one statement of a session", buckets=_SECONDS
)

DIRECT: Final = IN_USE.labels("moves")
DIRECT_WAITS: Final = WAIT_SECONDS.labels("moves")
_SESSIONS: Final = IN_USE.labels("sessions")
_SESSION_WAITS: Final = WAIT_SECONDS.labels("sessions")


class WatchedPool(AsyncAdaptedQueuePool):
    """SQLAlchemy's pool, which also tells how long a connection was waited for."""

    def connect(self) -> PoolProxiedConnection:
        """A connection; waits when none is idle."""
        if self.checkedin():
            return super().connect()
        began = perf_counter()
        try:
            return super().connect()
        finally:
            _SESSION_WAITS.observe(perf_counter() - began)


def watch(engine: AsyncEngine) -> None:
    """Count what this engine does from now on."""
    event.listen(engine.sync_engine, "checkout", lambda *_: _SESSIONS.inc())
    event.listen(engine.sync_engine, "checkin", lambda *_: _SESSIONS.dec())
    event.listen(engine.sync_engine, "before_cursor_execute", _begin)
    event.listen(engine.sync_engine, "after_cursor_execute", _end)
    event.listen(engine.sync_engine, "handle_error", _failed)


def _begin(_connection: Any, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: bool) -> None:
    context.hagame_span = _span(statement)
    context.hagame_span.__enter__()
    context.hagame_began = perf_counter()


def _end(_connection: Any, _cursor: Any, _statement: str, _parameters: Any, context: Any, _many: bool) -> None:
    STATEMENT_SECONDS.observe(perf_counter() - context.hagame_began)
    context.hagame_span.__exit__(None, None, None)


def _failed(failure: Any) -> None:
    context = failure.execution_context
    if hasattr(context, "hagame_began"):
        STATEMENT_SECONDS.observe(perf_counter() - context.hagame_began)
        context.hagame_span.__exit__(None, None, None)


def _span(statement: str) -> AbstractContextManager[object]:
    """Statements have placeholders where values are."""
    return tracing.span("db.query", "client", db__system__name="postgresql", db__query__text=statement)
