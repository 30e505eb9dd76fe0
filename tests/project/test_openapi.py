"""Requests made up from the API's own description: none may meet a fault of ours or an answer that is not described."""

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
            # Whether a well-formed request is accepted cannot be asked: no schema says that bytes are a picture.
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
        # No operation is left out: those that end an account or a key of one's own take a session, and the last
        # administrator can be neither deleted nor closed.
        make_requests(people.server, tmp_path)
