"""What `deploy/` holds is valid as far as it can be told without an engine, and speaks of what there is."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from hagame.app import create_app
from hagame.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
ALERTS = ROOT / "docs" / "operations" / "alerts.md"
KUBERNETES = sorted(path for path in (DEPLOY / "kubernetes").glob("*.yaml") if path.name != "kustomization.yaml")
NAME = re.compile(r"\bhagame_\w+")
PROBES = ("startupProbe", "livenessProbe", "readinessProbe")
SUFFIX = re.compile(r"_(bucket|sum|count)$")
COMPOSE = ("docker-compose", "-f", str(DEPLOY / "compose.yaml"), "--profile", "*", "config", "--format", "json")
ASKED = {"POSTGRES_PASSWORD": "p" * 9, "SECRET_KEY": "s" * 32, "PATH": ""}
SET_BY_COMPOSE = {"DATABASE_URL", "REDIS_URL", "HAGAME_MIGRATE_ON_START", "HAGAME_WORKER_METRICS_PORT"}
OF_THE_EMBEDDED = {"HAGAME_HOME"}
"""Where the embedded database is; there is none in a container."""
SUPPORTED = ("1.30", "1.36")
"""Of Kubernetes: the oldest and the newest version that the manifests are checked for."""


def run(*words: str, cwd: Path = ROOT, **env: str) -> str:
    """The output of a program that must succeed; one that is not there is a reason to skip."""
    beside = Path(sys.executable).with_name(words[0])
    program = str(beside) if beside.exists() else shutil.which(words[0])
    if program is None:
        pytest.skip(f"{words[0]} is not installed")
    done = subprocess.run([program, *words[1:]], cwd=cwd, env=env or None, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((DEPLOY / "prometheus" / "rules.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def queries() -> list[str]:
    found = [str(rule["expr"]) for rule in rules()]
    for path in (DEPLOY / "grafana" / "dashboards").glob("*.json"):
        found += [target["expr"] for panel in json.loads(path.read_text())["panels"] for target in panel["targets"]]
    return found


def services(**env: str) -> dict[str, Any]:
    out = run(*COMPOSE, **ASKED | env)
    return json.loads(out)["services"]  # type: ignore[no-any-return]


def ours(found: dict[str, Any]) -> dict[str, Any]:
    """The services that run the image of HAGAME."""
    return {name: each for name, each in found.items() if each["image"].startswith("hagame:")}


def test_every_metric_of_dashboards_and_rules_is_exported_by_the_server_or_a_worker() -> None:
    code = (
        "import hagame.app, hagame.worker\n"
        "from prometheus_client import generate_latest\n"
        "print(generate_latest().decode())"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    exported = set(re.findall(r"^# TYPE (hagame_\w+) ", out, re.MULTILINE))
    asked = {SUFFIX.sub("", name) for query in queries() for name in NAME.findall(query)}
    assert asked <= exported
    told = set(re.findall(r"hagame_\w+", " ".join(f"hagame_{name}" for name in documented())))
    assert {name for name in exported if not name.endswith("_created")} <= told


def documented() -> list[str]:
    text = (ROOT / "docs" / "operations" / "metrics.md").read_text()
    rows = [row.split("|")[1] for row in text.splitlines() if row.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`(\w+)`", row)]


def test_prometheus_takes_the_rules_and_every_query_of_the_dashboards(tmp_path: Path) -> None:
    panels = [query.replace("$__rate_interval", "5m") for query in queries()]
    recorded = [{"record": f"dashboard:query:{n}", "expr": query} for n, query in enumerate(panels)]
    file = tmp_path / "dashboards.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboards", "rules": recorded}]}))
    run("promtool", "check", "rules", str(file))
    run("promtool", "check", "config", "--syntax-only", str(DEPLOY / "prometheus" / "prometheus.yml"))


def test_alerts_fire_when_they_should_and_are_silent_otherwise() -> None:
    assert "SUCCESS" in run("promtool", "test", "rules", "rules.test.yml", cwd=DEPLOY / "prometheus")


def test_every_alert_has_a_rule_test_and_a_run_book() -> None:
    tried = yaml.safe_load((DEPLOY / "prometheus" / "rules.test.yml").read_text())["tests"]
    fires = {case["alertname"] for test in tried for case in test["alert_rule_test"] if case.get("exp_alerts")}
    headings = set(re.findall(r"^## (\w+)$", ALERTS.read_text(), re.MULTILINE))
    alerts = {rule["alert"]: rule["annotations"]["runbook"] for rule in rules() if "alert" in rule}
    assert set(alerts) == fires == headings
    assert all(runbook == f"docs/operations/alerts.md#{alert.lower()}" for alert, runbook in alerts.items())


def test_alertmanager_takes_its_configuration() -> None:
    version = re.search(r"version (\d+)\.(\d+)", run("amtool", "--version"))
    if version is None or (int(version[1]), int(version[2])) < (0, 26):
        pytest.skip("amtool is older than 0.26, which knows no url_file")
    run("amtool", "check-config", str(DEPLOY / "alertmanager" / "alertmanager.yml"))


def test_the_dashboards_are_current() -> None:
    run("python", "tools/dashboards.py", "--check")


def test_the_dockerfile_has_no_fault() -> None:
    run("hadolint", str(DEPLOY / "Dockerfile"))


def test_the_compose_file_is_valid_and_nothing_of_ours_runs_as_root_or_writes_its_root() -> None:
    found = services()
    assert set(ours(found)) == {"migrate", "api", "worker", "beat"}
    for each in ours(found).values():
        assert each["read_only"]
        assert each["cap_drop"] == ["ALL"]
    assert "USER 10001" in (DEPLOY / "Dockerfile").read_text()
    published = [port for name, each in found.items() if name != "api" for port in each.get("ports", [])]
    assert {port["host_ip"] for port in published} == {"127.0.0.1"}


def test_compose_asks_for_secrets_and_has_none() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name(COMPOSE[0])), *COMPOSE[1:]],
        env={"PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "POSTGRES_PASSWORD" in done.stderr or "SECRET_KEY" in done.stderr


@pytest.mark.parametrize("profile", ["", "monitoring", "elk", "rabbitmq", "flower"])
def test_each_profile_of_the_compose_file_stands_by_itself(profile: str) -> None:
    words = ["--profile", profile] if profile else []
    run(*COMPOSE[:3], *words, "config", "--quiet", **ASKED)


def test_every_setting_reaches_the_containers_of_the_compose_file() -> None:
    names = {str(field.validation_alias) for field in Settings.model_fields.values()} - OF_THE_EMBEDDED
    passed = {name: f"what {name} says" for name in names - SET_BY_COMPOSE}
    for service in ours(services(**passed)).values():
        assert passed.items() <= service["environment"].items()
    for service in ours(services()).values():
        unset = {name for name, value in service["environment"].items() if value is None}
        assert unset >= passed.keys() - {"SECRET_KEY"}, "what is not set keeps its default, and is not empty"


def test_grafana_does_not_start_with_the_password_that_everybody_knows() -> None:
    grafana = services()["grafana"]
    assert "GF_SECURITY_ADMIN_PASSWORD" not in grafana["environment"], "Grafana takes an empty one as not given"
    assert [secret["source"] for secret in grafana["secrets"]] == ["grafana_password"]
    assert grafana["environment"]["GF_SECURITY_ADMIN_PASSWORD__FILE"] == "/run/secrets/grafana_password"


@pytest.mark.parametrize("version", SUPPORTED)
@pytest.mark.parametrize("path", KUBERNETES, ids=lambda path: path.stem)
def test_kubernetes_takes_the_manifest(path: Path, version: str) -> None:
    for manifest in yaml.safe_load_all(path.read_text()):
        kubernetes_validate.validate(manifest, version, strict=True)


def test_kubectl_puts_the_manifests_together(tmp_path: Path) -> None:
    out = run("kubectl", "kustomize", str(DEPLOY / "kubernetes"), HOME=str(tmp_path))
    made = list(yaml.safe_load_all(out))
    assert {(each["kind"], each["metadata"]["name"]) for each in made} == {
        (each["kind"], each["metadata"]["name"]) for each in manifests()
    }
    assert {each["metadata"].get("namespace") for each in made if each["kind"] != "Namespace"} == {"hagame"}
    assert {container["image"] for container in containers(made)} == {"registry.example/hagame:0.1.0"}


def test_every_setting_can_be_given_to_every_pod() -> None:
    sources = [{"configMapRef": {"name": "hagame"}}, {"secretRef": {"name": "hagame"}}]
    for container in containers(manifests()):
        assert container["envFrom"] == sources
        assert "env" not in container, "it would go before both"


def containers(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    templates = [each["spec"]["template"] for each in found if "template" in each.get("spec", {})]
    return [container for template in templates for container in template["spec"]["containers"]]


def test_kustomize_names_every_manifest() -> None:
    told = yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text())["resources"]
    assert sorted(told) == [path.name for path in KUBERNETES]


def test_settings_named_in_deploy_exist() -> None:
    known = {str(field.validation_alias) for field in Settings.model_fields.values()}
    files = [DEPLOY / "compose.yaml", DEPLOY / "Dockerfile", *KUBERNETES]
    asked = {name for path in files for name in re.findall(r"\bHAGAME_[A-Z_]+\b", path.read_text())}
    assert asked <= known | {"HAGAME_VERSION", "HAGAME_PORT"}, "those two are of the compose file itself"
    config = next(each["data"] for each in manifests() if each["kind"] == "ConfigMap")
    given = {name for each in ours(services()).values() for name in each["environment"]}
    assert given | set(config) <= known | {"OTEL_EXPORTER_OTLP_HEADERS"}, "that one is OpenTelemetry's"


def manifests() -> list[dict[str, Any]]:
    return [each for path in KUBERNETES for each in yaml.safe_load_all(path.read_text())]


def test_whoever_asks_how_the_server_does_asks_at_a_door_that_is_there() -> None:
    templates = [each["spec"]["template"] for each in manifests() if "template" in each.get("spec", {})]
    served = set(create_app(Settings()).openapi()["paths"])
    asked = set(re.findall(r"http://127\.0\.0\.1:8000(/[\w/]+)", (DEPLOY / "Dockerfile").read_text()))
    for template in templates:
        scraped = template["metadata"].get("annotations", {}).get("prometheus.io/port")
        for container in template["spec"]["containers"]:
            ports = {port["name"]: port["containerPort"] for port in container.get("ports", [])}
            assert scraped is None or int(scraped) in ports.values()
            probes = [container[kind] for kind in PROBES if kind in container]
            assert {(probe.get("httpGet") or probe["tcpSocket"])["port"] for probe in probes} <= set(ports)
            asked |= {probe["httpGet"]["path"] for probe in probes if "httpGet" in probe}
    assert asked == {"/health/live", "/health/ready"}
    assert asked | {"/metrics"} <= served


def test_every_container_compiles_for_the_processor_that_its_image_was_compiled_for() -> None:
    compiled = re.findall(r"(NUMBA_CPU_\w+=\S+)", (DEPLOY / "Dockerfile").read_text())
    assert len(compiled) == 4
    assert sorted(compiled)[::2] == sorted(compiled)[1::2]


@pytest.mark.parametrize("path", [*DEPLOY.glob("loki/*.yml"), *DEPLOY.glob("elk/*.yml")], ids=lambda path: path.stem)
def test_the_configuration_of_logs_can_be_read(path: Path) -> None:
    assert yaml.safe_load(path.read_text())
