"""Runs of `batch`, in processes of their own, with the network that loads quickest."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from app.config.settings import PROJECT_DIR
from tests.support.processes import command_of, descendants

# A process that ends itself with SIGKILL at a moment of its second part, with parts of two scans.
_KILLED = """
import os, signal, sys
from app.cli.main import main
from app.services.archive import local, places, plan

plan.SCANS_PER_PART = 2
count = 0

def killing(function, moment):
    def called(*arguments, **options):
        global count
        count += 1
        if count == 2 and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = function(*arguments, **options)
        if count == 2 and moment == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    return called

where, moment = sys.argv[1].split("-")
if where == "file":
    places.write_new = killing(places.write_new, moment)
elif where == "part":
    local.write_part = killing(local.write_part, moment)
sys.exit(main(sys.argv[2:]))
"""


@dataclass
class BatchRuns:
    """Runs of `batch` with the same models and variables."""

    models: Path
    variables: dict[str, str]

    def run(self, *arguments: str) -> tuple[int, dict[str, Any], str]:
        """The exit code, the summary (empty after a failure) and standard error of a run."""
        ended = self._process("-m", "app", "batch", *arguments)
        return ended.returncode, json.loads(ended.stdout or "{}"), ended.stderr

    def killed_at(self, moment: str, *arguments: str) -> int:
        """The exit code of a run with parts of two scans, which kills itself at a moment: `file-after` and so on.

        The moment is before or after the second file is written to its temporary name, or the second part is complete;
        with `none-` it runs to its end.
        """
        return self._process("-c", _KILLED, moment, "batch", *arguments).returncode

    def start(self, *arguments: str, parts_of: int) -> subprocess.Popen[str]:
        """Start a run with parts of some scans."""
        code = f"from app.services.archive import plan; plan.SCANS_PER_PART = {parts_of}; "
        code += "import sys; from app.cli.main import main; sys.exit(main(sys.argv[1:]))"
        return subprocess.Popen(
            [sys.executable, "-c", code, "batch", *arguments],
            cwd=PROJECT_DIR,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def _environment(self) -> dict[str, str]:
        return {**os.environ, "MODELS_DIR": str(self.models), "LOG_LEVEL": "error", **self.variables}

    def _process(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=PROJECT_DIR,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=300,
        )


def rows_of(folder: Path, columns: str = "source, sha256") -> list[tuple[Any, ...]]:
    """Some columns of the rows in results, in order."""
    return duckdb.execute(f"select {columns} from '{folder}/parts/*.parquet' order by all").fetchall()


def workers_of(ancestor: int) -> list[int]:
    """The processes of Ray below another process that have loaded a model."""
    return [process for process in descendants(ancestor) if "MapWorker" in command_of(process)]
