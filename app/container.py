"""Builds the services from the settings, starts them, and closes them in reverse order.

SQLAlchemy, the libraries of metrics and traces, and Gemini's SDK are imported only if a setting needs them.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from time import perf_counter
from typing import TYPE_CHECKING

import structlog

from app.config.choices import Switch
from app.config.settings import ConfigurationError, Settings
from app.routes.dependencies import Services
from app.services.explanations.built_in import BuiltInExplainer, Explainer
from app.services.explanations.gemini import GeminiExplainer
from app.services.imaging.decoder import Decoder
from app.services.imaging.formats import DICOM_INSTALLED, NEEDS_DICOM
from app.services.inference.bodies import BodiesInFlight
from app.services.inference.queue import RequestQueue
from app.services.inference.registry import ModelRegistry
from app.services.inference.samples import SampleGallery
from app.services.inference.uploads import prepare_uploads
from app.services.monitoring.model_reload import ModelReload, reload_on_signal
from app.services.monitoring.model_watch import ModelWatch
from app.services.monitoring.watchers import RequestWatcher, Watcher, Watchers
from app.services.network.engines import EngineOpener, open_engine

if TYPE_CHECKING:
    from app.services.accounts.membership import Membership
    from app.services.database.database import Database
    from app.services.database.watch import DatabaseWatch
    from app.services.history.feedback import Feedback
    from app.services.history.records import Records
    from app.services.monitoring.drift_monitor import DriftMonitor
    from app.services.monitoring.metrics import Metrics
    from app.services.monitoring.tracing import Tracing
    from app.services.pacs.dicomweb import ImageServer
    from app.services.shadow.runner import Shadow
    from app.services.throttling.rate_limits import RateLimits

log = structlog.get_logger()


@dataclass
class Container:
    """The services of one process.

    Attributes:
        services: the services that routes use.
        metrics: the metrics; None unless `METRICS=on`.
        tracing: the traces; None unless they are exported.
        model_watch: checks the models and reports their state.
        loaded: set when the models are loaded, or could not be.
        failure: why the models could not be loaded; None if they are loaded or still loading.
        stop: stops the server after a failure.
    """

    services: Services
    metrics: "Metrics | None"
    tracing: "Tracing | None"
    model_watch: ModelWatch
    closing: AsyncExitStack
    loaded: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    failure: str | None = field(default=None, init=False)
    # Every ASGI server handles this signal: it finishes the requests in flight, then stops.
    stop: Callable[[], None] = field(default=partial(signal.raise_signal, signal.SIGTERM), init=False)

    @property
    def request_watchers(self) -> list[RequestWatcher]:
        """The services that observe every request."""
        return [watcher for watcher in (self.metrics, self.tracing) if watcher]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Start the services on the running event loop; close them at the end, also if one fails to start.

        The models load in the background, so that the server listens, and health endpoints answer, from the start.
        A failure to load stops the server and sets `failure`. If a service fails to close, the others are closed
        anyway.
        """
        services = self.services
        async with self.closing as closing:
            if services.membership:
                await _offer_setup(services.membership, services.settings.base_url, closing)
            if services.database_watch:
                services.database_watch.start()
                closing.push_async_callback(services.database_watch.close)
            if services.history:
                services.history.start()
                closing.push_async_callback(services.history.close)
            if services.drift:
                services.drift.start()
                closing.push_async_callback(services.drift.close)
            closing.callback(services.queue.close)
            if services.shadow:
                services.shadow.start(services.queue)
                closing.push_async_callback(services.shadow.close)
            if self.metrics:
                self.metrics.watch(services.queue)
            loading = asyncio.create_task(self._load())
            # Loading cannot be interrupted, and needs the services above.
            closing.push_async_callback(asyncio.wait, [loading])
            self.model_watch.start()
            closing.push_async_callback(self.model_watch.close)
            reload_on_signal(services.reload_models, closing)
            yield

    async def _load(self) -> None:
        registry = self.services.registry
        started = perf_counter()
        try:
            await asyncio.gather(asyncio.to_thread(self.services.decoder.start), asyncio.to_thread(registry.load))
        except ConfigurationError as error:
            self.failure = str(error)
        except Exception as error:
            log.exception("loading_failed")
            self.failure = f"the model could not be loaded ({type(error).__name__}); the log has the details."
        else:
            seconds = round(perf_counter() - started, 1)
            url = self.services.settings.base_url
            models, precision = list(registry.catalogue), registry.precisions
            if not registry.wrong:
                log.info("ready", url=url, models=models, precision=precision, seconds=seconds)
        self.model_watch.report()
        self.loaded.set()
        if self.failure:
            self.stop()


