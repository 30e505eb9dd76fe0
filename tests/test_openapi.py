"""Requests made up from the API's own description: none may meet a fault of ours or an answer that is not described."""

import subprocess
import sys
from pathlib import Path

from tests.server import RunningServer


def test_any_request(server: RunningServer, tmp_path: Path) -> None:
    run = subprocess.run(
        [
            Path(sys.executable).with_name("schemathesis"),
            "run",
            f"{server.url}/openapi.json",
            "--checks=all",
            # Whether a well-formed request is accepted cannot be asked: no schema says that bytes are a picture.
            "--exclude-checks=positive_data_acceptance",
            "--max-examples=60",
            "--seed=20261123",
            "--continue-on-failure",
            "--generation-database=none",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert run.returncode == 0, run.stdout[-8000:]
