"""What routes are given: the parts that the lifespan made."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from app.config.settings import Settings
from app.services.explanation import BuiltInExplainer, Explainer
from app.services.line import Line
from app.services.registry import ModelRegistry
from app.services.samples import SampleGallery


@dataclass(frozen=True)
class Services:
    """Everything that answers requests.

    Attributes:
        settings: the operator's.
        registry: the models.
        gallery: the sample images.
        line: of the requests that wait to be computed.
        built_in: explains where nobody asked for more.
        explainer: explains where `explain=true` asks for it.
    """

    settings: Settings
    registry: ModelRegistry
    gallery: SampleGallery
    line: Line
    built_in: BuiltInExplainer
    explainer: Explainer


def services(request: Request) -> Services:
    """The running service's parts."""
    return cast(Services, request.app.state.services)


ServicesDep = Annotated[Services, Depends(services)]
