"""The application: what it is made of, in the order in which a request meets it."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import perf_counter

import structlog
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from app import __version__
from app.config.logging import configure_logging
from app.config.settings import ConfigurationError, Settings
from app.models.tumor import DISCLAIMER
from app.routes import health, models, predictions, reports, samples
from app.routes.dependencies import Services
from app.routes.docs import install_docs
from app.routes.errors import install_error_handlers
from app.routes.middleware import RequestContext
from app.routes.page import install_page
from app.services.explanation import BuiltInExplainer, Explainer
from app.services.gemini import GeminiExplainer
from app.services.line import Line
from app.services.registry import ModelRegistry
from app.services.samples import SampleGallery
from app.services.uploads import prepare_uploads

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
    registry = ModelRegistry(settings)
    gallery = SampleGallery(settings.samples_dir)
    prepare_uploads(settings.uploads_dir)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        line = Line(settings.queue_size)
        explainer = _explainer(settings)
        app.state.services = Services(settings, registry, gallery, line, BuiltInExplainer(), explainer)
        # In the background, so that the port is bound meanwhile and the health endpoints answer.
        loading = asyncio.create_task(_load(app, registry))
        yield
        await asyncio.gather(loading, return_exceptions=True)
        line.close()
        await explainer.close()

    app = FastAPI(
        title=TITLE,
        description=DESCRIPTION,
        version=__version__,
        lifespan=lifespan,
        openapi_url="/openapi.json" if settings.api_docs else None,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.failure = None
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_methods=["GET", "POST"],
        allow_headers=["*"],
        expose_headers=["X-Request-ID", "Retry-After", "ETag"],
    )
    app.add_middleware(RequestContext)
    install_error_handlers(app)
    app.include_router(predictions.router)
    app.include_router(predictions.batch_router)
    app.include_router(reports.router)
    app.include_router(samples.router)
    app.include_router(models.router)
    app.include_router(health.router)
    install_page(app)
    if app.openapi_url:
        install_docs(app, app.openapi_url)
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


def _explainer(settings: Settings) -> Explainer:
    if settings.gemini_api_key is None:
        return BuiltInExplainer("Gemini is not set up on this server. The service wrote this explanation.")
    return GeminiExplainer(settings, settings.gemini_api_key)


def __getattr__(name: str) -> FastAPI:
    """Make `app` when a server asks for it (`uvicorn app.main:app`), not when this module is imported."""
    if name != "app":
        raise AttributeError(name)
    try:
        return create_app(Settings.from_environment())
    except ConfigurationError as error:
        raise SystemExit(f"error: {error}") from None
