"""The service on Ray Serve, on a cluster of this machine, with the config that `deploy/ray` has for clusters."""

import json
import os
import signal
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import httpx
import pytest
import yaml

from app.config.combinations import check_replicated
from app.config.settings import PROJECT_DIR, Settings
from app.services.inference.predictor import Predictor
from tests.support.ray_service import CONFIG, RayService

MANIFEST = PROJECT_DIR / "deploy" / "ray" / "rayservice.yaml"
CHOSEN = PROJECT_DIR / "research" / "documentation" / "autoscaling.json"


@pytest.mark.skipif(sys.platform != "linux", reason="/proc shows the processes")
def test_answers_are_those_of_the_plain_service_and_outlive_an_engine(
    predictor: Predictor, sample: bytes, tmp_path: Path
):
    with RayService(tmp_path, engines=2, PRECISION="f32") as service, service.client() as client:

        def send(_: int) -> httpx.Response:
            return client.post("/api/v1/predictions", files={"file": sample}, headers={"X-Request-ID": "of-the-client"})

        first = send(0)
        expected = predictor.predict(BytesIO(sample)).probabilities
        assert [each["probability"] for each in first.json()["probabilities"]] == expected.tolist()
        assert first.headers.get_list("x-request-id") == ["of-the-client"]

        before = service.replicas("engine")
        assert len(before) == 2
        with ThreadPoolExecutor(4) as clients:
            sent = [clients.submit(send, number) for number in range(40)]
            time.sleep(0.5)
            os.kill(before[0], signal.SIGKILL)
            statuses = Counter(future.result().status_code for future in sent)
        assert set(statuses) <= {200, 503}
        assert statuses[200] >= 38
        assert send(0).json()["probabilities"] == first.json()["probabilities"]


class TestManifests:
    @pytest.mark.filterwarnings("ignore::pydantic.PydanticDeprecatedSince20")
    def test_serve_accepts_the_config(self):
        from ray.serve.schema import ServeDeploySchema

        [application] = ServeDeploySchema.model_validate(yaml.safe_load(CONFIG.read_text())).applications
        assert application.import_path == "app.ray_serve:application"
        assert {deployment.name for deployment in application.deployments} == {"http", "engine"}

    def test_engines_have_the_autoscaling_that_the_simulation_chose(self):
        [application] = yaml.safe_load(CONFIG.read_text())["applications"]
        chosen = json.loads(CHOSEN.read_text())["chosen"]
        [scaling] = [each["autoscaling_config"] for each in application["deployments"] if each["name"] == "engine"]
        # The number of machines is the operator's.
        assert {name: chosen[name] for name in scaling if name != "max_replicas"} | {"max_replicas": 8} == scaling

    def test_the_manifest_has_the_same_config(self):
        service, _ = yaml.safe_load_all(MANIFEST.read_text())
        assert yaml.safe_load(service["spec"]["serveConfigV2"]) == yaml.safe_load(CONFIG.read_text())

    def test_every_replica_has_a_group_of_pods_that_is_large_enough(self):
        service, _ = yaml.safe_load_all(MANIFEST.read_text())
        groups = {group["groupName"]: group for group in service["spec"]["rayClusterConfig"]["workerGroupSpecs"]}
        [application] = yaml.safe_load(CONFIG.read_text())["applications"]
        for deployment in application["deployments"]:
            group, scaling = groups[deployment["name"]], deployment["autoscaling_config"]
            assert group["minReplicas"] == scaling["min_replicas"]
            # An update starts new replicas before it stops old ones: `max_surge_percent`.
            assert group["maxReplicas"] >= 1.25 * scaling["max_replicas"]
            [container] = group["template"]["spec"]["containers"]
            assert int(container["resources"]["limits"]["cpu"]) == deployment["ray_actor_options"]["num_cpus"]
            assert deployment["name"] in group["rayStartParams"]["resources"]

    def test_nothing_in_the_pods_reports_usage_or_has_a_privilege(self):
        service, _ = yaml.safe_load_all(MANIFEST.read_text())
        cluster = service["spec"]["rayClusterConfig"]
        pods = [cluster["headGroupSpec"], *cluster["workerGroupSpecs"]]
        for spec in (pod["template"]["spec"] for pod in pods):
            [container] = spec["containers"]
            assert {"name": "RAY_USAGE_STATS_ENABLED", "value": "0"} in container["env"]
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
            assert spec["securityContext"]["runAsNonRoot"] is True


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"auth": "on"}, "DATABASE_URL"),
        ({"drift": "on", "database_url": "sqlite:///here.db"}, "DATABASE_URL"),
        ({"rate_per_address": "60/minute"}, "REDIS_URL"),
        ({"metrics": "on"}, "METRICS"),
        ({"grpc_port": "9000"}, "GRPC_PORT"),
    ],
)
def test_a_replica_stores_nothing_on_its_own_disk(settings: dict[str, str], words: str):
    with pytest.raises(ValueError, match=words):
        check_replicated(Settings.model_validate(settings))
