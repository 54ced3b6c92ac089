"""Writes Grafana's dashboards: `python tools/dashboards.py`; `--check` says whether they are current.

A panel is a title, a unit of Grafana's, and queries with their legends.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, TypeAlias

FOLDER = Path(__file__).parents[1] / "deploy" / "grafana" / "dashboards"
SOURCE = {"type": "prometheus", "uid": "prometheus"}
PER_ROW, WIDTH, HEIGHT = 2, 12, 8

Panel: TypeAlias = tuple[str, str, dict[str, str]]

MOVES = '{route="/games/instances/{instance_id}/moves"}'


def rate(metric: str, by: str = "", labels: str = "") -> str:
    """Per second, added up."""
    return f"sum{f' by ({by})' if by else ''} (rate(hagame_{metric}{labels}[$__rate_interval]))"


def quantile(q: float, metric: str, by: str = "", labels: str = "") -> str:
    """A quantile of a histogram."""
    of = f"le, {by}" if by else "le"
    return f"histogram_quantile({q}, sum by ({of}) (rate(hagame_{metric}_bucket{labels}[$__rate_interval])))"


def mean(metric: str, by: str) -> str:
    """The mean of a histogram or summary."""
    return f"{rate(f'{metric}_sum', by)} / {rate(f'{metric}_count', by)}"


def quantiles(metric: str, labels: str = "") -> dict[str, str]:
    """The usual three."""
    return {f"p{q * 100:.0f}": quantile(q, metric, labels=labels) for q in (0.5, 0.95, 0.99)}


FAILED = rate("http_requests_total", labels='{status=~"5.."}')
LOADED = '{part="load"}'
STORED = '{part="store"}'

DASHBOARDS: dict[str, tuple[str, list[Panel]]] = {
    "overview": (
        "HAGAME: overview",
        [
            ("Up", "short", {"{{job}} {{instance}}": 'up{job=~"hagame-.*"}'}),
            ("Requests", "reqps", {"{{status}}": rate("http_requests_total", "status")}),
            ("Failed requests", "percentunit", {"5xx": f"{FAILED} / {rate('http_requests_total')}"}),
            ("Time to an answer", "s", quantiles("http_request_seconds")),
            ("Slowest routes, p99", "s", {"{{route}}": f"topk(8, {quantile(0.99, 'http_request_seconds', 'route')})"}),
            ("Requests being answered", "short", {"in flight": "sum(hagame_http_in_flight)"}),
            (
                "Bodies",
                "Bps",
                {"received": rate("http_request_bytes_total"), "sent": rate("http_response_bytes_total")},
            ),
            ("Moves", "ops", {"moves": rate("moves_total")}),
            ("Matches going on", "short", {"begun within an hour": "max(hagame_active_instances)"}),
            (
                "Logins and refusals",
                "ops",
                {
                    "login {{outcome}}": rate("logins_total", "outcome"),
                    "limit {{limit}}": rate("limited_total", "limit"),
                },
            ),
        ],
    ),
    "play": (
        "HAGAME: play and prediction",
        [
            ("Moves by game", "ops", {"{{game}}": rate("moves_total", "game")}),
            ("Moves by opponent", "ops", {"{{opponent}}": rate("moves_total", "opponent")}),
            ("Time of a move", "s", quantiles("http_request_seconds", MOVES)),
            ("Parts of a move, p95", "s", {"{{part}}": quantile(0.95, "move_seconds", "part")}),
            ("Log-loss of sealed predictions, nats", "short", {"{{game}}": mean("prediction_logloss", "game")}),
            (
                "Decisions that were the most probable one",
                "percentunit",
                {"{{game}}": f"{rate('prediction_hits_total', 'game')} / {rate('moves_total', 'game')}"},
            ),
            ("Mean payoff of people", "short", {"{{game}}": mean("player_score", "game")}),
            ("Matches", "ops", {"{{event}}": rate("matches_total", "event")}),
            ("Predictions asked for, p95", "s", {"{{algorithm}}": quantile(0.95, "predictor_seconds", "algorithm")}),
            (
                "Fits",
                "s",
                {"{{model}}": mean("fit_seconds", "model"), "failed {{model}}": rate("fit_failures_total", "model")},
            ),
        ],
    ),
    "llm": (
        "HAGAME: language models",
        [
            ("Calls", "ops", {"{{model}} {{outcome}}": rate("llm_calls_total", "model, outcome")}),
            ("US dollars per hour", "currencyUSD", {"{{model}}": f"3600 * {rate('llm_cost_usd_total', 'model')}"}),
            ("US dollars of 24 hours", "currencyUSD", {"all": "sum(increase(hagame_llm_cost_usd_total[24h]))"}),
            ("Tokens", "ops", {"{{kind}}": rate("llm_tokens_total", "kind")}),
            ("Time of a call, p95", "s", {"{{provider}}": quantile(0.95, "llm_seconds", "provider")}),
            ("Answered by the cache", "ops", {"{{cached}}": rate("llm_calls_total", "cached")}),
            ("Retries", "ops", {"{{model}}": rate("llm_retries_total", "model")}),
            (
                "Circuits: 0 closed, 2 open",
                "short",
                {"{{provider}}/{{model}}": "max by (provider, model) (hagame_llm_circuit_state)"},
            ),
            ("Refused by budgets", "ops", {"{{role}}": rate("llm_budget_rejections_total", "role")}),
        ],
    ),
    "tasks": (
        "HAGAME: background work",
        [
            ("Unfinished", "short", {"{{kind}} {{state}}": "max by (kind, state) (hagame_tasks)"}),
            ("Runs", "ops", {"{{kind}} {{outcome}}": rate("task_seconds_count", "kind, outcome")}),
            ("Time of a run, p95", "s", {"{{kind}}": quantile(0.95, "task_seconds", "kind")}),
            ("Messages in the broker", "short", {"{{queue}}": "max by (queue) (hagame_task_queue_length)"}),
            ("Oldest task nobody took", "s", {"{{queue}}": "max by (queue) (hagame_task_oldest_age_seconds)"}),
            ("The broker was not told", "short", {"{{queue}}": "max by (queue) (hagame_outbox_backlog)"}),
            (
                "What went wrong",
                "ops",
                {
                    "taken over": rate("tasks_taken_over_total"),
                    "parked": rate("tasks_parked_total"),
                    "sent again": rate("tasks_republished_total"),
                    "came twice": rate("tasks_idle_messages_total"),
                },
            ),
        ],
    ),
    "database": (
        "HAGAME: database",
        [
            ("Connections in use", "short", {"{{pool}}": "sum by (pool) (hagame_database_connections_in_use)"}),
            ("Waits for a connection", "ops", {"{{pool}}": rate("database_wait_seconds_count", "pool")}),
            ("Time waited, p95", "s", {"{{pool}}": quantile(0.95, "database_wait_seconds", "pool")}),
            ("Statements of sessions", "ops", {"statements": rate("database_statement_seconds_count")}),
            ("Time of a statement", "s", quantiles("database_statement_seconds")),
            (
                "Statements of moves, p95",
                "s",
                {
                    "load": quantile(0.95, "move_seconds", labels=LOADED),
                    "store": quantile(0.95, "move_seconds", labels=STORED),
                },
            ),
        ],
    ),
}


def panel(number: int, told: Panel) -> dict[str, Any]:
    """One panel in Grafana's words."""
    title, unit, queries = told
    row, column = divmod(number, PER_ROW)
    targets = [
        {"refId": chr(ord("A") + i), "expr": query, "legendFormat": legend, "datasource": SOURCE}
        for i, (legend, query) in enumerate(queries.items())
    ]
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": title,
        "datasource": SOURCE,
        "gridPos": {"x": column * WIDTH, "y": row * HEIGHT, "w": WIDTH, "h": HEIGHT},
        "fieldConfig": {"defaults": {"unit": unit, "min": 0 if unit != "short" else None}, "overrides": []},
        "options": {"legend": {"displayMode": "list"}, "tooltip": {"mode": "multi"}},
        "targets": targets,
    }


def dashboard(key: str) -> str:
    """The file of one dashboard."""
    title, panels = DASHBOARDS[key]
    told = {
        "uid": f"hagame-{key}",
        "title": title,
        "tags": ["hagame"],
        "schemaVersion": 41,
        "editable": True,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "panels": [panel(number, each) for number, each in enumerate(panels)],
    }
    return json.dumps(told, indent=2) + "\n"


def main() -> None:
    """Write them, or compare."""
    stale = []
    for key in DASHBOARDS:
        path, wanted = FOLDER / f"{key}.json", dashboard(key)
        if "--check" not in sys.argv:
            path.write_text(wanted)
        elif not path.exists() or path.read_text() != wanted:
            stale.append(path.name)
    if stale:
        sys.exit(f"Not current: {', '.join(stale)}. Run `python tools/dashboards.py`.")


if __name__ == "__main__":
    main()
