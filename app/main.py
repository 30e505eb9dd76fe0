"""The application: its middleware, routes and pages, in one list."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app import __version__
from app.config.choices import Switch
from app.config.logging import configure_logging, report_failed_start
from app.config.settings import ConfigurationError, Settings
from app.container import Container, build
from app.routes import (
    accounts,
    capabilities,
    evaluations,
    feedback,
    health,
    history,
    keys,
    members,
    models,
    monitoring,
    open_inference,
    predictions,
    reports,
    samples,
    sessions,
    shadow,
    studies,
)
from app.routes.api_docs import DESCRIPTION, TAGS, TITLE, install_docs
from app.routes.connections import COUNT_REFUSAL
from app.routes.errors import install_error_handlers
from app.routes.forms import limit_form_memory
from app.routes.guide import install_guide
from app.routes.middleware import install_middleware
from app.routes.pages import install_page, navigation
from app.services.imaging.pillow import prepare_pillow
from app.services.network.engines import EngineOpener, open_engine

_ROUTERS = (
    predictions.router,
    predictions.batch_router,
    studies.router,
    reports.router,
    open_inference.health_router,
    open_inference.router,
    open_inference.infer_router,
    evaluations.scans_router,
    evaluations.router,
    samples.router,
    history.router,
    history.change_router,
    history.deletion_router,
    feedback.router,
    feedback.statistics_router,
    shadow.router,
    models.router,
    models.reload_router,
    monitoring.router,
    monitoring.restart_router,
    capabilities.router,
    health.router,
    sessions.router,
    accounts.router,
    keys.router,
    members.router,
)


def create_app(settings: Settings, open_engine: EngineOpener = open_engine) -> FastAPI:
    """Assemble the service.

    A model that fails to load, which happens after the start, stops the server; `app.state.container.failure` then has
    the reason.

    Args:
        settings: the operator's settings.
        open_engine: opens the engines of the networks.

    Raises:
        ConfigurationError: a setting, a folder, a model or the database cannot be used.
    """
    configure_logging(settings)
    prepare_pillow()
    limit_form_memory()
    # Nobody else on the machine may read the files and folders that the service makes.
    os.umask(0o077)
    container = build(settings, open_engine)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, object]]:
        async with container.running(), _calls(container):
            yield {COUNT_REFUSAL: container.metrics.count_refusal} if container.metrics else {}

    app = FastAPI(
        title=TITLE,
        description=DESCRIPTION,
        version=__version__,
        openapi_tags=[{"name": name, "description": meaning} for name, meaning in TAGS.items()],
        lifespan=lifespan,
        openapi_url="/openapi.json" if settings.api_docs else None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        # FastAPI's own telemetry would export paths, queries and error messages, which may contain a patient's name.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.container = container
    app.state.services = container.services
    install_middleware(app, settings, container.request_watchers)
    install_error_handlers(app)
    for router in _ROUTERS:
        app.include_router(router)
    if container.metrics:
        # Lazy import: the route imports the library of metrics.
        from app.routes.metrics import install_metrics

        install_metrics(app, settings, container.metrics)
    install_page(app, settings)
    install_guide(app)
    if app.openapi_url:
        install_docs(
            app,
            app.openapi_url,
            accounts=settings.auth is Switch.ON,
            models=lambda: container.services.registry.catalogue,
            links=navigation(settings),
        )
    return app


@asynccontextmanager
async def _calls(container: Container) -> AsyncIterator[None]:
    """Answer calls over gRPC, if the settings turn them on."""
    services = container.services
    if services.settings.grpc_port is None:
        yield
        return
    # The library writes lines of its own, not in the form of the log, about requests that it refuses.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    # Lazy import: the library is an extra.
    from app.routes.calls import create_calls
    from app.routes.grpc_port import grpc_port

    calls = create_calls(services.settings, services, container.request_watchers)
    async with grpc_port(calls, services.settings):
        yield


def __getattr__(name: str) -> FastAPI:
    """Create `app` when a server reads it (`uvicorn app.main:app`), not when this module is imported."""
    if name != "app":
        raise AttributeError(name)
    try:
        return create_app(Settings.from_environment())
    except ConfigurationError as error:
        report_failed_start(error)
        raise SystemExit(1) from None
