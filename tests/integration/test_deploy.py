"""The hardened deployment: a real nginx before the service, its sandbox, and the files for containers and systemd."""

import http.client
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from app.config.settings import PROJECT_DIR, Settings
from tests.support.nginx_server import CLIENT_TIMEOUT_S, CONFIGURATION, NAME, NginxServer
from tests.support.prometheus_server import need
from tests.support.server import RunningServer
from tools.docs.contract import DOCUMENT

FOLDER = PROJECT_DIR / "deploy"
UNIT = FOLDER / "brain-tumor-classification.service"
COMPOSE = yaml.safe_load((FOLDER / "compose.yml").read_text())
URL = "/api/v1/predictions"
MEGA = 2**20


@dataclass(frozen=True)
class Deployed:
    service: RunningServer
    nginx: NginxServer

    def answer(self, *lines: str, body: bytes = b"") -> http.client.HTTPResponse:
        """Send a request as it is and return the beginning of the answer."""
        with self.nginx.connection() as connection:
            connection.sendall("".join(f"{line}\r\n" for line in (*lines, f"Host: {NAME}", "")).encode() + body)
            response = http.client.HTTPResponse(connection)
            response.begin()
            response.document = json.loads(response.read() or b"{}")  # type: ignore[attr-defined]
            return response


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The only folder into which the service can write."""
    return tmp_path_factory.mktemp("writable")


@pytest.fixture(scope="module")
def confined(folder: Path) -> list[str]:
    """A command that runs another one as the container does: read-only, and without capabilities.

    It is empty if this machine does not let a process mount anything.
    """
    for program in ("unshare", "setpriv"):
        need(program)
    script = f"""
        mount --bind {folder} {folder} && mount -o remount,bind,noexec,nosuid,nodev {folder} || exit 9
        mount --bind {PROJECT_DIR} {PROJECT_DIR} && mount -o remount,bind,ro {PROJECT_DIR} || exit 9
        mount -o remount,bind,ro / || exit 9
        ! touch {PROJECT_DIR}/written && ! touch /written || exit 8
        exec setpriv --no-new-privs --bounding-set=-all --inh-caps=-all "$@"
    """
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"]
    tried = subprocess.run([*command, "true"], capture_output=True).returncode
    assert tried != 8, "another folder is writable"
    return [] if tried else command


@pytest.fixture(scope="module")
def deployed(folder: Path, confined: list[str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    need("nginx")
    settings: dict[str, Any] = {
        "PUBLIC_URL": f"https://{NAME}",
        "TRUSTED_PROXIES": "127.0.0.1",
        "RATE_PER_ADDRESS": "100/hour",
        "METRICS": "on",
        "HISTORY": "on",
        **{name: str(folder / name.lower()) for name in ("DATA_DIR", "UPLOADS_DIR", "TMPDIR")},
    }
    (folder / "tmpdir").mkdir()
    with (
        RunningServer(under=confined, **settings) as service,
        NginxServer(service.url, tmp_path_factory.mktemp("nginx")) as nginx,
    ):
        yield Deployed(service, nginx)


def problem(response: Any, status: int, slug: str) -> None:
    """Check that an answer is a problem of the service's format."""
    raw = isinstance(response, http.client.HTTPResponse)
    document = response.document if raw else response.json()
    assert (response.status if raw else response.status_code) == status
    assert (document["status"], document["type"]) == (status, f"urn:problem:{slug}")
    assert {"title", "detail", "instance", "request_id"} <= document.keys()


