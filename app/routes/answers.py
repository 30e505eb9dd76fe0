"""From a file to an answer, for every route that gives one: computed in the line, then explained."""

import base64
from collections.abc import Sequence
from dataclasses import asdict, dataclass
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
    QueueFull,
    StorageFull,
    StorageUnavailable,
    TooLarge,
    TooManyRequests,
    UnreadableImage,
    UnsupportedFormat,
    UploadTimeout,
)
from app.routes.dependencies import Services
from app.routes.guards import identity_of
from app.services.explanations.answer import Answer
from app.services.explanations.words import Result, author_words, display
from app.services.history.schemas import PredictionSource, StoredPrediction
from app.services.inference.predictor import Heatmap, Prediction, Predictor
from app.services.inference.queue import Slot
from app.services.inference.schemas import (
    AgreementBody,
    ClassProbability,
    ExplanationBody,
    FocusBody,
    GateBody,
    HeatmapBody,
    ImageInfo,
    ModelRef,
    PredictedClass,
    PredictionResponse,
    PredictionSetBody,
    QualityBody,
    TimingBody,
    WarningBody,
)
from app.services.trust.conformal import PredictionSet
from app.services.trust.views import MAX_VIEWS, Agreement

SERVING = (InvalidParameters, TooManyRequests, ModelNotReady, QueueFull)
KEEPING = (DatabaseUnavailable, StorageFull, StorageUnavailable)
UPLOAD = (MalformedRequest, TooLarge, UploadTimeout, StorageFull)
IMAGE = (UnreadableImage, TooLarge, UnsupportedFormat, NotABrainMri)

TERMS = (
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
    views: int = Field(
        1,
        ge=1,
        le=MAX_VIEWS,
        description="How often the network looks: beyond once at the scan mirrored, shifted and turned a little. The "
        "answer is that of the scan as it is; `agreement` tells whether the others say the same. Each view takes a "
        "forward pass, and counts as a prediction where predictions are limited.",
    )


Options = Annotated[PredictionQuery, Query()]


@dataclass(frozen=True)
class Computed:
    """A prediction on its way to an answer.

    Attributes:
        metadata: of the model that made it.
        prediction: what the network says.
        started: when work on it began (`perf_counter`).
        waited: milliseconds until a worker was free.
    """

    metadata: ModelMetadata
    prediction: Prediction
    started: float
    waited: float


async def answer(slot: Slot, parts: Services, options: PredictionQuery, file: BinaryIO) -> Answer:
    """Compute, give the place in the line back, then explain: whoever waits for Gemini takes no place from others."""
    computed = await compute(parts, parts.registry.predictor(options.model), options, file)
    slot.release()
    return await explain(parts, options, computed)


async def compute(parts: Services, predictor: Predictor, options: PredictionQuery, file: BinaryIO) -> Computed:
    """Have a file classified on a worker thread."""
    started = perf_counter()
    prediction, waited = await parts.queue.compute(
        lambda: predictor.predict(file, heatmap=options.heatmap, target=options.target, views=options.views)
    )
    return Computed(predictor.metadata, prediction, started, waited)


async def explain(parts: Services, options: PredictionQuery, computed: Computed) -> Answer:
    """Put a prediction into words, by whom the options say."""
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
    return Answer(uuid4(), computed.metadata, computed.prediction, explanation, computed.started, timing)


def body(answer: Answer) -> PredictionResponse:
    """The response body of an answer."""
    metadata, prediction, explanation = answer.metadata, answer.prediction, answer.explanation
    model = ModelRef(name=metadata.name, version=metadata.version)
    image = ImageInfo(**asdict(prediction.facts))
    return PredictionResponse(
        id=answer.id,
        model=model,
        prediction=PredictedClass(
            tumor=prediction.predicted, label=FACTS[prediction.predicted].label, confidence=prediction.confidence
        ),
        probabilities=[
            ClassProbability(tumor=tumor, label=FACTS[tumor].label, probability=probability)
            for tumor, probability in zip(CLASSES, prediction.probabilities.tolist(), strict=True)
        ],
        decision=prediction.decision,
        in_distribution=not prediction.gate.outside if prediction.gate else None,
        gate=GateBody(score=prediction.gate.score, threshold=prediction.gate.threshold) if prediction.gate else None,
        prediction_set=_set_body(prediction.deciding_set) if prediction.deciding_set else None,
        prediction_sets=list(map(_set_body, prediction.prediction_sets)),
        heatmap=_heatmap_body(metadata, prediction.heatmap) if prediction.heatmap else None,
        explanation=ExplanationBody(
            source=explanation.source, model=explanation.model, text=explanation.text, notice=explanation.notice
        ),
        image=image,
        agreement=_agreement_body(prediction.agreement) if prediction.agreement else None,
        quality=[QualityBody(**asdict(measure)) for measure in prediction.quality],
        display=display(
            Result.of(prediction),
            model=model,
            image=image,
            timing=answer.timing,
            author=author_words(explanation.source, explanation.model),
        ),
        timing_ms=answer.timing,
        warnings=[WarningBody(**asdict(notice)) for notice in prediction.notices],
        created_at=datetime.now(UTC),
    )


async def keep(
    request: Request, parts: Services, source: PredictionSource, answers: Sequence[tuple[Answer, PredictionResponse]]
) -> None:
    """Keep answers in the history of whoever asked, if there is one, before they are sent: none that was seen is lost.

    Then the watchers are told of them.

    Raises:
        DatabaseUnavailable, StorageFull, StorageUnavailable: they cannot be kept.
    """
    if parts.history and answers:
        await parts.history.keep(
            identity_of(request).account,
            [(StoredPrediction.of(response, source), answer.prediction.preview) for answer, response in answers],
        )
    for answer, _ in answers:
        parts.watchers.observe(answer, source)


def _set_body(each: PredictionSet) -> PredictionSetBody:
    return PredictionSetBody(coverage=each.coverage, classes=list(each.classes))


def _agreement_body(agreement: Agreement) -> AgreementBody:
    return AgreementBody(views=agreement.views, agreeing=agreement.agreeing, spread=agreement.spread)


def _heatmap_body(metadata: ModelMetadata, heatmap: Heatmap) -> HeatmapBody:
    return HeatmapBody(
        layer=metadata.feature_map.layer,
        target=heatmap.target,
        overlay="data:image/png;base64," + base64.b64encode(heatmap.overlay).decode(),
        focus=FocusBody(**asdict(heatmap.focus)) if heatmap.focus else None,
    )
