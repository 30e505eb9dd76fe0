"""Real databases for tests: SQLite files and a PostgreSQL server."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

from app.config.settings import PROJECT_DIR, Settings
from tests.support.server import free_port

_START_S = 120
_SUPERUSER = "tester"


def postgres_binaries() -> Path | None:
    """Folder of PostgreSQL's programs. Debian installs them outside `PATH`."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return folders[-1] if folders else None


def run_together(program: str, settings: Settings, processes: int) -> None:
    """Run a program in several processes at once, with `Settings()` that name the same database."""
    url = settings.database_url.get_secret_value() if settings.database_url else ""
    environment = {**os.environ, "DATA_DIR": str(settings.data_dir), "DATABASE_URL": url}
    command = [sys.executable, "-c", program]
    started = [
        subprocess.Popen(command, cwd=PROJECT_DIR, env=environment, stderr=subprocess.PIPE, text=True)
        for _ in range(processes)
    ]
    for process in started:
        _, errors = process.communicate(timeout=600)
        assert process.returncode == 0, errors


class PostgresServer:
    """PostgreSQL on a free port within a `with` block, as user `postgres`, since it refuses to run as root."""

    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        self._user = "postgres" if os.geteuid() == 0 else None
        self.port = free_port()
        self._made = 0
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        # In /tmp, which every user can enter: the folders of tests are accessible only to root.
        self._folder = Path(tempfile.mkdtemp(prefix="postgres-", dir="/tmp"))
        if self._user:
            shutil.chown(self._folder, self._user, self._user)
        data = self._folder / "data"
        subprocess.run(
            [self._binaries / "initdb", "-D", data, "-U", _SUPERUSER, "--auth=trust", "-E", "UTF8", "--no-sync"],
            check=True,
            capture_output=True,
            user=self._user,
            group=self._user,
            cwd=self._folder,
        )
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.stop()
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)

    def start(self) -> None:
        """Start the server, for the first time or again."""
        options = ["-p", str(self.port), "-k", str(self._folder), "-c", "fsync=off", "-h", "127.0.0.1"]
        with (self._folder / "log").open("a") as log:
            self._process = subprocess.Popen(
                [self._binaries / "postgres", "-D", self._folder / "data", *options],
                user=self._user,
                group=self._user,
                cwd=self._folder,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + _START_S
        while True:
            try:
                self.execute("SELECT 1")
            except psycopg.OperationalError:
                assert time.monotonic() < deadline, (self._folder / "log").read_text()
                time.sleep(0.1)
            else:
                return

    def stop(self) -> None:
        """End the server at once, as a crash does."""
        assert self._process is not None
        self._process.send_signal(signal.SIGQUIT)
        try:
            self._process.wait(60)
        finally:
            self._process.kill()

    def new_database(self) -> str:
        """Create an empty database; returns its URL."""
        self._made += 1
        name = f"test{self._made}"
        self.execute(f"CREATE DATABASE {name}")
        return self._url(name)

    def execute(self, statement: str) -> None:
        """Execute a statement as the superuser, outside the databases of tests."""
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _url(self, name: str) -> str:
        return f"postgresql://{_SUPERUSER}@127.0.0.1:{self.port}/{name}"
