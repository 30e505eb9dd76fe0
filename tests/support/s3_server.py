"""An S3 server in its own process."""

import subprocess
import sys
import time
from types import TracebackType
from typing import Self

import httpx

from tests.support.server import free_port

START_S = 120


class S3Server:
    """Moto's server with one empty bucket, for the length of a `with` block."""

    bucket = "scans"

    def __init__(self) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"

    @property
    def settings(self) -> dict[str, str]:
        """The service's settings for this server."""
        return {
            "S3_BUCKET": self.bucket,
            "S3_ENDPOINT_URL": self.url,
            "S3_ACCESS_KEY_ID": "reader",
            "S3_SECRET_ACCESS_KEY": "secret-key-9d1",
        }

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "--host", "127.0.0.1", "--port", self.url.rpartition(":")[2]],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + START_S
        while True:
            try:
                httpx.put(f"{self.url}/{self.bucket}", timeout=10).raise_for_status()
            except httpx.TransportError:
                assert time.monotonic() < deadline, "the server did not start"
                time.sleep(0.1)
            else:
                return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