def build(settings: Settings, open_engine: EngineOpener = open_engine) -> Container:
    """Build every service that the settings turn on.

    Args:
        settings: the operator's settings.
        open_engine: opens the engines of the networks.

    Raises:
        ConfigurationError: a setting, a folder, a model or the database cannot be used.
    """
    _require_authentication(settings)
    _require_grpc(settings)
    closing = AsyncExitStack()
    decoder = Decoder()
    closing.callback(decoder.close)
    registry = ModelRegistry(settings, decoder.read_scan, open_engine)
    gallery = SampleGallery(settings.samples_dir)
    prepare_uploads(settings.uploads_dir)
    metrics = _metrics(settings, registry)
    tracing = _tracing(settings, closing)
    database = _database(settings, closing)
    membership = _membership(settings, database, closing) if database else None
    history = _history(settings, database) if database else None
    drift = _drift(settings, registry, database, metrics) if database else None
    rates = _rates(settings, closing)
    explainer = _explainer(settings, closing)
    shadow = _shadow(settings, registry, database, metrics) if database else None
    watchers: list[Watcher | None] = [metrics, tracing, drift, shadow]
    services = Services(
        settings=settings,
        decoder=decoder,
        registry=registry,
        reload_models=ModelReload(registry=registry, database=database, drift=drift, shadow=shadow, metrics=metrics),
        gallery=gallery,
        bodies=BodiesInFlight(settings),
        queue=RequestQueue(settings.prediction_threads, settings.queue_size),
        built_in=BuiltInExplainer(),
        explainer=explainer,
        watchers=Watchers([watcher for watcher in watchers if watcher]),
        database=database,
        database_watch=_database_watch(database, metrics) if database else None,
        membership=membership,
        history=history,
        feedback=_feedback(database) if history and database else None,
        rates=rates,
        shadow=shadow,
        drift=drift,
        count_study=metrics.count_study if metrics else None,
        count_failures=metrics.count_failures if metrics else nullcontext,
        image_servers=_image_servers(settings, closing),
    )
    return Container(
        services=services,
        metrics=metrics,
        tracing=tracing,
        model_watch=ModelWatch(registry, services.queue, metrics),
        closing=closing,
    )


def _require_authentication(settings: Settings) -> None:
    if settings.auth is Switch.OFF and not settings.allow_anonymous and not settings.on_loopback:
        raise ConfigurationError(
            f"AUTH=off with HOST={settings.host} lets everyone who can reach this address use the service: set "
            "AUTH=on, or HOST=127.0.0.1, or ALLOW_ANONYMOUS=true if that is intended."
        )


def _require_grpc(settings: Settings) -> None:
    if settings.grpc_port and find_spec("grpc") is None:
        raise ConfigurationError(
            "GRPC_PORT needs the library grpcio, which is not installed: pip install 'brain-tumor-classification[grpc]'"
        )


def _metrics(settings: Settings, registry: ModelRegistry) -> "Metrics | None":
    if settings.metrics is Switch.OFF:
        return None
    from app.services.monitoring.metrics import Metrics

    return Metrics(settings, registry.offered)


def _tracing(settings: Settings, closing: AsyncExitStack) -> "Tracing | None":
    if settings.otel_exporter_otlp_endpoint is None:
        return None
    from app.services.monitoring.tracing import Tracing

    tracing = Tracing(str(settings.otel_exporter_otlp_endpoint))
    closing.push_async_callback(asyncio.to_thread, tracing.close)
    return tracing


