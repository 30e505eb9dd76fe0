"""No command and no dependency sends data, looks up a host name, or writes into the home directory."""

import os
import re
import shutil
import subprocess
import sys
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from app.config.settings import PROJECT_DIR
from tests.conftest import MODEL_FILE, MODELS, SAMPLES_DIR
from tests.support.scans import fresh_scans
from tests.support.server import RunningServer, RunningWorkers
from tests.support.watch import Watch

STRACE = shutil.which("strace")
SCAN = SAMPLES_DIR / "Te-gl_0014.jpg"


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    return Watch(tmp_path)


def run(watch: Watch, *arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=PROJECT_DIR,
        env={**os.environ, **watch.environment, **environment},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=180,
    )


CONNECTING = "import socket; socket.socket(type=socket.SOCK_DGRAM).connect(('192.0.2.1', 9))"


def test_the_watch_sees_lookups_connections_files_and_the_telemetry_package(watch: Watch, tmp_path: Path):
    (tmp_path / "openvino_telemetry").mkdir()
    (tmp_path / "openvino_telemetry" / "__init__.py").touch()
    script = f"""\
import pathlib, socket, sys
sys.path.insert(0, {str(tmp_path)!r})
import openvino_telemetry
for call in (socket.getaddrinfo, socket.create_connection):
    try:
        call(("192.0.2.1", 9), 0.01) if call is socket.create_connection else call("telemetry.invalid", 443)
    except OSError:
        pass
pathlib.Path.home().joinpath("file").write_text("")
"""
    ended = run(watch, "-c", script)
    assert ended.returncode == 0, ended.stderr
    leaks = watch.leaks()
    assert ["lookup", "telemetry.invalid"] in leaks
    assert ["connection", ["192.0.2.1", 9]] in leaks
    assert ["file", str(watch.home / "file")] in leaks
    assert "telemetry" in [kind for kind, _ in leaks]


@pytest.mark.parametrize(
    ("server_class", "metrics"), [(RunningServer, "on"), (RunningWorkers, "off")], ids=["one", "two"]
)
def test_a_server_with_every_local_part_on(watch: Watch, server_class: type[RunningServer], metrics: str):
    parts: dict[str, Any] = {
        "HISTORY": "on",
        "DRIFT": "on",
        "SHADOW_MODEL": "cnn",
        "SHADOW_SHARE": "1",
        "METRICS": metrics,
    }
    with server_class(**{**watch.environment, **parts}) as server, server.client() as client:
        files = {"file": ("scan.jpg", SCAN.read_bytes())}
        assert client.post("/api/v1/predictions", files=files, params={"explain": "true"}).status_code == 200
        assert client.post("/api/v1/reports", files=files).status_code == 200
        assert client.get("/docs").status_code == 200
        assert server.stop() == 0, server.log
    assert watch.leaks() == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["predict", str(SCAN), "--json"],
        ["batch", str(SCAN), "OUT"],
        ["drift", "SCANS", "--model", "cnn"],
        ["evaluate", "SCANS", "--model", "cnn", "--out", "OUT"],
        ["settings"],
        ["models", "compare"],
        ["feedback", "export", "OUT"],
        ["users", "add", "chief@example.org"],
        ["audit", "verify"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_command(watch: Watch, tmp_path: Path, arguments: list[str]):
    places = {"SCANS": str(tmp_path / "scans"), "OUT": str(tmp_path / "out")}
    if "SCANS" in arguments:
        fresh_scans(tmp_path / "scans", per_class=5)
    command = [places.get(argument, argument) for argument in arguments]
    ended = run(watch, "-m", "app", *command, stdin="a sentence of mine\n", HISTORY="on")
    assert ended.returncode == 0, ended.stderr
    assert watch.leaks() == []


def test_export(watch: Watch, tmp_path: Path):
    metadata = MODELS["cnn"]
    models = tmp_path / "models"
    models.mkdir()
    for name in ("cnn_model.json", metadata.weights):
        (models / name).symlink_to(MODEL_FILE.parent / name)
    ended = run(watch, "-m", "app", "export", MODELS_DIR=str(models), DEFAULT_MODEL="cnn")
    assert (ended.returncode, ended.stdout.startswith("Wrote ")) == (0, True), ended.stderr
    assert watch.leaks() == []


def test_the_tensorflow_engine(watch: Watch):
    ended = run(watch, "-m", "app", "predict", str(SCAN), "--json", "--model", "cnn", ENGINE="tensorflow")
    assert ended.returncode == 0, ended.stderr
    assert watch.leaks() == []


@pytest.mark.skipif(STRACE is None, reason="needs strace: make servers")
@pytest.mark.parametrize(
    ("command", "reached"),
    [(["-c", CONNECTING], ["192.0.2.1"]), (["-m", "app", "predict", str(SCAN)], [])],
    ids=["a connection", "predict"],
)
def test_no_system_call_reaches_beyond_the_machine(tmp_path: Path, command: list[str], reached: list[str]):
    """Unlike the watch, this shows what compiled code does. A lookup of a name is a connection to its server."""
    log = tmp_path / "log"
    calls = "trace=connect,sendto,sendmsg,sendmmsg"
    assert STRACE
    traced = [STRACE, "--follow-forks", "--seccomp-bpf", "-e", calls, "-o", str(log), sys.executable, *command]
    ended = subprocess.run(traced, cwd=PROJECT_DIR, capture_output=True, text=True, timeout=180)
    assert ended.returncode == 0, ended.stderr
    addresses = re.findall(r'(?:inet_addr\(|inet_pton\(AF_INET6, )"([^"]+)"', log.read_text())
    assert [address for address in addresses if not ip_address(address).is_loopback] == reached


@pytest.mark.parametrize("module", ["research.pipeline.__main__", "benchmarks.__main__"])
def test_openvino_directly_and_through_keras(watch: Watch, module: str):
    ended = run(watch, "-c", f"import {module}, keras, openvino", KERAS_BACKEND="openvino", KERAS_HOME=os.devnull)
    assert ended.returncode == 0, ended.stderr
    assert watch.leaks() == []


def test_ray_reports_no_usage(watch: Watch):
    script = (
        "from app.config.no_telemetry import turn_off_ray_telemetry; turn_off_ray_telemetry();"
        "from ray._common.usage import usage_lib; print(usage_lib.usage_stats_enabled())"
    )
    assert run(watch, "-c", script).stdout == "False\n"
