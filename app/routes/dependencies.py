"""The dependencies of routes: the services of the process, and those that a setting turns on."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, cast

from fastapi import Depends, Request

from app.config.settings import Settings
from app.models.model_file import ModelMetadata
from app.models.problems import NotFound
from app.services.explanations.built_in import BuiltInExplainer, Explainer
from app.services.imaging.decoder import Decoder
from app.services.inference.bodies import BodiesInFlight
from app.services.inference.queue import RequestQueue
from app.services.inference.registry import ModelRegistry
from app.services.inference.samples import SampleGallery
from app.services.monitoring.model_reload import ModelReload
from app.services.monitoring.watchers import Watchers

if TYPE_CHECKING:  # these modules import SQLAlchemy, which a service without a database does not need
    from app.services.accounts.membership import Membership
    from app.services.database.database import Database
    from app.services.database.watch import DatabaseWatch
    from app.services.history.feedback import Feedback
    from app.services.history.records import Records
    from app.services.monitoring.drift_monitor import DriftMonitor
    from app.services.pacs.dicomweb import ImageServer
    from app.services.shadow.runner import Shadow
    from app.services.studies.results import StudyResult
    from app.services.throttling.rate_limits import RateLimits


@dataclass(frozen=True, kw_only=True)
class Services:
    """Every service that routes use.

    Attributes:
        settings: the operator's settings.
        decoder: decodes what clients send.
        registry: the models.
        reload_models: reads the models folder again, for an account at an address; see `ModelReload`.
        gallery: the sample images.
        bodies: the bound on request bodies in flight.
        queue: the bounded queue of requests in front of the worker threads.
        built_in: writes explanations without Gemini.
        explainer: writes explanations for requests with `explain=true`.
        watchers: observe every prediction.
        database: the database; None unless accounts, the history or drift are on.
        database_watch: the state of the database; None as for `database`.
        membership: accounts and sessions; None if accounts are off.
        history: the stored predictions; None if predictions are not stored.
        feedback: feedback on the history; None without a history.
        rates: limits on predictions; None if no limit is set.
        shadow: the model that runs in the background for comparison, else None.
        drift: the drift monitor; None if drift is not monitored.
        count_study: counts a study that a model answered; None without metrics.
        count_failures: counts what a block raises as a failure of a model, if there are metrics.
        image_servers: the servers of DICOMweb by name.
    """

    settings: Settings
    decoder: Decoder
    registry: ModelRegistry
    reload_models: ModelReload
    gallery: SampleGallery
    bodies: BodiesInFlight
    queue: RequestQueue
    built_in: BuiltInExplainer
    explainer: Explainer
    watchers: Watchers
    database: "Database | None" = None
    database_watch: "DatabaseWatch | None" = None
    membership: "Membership | None" = None
    history: "Records | None" = None
    feedback: "Feedback | None" = None
    rates: "RateLimits | None" = None
    shadow: "Shadow | None" = None
    drift: "DriftMonitor | None" = None
    count_study: "Callable[[ModelMetadata, StudyResult], None] | None" = None
    count_failures: Callable[[ModelMetadata], AbstractContextManager[object]] = nullcontext
    image_servers: "Mapping[str, ImageServer]" = field(default_factory=dict)


def services(request: Request) -> Services:
    """The services of the running process."""
    return cast(Services, request.app.state.services)


async def _services(request: Request) -> Services:
    # A coroutine, because FastAPI calls plain functions on a worker thread, which takes longer than the call itself.
    return services(request)


ServicesDep = Annotated[Services, Depends(_services)]


async def history(parts: ServicesDep) -> "Records":
    """The history.

    Raises:
        NotFound: this server stores no history.
    """
    if parts.history is None:
        raise NotFound("This server keeps no history. Its operator can turn it on with HISTORY=on or AUTH=on.")
    return parts.history


HistoryDep = Annotated["Records", Depends(history)]


def feedback(parts: ServicesDep) -> "Feedback":
    """The readers' feedback.

    Raises:
        NotFound: this server stores no history.
    """
    if parts.feedback is None:
        raise NotFound("Feedback needs a history. The server's operator can turn it on with HISTORY=on or AUTH=on.")
    return parts.feedback


FeedbackDep = Annotated["Feedback", Depends(feedback)]


def database(parts: ServicesDep) -> "Database":
    """The database.

    Raises:
        NotFound: this server has no database.
    """
    if parts.database is None:
        raise NotFound("This server stores nothing. Its operator can turn storage on with HISTORY=on or AUTH=on.")
    return parts.database


DatabaseDep = Annotated["Database", Depends(database)]


def drift(parts: ServicesDep) -> "DriftMonitor":
    """The drift monitor.

    Raises:
        NotFound: this server does not monitor drift.
    """
    if parts.drift is None:
        raise NotFound("This server does not monitor drift. Its operator can turn it on with DRIFT=on.")
    return parts.drift


DriftDep = Annotated["DriftMonitor", Depends(drift)]
