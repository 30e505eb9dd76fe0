"""The application: what it is made of, in the order in which a request meets it."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter
from typing import TYPE_CHECKING

import structlog
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app import __version__
from app.config.logging import configure_logging
from app.config.settings import ConfigurationError, Settings, Switch
from app.models.classes import DISCLAIMER
from app.routes import (
    accounts,
    evaluations,
    feedback,
    health,
    keys,
    members,
    models,
    monitoring,
    predictions,
    reports,
    samples,
    sessions,
    shadow,
)
from app.routes import history as history_routes
from app.routes.api_docs import install_docs
from app.routes.dependencies import Services
from app.routes.errors import install_error_handlers
from app.routes.middleware import RequestContext
from app.routes.pages import install_page
from app.routes.watch import RequestWatch
from app.services.explanations.built_in import BuiltInExplainer, Explainer
from app.services.explanations.gemini import GeminiExplainer
from app.services.imaging.pillow import prepare_pillow
from app.services.inference.queue import RequestQueue
from app.services.inference.registry import ModelRegistry
from app.services.inference.samples import SampleGallery
from app.services.inference.uploads import prepare_uploads
from app.services.monitoring.watchers import Watcher, Watchers

if TYPE_CHECKING:
    from app.services.accounts.membership import Membership
    from app.services.database.database import Database
    from app.services.history.feedback import Feedback
    from app.services.history.records import Records
    from app.services.monitoring.drift_monitor import DriftMonitor
    from app.services.monitoring.metrics import Metrics
    from app.services.monitoring.tracing import Tracing
    from app.services.shadow.runner import Shadow
    from app.services.throttling.rate_limits import RateLimits

TITLE = "Brain Tumor Classification"
DESCRIPTION = f"""\
Takes a brain MRI and answers: glioma, meningioma, pituitary tumor or no tumor, with calibrated probabilities,
a Grad-CAM heat-map of what the network looked at, and an explanation in plain words.

**{DISCLAIMER}**

