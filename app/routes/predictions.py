"""Predictions: for an uploaded scan, for a sample image, for several scans."""

import asyncio
import base64
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from io import BytesIO
from time import perf_counter
from typing import Annotated, BinaryIO
from uuid import uuid4

from fastapi import APIRouter, File, Path, Query, Request, UploadFile
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from app.models.metadata import ModelMetadata
from app.models.problems import (
    InvalidParameters,
    MalformedRequest,
    ModelNotReady,
    NotFound,
    Problem,
    QueueFull,
    StorageFull,
    TooLarge,
    UnreadableImage,
    UnsupportedFormat,
    UploadTimeout,
)
from app.models.responses import (
    BatchItem,
    BatchResponse,
    ClassProbability,
    ExplanationBody,
    FocusBody,
    HeatmapBody,
    ImageInfo,
    ModelRef,
    PredictedClass,
    PredictionResponse,
    TimingBody,
    WarningBody,
)
from app.models.tumor import CLASSES, FACTS, TumorClass
from app.routes.dependencies import Services, ServicesDep
from app.routes.errors import documented
from app.routes.intake import BatchRoute, ScanRoute, place_of
from app.services.explanation import Explanation
from app.services.line import WORKERS, Place
from app.services.prediction import Heatmap, Prediction, Predictor

router = APIRouter(prefix="/api/v1", tags=["predictions"], route_class=ScanRoute)
batch_router = APIRouter(prefix="/api/v1", tags=["predictions"], route_class=BatchRoute)

_SERVING = (InvalidParameters, ModelNotReady, QueueFull)
_UPLOAD = (MalformedRequest, TooLarge, UploadTimeout, StorageFull)
_IMAGE = (UnreadableImage, TooLarge, UnsupportedFormat)

# Swagger UI offers a file chooser for lists of files in this form alone.
_BINARY: dict[str, JsonValue] = {"type": "string", "format": "binary"}

_TERMS = (
    "With `explain=true`, and where the operator has set a key, the decoded picture, the heat-map and the numbers "
    "are sent to Google's Gemini, without file name or metadata. Google's terms forbid clinical use, and on unpaid "
    "quota people may read what is sent. Otherwise nothing leaves the server."
)


class PredictionQuery(BaseModel):
    """The options of a prediction."""

    model_config = ConfigDict(extra="forbid")

    model: str | None = Field(None, description="Name of the model; the default one where absent.")
    heatmap: bool = Field(True, description="Whether to make a heat-map.")
    explain: bool = Field(
        False, description="Whether to ask Gemini for the explanation. The built-in one is always there."
    )
    target: TumorClass | None = Field(
        None, description="The class the heat-map explains; the predicted one where absent."
    )


Options = Annotated[PredictionQuery, Query()]


@router.post(
    "/predictions",
    summary="Classify a brain MRI",
    description="Send one image as `multipart/form-data`, field `file`: JPEG, PNG, WebP, BMP, TIFF or GIF, judged by "
    "its content.\n\n" + _TERMS,
    responses=documented(*_UPLOAD, *_IMAGE, NotFound, *_SERVING),
)
async def create_prediction(
    request: Request,
    parts: ServicesDep,
    options: Options,
    file: Annotated[UploadFile, File(description="The image.")],
) -> PredictionResponse:
    return await _answer(place_of(request), parts, options, file.file)


@router.post(
    "/samples/{name}/predictions",
    summary="Classify a sample image",
    description="As for an uploaded image; needs no body.\n\n" + _TERMS,
    responses=documented(MalformedRequest, TooLarge, UploadTimeout, StorageFull, NotFound, *_SERVING),
)
async def create_sample_prediction(
    request: Request,
    parts: ServicesDep,
    options: Options,
    name: Annotated[str, Path(description="Name of the sample.", examples=["Te-me_0016.jpg"])],
) -> PredictionResponse:
    return await _answer(place_of(request), parts, options, BytesIO(parts.gallery.get(name).content))


