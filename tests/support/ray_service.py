"""The service on a Ray cluster of its own, on this machine."""

import sys
from pathlib import Path

import yaml

from app.config.settings import PROJECT_DIR
from tests.support.processes import command_of, descendants
from tests.support.server import RunningServer

CONFIG = PROJECT_DIR / "deploy" / "ray" / "serve.yaml"


class RayService(RunningServer):
    """Context manager that runs `deploy/ray/serve.yaml` with one HTTP replica and some engine replicas."""

    # Three replicas and Ray's own processes start on the cores that other tests use at the same time.
    start_s = 300

    def __init__(self, folder: Path, *, engines: int, **environment: str) -> None:
        own = {
            "ALLOW_ANONYMOUS": "true",
            "RAY_USAGE_STATS_ENABLED": "0",
            # Ray's workers have a niceness of 15, with which other tests leave them too little time to start.
            "RAY_worker_niceness": "0",
            # By default `serve run` gives up after three times 5 s.
            "RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S": "60",
            "PYTHONPATH": str(PROJECT_DIR),
        }
        super().__init__(wait=True, **own, **environment)
        config = yaml.safe_load(CONFIG.read_text())
        config["http_options"] = {"host": "127.0.0.1", "port": self.port}
        for deployment in config["applications"][0]["deployments"]:
            del deployment["autoscaling_config"]
            deployment["num_replicas"] = engines if deployment["name"] == "engine" else 1
            deployment["ray_actor_options"] = {"num_cpus": 0}
        path = folder / "serve.yaml"
        path.write_text(yaml.safe_dump(config))
        self.command = (sys.executable, "-m", "ray.serve.scripts", "run", str(path))

    def replicas(self, deployment: str) -> list[int]:
        """The processes of a deployment's replicas."""
        return [process for process in descendants(self.process.pid) if f":{deployment}" in command_of(process)]