Every error is `application/problem+json` (RFC 9457); its `type` is stable. Every response carries `X-Request-ID`.
"""

log = structlog.get_logger()


def create_app(settings: Settings) -> FastAPI:
    """Assemble the service.

    Weights that turn out not to fit their network, which is known only once it is being loaded, stop the server
    and leave the reason in `app.state.failure`.

    Raises:
        ConfigurationError: a folder or a model is missing or wrong.
    """
    configure_logging(settings)
    prepare_pillow()
    _refuse_strangers(settings)
    registry = ModelRegistry(settings)
    gallery = SampleGallery(settings.samples_dir)
    prepare_uploads(settings.uploads_dir)
    database = _database(settings)
    membership = _membership(settings, database) if database else None
    history = _history(settings, database) if database else None
    drift = _drift(settings, database, registry) if database else None
    metrics = _metrics(settings, registry)
    tracing = _tracing(settings)
    shadowing = _shadow(settings, registry, database, metrics) if database else None
    watching = [watcher for watcher in (metrics, tracing) if watcher]
    if metrics and drift:
        metrics.watch_drift(drift.gauges)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        queue = RequestQueue(settings.queue_size)
        explainer = _explainer(settings)
        rates = _rates(settings)
        watchers: list[Watcher] = [*watching]
        if drift:
            watchers.append(drift)
        if shadowing:
            watchers.append(shadowing)
            shadowing.start(queue)
        if metrics:
            metrics.watch(queue)
        app.state.services = Services(
            settings,
            registry,
            gallery,
            queue,
            BuiltInExplainer(),
            explainer,
            database,
            membership,
            history,
            rates,
            Watchers(watchers),
            _feedback(database) if history and database else None,
            shadowing,
            drift,
        )
        if membership and (link := await asyncio.to_thread(membership.setup_link, settings)):
            print(
                f"There is no account yet. Make the first at {link}\nor with `python -m app users add --admin`.",
                file=sys.stderr,
            )
        if history:
            history.start()
        if drift:
            drift.start()
        # In the background, so that the port is bound meanwhile and the health endpoints answer.
        loading = asyncio.create_task(_load(app, registry))
        if metrics:
            loading.add_done_callback(lambda _: metrics.set_ready(registry.ready))
        yield
        await asyncio.gather(loading, return_exceptions=True)
        if shadowing:
            await shadowing.close()
        queue.close()
        await explainer.close()
        if rates:
            await rates.close()
        if history:
            await history.close()
        if drift:
            await drift.close()
        if membership:
            membership.close()
        if database:
            database.close()
        if tracing:
            await asyncio.to_thread(tracing.close)

    app = FastAPI(
        title=TITLE,
        description=DESCRIPTION,
        version=__version__,
        lifespan=lifespan,
        openapi_url="/openapi.json" if settings.api_docs else None,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
        # FastAPI's own would tell paths, queries and messages of errors, where a person may have typed a name.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.failure = None
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
        allow_headers=["*"],
        expose_headers=["X-Request-ID", "Retry-After", "ETag", "RateLimit", "RateLimit-Policy"],
    )
    if settings.trusted_proxies:
        # The address and scheme that a trusted proxy tells of become the request's own; of others they are ignored.
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(map(str, settings.trusted_proxies)))
    app.add_middleware(RequestContext)
    if watching:
        app.add_middleware(RequestWatch, watchers=watching)
    install_error_handlers(app)
    app.include_router(predictions.router)
    app.include_router(predictions.batch_router)
    app.include_router(reports.router)
    app.include_router(evaluations.scans_router)
    app.include_router(evaluations.router)
    app.include_router(samples.router)
    app.include_router(history_routes.router)
    app.include_router(history_routes.deletion_router)
    app.include_router(feedback.router)
    app.include_router(feedback.statistics_router)
    app.include_router(shadow.router)
    app.include_router(models.router)
    app.include_router(monitoring.router)
    app.include_router(monitoring.restart_router)
    app.include_router(health.router)
    for part in (sessions, accounts, keys, members):
        app.include_router(part.router)
    if metrics:
        # Where there are metrics alone, since their library comes with it.
        from app.routes.metrics import install_metrics

        install_metrics(app, settings, metrics)
    install_page(app, settings)
    if app.openapi_url:
        install_docs(app, app.openapi_url, accounts=settings.auth is Switch.ON)
    return app


async def _load(app: FastAPI, registry: ModelRegistry) -> None:
    started = perf_counter()
    try:
        await asyncio.to_thread(registry.load)
    except ConfigurationError as error:
        app.state.failure = str(error)
    except Exception as error:
        log.exception("loading_failed")
        app.state.failure = f"the model could not be loaded ({type(error).__name__}); the log has the details."
    else:
        log.info("ready", models=list(registry.catalogue), seconds=round(perf_counter() - started, 1))
        return
    # Understood by every server: finish what is in flight, then stop.
    signal.raise_signal(signal.SIGTERM)


def _refuse_strangers(settings: Settings) -> None:
    if settings.auth is Switch.OFF and not settings.allow_anonymous and not settings.on_loopback:
        raise ConfigurationError(
            f"AUTH=off with HOST={settings.host} would let everyone who reaches this address use the service: set "
            "AUTH=on, or HOST=127.0.0.1, or ALLOW_ANONYMOUS=true if that is what you want."
        )


def _database(settings: Settings) -> "Database | None":
    if settings.auth is Switch.OFF and settings.drift is Switch.OFF and not settings.keeps_history:
        return None
    # Here SQLAlchemy comes in: a service that keeps nothing starts faster, and is smaller.
    from app.services.database.audit import note_settings
    from app.services.database.database import Database

    database = Database.open(settings)
    with database.writing() as session:
        note_settings(session, settings)
    return database


def _membership(settings: Settings, database: "Database") -> "Membership | None":
    if settings.auth is Switch.OFF:
        return None
    from app.services.accounts.membership import Membership

    return Membership.open(settings, database)


def _history(settings: Settings, database: "Database") -> "Records | None":
    if not settings.keeps_history:
        return None
    from app.services.history.records import open_records

    return open_records(settings, database)


def _feedback(database: "Database") -> "Feedback":
    from app.services.history.feedback import Feedback

    return Feedback(database)


def _shadow(
    settings: Settings, registry: ModelRegistry, database: "Database", metrics: "Metrics | None"
) -> "Shadow | None":
    if settings.shadow_model is None:
        return None
    from app.services.shadow.runner import Shadow

    return Shadow(
        settings.shadow_model, settings.shadow_share, registry, database, metrics.count_shadow if metrics else None
    )


def _drift(settings: Settings, database: "Database", registry: ModelRegistry) -> "DriftMonitor | None":
    if settings.drift is Switch.OFF:
        return None
    from app.services.monitoring.drift_monitor import open_drift_monitor

    return open_drift_monitor(settings, database, registry.drift_references)


def _explainer(settings: Settings) -> Explainer:
    if settings.gemini_api_key is None:
        return BuiltInExplainer("Gemini is not set up on this server. The service wrote this explanation.")
    return GeminiExplainer(settings, settings.gemini_api_key)


def _rates(settings: Settings) -> "RateLimits | None":
    if not (settings.rate_per_address or settings.rate_per_account or settings.rate_per_key):
        return None
    from app.services.throttling.rate_limits import RateLimits

    return RateLimits(settings)


def _metrics(settings: Settings, registry: ModelRegistry) -> "Metrics | None":
    if settings.metrics is Switch.OFF:
        return None
    from app.services.monitoring.metrics import Metrics

    return Metrics(settings, registry.catalogue.values())


def _tracing(settings: Settings) -> "Tracing | None":
    if settings.otel_exporter_otlp_endpoint is None:
        return None
    from app.services.monitoring.tracing import Tracing

    return Tracing(str(settings.otel_exporter_otlp_endpoint))


def __getattr__(name: str) -> FastAPI:
    """Make `app` when a server asks for it (`uvicorn app.main:app`), not when this module is imported."""
    if name != "app":
        raise AttributeError(name)
    try:
        return create_app(Settings.from_environment())
    except ConfigurationError as error:
        raise SystemExit(f"error: {error}") from None