def _database(settings: Settings, closing: AsyncExitStack) -> "Database | None":
    if settings.auth is Switch.OFF and settings.drift is Switch.OFF and not settings.keeps_history:
        return None
    from app.services.database.audit import note_settings
    from app.services.database.database import Database

    database = Database.open(settings)
    closing.callback(database.close)
    with database.writing() as session:
        note_settings(session, settings)
    return database


def _database_watch(database: "Database", metrics: "Metrics | None") -> "DatabaseWatch":
    from app.services.database.watch import DatabaseWatch

    return DatabaseWatch(database, metrics.set_database if metrics else None)


def _membership(settings: Settings, database: "Database", closing: AsyncExitStack) -> "Membership | None":
    if settings.auth is Switch.OFF:
        return None
    from app.services.accounts.membership import Membership

    membership = Membership.open(settings, database)
    closing.callback(membership.close)
    return membership


def _history(settings: Settings, database: "Database") -> "Records | None":
    if not settings.keeps_history:
        return None
    from app.services.history.records import open_records

    return open_records(settings, database)


def _feedback(database: "Database") -> "Feedback":
    from app.services.history.feedback import Feedback

    return Feedback(database)


def _drift(
    settings: Settings, registry: ModelRegistry, database: "Database", metrics: "Metrics | None"
) -> "DriftMonitor | None":
    if settings.drift is Switch.OFF:
        return None
    from app.services.monitoring.drift_monitor import open_drift_monitor

    drift = open_drift_monitor(settings, database, registry.drift_references)
    if metrics:
        metrics.watch_drift(drift.gauges)
    return drift


def _rates(settings: Settings, closing: AsyncExitStack) -> "RateLimits | None":
    rates_by_caller = {
        "address": settings.rate_per_address,
        "account": settings.rate_per_account,
        "key": settings.rate_per_key,
    }
    limits = {what: rate for what, rate in rates_by_caller.items() if rate}
    if not limits:
        return None
    from app.services.throttling.rate_limits import RateLimits

    rates = RateLimits(limits, settings.redis_url.get_secret_value() if settings.redis_url else None)
    closing.push_async_callback(rates.close)
    return rates


def _explainer(settings: Settings, closing: AsyncExitStack) -> Explainer:
    if settings.gemini_api_key is None:
        return BuiltInExplainer("Gemini is not set up on this server. The service wrote this explanation.")
    explainer = GeminiExplainer(settings, settings.gemini_api_key)
    closing.push_async_callback(explainer.close)
    return explainer


def _image_servers(settings: Settings, closing: AsyncExitStack) -> "Mapping[str, ImageServer]":
    if not settings.image_servers:
        return {}
    if not DICOM_INSTALLED:
        raise ConfigurationError(f"DICOMWEB_SERVERS: {NEEDS_DICOM}")
    from app.services.pacs.dicomweb import open_servers

    servers = open_servers(settings.image_servers, settings.dicomweb_timeout_s)
    for server in servers.values():
        closing.push_async_callback(server.close)
    return servers


def _shadow(
    settings: Settings, registry: ModelRegistry, database: "Database", metrics: "Metrics | None"
) -> "Shadow | None":
    if settings.shadow_model is None:
        return None
    from app.services.shadow.runner import Shadow

    return Shadow(
        model=settings.shadow_model,
        share=settings.shadow_share,
        registry=registry,
        database=database,
        count=metrics.count_shadow if metrics else None,
    )


async def _offer_setup(membership: "Membership", base_url: str, closing: AsyncExitStack) -> None:
    """Log a link that creates the first account, valid until the service stops; nothing if there is an account."""
    link = await asyncio.to_thread(membership.setup_link, base_url)
    if link:
        closing.push_async_callback(asyncio.to_thread, membership.withdraw_setup_link, link)
        log.warning(
            "no_account_yet",
            advice="Create the first account at the link, or with `python -m app users add --admin`.",
            link=link,
        )