class TestNginx:
    def test_a_scan_is_classified_over_tls(self, deployed: Deployed, sample: bytes):
        with deployed.nginx.client() as client:
            response = client.post(URL, files={"file": ("scan.jpg", sample)})
            assert response.json()["prediction"]["class"] == "meningioma"
            assert "nginx/" not in response.headers.get("Server", "")

    @pytest.mark.parametrize(
        ("path", "bytes_sent", "status"),
        [
            (URL, 15 * MEGA, 413),
            (f"{URL}/batch", 155 * MEGA, 413),
            ("/api/v1/sessions", 65 * 1024 + 1, 413),
            ("/api/v1/evaluations/scans", 155 * MEGA, 413),
        ],
    )
    def test_a_large_body_is_rejected_before_it_is_sent(
        self, deployed: Deployed, path: str, bytes_sent: int, status: int
    ):
        response = deployed.answer(f"POST {path} HTTP/1.1", f"Content-Length: {bytes_sent}")
        problem(response, status, "too-large")

    def test_large_headers_are_rejected(self, deployed: Deployed):
        problem(deployed.answer("GET / HTTP/1.1", f"Cookie: {'a' * 17_000}"), 431, "headers-too-large")

    @pytest.mark.parametrize(
        ("path", "status", "slug"), [(URL, 413, "too-large"), ("/api/v1/evaluations", 413, "too-large")]
    )
    def test_an_answer_before_the_end_of_the_body_arrives(self, deployed: Deployed, path: str, status: int, slug: str):
        """The service answers as soon as it knows the length, and nginx is still sending then."""
        with deployed.nginx.client() as client:
            response = client.post(path, content=bytes(13_000_000), headers={"Content-Type": "image/png"})
        problem(response, status, slug)
        assert "X-Request-ID" in response.headers

    def test_plain_http_leads_to_the_own_name_only(self, deployed: Deployed):
        url = f"http://127.0.0.1:{deployed.nginx.http_port}/guide?a=b"
        response = httpx.get(url, headers={"Host": "evil.example"})
        assert (response.status_code, response.headers["Location"]) == (301, f"https://{NAME}/guide?a=b")

    def test_a_foreign_name_is_rejected(self, deployed: Deployed):
        with deployed.nginx.client() as client:
            problem(client.get("/", headers={"Host": "evil.example"}), 421, "unknown-host")

    def test_the_service_counts_by_the_real_address(self, deployed: Deployed, sample: bytes):
        remaining = []
        for address, forged in (("127.0.0.5", "10.0.0.1"), ("127.0.0.5", "10.0.0.2"), ("127.0.0.6", "10.0.0.2")):
            with deployed.nginx.client(address) as client:
                headers = {"X-Forwarded-For": forged}
                response = client.post(URL, files={"file": ("scan.jpg", sample)}, headers=headers)
            remaining.append(int(re.findall(r"r=(\d+)", response.headers["RateLimit"])[0]))
        assert remaining == [99, 98, 99]

    def test_slow_clients_reach_only_nginx(self, deployed: Deployed, sample: bytes):
        def slow() -> Any:
            connection = deployed.nginx.connection()
            connection.sendall(f"POST {URL} HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 100000\r\n\r\nhalf".encode())
            return connection

        with deployed.service.client() as direct:
            before = requests_of(direct)
            stalled = [slow() for _ in range(20)]
            # The twenty-first of the same address is too many, others are served.
            problem(deployed.answer(f"POST {URL} HTTP/1.1", "Content-Length: 9", body=b"123456789"), 503, "queue-full")
            with deployed.nginx.client("127.0.0.7") as client:
                assert client.post(URL, files={"file": ("scan.jpg", sample)}).status_code == 200
            started = time.monotonic()
            for connection in stalled:
                with connection:
                    connection.recv(4096)
            assert time.monotonic() - started < 2 * CLIENT_TIMEOUT_S
            assert requests_of(direct) == before + 1

    def test_headers_that_never_end_close_the_connection(self, deployed: Deployed):
        with deployed.nginx.connection() as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: ")
            started = time.monotonic()
            while connection.recv(4096):
                pass
            assert time.monotonic() - started < 2 * CLIENT_TIMEOUT_S

    def test_without_the_service_the_answer_states_when_to_try_again(self, tmp_path: Path):
        need("nginx")
        with NginxServer("http://127.0.0.1:9", tmp_path) as nginx, nginx.client() as client:
            response = client.get("/health/live")
        problem(response, 502, "model-not-ready")
        assert response.headers["Retry-After"] == "5"

    def test_every_route_with_files_has_a_limit_of_its_own(self):
        """Elsewhere nginx accepts only the 64 KB of a form."""
        patterns = re.findall(r"location ~ (\S+)", CONFIGURATION.read_text())
        for path, operations in json.loads(DOCUMENT.read_text())["paths"].items():
            if "multipart/form-data" in operations.get("post", {}).get("requestBody", {}).get("content", {}):
                assert [pattern for pattern in patterns if re.search(pattern, path)], path


def requests_of(client: httpx.Client) -> float:
    """The number of requests for a prediction that the service answered, without those that were too large.

    The latter are counted when their connection ends, which may be during a later test.
    """
    page = client.get("/metrics").text
    counts = re.findall(rf'^btc_http_requests_total{{.*"{URL}",status="(?!413)\d+"}} (\S+)$', page, re.MULTILINE)
    return sum(map(float, counts))


