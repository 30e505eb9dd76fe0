"""From an image file to a response, for every route that classifies: queue, forward pass, explanation, history."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from time import perf_counter
from typing import Annotated, BinaryIO
from uuid import uuid4

from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field

from app.models.classes import CLASSES, FACTS, TumorClass
from app.models.model_file import ModelMetadata
from app.models.problems import (
    DatabaseUnavailable,
    InvalidParameters,
    MalformedRequest,
    ModelNotReady,
    NotABrainMri,
    OutOfMemory,
    QueueFull,
    StorageFull,
    StorageUnavailable,
    TooLarge,
    TooManyRequests,
    UnreadableImage,
    UnsupportedFormat,
    UploadTimeout,
)
from app.models.thresholds import HeatmapMethod
from app.routes.dependencies import Services
from app.routes.guards import identity_of
from app.routes.pinning import note_answer
from app.services.explanations.answer import Answer
from app.services.explanations.result import Result
from app.services.explanations.words import author_words, display
from app.services.history.schemas import PredictionSource, StoredPrediction
from app.services.imaging.png import data_url
from app.services.inference.acquisitions import AcquisitionBody
from app.services.inference.heatmaps import Heatmap
from app.services.inference.predictor import Prediction, Predictor
from app.services.inference.queue import Slot
from app.services.inference.rollout import Rollout
from app.services.inference.schemas import (
    AgreementBody,
    ClassProbability,
    ExplanationBody,
    FocusBody,
    GateBody,
    HeatmapBody,
    HeatmapKind,
    ImageInfo,
    ModelRef,
    PredictedClass,
    PredictionResponse,
    PredictionSetBody,
    QualityBody,
    TimingBody,
    WarningBody,
)
from app.services.trust.views import MAX_VIEWS, Agreement

SERVING = (InvalidParameters, TooManyRequests, ModelNotReady, OutOfMemory, QueueFull)
KEEPING = (DatabaseUnavailable, StorageFull, StorageUnavailable)
UPLOAD = (MalformedRequest, TooLarge, UploadTimeout, StorageFull, StorageUnavailable)
IMAGE = (UnreadableImage, TooLarge, UnsupportedFormat, NotABrainMri)

TERMS = (
    "With `explain=true`, and if the operator has set a key for Gemini, the service sends the decoded picture, the "
    "heat-map and the numbers to Google, without file name or metadata. Google's terms forbid clinical use, and on the "
    "unpaid quota people may read the data. Otherwise no data leaves the server."
)


class PredictionQuery(BaseModel):
    """The options of a prediction."""

    model_config = ConfigDict(extra="forbid")

    model: str | None = Field(None, description="Name of the model; the default model if absent.")
    version: str | None = Field(None, description="Version of the model; its default version if absent.")
    heatmap: HeatmapKind | bool = Field(
        HeatmapKind.OVERLAY,
        description="`overlay`: the scan with the heat-map over it; `layer`: only the heat-map, on a transparent "
        "ground; `grid`: its numbers; `none`: no heat-map. `true` means `overlay`, and `false` means `none`.",
    )
    explain: bool = Field(
        False,
        description="Whether Gemini writes the explanation. If it is not available, the service writes it itself.",
    )
    method: HeatmapMethod | None = Field(
        None,
        description="What the heat-map shows. `grad-cam`: the evidence for a class; `place`: the probability of a "
        "tumor at each place, with models that have it (`heatmap_methods`). If absent: `grad-cam` with a `target`, "
        "`place` if the decision is `other`, or else the first of `heatmap_methods`.",
    )
    target: TumorClass | None = Field(
        None,
        description="The class that the heat-map of `grad-cam` explains; the most probable class if absent.",
    )
    views: int = Field(
        1,
        ge=1,
        le=MAX_VIEWS,
        description="Number of views to classify. The first is the scan itself and gives the answer; the others are "
        "mirrored, shifted and rotated slightly, and `agreement` reports whether they give the same class. Each view "
        "takes one forward pass and counts as one prediction towards rate limits.",
    )
    comparison: bool = Field(
        False,
        description="Whether this model is compared with the one that answered before for the same image. The history "
        "then attaches the prediction to that record, instead of storing a record of its own.",
    )

    @property
    def heatmap_kind(self) -> HeatmapKind:
        """How the response contains the heat-map."""
        if isinstance(self.heatmap, HeatmapKind):
            return self.heatmap
        return HeatmapKind.OVERLAY if self.heatmap else HeatmapKind.NONE


Options = Annotated[PredictionQuery, Query()]


@dataclass(frozen=True)
class Computed:
    """A prediction without its explanation.

    Attributes:
        metadata: the model's metadata.
        prediction: the model's result.
        started: `perf_counter` at the start of the work.
        waited: milliseconds until a worker thread was free.
    """

    metadata: ModelMetadata
    prediction: Prediction
    started: float
    waited: float


async def answer(slot: Slot, parts: Services, options: PredictionQuery, file: BinaryIO) -> Answer:
    """Classify a file, release the request's slot, and explain the result: waiting for Gemini occupies no slot.

    Raises:
        Problem: the file cannot be classified.
    """
    computed = await compute(parts, parts.registry.rollout(options.model, options.version), options, file)
    slot.release()
    return await explain(parts, options, computed)


async def compute(parts: Services, rollout: Rollout, options: PredictionQuery, file: BinaryIO) -> Computed:
    """Classify a file on a worker thread.

    Raises:
        Problem: the file cannot be classified.
    """
    kind = options.heatmap_kind
    return await computed(
        parts,
        lambda: rollout.of(lambda: rollout.default.content_of(file)),
        lambda predictor: predictor.predict(
            file,
            heatmap=kind is not HeatmapKind.NONE,
            layer=kind is HeatmapKind.LAYER,
            method=options.method,
            target=options.target,
            views=options.views,
        ),
    )


async def computed(
    parts: Services, choose: Callable[[], Predictor], job: Callable[[Predictor], Prediction]
) -> Computed:
    """Choose a predictor and run its job, both on a worker thread.

    Raises:
        Problem: that of `choose` or of the job.
    """
    started = perf_counter()

    def run() -> tuple[ModelMetadata, Prediction]:
        predictor = choose()
        with parts.count_failures(predictor.metadata):
            return predictor.metadata, job(predictor)

    (metadata, prediction), waited = await parts.queue.compute(run)
    return Computed(metadata, prediction, started, waited)


async def explain(parts: Services, options: PredictionQuery, computed: Computed) -> Answer:
    """Explain a prediction, with Gemini if the options request it."""
    requested = perf_counter()
    explainer = parts.explainer if options.explain else parts.built_in
    explanation = await explainer.explain(computed.prediction)
    ended = perf_counter()
    steps = computed.prediction.timing
    timing = TimingBody(
        wait=round(computed.waited, 2),
        read=round(steps.read, 2),
        forward=round(steps.forward, 2),
        heatmap=round(steps.heatmap, 2),
        explanation=round((ended - requested) * 1e3, 2),
        total=round((ended - computed.started) * 1e3, 2),
    )
    return Answer(
        id=uuid4(),
        metadata=computed.metadata,
        prediction=computed.prediction,
        explanation=explanation,
        started=computed.started,
        timing=timing,
        external=parts.registry.external(computed.metadata.name, computed.metadata.version),
    )


def body(answer: Answer, kind: HeatmapKind = HeatmapKind.OVERLAY) -> PredictionResponse:
    """The response body of an answer, with its heat-map as `kind`."""
    metadata, prediction, explanation = answer.metadata, answer.prediction, answer.explanation
    model = ModelRef(name=metadata.name, version=metadata.version)
    image = ImageInfo(**asdict(prediction.facts))
    return PredictionResponse(
        id=answer.id,
        model=model,
        prediction=PredictedClass(
            tumor=prediction.predicted, label=FACTS[prediction.predicted].label, confidence=prediction.confidence
        )
        if prediction.predicted
        else None,
        probabilities=[
            ClassProbability(tumor=tumor, label=FACTS[tumor].label, probability=probability)
            for tumor, probability in zip(CLASSES, prediction.probabilities.tolist(), strict=True)
        ],
        decision=prediction.decision,
        in_distribution=not prediction.gate.outside if prediction.gate else None,
        gate=GateBody(score=prediction.gate.score, threshold=prediction.gate.threshold) if prediction.gate else None,
        prediction_set=PredictionSetBody.of(prediction.deciding_set) if prediction.deciding_set else None,
        prediction_sets=list(map(PredictionSetBody.of, prediction.prediction_sets)),
        heatmap=_heatmap_body(metadata, prediction.heatmap, kind) if prediction.heatmap else None,
        explanation=ExplanationBody(
            source=explanation.source, model=explanation.model, text=explanation.text, notice=explanation.notice
        ),
        image=image,
        acquisition=AcquisitionBody.of(prediction.acquisition) if prediction.acquisition else None,
        agreement=_agreement_body(prediction.agreement) if prediction.agreement else None,
        quality=[QualityBody(**asdict(measure)) for measure in prediction.quality],
        display=display(
            Result.of(prediction),
            model=model,
            image=image,
            timing=answer.timing,
            external=answer.external,
            author=author_words(explanation.source, explanation.model),
        ),
        timing_ms=answer.timing,
        warnings=[WarningBody(**asdict(notice)) for notice in prediction.notices],
        created_at=datetime.now(UTC),
    )


async def keep(
    request: Request, parts: Services, options: PredictionQuery, source: PredictionSource, answers: Sequence[Answer]
) -> list[PredictionResponse]:
    """Store answers in the client's history, if there is one, and report them to the watchers and in the headers.

    Call it before the response is sent, so that no answer that a client has seen is missing from the history.

    Returns:
        The responses. The id of a repeated scan is that of its record.

    Raises:
        DatabaseUnavailable, StorageFull, StorageUnavailable: the answers cannot be stored.
    """
    responses = [body(answer, options.heatmap_kind) for answer in answers]
    if parts.history and answers:
        # Lazy import: the module imports SQLAlchemy, which a service without a history does not need.
        from app.services.history.scans import NewPrediction

        new = [
            NewPrediction(
                stored=StoredPrediction.of(response, source),
                content=answer.prediction.content,
                weights=answer.metadata.sha256,
                heat=answer.prediction.heat,
                place=answer.prediction.place,
                picture=answer.prediction.preview,
            )
            for answer, response in zip(answers, responses, strict=True)
        ]
        ids = await parts.history.store(identity_of(request).account, new, comparison=options.comparison)
        answers = [replace(answer, id=record) for answer, record in zip(answers, ids, strict=True)]
        responses = [
            response.model_copy(update={"id": record}) for response, record in zip(responses, ids, strict=True)
        ]
    for answer in answers:
        note_answer(request, answer.metadata)
        parts.watchers.observe(answer, source)
    return responses


def _agreement_body(agreement: Agreement) -> AgreementBody:
    return AgreementBody(views=agreement.views, agreeing=agreement.agreeing, spread=agreement.spread)


def _heatmap_body(metadata: ModelMetadata, heatmap: Heatmap, kind: HeatmapKind) -> HeatmapBody:
    return HeatmapBody(
        method=heatmap.method,
        layer=metadata.feature_map.layer,
        target=heatmap.target,
        overlay=data_url(heatmap.overlay) if kind is HeatmapKind.OVERLAY else None,
        heat=data_url(heatmap.layer) if heatmap.layer else None,
        grid=heatmap.grid.tolist() if kind is HeatmapKind.GRID else None,
        focus=FocusBody(**asdict(heatmap.focus)) if heatmap.focus else None,
    )