@batch_router.post(
    "/predictions/batch",
    summary="Classify several brain MRIs",
    description="Send the images as `multipart/form-data`, each in a field `files`. Each gets its own prediction "
    "or its own problem, in order: a bad file never fails the others.\n\n" + _TERMS,
    responses=documented(*_UPLOAD, NotFound, *_SERVING),
)
async def create_prediction_batch(
    request: Request,
    parts: ServicesDep,
    options: Options,
    files: Annotated[list[UploadFile], File(description="The images.", json_schema_extra={"items": _BINARY})],
) -> BatchResponse:
    predictor = parts.registry.predictor(options.model)
    # As many at a time as there are workers: one file is decoded while another is computed.
    free = asyncio.Semaphore(WORKERS)

    async def outcome_of(file: UploadFile) -> _Computed | Problem:
        async with free:
            return await _attempt(parts, predictor, options, file.file)

    outcomes = await asyncio.gather(*map(outcome_of, files))
    place_of(request).give_back()

    async def item(index: int, outcome: _Computed | Problem) -> BatchItem:
        if isinstance(outcome, Problem):
            problem = outcome.body(request.url.path, request.state.request_id)
            return BatchItem(index=index, prediction=None, problem=problem)
        return BatchItem(index=index, prediction=await _explain(parts, predictor, options, outcome), problem=None)

    results = await asyncio.gather(*(item(index, outcome) for index, outcome in enumerate(outcomes)))
    failed = sum(result.problem is not None for result in results)
    return BatchResponse(succeeded=len(results) - failed, failed=failed, results=results)


@dataclass(frozen=True)
class _Computed:
    """A prediction on its way, and when it began (`perf_counter`) and how many milliseconds it waited."""

    prediction: Prediction
    started: float
    waited: float


async def _answer(place: Place, parts: Services, options: PredictionQuery, file: BinaryIO) -> PredictionResponse:
    predictor = parts.registry.predictor(options.model)
    computed = await _compute(parts, predictor, options, file)
    # Whoever waits for Gemini takes no place from those who wait to be computed.
    place.give_back()
    return await _explain(parts, predictor, options, computed)


async def _attempt(
    parts: Services, predictor: Predictor, options: PredictionQuery, file: BinaryIO
) -> _Computed | Problem:
    try:
        return await _compute(parts, predictor, options, file)
    except Problem as problem:
        return problem


async def _compute(parts: Services, predictor: Predictor, options: PredictionQuery, file: BinaryIO) -> _Computed:
    started = perf_counter()
    prediction, waited = await parts.line.compute(
        lambda: predictor.predict(file, heatmap=options.heatmap, target=options.target)
    )
    return _Computed(prediction, started, waited)


async def _explain(
    parts: Services, predictor: Predictor, options: PredictionQuery, computed: _Computed
) -> PredictionResponse:
    asked = perf_counter()
    explainer = parts.explainer if options.explain else parts.built_in
    explanation = await explainer.explain(computed.prediction)
    ended = perf_counter()
    steps = computed.prediction.timing
    timing = TimingBody(
        wait=round(computed.waited, 2),
        read=round(steps.read, 2),
        forward=round(steps.forward, 2),
        heatmap=round(steps.heatmap, 2),
        explanation=round((ended - asked) * 1e3, 2),
        total=round((ended - computed.started) * 1e3, 2),
    )
    return _body(predictor.metadata, computed.prediction, explanation, timing)


def _body(
    metadata: ModelMetadata, prediction: Prediction, explanation: Explanation, timing: TimingBody
) -> PredictionResponse:
    return PredictionResponse(
        id=uuid4(),
        model=ModelRef(name=metadata.name, version=metadata.version),
        prediction=PredictedClass(
            tumor=prediction.predicted, label=FACTS[prediction.predicted].label, confidence=prediction.confidence
        ),
        probabilities=[
            ClassProbability(tumor=tumor, label=FACTS[tumor].label, probability=probability)
            for tumor, probability in zip(CLASSES, prediction.probabilities.tolist(), strict=True)
        ],
        heatmap=_heatmap_body(metadata, prediction.heatmap) if prediction.heatmap else None,
        explanation=ExplanationBody(**asdict(explanation)),
        image=ImageInfo(**asdict(prediction.facts)),
        timing_ms=timing,
        warnings=[WarningBody(**asdict(notice)) for notice in prediction.notices],
        created_at=datetime.now(UTC),
    )


def _heatmap_body(metadata: ModelMetadata, heatmap: Heatmap) -> HeatmapBody:
    return HeatmapBody(
        layer=metadata.feature_map.layer,
        target=heatmap.target,
        overlay="data:image/png;base64," + base64.b64encode(heatmap.overlay).decode(),
        focus=FocusBody(**asdict(heatmap.focus)) if heatmap.focus else None,
    )
