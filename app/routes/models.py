"""The classes and the models."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.concurrency import run_in_threadpool

from app.models.classes import FACTS
from app.models.identity import Scope
from app.models.measured.test_set import TestSetReport
from app.models.problems import Conflict, InvalidParameters, MalformedRequest, ModelNotReady, NotFound, TooLarge
from app.routes.bodies import AccountRoute
from app.routes.dependencies import Services, ServicesDep
from app.routes.errors import documented
from app.routes.guards import GUARDED, GuardedRoute, IdentityDep, address_of, require
from app.services.explanations.words import accuracy_sentences
from app.services.inference.heatmaps import heatmap_methods
from app.services.inference.schemas import (
    ClassInfo,
    ClassList,
    ModelInfo,
    ModelList,
    ModelsInUse,
    ModelVersionInfo,
    ModelVersionList,
)

router = APIRouter(
    prefix="/api/v1", tags=["models"], route_class=GuardedRoute, dependencies=[require(Scope.READ)], responses=GUARDED
)


# The caller is an administrator, so accounts are on.
reload_router = APIRouter(
    prefix="/api/v1", tags=["models"], route_class=AccountRoute, dependencies=[require(Scope.ADMIN)], responses=GUARDED
)

Name = Annotated[str, Path(description="Name of the model.", examples=["xception"])]


@router.get("/classes", summary="List the classes", description="The four classes, in the order of the probabilities.")
async def list_classes() -> ClassList:
    return ClassList(
        classes=[
            ClassInfo(
                id=tumor,
                name=facts.label,
                description=facts.description,
                characteristics=list(facts.characteristics),
            )
            for tumor, facts in FACTS.items()
        ]
    )


@router.get(
    "/models",
    summary="List the models",
    description="Every model with its input, its measured accuracy, its version and the SHA-256 of its weights.",
)
async def list_models(parts: ServicesDep) -> ModelList:
    catalogue = parts.registry.catalogue.values()
    return ModelList(
        default=parts.registry.default,
        models=[
            ModelInfo.model_validate(
                dict(metadata)
                | {
                    "external": external,
                    "external_by_sequence": accuracy_sentences(external),
                    "heatmap_methods": heatmap_methods(metadata),
                }
            )
            for metadata in catalogue
            for external in [parts.registry.external(metadata.name, metadata.version)]
        ],
    )


@router.get(
    "/models/{name}/versions",
    summary="List the versions of a model",
    description="The versions that the service has loaded, the default one first.",
    responses=documented(NotFound, InvalidParameters),
)
async def list_model_versions(parts: ServicesDep, name: Name) -> ModelVersionList:
    return _versions(parts, name)


@reload_router.post(
    "/models/reload",
    summary="Read the models folder again",
    description="Loads and checks what has changed in the models folder, then answers with it; requests in flight end "
    "with the model that they began with. If a model cannot be used, nothing changes, and the response is 409 with the "
    "reason. The signal SIGHUP does the same. With several processes (`WORKERS`) only the signal can do it.",
    responses=documented(Conflict, ModelNotReady, NotFound, MalformedRequest, TooLarge, InvalidParameters),
)
async def reload_models(request: Request, parts: ServicesDep, identity: IdentityDep) -> ModelsInUse:
    if parts.settings.workers > 1:
        raise Conflict(
            "This service runs in several processes, and a request reaches only one of them. Send the signal SIGHUP to "
            "its main process, which passes it on to all; on Ray Serve, change `revision` in its config."
        )
    await parts.reload_models(identity.account, address_of(request))
    return ModelsInUse(
        default=parts.registry.default, models=[_versions(parts, name) for name in parts.registry.catalogue]
    )


def _versions(parts: Services, name: str) -> ModelVersionList:
    first, *others = parts.registry.versions(name)
    return ModelVersionList(
        name=first.metadata.name,
        versions=[
            ModelVersionInfo(
                version=each.metadata.version,
                default=each is first,
                share=parts.registry.share(each.metadata),
                sha256=each.metadata.sha256,
            )
            for each in (first, *others)
        ],
    )


@router.get(
    "/models/{name}/report",
    summary="Get a model's evaluation report",
    description="Everything that was measured with its weights: the test images with and without copies of training "
    "images, figures for each class, calibration, corruptions, heat-map checks, and other classifiers on the same "
    "images.",
    responses=documented(NotFound, InvalidParameters),
)
async def get_model_report(parts: ServicesDep, name: Name) -> TestSetReport:
    return await run_in_threadpool(parts.registry.report, name)
