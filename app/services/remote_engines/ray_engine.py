"""The engine of a deployment on Ray Serve, as the replicas that answer requests see it."""

from pathlib import Path
from typing import Any

import numpy as np
import ray.exceptions
import structlog
from numpy.typing import NDArray
from ray.serve.exceptions import RayServeException

from app.config.choices import EngineChoice, Precision
from app.config.settings import ConfigurationError
from app.models.model_file import ModelMetadata
from app.models.problems import ModelNotReady
from app.services.network.engines import Outputs
from app.services.remote_engines.schemas import EngineOpened, EngineRefused

# Calls wait while no replica runs.
_LOAD_S = 600
_PASS_S = 30
_RETRY_AFTER_S = 5
# A pass changes nothing: if a replica ends in the middle, another one computes it again.
_ATTEMPTS = 2

log = structlog.get_logger()


class RayEngines:
    """Opens engines of a deployment; see `EngineOpener`."""

    def __init__(self, deployment: Any) -> None:
        """Remember the deployment.

        Args:
            deployment: a `ray.serve.handle.DeploymentHandle`; its replicas have the methods of
                `app.ray_serve.EngineReplica`.
        """
        self._deployment = deployment

    def __call__(
        self, choice: EngineChoice, precision: Precision, metadata: ModelMetadata, weights: Path, parallel: int
    ) -> "RayEngine":
        """Open an engine; the replicas have settings of their own for what the other arguments state.

        Raises:
            ConfigurationError: a replica cannot load these weights, or none answers.
        """
        return RayEngine(self._deployment, metadata.sha256)


class RayEngine:
    """A network in the replicas of a deployment. See `Engine`."""

    # Serve passes a call to a replica that runs, and starts others for those that ended.
    ready = True

    def __init__(self, deployment: Any, sha256: str) -> None:
        """Have it loaded; raises `ConfigurationError` if that is not possible."""
        self._deployment = deployment
        self._sha256 = sha256
        try:
            opened: EngineOpened | EngineRefused = deployment.describe.remote(sha256).result(timeout_s=_LOAD_S)
        except (ray.exceptions.RayError, RayServeException, TimeoutError) as error:
            raise ConfigurationError(f"no engine replica answers ({type(error).__name__}).") from error
        if isinstance(opened, EngineRefused):
            raise ConfigurationError(opened.reason)
        self.features = opened.features
        self.precision = opened.precision
        self.parallel = opened.parallel

    def __call__(self, scan: NDArray[np.float32]) -> Outputs:
        """Run a forward pass; see `Engine`."""
        for _ in range(_ATTEMPTS):
            try:
                outputs: Outputs | EngineRefused = self._deployment.infer.remote(self._sha256, scan).result(
                    timeout_s=_PASS_S
                )
            except TimeoutError:
                log.error("engine_replicas_overdue", seconds=_PASS_S)
                break
            except (ray.exceptions.RayError, RayServeException) as error:
                log.warning("engine_replica_failed", error=type(error).__name__)
            else:
                if not isinstance(outputs, EngineRefused):
                    return outputs
                log.error("engine_not_loaded", reason=outputs.reason)
        raise ModelNotReady(
            "No process that computes can answer at the moment. Try again in a few seconds.",
            retry_after=_RETRY_AFTER_S,
        )
