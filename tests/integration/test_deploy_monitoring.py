"""The alert rules and the dashboard for operators, checked with a real Prometheus."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from app.config.settings import PROJECT_DIR, Settings
from tests.conftest import SAMPLES_DIR
from tests.support.prometheus_server import PrometheusServer, need
from tests.support.server import RunningServer

FOLDER = PROJECT_DIR / "deploy" / "monitoring"
ALERTS = FOLDER / "alerts.yml"
DASHBOARD = FOLDER / "grafana" / "dashboards" / "brain-tumor.json"
TOKEN = "a token of metrics"
URL = "/api/v1/predictions"

_TARGET = {
    "type": "object",
    "required": ["refId", "expr", "datasource"],
    "properties": {"refId": {"pattern": "^[A-Z]$"}, "expr": {"type": "string", "minLength": 1}},
}
_PLACE = {
    "type": "object",
    "required": ["h", "w", "x", "y"],
    "properties": {
        "h": {"type": "integer", "minimum": 1},
        "w": {"type": "integer", "minimum": 1, "maximum": 24},
        "x": {"type": "integer", "minimum": 0, "maximum": 23},
        "y": {"type": "integer", "minimum": 0},
    },
}
# The part of a dashboard in this schema version that Grafana reads.
DASHBOARD_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["uid", "title", "schemaVersion", "panels", "templating", "time"],
    "properties": {
        "uid": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,40}$"},
        "schemaVersion": {"type": "integer", "minimum": 36},
        "panels": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["id", "type", "title", "gridPos"],
                "properties": {
                    "type": {"enum": ["row", "timeseries", "stat", "table", "heatmap"]},
                    "gridPos": _PLACE,
                    "targets": {"type": "array", "minItems": 1, "items": _TARGET},
                },
                "if": {"properties": {"type": {"not": {"const": "row"}}}},
                "then": {"required": ["targets", "datasource", "fieldConfig", "description"]},
            },
        },
        "templating": {
            "type": "object",
            "properties": {
                "list": {
                    "type": "array",
                    "items": {
                        "required": ["name", "type", "query"],
                        "properties": {"type": {"enum": ["datasource", "query"]}},
                    },
                }
            },
        },
    },
}


@dataclass(frozen=True)
class Watched:
    server: RunningServer
    prometheus: PrometheusServer


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder as an operator deploys it, with a token in a file."""
    need("promtool")
    folder = tmp_path_factory.mktemp("monitoring")
    for name in ("prometheus.yml", "alerts.yml", "alerts_test.yml"):
        shutil.copy(FOLDER / name, folder)
    (folder / "metrics_token").write_text(TOKEN)
    configuration = yaml.safe_load((folder / "prometheus.yml").read_text())
    configuration["scrape_configs"][0]["authorization"]["credentials_file"] = "metrics_token"
    (folder / "prometheus.yml").write_text(yaml.safe_dump(configuration))
    return folder


