"""What routes are given: the parts that the lifespan made."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, cast

from fastapi import Depends, Request

from app.config.settings import Settings
from app.models.problems import NotFound
from app.services.explanations.built_in import BuiltInExplainer, Explainer
from app.services.inference.queue import RequestQueue
from app.services.inference.registry import ModelRegistry
from app.services.inference.samples import SampleGallery
from app.services.monitoring.watchers import Watchers

if TYPE_CHECKING:  # SQLAlchemy comes with these, and is imported where they are needed alone
    from app.services.accounts.membership import Membership
    from app.services.database.database import Database
    from app.services.history.feedback import Feedback
    from app.services.history.records import Records
    from app.services.monitoring.drift_monitor import DriftMonitor
    from app.services.shadow.runner import Shadow
    from app.services.throttling.rate_limits import RateLimits


@dataclass(frozen=True)
class Services:
    """Everything that answers requests.

    Attributes:
        settings: the operator's.
        registry: the models.
        gallery: the sample images.
        queue: bounded, of the requests that wait to be computed.
        built_in: explains where nobody asked for more.
        explainer: explains where `explain=true` asks for it.
        database: where something is kept, else None.
        membership: where accounts are on, else None.
        history: where predictions are kept, else None.
        rates: how many predictions a caller may ask for; None where no limit is set.
        watchers: who is told of every answer.
        feedback: on the history, where there is one, else None.
        shadow: the model that runs beside the others, else None.
        drift: where drift is watched, else None.
    """

    settings: Settings
    registry: ModelRegistry
    gallery: SampleGallery
    queue: RequestQueue
    built_in: BuiltInExplainer
    explainer: Explainer
    database: "Database | None"
    membership: "Membership | None"
    history: "Records | None"
    rates: "RateLimits | None"
    watchers: Watchers
    feedback: "Feedback | None"
    shadow: "Shadow | None"
    drift: "DriftMonitor | None"


def services(request: Request) -> Services:
    """The running service's parts."""
    return cast(Services, request.app.state.services)


async def _services(request: Request) -> Services:
    # Not `services` itself: FastAPI has a worker thread call what is no coroutine, which takes longer than the call.
    return services(request)


ServicesDep = Annotated[Services, Depends(_services)]


async def history(parts: ServicesDep) -> "Records":
    """The history.

    Raises:
        NotFound: none is kept here.
    """
    if parts.history is None:
        raise NotFound("This server keeps no history. Its operator can have it do so: HISTORY=on, or AUTH=on.")
    return parts.history


HistoryDep = Annotated["Records", Depends(history)]


def feedback(parts: ServicesDep) -> "Feedback":
    """Readers' feedback.

    Raises:
        NotFound: there is no history that it could be on.
    """
    if parts.feedback is None:
        raise NotFound("Feedback needs a history. This server's operator can have it keep one: HISTORY=on, or AUTH=on.")
    return parts.feedback


FeedbackDep = Annotated["Feedback", Depends(feedback)]


def database(parts: ServicesDep) -> "Database":
    """The database.

    Raises:
        NotFound: nothing is kept here.
    """
    if parts.database is None:
        raise NotFound("This server keeps nothing. Its operator can have it do so: HISTORY=on, or AUTH=on.")
    return parts.database


DatabaseDep = Annotated["Database", Depends(database)]


def drift(parts: ServicesDep) -> "DriftMonitor":
    """What watches drift.

    Raises:
        NotFound: nothing does.
    """
    if parts.drift is None:
        raise NotFound("This server does not watch drift. Its operator can have it do so: DRIFT=on.")
    return parts.drift


DriftDep = Annotated["DriftMonitor", Depends(drift)]
