"""A real nginx with the deployed configuration, in front of a service on this machine."""

import os
import socket
import ssl
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from app.config.settings import PROJECT_DIR
from tests.support.prometheus_server import need
from tests.support.server import free_port

CONFIGURATION = PROJECT_DIR / "deploy" / "nginx.conf"
NAME = "mri.example.org"
# Instead of the ten seconds that the configuration gives to a client.
CLIENT_TIMEOUT_S = 2
START_S = 30


class NginxServer:
    """Context manager that runs nginx with `deploy/nginx.conf`, of which it replaces only places and waiting times."""

    def __init__(self, service: str, folder: Path) -> None:
        for program in ("nginx", "openssl"):
            need(program)
        self.http_port, self.port = free_port(), free_port()
        self.certificate = folder / "fullchain.pem"
        self._folder = folder
        key = folder / "privkey.pem"
        names = f"subjectAltName=DNS:{NAME},IP:127.0.0.1"
        made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc"]
        made += ["-subj", f"/CN={NAME}", "-addext", names, "-keyout", str(key), "-out", str(self.certificate)]
        subprocess.run(made, check=True, capture_output=True)
        text = CONFIGURATION.read_text().replace(" /tmp/", f" {folder}/")
        for place, local in {
            "server service:8000;": f"server {service.removeprefix('http://')};",
            "listen 8080;": f"listen 127.0.0.1:{self.http_port};",
            "listen 8443 ssl;": f"listen 127.0.0.1:{self.port} ssl;",
            "/etc/nginx/tls/fullchain.pem": str(self.certificate),
            "/etc/nginx/tls/privkey.pem": str(key),
            "client_header_timeout 10s;": f"client_header_timeout {CLIENT_TIMEOUT_S}s;",
            "client_body_timeout 10s;": f"client_body_timeout {CLIENT_TIMEOUT_S}s;",
        }.items():
            assert text.count(place) == 1, place
            text = text.replace(place, local)
        (folder / "nginx.conf").write_text(text)

    def __enter__(self) -> Self:
        # As root, nginx would run its processes as a user who may not write into the folder.
        directives = "daemon off;" + (" user root;" if os.geteuid() == 0 else "")
        command = ["nginx", "-e", "stderr", "-c", str(self._folder / "nginx.conf"), "-g", directives]
        with (self._folder / "log").open("w") as log:
            self.process = subprocess.Popen(command, stderr=log)
        deadline = time.monotonic() + START_S
        while not self._accepts():
            assert self.process.poll() is None and time.monotonic() < deadline, self.log
            time.sleep(0.05)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        self.process.wait(30)

    @property
    def log(self) -> str:
        return (self._folder / "log").read_text()

    def client(self, address: str = "127.0.0.1") -> httpx.Client:
        """A client with this network address, which opens the service at its name."""
        transport = httpx.HTTPTransport(verify=self._trust(), local_address=address)
        url = f"https://127.0.0.1:{self.port}"
        return httpx.Client(base_url=url, headers={"Host": NAME}, transport=transport, timeout=60)

    def connection(self) -> ssl.SSLSocket:
        """A connection on which a test sends bytes itself."""
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        return self._trust().wrap_socket(plain, server_hostname=NAME)

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.certificate))

    def _accepts(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False
