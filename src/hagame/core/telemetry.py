"""What the server says of itself: structured logs, metrics, request ids.

One pure ASGI middleware does all three, because every layer costs each move. Label values never hold ids.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from time import perf_counter

import msgspec
import structlog
from prometheus_client import Counter, Gauge, Histogram, Summary
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hagame.core import tracing
from hagame.core.problems import problem_response
from hagame.core.tables import new_id
from hagame.errors import TooLarge
from hagame.settings import Settings

MAX_BODY_BYTES = 1024 * 1024
NOTHING_RUNS = "default-src 'none'; frame-ancestors 'none'"
HSTS = "max-age=31536000; includeSubDomains"
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")

_FAST = (0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

REQUESTS = Counter("hagame_http_requests_total", "HTTP requests", ["method", "route", "status"])
REQUEST_SECONDS = Histogram("hagame_http_request_seconds", "Time to the end of the answer", ["route"], buckets=_FAST)
IN_FLIGHT = Gauge("hagame_http_in_flight", "Requests being answered", multiprocess_mode="livesum")
REQUEST_BYTES = Counter("hagame_http_request_bytes_total", "Bytes of bodies received", ["route"])
RESPONSE_BYTES = Counter("hagame_http_response_bytes_total", "Bytes of answers", ["route"])

MOVES = Counter("hagame_moves_total", "Decisions logged", ["game", "opponent"])
MOVE_SECONDS = Histogram(
    "hagame_move_seconds", "Parts of one move", ["part"], buckets=(0.0001, 0.00025, 0.0005, *_FAST)
)
LOG_LOSS = Histogram(
    "hagame_prediction_logloss",
    "Log-loss of the sealed prediction, nats",
    ["game"],
    buckets=(0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.5, 2.0, 3.0, 5.0),
)
HITS = Counter("hagame_prediction_hits_total", "Decisions that were the most probable one", ["game"])
MATCHES = Counter("hagame_matches_total", "Matches by what became of them", ["game", "opponent", "event"])
SCORE = Summary("hagame_player_score", "Payoffs of people, decision by decision", ["game"])

PREDICTOR_SECONDS = Histogram(
    "hagame_predictor_seconds",
    "Time of a prediction that was asked for by itself, with the history before it",
    ["algorithm"],
    buckets=(0.0001, 0.00025, 0.0005, *_FAST),
)
FIT_SECONDS = Histogram(
    "hagame_fit_seconds",
    "Time of fitting a model to people",
    ["model"],
    buckets=(0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 1800.0),
)
FIT_FAILURES = Counter("hagame_fit_failures_total", "Fits that ended in an error", ["model"])


@contextmanager
def fitting(model: str) -> Iterator[None]:
    """Time the fit of a model of this name (a key of a plugin, never an id) in the block, or count its failure."""
    began = perf_counter()
    try:
        yield
    except Exception:
        FIT_FAILURES.labels(model).inc()
        raise
    FIT_SECONDS.labels(model).observe(perf_counter() - began)


def configure_logging(settings: Settings) -> None:
    """One event per line on stdout: JSON, or readable text in a terminal."""
    readable = settings.log_format == "console" or (settings.log_format == "auto" and sys.stdout.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="timestamp"),
    ]
    lines: list[structlog.typing.Processor] = [
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(serializer=_as_json),
    ]
    structlog.configure(
        processors=[*shared, *(_readable() if readable else lines)],
        wrapper_class=structlog.make_filtering_bound_logger(_level(settings)),
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=True,
    )


def adopt_standard_logging(settings: Settings) -> None:
    """Let what libraries log, from warnings on, come out as our events do."""
    logging.basicConfig(handlers=[_Adopted()], level=max(logging.WARNING, _level(settings)), force=True)
    # It warns at each start of what we do not do: send tasks with a time.
    logging.getLogger("kombu.transport.native_delayed_delivery").setLevel(logging.ERROR)


class _Adopted(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger()
        log.log(
            record.levelno, "library.log", library=record.name, message=record.getMessage(), exc_info=record.exc_info
        )


def _level(settings: Settings) -> int:
    level: int = getattr(logging, settings.log_level.upper())
    return level


def _readable() -> list[structlog.typing.Processor]:
    # A plain traceback: a rich one would show local variables, and those may be passwords.
    return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]


def _as_json(event: object, **_: object) -> str:
    """Several times as fast as the standard library, on every move; what is no JSON is written as `str` shows it."""
    return msgspec.json.encode(event, enc_hook=str).decode()


class Telemetry:
    """Request id, logging context, body limit, HTTP metrics and security headers around every request."""

    def __init__(self, app: ASGIApp, *, hsts: bool = False) -> None:
        self.app = app
        self._hsts = hsts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "websocket":
            _named(scope, Headers(scope=scope))
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = _Request(scope, receive, send, hsts=self._hsts and scope["scheme"] == "https")
        IN_FLIGHT.inc()
        try:
            await self._traced(request)
        finally:
            IN_FLIGHT.dec()
            request.count()

    async def _traced(self, request: _Request) -> None:
        if not tracing.is_on():
            await self._serve(request)
            return
        method = request.scope["method"]
        with tracing.span(method, "server", request.headers, http__request__method=method) as span:
            tracing.name_in_log()
            try:
                await self._serve(request)
            finally:
                if span is not None:
                    span.update_name(f"{method} {request.route}")
                    span.set_attributes({"http.route": request.route, "http.response.status_code": request.status})

    async def _serve(self, request: _Request) -> None:
        announced = request.headers.get("content-length", "0")
        if announced.isdigit() and int(announced) > MAX_BODY_BYTES:
            await problem_response(_too_large(), request.id)(request.scope, request.receive, request.send)
            return
        await self.app(request.scope, request.receive, request.send)


class _Request:
    """One request as the middleware sees it; its `receive` and `send` stand before the application's."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, *, hsts: bool) -> None:
        self.scope = scope
        self.hsts = hsts
        self.headers = Headers(scope=scope)
        self.id = _named(scope, self.headers)
        self.started = perf_counter()
        self.status = 500
        self.sent = 0
        self._received = 0
        self._receive = receive
        self._send = send

    async def receive(self) -> Message:
        message = await self._receive()
        self._received += len(message.get("body", b""))
        if self._received > MAX_BODY_BYTES:
            raise _too_large()
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._say(MutableHeaders(scope=message))
        else:
            self.sent += len(message.get("body", b""))
        await self._send(message)

    @property
    def route(self) -> str:
        return str(getattr(self.scope.get("route"), "path", "unmatched"))

    def _say(self, headers: MutableHeaders) -> None:
        headers["X-Request-ID"] = self.id
        headers["X-Content-Type-Options"] = "nosniff"
        # What is no page of ours has no business to load or run anything.
        headers.setdefault("Content-Security-Policy", NOTHING_RUNS)
        if self.hsts:
            headers["Strict-Transport-Security"] = HSTS

    def count(self) -> None:
        requests, seconds, received, sent = _meters(self.scope["method"], self.route, self.status)
        requests.inc()
        seconds.observe(perf_counter() - self.started)
        received.inc(self._received)
        sent.inc(self.sent)


@lru_cache(maxsize=4096)
def _meters(method: str, route: str, status: int) -> tuple[Counter, Histogram, Counter, Counter]:
    """Requests, seconds, bytes received and sent: to find a meter by its labels costs as much as to count."""
    requests = REQUESTS.labels(method, route, str(status))
    return requests, REQUEST_SECONDS.labels(route), REQUEST_BYTES.labels(route), RESPONSE_BYTES.labels(route)


def _named(scope: Scope, headers: Headers) -> str:
    """The id of this request, which its problems and lines in the log tell from now on."""
    given = headers.get("x-request-id", "")
    name = given if REQUEST_ID.fullmatch(given) else str(new_id())
    scope.setdefault("state", {})["request_id"] = name
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=name)
    return name


def _too_large() -> TooLarge:
    return TooLarge(f"The body may have at most {MAX_BODY_BYTES} bytes.")