class TestCompose:
    def test_every_container_is_hardened(self):
        for name, service in COMPOSE["services"].items():
            assert service["read_only"], name
            assert service["cap_drop"] == ["ALL"], name
            assert service["security_opt"] == ["no-new-privileges:true"], name
            assert service["mem_limit"] == service["memswap_limit"], name
            assert service["pids_limit"] <= 256, name
            assert "privileged" not in service and "cap_add" not in service

    def test_it_fits_the_service_and_its_files(self):
        service, proxy = COMPOSE["services"]["service"], COMPOSE["services"]["proxy"]
        assert all(name.lower() in Settings.model_fields for name in service["environment"])
        assert (FOLDER / service["build"] / "Dockerfile").is_file()
        assert re.fullmatch(r"nginx:\S+@sha256:[0-9a-f]{64}", proxy["image"])
        [subnet] = [entry["subnet"] for entry in COMPOSE["networks"]["inside"]["ipam"]["config"]]
        assert service["environment"]["TRUSTED_PROXIES"] == subnet
        # Only nginx is reachable, and the service reaches nothing.
        assert "ports" not in service
        assert (service["networks"], COMPOSE["networks"]["inside"]["internal"]) == (["inside"], True)
        assert {port.partition(":")[2] for port in proxy["ports"]} == set(
            re.findall(r"listen (\d+)", CONFIGURATION.read_text())
        )

    def test_the_copies_of_the_networks_fit_into_tmp(self):
        [size] = re.findall(r"/tmp:size=(\d+)m", COMPOSE["services"]["service"]["tmpfs"][0])
        graphs = [path.stat().st_size for path in (PROJECT_DIR / "models").glob("*.openvino.*")]
        assert graphs
        assert sum(graphs) < 1_000_000 * int(size)

    def test_the_bodies_that_nginx_accepts_at_a_time_fit_into_its_memory(self):
        text = CONFIGURATION.read_text()
        limits = re.findall(r"limit_conn (?:scans|batches|studies) (\d+);\s+client_max_body_size (\d+)m;", text)
        assert len(limits) == 3
        [size] = re.findall(r"/tmp:size=(\d+)g", COMPOSE["services"]["proxy"]["tmpfs"][0])
        assert sum(int(count) * int(largest) for count, largest in limits) < 1024 * int(size)
        memory = int(COMPOSE["services"]["proxy"]["mem_limit"].removesuffix("m"))
        assert memory >= 1024 * int(size) + 256


class TestConfined:
    def test_the_service_needs_no_privilege_and_writes_only_to_its_folders(
        self, deployed: Deployed, confined: list[str], sample: bytes
    ):
        if not confined:
            pytest.skip("this machine does not let a process mount anything")
        with deployed.service.client() as client:
            for path in (URL, "/api/v1/reports"):
                assert client.post(path, files={"file": ("scan.jpg", sample)}).status_code == 200
        text = Path(f"/proc/{deployed.service.process.pid}/status").read_text()
        status = dict(re.findall(r"^(\w+):\s+(\w+)", text, re.MULTILINE))
        assert (int(status["CapEff"], 16), int(status["CapBnd"], 16), status["NoNewPrivs"]) == (0, 0, "1")
        limits = COMPOSE["services"]["service"]
        assert int(status["Threads"]) < limits["pids_limit"] / 2
        assert int(status["VmHWM"]) < int(limits["mem_limit"].removesuffix("g")) * MEGA / 2


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
class TestUnit:
    def test_systemd_accepts_it_and_rates_it_as_well_confined(self, tmp_path: Path):
        unit = tmp_path / UNIT.name
        unit.write_text(UNIT.read_text().replace("/opt/brain-tumor-classification/.venv/bin/btc", sys.executable))
        verified = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
        assert (verified.returncode, verified.stderr) == (0, "")
        # On systemd's scale from 0 to 10; a service without any sandboxing has 9.6.
        rated = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", "--threshold=15", unit], capture_output=True
        )
        assert rated.returncode == 0

    def test_its_settings_exist(self):
        variables = re.findall(r"([A-Z_]+)=%", UNIT.read_text())
        assert variables == ["DATA_DIR", "UPLOADS_DIR"]
        assert all(name.lower() in Settings.model_fields for name in variables)
