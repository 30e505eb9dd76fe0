"""The classes and the models."""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.concurrency import run_in_threadpool

from app.models.classes import FACTS
from app.models.identity import Scope
from app.models.measured.test_set import TestSetReport
from app.models.problems import InvalidParameters, NotFound
from app.routes.dependencies import ServicesDep
from app.routes.errors import documented
from app.routes.guards import GUARDED, GuardedRoute, require
from app.services.explanations.words import accuracy_sentences
from app.services.inference.heatmaps import heatmap_methods
from app.services.inference.schemas import ClassInfo, ClassList, ModelInfo, ModelList

router = APIRouter(
    prefix="/api/v1", tags=["models"], route_class=GuardedRoute, dependencies=[require(Scope.READ)], responses=GUARDED
)


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
            for external in [parts.registry.external[metadata.name]]
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
async def get_model_report(
    parts: ServicesDep, name: Annotated[str, Path(description="Name of the model.", examples=["xception"])]
) -> TestSetReport:
    return await run_in_threadpool(parts.registry.report, name)
