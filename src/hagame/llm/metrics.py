"""What Prometheus is told of language models. Labels never hold ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import Counter, Gauge, Histogram

if TYPE_CHECKING:
    from hagame.llm.attempt import Attempt
    from hagame.llm.circuit import State

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)

CALLS = Counter("hagame_llm_calls_total", "Calls", ["provider", "model", "outcome", "cached"])
TOKENS = Counter("hagame_llm_tokens_total", "Tokens of all attempts", ["kind"])
COST = Counter("hagame_llm_cost_usd_total", "US dollars of all attempts", ["provider", "model"])
SECONDS = Histogram("hagame_llm_seconds", "Time of a call with all its attempts", ["provider"], buckets=_SECONDS)
RETRIES = Counter("hagame_llm_retries_total", "Attempts after the first of a call", ["provider", "model"])
CIRCUIT = Gauge(
    "hagame_llm_circuit_state", "0 closed, 1 half-open, 2 open", ["provider", "model"], multiprocess_mode="livemax"
)
BUDGET_REJECTIONS = Counter("hagame_llm_budget_rejections_total", "Attempts that no budget was left for", ["role"])

_STATES: dict[State, int] = {"closed": 0, "half-open": 1, "open": 2}


def count_attempt(attempt: Attempt, state: State, *, again: bool) -> None:
    """One attempt has ended; `state` is that of its circuit now."""
    labels = (attempt.target.provider_name, attempt.target.model)
    TOKENS.labels("input").inc(attempt.usage.input_tokens)
    TOKENS.labels("output").inc(attempt.usage.output_tokens)
    TOKENS.labels("cached").inc(attempt.usage.cached_tokens)
    COST.labels(*labels).inc(float(attempt.cost_usd or 0))
    CIRCUIT.labels(*labels).set(_STATES[state])
    if again:
        RETRIES.labels(*labels).inc()
