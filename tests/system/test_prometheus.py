"""A real Prometheus scrapes `hagame serve` with two processes, and finds what the rules ask for."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml
from tests.system.processes import HAGAME, ROOT, free_port, process, run, until

from hagame.settings import Settings

PROMETHEUS = shutil.which("prometheus")
GUESTS = 8
PATIENCE_S = 300.0
"""Two processes start at once, which takes long on a machine that has other work."""

pytestmark = pytest.mark.skipif(PROMETHEUS is None, reason="Prometheus is not installed")


def test_prometheus_sees_the_moves_of_all_processes_and_takes_the_rules(settings: Settings, tmp_path: Path) -> None:
    env = {"DATABASE_URL": settings.database_url or "", "REDIS_URL": settings.redis_url or ""}
    done = run("migrate", **env)
    assert "The schema is at revision" in done.stdout, done.stderr
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    words = [*HAGAME, "serve", "--port", str(port), "--workers", "2"]
    with process(words, tmp_path / "serve.out", url, **env) as server:
        server.wait_until_ready(PATIENCE_S)
        for _ in range(GUESTS):
            play_once(url)
        at = free_port()
        with process(prometheus_on(port, at, tmp_path), tmp_path / "prometheus.out"):
            api = f"http://127.0.0.1:{at}/api/v1"
            until(lambda: value(api, "sum(hagame_moves_total)") == GUESTS, "Prometheus to see every move")
            assert value(api, 'sum(hagame_http_requests_total{route="/auth/guest"})') == GUESTS
            until(lambda: "unknown" not in health(api), "Prometheus to evaluate the rules")
            assert health(api) == {"ok"}


def play_once(url: str) -> None:
    """A new connection each time, so that both processes get some."""
    with httpx2.Client(base_url=url) as http:
        token = http.post("/auth/guest").json()["access_token"]
        who = {"Authorization": f"Bearer {token}"}
        match = http.post("/games/instances", json={"definition": "matching-pennies"}, headers=who).json()
        move = {"turn": 1, "action": match["next"]["legal_actions"][0]}
        assert http.post(f"/games/instances/{match['id']}/moves", json=move, headers=who).is_success


def prometheus_on(target: int, at: int, where: Path) -> list[str]:
    """Our configuration, with the server here as its only target and a shorter interval."""
    given = yaml.safe_load((ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text())
    given["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    given["rule_files"] = [str(ROOT / "deploy" / "prometheus" / "rules.yml")]
    given["alerting"] = {}
    given["scrape_configs"] = [{"job_name": "hagame-api", "static_configs": [{"targets": [f"127.0.0.1:{target}"]}]}]
    file = where / "prometheus.yml"
    file.write_text(yaml.safe_dump(given))
    options = [f"--config.file={file}", f"--web.listen-address=127.0.0.1:{at}", f"--storage.tsdb.path={where / 'data'}"]
    return [str(PROMETHEUS), *options]


def value(api: str, query: str) -> float | None:
    """What Prometheus answers; nothing while it starts, when it refuses connections and then says 503."""
    try:
        found = ask(api, "query", query=query)["result"]
    except (httpx2.TransportError, httpx2.HTTPStatusError):
        return None
    return float(found[0]["value"][1]) if found else None


def health(api: str) -> set[str]:
    return {rule["health"] for group in ask(api, "rules")["groups"] for rule in group["rules"]}


def ask(api: str, path: str, **parameters: str) -> Any:
    return httpx2.get(f"{api}/{path}", params=parameters).raise_for_status().json()["data"]
