"""Requests generated from the API's own description: none may cause a server error or an undocumented response."""

import subprocess
import sys
from pathlib import Path

from tests.support.people import People
from tests.support.server import RunningServer


def make_requests(server: RunningServer, folder: Path) -> None:
    run = subprocess.run(
        [
            Path(sys.executable).with_name("schemathesis"),
            "run",
            f"{server.url}/openapi.json",
            "--checks=all",
            # A well-formed request may still be rejected: no schema can express that bytes are an image.
            "--exclude-checks=positive_data_acceptance",
            "--max-examples=25",
            "--seed=20261123",
            "--continue-on-failure",
            "--generation-database=none",
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert run.returncode == 0, run.stdout[-8000:]


def test_any_request(server: RunningServer, tmp_path: Path) -> None:
    make_requests(server, tmp_path)


def test_any_request_with_an_administrators_key(tmp_path: Path) -> None:
    with People(tmp_path, None, SIGN_UP="invitation") as people:
        people.server.wait_for("/health/ready")
        key = people.key(people.person(admin=True), "predict", "read", "admin")["key"]
        (tmp_path / "schemathesis.toml").write_text(f'[auth.openapi.key]\nbearer = "{key}"\n')
        # No operation is left out: those that delete the caller's account or keys require a session, and the last
        # administrator cannot be deleted or disabled.
        make_requests(people.server, tmp_path)
