"""The service on Ray Serve: `serve run app.ray_serve:application`.

Its HTTP replicas answer requests, as `python -m app serve` does, and call its engine replicas, which compute.
"""

import asyncio
import os
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from ray import serve
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.config.combinations import check_replicated
from app.config.logging import configure_logging
from app.config.no_telemetry import turn_off_ray_telemetry
from app.config.settings import ConfigurationError, Settings
from app.main import create_app
from app.models.strict import Strict
from app.services.network.classifier import Classifier
from app.services.network.engines import Outputs
from app.services.network.phantom import deviation
from app.services.remote_engines.host import EngineHost, HostedEngine
from app.services.remote_engines.ray_engine import RayEngines
from app.services.remote_engines.schemas import EngineOpened, EngineRefused

# Each call to several engine replicas holds a thread: enough for two of them, which compute two scans at a time each.
_PASSES = 4
_HEALTH_EVERY_S = 30
# An update starts at least one new replica before it stops an old one. By default Serve stops one first.
_SURGE_PERCENT = 25
# Ray's access log has the paths of requests, which the service's own log leaves out.
_LOGGING = {"enable_access_log": False}

turn_off_ray_telemetry()


class Arguments(Strict):
    """The arguments of `application`."""

    revision: str = Field("", description="Any text. When it changes, Serve replaces every replica, a few at a time.")


def application(arguments: Arguments) -> serve.Application:
    """The two deployments. Every replica reads the settings from its environment."""
    engines = EngineReplica.bind(arguments.revision)  # type: ignore[attr-defined]
    return HttpReplica.bind(engines, arguments.revision)  # type: ignore[attr-defined, no-any-return]


@serve.deployment(
    name="engine",
    # While two scans are computed, others are on their way; more than 5 gain nothing (autoscaling.md).
    max_ongoing_requests=5,
    max_surge_percent=_SURGE_PERCENT,
    health_check_period_s=_HEALTH_EVERY_S,
    logging_config=_LOGGING,
)
class EngineReplica:
    """Computes forward passes."""

    def __init__(self, revision: str) -> None:
        """Load every version of every model, so that the replica gets calls only afterwards."""
        self._host = EngineHost(_started())
        # An engine that is loaded later, after a change of the models folder, is held as well.
        self._held = {hosted.version.metadata.sha256: hosted for hosted in self._host.open_all()}

    def describe(self, sha256: str) -> EngineOpened | EngineRefused:
        """What callers of an engine need to know. Loads the engine if it is new in the models folder."""
        try:
            return self._hosted(sha256).opened
        except ConfigurationError as error:
            return EngineRefused(reason=str(error))

    def infer(self, sha256: str, scan: NDArray[np.float32]) -> Outputs | EngineRefused:
        """Run a forward pass; see `Engine`."""
        try:
            return self._hosted(sha256).engine(scan)
        except ConfigurationError as error:
            return EngineRefused(reason=str(error))

    async def check_health(self) -> None:
        """Have every network classify the phantom; Serve replaces a replica that computes wrongly."""
        for hosted in list(self._held.values()):
            await asyncio.to_thread(_check, hosted)

    def _hosted(self, sha256: str) -> HostedEngine:
        return self._held.get(sha256) or self._held.setdefault(sha256, self._host.open(sha256))


@serve.deployment(
    name="http",
    # The service's own queue answers 503 beyond `QUEUE_SIZE`; the others are pages, and streams of long requests.
    max_ongoing_requests=200,
    max_queued_requests=200,
    max_surge_percent=_SURGE_PERCENT,
    health_check_period_s=_HEALTH_EVERY_S,
    logging_config=_LOGGING,
)
@serve.ingress()
class HttpReplica:
    """Answers requests, and leaves the forward passes to engine replicas."""

    def __init__(self, engines: Any, revision: str) -> None:
        """Remember the `DeploymentHandle` of the engines."""
        self._engines = engines

    def __serve_build_asgi_app__(self) -> ASGIApp:
        settings = _started()
        try:
            check_replicated(settings)
        except ValueError as error:
            raise ConfigurationError(f"{error}.") from None
        changes = {
            # Ray's proxy listens for all replicas, and others answer as well.
            "host": "0.0.0.0",  # noqa: S104
            "workers": 2,
            "parallel_passes": settings.parallel_passes or _PASSES,
        }
        settings = settings.model_copy(update=changes)
        app = create_app(settings, RayEngines(self._engines))
        self._container = app.state.container
        # Serve replaces the replica when `check_health` has reported the failure.
        self._container.stop = lambda: None
        return _OneRequestId(app)

    async def check_health(self) -> None:
        """Wait until the models are loaded, before the first request, and check that no network computes wrongly."""
        await self._container.loaded.wait()
        if self._container.failure:
            raise ConfigurationError(self._container.failure)
        self._container.services.registry.require_ready()


class _OneRequestId:
    """ASGI middleware that leaves the header X-Request-ID to Ray's proxy, which would add it a second time."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_without_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                del MutableHeaders(scope=message)["X-Request-ID"]
            await send(message)

        await self._app(scope, receive, send_without_id)


def _started() -> Settings:
    """The settings of a replica that starts; raises `ConfigurationError`."""
    settings = Settings.from_environment()
    configure_logging(settings)
    os.umask(0o077)
    return settings


def _check(hosted: HostedEngine) -> None:
    metadata, weights = hosted.version.metadata, hosted.version.weights
    if metadata.phantom is None:
        return
    classifier = Classifier(metadata, weights, open_engine=lambda *_, **__: hosted.engine)
    found = deviation(classifier, metadata, metadata.phantom)
    if found.wrong:
        raise ArithmeticError(f"the network of {metadata.name} computes wrongly: {found.found} > {found.accepted}")
