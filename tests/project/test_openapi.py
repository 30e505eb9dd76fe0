"""Requests generated from the API's own description: none may cause a server error or an undocumented response."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.people import People
from tests.support.server import RunningServer

# The small network, and its answers stored as by default: many requests have the same scan.
SETTINGS = {"DEFAULT_MODEL": "cnn", "CACHE_MB": "32"}


def make_requests(server: RunningServer, folder: Path, examples: int) -> None:
    run = subprocess.run(
        [
            Path(sys.executable).with_name("schemathesis"),
            "run",
            f"{server.url}/openapi.json",
            "--checks=all",
            # A well-formed request may still be rejected: no schema can express that bytes are an image.
            "--exclude-checks=positive_data_acceptance",
            f"--max-examples={examples}",
            "--seed=20261123",
            "--continue-on-failure",
            "--generation-database=none",
        ],
        cwd=folder,
        # Coverage is of the service; measured too, these requests take half as long again.
        env={name: value for name, value in os.environ.items() if name != "COVERAGE_PROCESS_CONFIG"},
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert run.returncode == 0, run.stdout[-8000:]


def test_any_request(tmp_path: Path) -> None:
    with RunningServer(wait=True, **SETTINGS) as server:
        # Without accounts most operations give one answer.
        make_requests(server, tmp_path, examples=5)


def test_any_request_with_an_administrators_key(tmp_path: Path) -> None:
    with People(tmp_path, None, SIGN_UP="invitation", **SETTINGS) as people:
        people.server.wait_for("/health/ready")
        key = people.key(people.person(admin=True), "predict", "read", "admin")["key"]
        (tmp_path / "schemathesis.toml").write_text(f'[auth.openapi.key]\nbearer = "{key}"\n')
        # No operation is left out: those that delete the caller's account or keys require a session, and the last
        # administrator cannot be deleted or disabled.
        make_requests(people.server, tmp_path, examples=12)