@pytest.fixture(scope="module")
def watched(rules: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """A server that has answered and rejected requests, and the Prometheus that scraped it."""
    folder = tmp_path_factory.mktemp("watched")
    with RunningServer(
        METRICS="on",
        METRICS_TOKEN=TOKEN,
        DRIFT="on",
        DATA_DIR=str(folder / "data"),
    ) as server:
        configuration = yaml.safe_load((rules / "prometheus.yml").read_text())
        configuration["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
        [scraped] = configuration["scrape_configs"]
        scraped["static_configs"][0]["targets"] = [server.url.removeprefix("http://")]
        (rules / "fast.yml").write_text(yaml.safe_dump(configuration))
        with PrometheusServer(rules / "fast.yml", folder / "prometheus") as prometheus:
            deadline = time.monotonic() + 120
            use(server)
            while not prometheus.query('btc_drift_answers{model="xception"} > 0'):
                assert time.monotonic() < deadline, [prometheus.ask("targets"), server.log]
                time.sleep(1)
            # A rate needs two scrapes with counts between them.
            use(server)
            time.sleep(3)
            yield Watched(server, prometheus)


def use(server: RunningServer) -> None:
    with server.client() as client:
        scans = [path.read_bytes() for path in sorted(SAMPLES_DIR.glob("*.jpg"))[::4]]
        for scan in scans:
            assert client.post(URL, files={"file": ("scan.jpg", scan)}).status_code == 200
        assert client.post("/api/v1/samples/Te-gl_0014.jpg/predictions", params={"model": "cnn"}).status_code == 200
        assert client.post("/api/v1/reports", params={"sample": "Te-gl_0014.jpg"}).status_code == 200
        assert client.post(f"{URL}/batch", files=[("files", ("a", scans[0])), ("files", ("b", b""))]).status_code == 200
        assert client.post(URL, files={"file": ("scan.jpg", b"no image")}).status_code == 400
        assert client.get("/nowhere").status_code == 404


def queries() -> dict[str, str]:
    """Each query of the dashboard, by panel, with variables replaced as Grafana does."""
    found = {}
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        for target in panel.get("targets", []):
            expression = target["expr"].replace("$__rate_interval", "1m").replace("$__range", "1m")
            found[f"{panel['title']} {target['refId']}"] = re.sub(r"\$(job|model)\b", ".*", expression)
    return found


QUERIES = queries()
EXPRESSIONS = {rule["alert"]: rule["expr"] for rule in yaml.safe_load(ALERTS.read_text())["groups"][0]["rules"]}


class TestPromtool:
    @pytest.mark.parametrize(
        "command",
        [["check", "config", "prometheus.yml"], ["check", "rules", "alerts.yml"], ["test", "rules", "alerts_test.yml"]],
        ids=" ".join,
    )
    def test_promtool_accepts_the_files(self, rules: Path, command: list[str]):
        ended = subprocess.run(["promtool", *command], cwd=rules, capture_output=True, text=True)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        assert "SUCCESS" in ended.stdout

    def test_every_alert_has_a_test_in_which_it_fires(self):
        tests = yaml.safe_load((FOLDER / "alerts_test.yml").read_text())["tests"]
        fired = {case["alertname"] for test in tests for case in test["alert_rule_test"] if case.get("exp_alerts")}
        assert fired == EXPRESSIONS.keys()


class TestPrometheus:
    def test_it_scrapes_the_service(self, watched: Watched):
        [target] = watched.prometheus.ask("targets")["activeTargets"]
        assert target["health"] == "up", target["lastError"]

    @pytest.mark.parametrize("name", QUERIES)
    def test_a_dashboard_query_returns_series(self, watched: Watched, name: str):
        assert watched.prometheus.query(QUERIES[name])

    def test_every_metric_is_on_the_dashboard(self, watched: Watched):
        names = watched.prometheus.ask("label/__name__/values")
        told = {re.sub(r"_(bucket|sum|count)$", "", name) for name in names if name.startswith("btc_")}
        shown = " ".join(QUERIES.values())
        assert [name for name in told if name not in shown] == []

    @pytest.mark.parametrize("name", EXPRESSIONS)
    def test_an_alert_evaluates_on_the_services_metrics(self, watched: Watched, name: str):
        watched.prometheus.query(EXPRESSIONS[name])
        # Every compared series exists: an alert on a missing series would never fire.
        for selector in re.findall(r"\b(?:btc_\w+|up)\b(?:\{[^}]*\})?", EXPRESSIONS[name]):
            assert watched.prometheus.query(selector.replace(" ", "")), selector

    def test_the_rules_are_healthy_and_nothing_critical_fires(self, watched: Watched):
        [group] = watched.prometheus.ask("rules")["groups"]
        assert [rule["name"] for rule in group["rules"]] == list(EXPRESSIONS)
        assert {rule["health"] for rule in group["rules"]} == {"ok"}
        firing = {alert["labels"]["alertname"] for alert in watched.prometheus.ask("alerts")["alerts"]}
        assert not firing & {"InstanceDown", "ModelNotReady", "InternalErrors", "Drift", "QueueSaturated"}

    def test_dashboard_variables_have_values(self, watched: Watched):
        for variable in json.loads(DASHBOARD.read_text())["templating"]["list"]:
            if variable["type"] == "query":
                [(metric, label)] = re.findall(r"^label_values\((\w+), (\w+)\)$", variable["query"]["query"])
                assert {series[label] for series in watched.prometheus.ask("series", **{"match[]": metric})}


class TestFiles:
    def test_the_dashboard_is_valid(self):
        dashboard = json.loads(DASHBOARD.read_text())
        jsonschema.validate(dashboard, DASHBOARD_SCHEMA)
        panels = dashboard["panels"]
        assert len({panel["id"] for panel in panels}) == len(panels)
        # No panel overlaps another.
        cells = [
            (place["x"] + x, place["y"] + y)
            for place in (panel["gridPos"] for panel in panels)
            for x in range(place["w"])
            for y in range(place["h"])
        ]
        assert len(set(cells)) == len(cells)
        assert max(x for x, _ in cells) < 24

    def test_compose_fits_the_service_and_its_files(self):
        compose = yaml.safe_load((FOLDER / "docker-compose.yml").read_text())
        services = compose["services"]
        for name in services["service"]["environment"]:
            assert name.lower() in Settings.model_fields
        assert (FOLDER / services["service"]["build"] / "Dockerfile").is_file()
        for service in services.values():
            for mount in service.get("volumes", []):
                source = mount.partition(":")[0]
                assert (FOLDER / source).exists() if source.startswith(".") else source in compose["volumes"]
            # By default neither is reachable from the network.
            assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
        scrape = yaml.safe_load((FOLDER / "prometheus.yml").read_text())["scrape_configs"][0]
        assert scrape["static_configs"][0]["targets"] == ["service:8000"]
        [secret] = services["prometheus"]["secrets"]
        assert scrape["authorization"]["credentials_file"] == f"/run/secrets/{secret}"
        assert compose["secrets"][secret]["environment"] == "METRICS_TOKEN"
        provisioning = FOLDER / "grafana" / "provisioning"
        [source] = yaml.safe_load((provisioning / "datasources" / "prometheus.yml").read_text())["datasources"]
        assert source["url"] == "http://prometheus:9090"
        [provider] = yaml.safe_load((provisioning / "dashboards" / "dashboards.yml").read_text())["providers"]
        assert f"./grafana/dashboards:{provider['options']['path']}:ro" in services["grafana"]["volumes"]
