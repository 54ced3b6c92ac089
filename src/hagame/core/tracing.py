"""Traces by OpenTelemetry, sent as OTLP over HTTP to `HAGAME_OTLP_ENDPOINT`; without one, a span costs next to nothing.

Spans hold names of routes, models and kinds of work, SQL with its placeholders, and ids of requests and tasks. They
hold no text of an exception, no value of a row and nothing that a person wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Literal

import structlog

from hagame.errors import SetupFailed
from hagame.settings import Settings

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer

Kind = Literal["internal", "server", "consumer", "client"]

TRACEPARENT = "traceparent"
"""The header of that name, in HTTP and in messages."""

_NONE: AbstractContextManager[None] = nullcontext()
_tracer: Tracer | None = None


def configure(settings: Settings, service: str) -> Callable[[], None]:
    """Send what this process does from now on, if the settings say where to; what is returned flushes and ends that.

    After a fork, not before: a thread sends. Raises `SetupFailed` where the extra `tracing` is not installed.
    """
    if settings.otlp_endpoint is None:
        return _nothing
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - an extra
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
        from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased  # noqa: PLC0415
    except ImportError as error:
        raise SetupFailed(
            "HAGAME_OTLP_ENDPOINT is set, but OpenTelemetry is not installed.",
            remedy="Install hagame[tracing], or leave the setting empty.",
        ) from error
    sampler = ParentBased(TraceIdRatioBased(settings.trace_ratio))
    provider = TracerProvider(sampler=sampler, resource=Resource.create({"service.name": service}))
    exporter = OTLPSpanExporter(f"{settings.otlp_endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    _use(provider.get_tracer("hagame"))

    def end() -> None:
        _use(None)
        provider.shutdown()

    return end


def is_on() -> bool:
    """Whether spans go anywhere."""
    return _tracer is not None


def span(
    name: str, kind: Kind = "internal", headers: Mapping[str, str] | None = None, **attributes: str | int
) -> AbstractContextManager[Span | None]:
    """A span as long as the block lasts, inside the one that is open, or inside the caller's (`traceparent`).

    Attributes are named as OpenTelemetry does, with `__` for a dot.
    """
    return _NONE if _tracer is None else _begun(_tracer, name, kind, headers, attributes)


def trace_id() -> str | None:
    """The id of the open trace, as it stands in the log."""
    if _tracer is None:
        return None
    from opentelemetry import trace  # noqa: PLC0415 - an extra

    context = trace.get_current_span().get_span_context()
    return trace.format_trace_id(context.trace_id) if context.is_valid else None


def traceparent() -> str | None:
    """The open span as those name it whom it sets to work (W3C Trace Context)."""
    if _tracer is None:
        return None
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415 - an extra

    told: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(told)
    return told.get(TRACEPARENT)


def name_in_log() -> None:
    """Let what is logged from now on in this context name the open trace."""
    if _tracer is not None:
        structlog.contextvars.bind_contextvars(trace_id=trace_id())


@contextmanager
def _begun(
    tracer: Tracer, name: str, kind: Kind, headers: Mapping[str, str] | None, attributes: Mapping[str, Any]
) -> Iterator[Span]:
    from opentelemetry import trace  # noqa: PLC0415 - an extra
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415

    parent = None if headers is None else TraceContextTextMapPropagator().extract(headers)
    with tracer.start_as_current_span(
        name,
        context=parent,
        kind=trace.SpanKind[kind.upper()],
        attributes={key.replace("__", "."): value for key, value in attributes.items()},
        # What an exception says may be what a person wrote.
        record_exception=False,
        set_status_on_exception=False,
    ) as begun:
        try:
            yield begun
        except Exception as error:
            begun.set_attribute("error.type", type(error).__name__)
            begun.set_status(trace.StatusCode.ERROR)
            raise


def _use(tracer: Tracer | None) -> None:
    global _tracer  # noqa: PLW0603 - one tracer per process, as there is one log
    _tracer = tracer


def _nothing() -> None:
    return
