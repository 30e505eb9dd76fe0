"""The shadow model: classifies a share of the answered scans while the service is idle."""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from time import monotonic
from typing import cast
from uuid import UUID

import structlog
from PIL import Image
from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.config.settings import ConfigurationError
from app.models.classes import CLASSES, TumorClass
from app.models.model_file import ModelMetadata, split_version
from app.models.problems import NotFound, Problem
from app.services.database.database import Database
from app.services.database.tables import RecordRow, ShadowRow
from app.services.explanations.answer import Answer
from app.services.history.schemas import PredictionSource, StoredPrediction
from app.services.inference.model_set import ModelSet
from app.services.inference.queue import RequestQueue
from app.services.inference.registry import ModelRegistry
from app.services.inference.schemas import ModelRef
from app.services.measures.intervals import wilson
from app.services.shadow.schemas import ClassPair, Disagreement, Opinion, ShadowPair

# Each waiting scan holds a picture of up to 3 MB in memory.
MOST_WAITING = 8
MOST_ROWS = 50_000
# A forward pass uses every core, so it starts only after this many seconds without a request. A client that sends one
# scan after another is not slowed.
_QUIET_S = 0.2
_LOOK_EVERY_S = 0.05
_TRIM_EVERY = 100
_IDS = 1 << 128

# Counts an outcome: the serving model, the shadow model, and `same`, `different` or `dropped`.
Count = Callable[[ModelMetadata, ModelMetadata, str], None]

log = structlog.get_logger()


@dataclass(frozen=True)
class _WaitingScan:
    """A waiting scan: id of its answer, the serving model, the predicted class, and the picture."""

    id: UUID
    served: ModelMetadata
    predicted: TumorClass
    picture: Image.Image


class Shadow:
    """A watcher that has a second model classify a share of the scans. Scans beyond its queue are dropped."""

    def __init__(
        self, model: str, share: float, registry: ModelRegistry, database: Database, count: Count | None = None
    ) -> None:
        """Create a shadow.

        Args:
            model: name of the shadow model, for its default version, or `NAME@VERSION`.
            share: share of the answers to classify again, 0 to 1.
            registry: holds the model.
            database: stores the shadow's predictions.
            count: called with each outcome; None counts nothing.

        Raises:
            ConfigurationError: the model or its version is unknown, or it is the one that answers by default.
        """
        self.model, self.version = split_version(model)
        self.share = share
        self.check(registry.models)
        if self.answers_by_default(registry.models):
            raise ConfigurationError(
                f"SHADOW_MODEL={model} is the default model. The shadow must be another model, or another version of "
                f"it: {self.model}@VERSION."
            )
        self.dropped = 0
        self._count = count or (lambda served, shadow, outcome: None)
        self._registry = registry
        self._database = database
        self._waiting: deque[_WaitingScan] = deque()
        self._arrived = asyncio.Event()
        self._served_at = 0.0
        self._rows = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="shadow")

    def check(self, models: ModelSet) -> None:
        """Check that the shadow is one of the models.

        Raises:
            ConfigurationError: it is not.
        """
        try:
            models.describe(self.model, self.version)
        except NotFound as problem:
            raise ConfigurationError(
                f"SHADOW_MODEL: {problem.detail} Known: {', '.join(problem.accepted or [])}."
            ) from problem

    def answers_by_default(self, models: ModelSet) -> bool:
        """Whether the shadow is the default version of the default model, so that it compares nothing."""
        return models.describe(self.model, self.version) is models.catalogue[models.default]

    def _is_shadow(self, metadata: ModelMetadata) -> bool:
        return metadata.name == self.model and self.version in (None, metadata.version)

    @property
    def waiting(self) -> int:
        """Number of waiting scans."""
        return len(self._waiting)

    def observe(self, answer: Answer, source: PredictionSource) -> None:
        """Queue a share of the scans for the shadow model; one without a class has nothing to compare."""
        self._served_at = monotonic()
        predicted = answer.prediction.predicted
        # Ids are uniformly random, so this selects the share at random.
        if predicted is None or self._is_shadow(answer.metadata) or answer.id.int >= self.share * _IDS:
            return
        if len(self._waiting) >= MOST_WAITING:
            self.dropped += 1
            self._count(answer.metadata, self._registry.describe(self.model, self.version), "dropped")
            return
        self._waiting.append(_WaitingScan(answer.id, answer.metadata, predicted, answer.prediction.preview))
        self._arrived.set()

    def start(self, queue: RequestQueue) -> None:
        """Start classifying waiting scans; each waits until the request queue has been empty for a moment."""
        self._working = asyncio.create_task(self._work(queue))

    async def close(self) -> None:
        """Stop; waiting scans are dropped."""
        self._working.cancel()
        with suppress(asyncio.CancelledError):
            await self._working
        self._thread.shutdown(cancel_futures=True)

    async def _work(self, queue: RequestQueue) -> None:
        while True:
            await self._arrived.wait()
            # Polling costs less than a notification for every request.
            while queue.taken or monotonic() - self._served_at < _QUIET_S:  # noqa: ASYNC110
                await asyncio.sleep(_LOOK_EVERY_S)
            scan = self._waiting.popleft()
            if not self._waiting:
                self._arrived.clear()
            try:
                await asyncio.get_running_loop().run_in_executor(self._thread, self._look_at, scan)
            except IntegrityError:
                log.debug("shadow_record_gone")
            except Problem as problem:
                log.warning("shadow_not_kept", reason=problem.detail)
            except Exception as error:
                # Only the type: the message could quote content of a request.
                log.error("shadow_failed", error=type(error).__name__)

    def _look_at(self, scan: _WaitingScan) -> None:
        if not self._is_new(scan):
            return
        predictor = self._registry.predictor(self.model, self.version)
        metadata = predictor.metadata
        # Pictures of more than 1024 pixels are reduced, so the input may differ slightly from the serving model's.
        probabilities = predictor.judge.probabilities(scan.picture)
        predicted = CLASSES[int(probabilities.argmax())]
        row = {
            "record_id": scan.id,
            "at": datetime.now(UTC),
            "served_version": scan.served.version,
            "model": metadata.name,
            "version": metadata.version,
            "predicted": predicted.value,
            "confidence": float(probabilities.max()),
        }
        with self._database.writing() as session:
            session.execute(insert(ShadowRow), [row])
            if self._rows % _TRIM_EVERY == 0:
                trim(session, MOST_ROWS)
        self._rows += 1
        self._count(scan.served, metadata, "same" if predicted is scan.predicted else "different")

    def _is_new(self, scan: _WaitingScan) -> bool:
        """Whether the scan's record is of the serving model, and has no shadow prediction yet."""
        statement = (
            select(RecordRow.id)
            .outerjoin(ShadowRow)
            .where(RecordRow.id == scan.id, RecordRow.weights == scan.served.sha256, ShadowRow.record_id.is_(None))
        )
        with self._database.reading() as session:
            return session.scalars(statement).one_or_none() is not None


def trim(session: Session, most: int) -> None:
    """Delete the oldest rows beyond the newest `most`."""
    first_beyond = select(ShadowRow.at).order_by(ShadowRow.at.desc()).offset(most).limit(1)
    at = session.scalars(first_beyond).one_or_none()
    if at:
        session.execute(delete(ShadowRow).where(ShadowRow.at <= at))


def pairs(session: Session) -> list[ShadowPair]:
    """Count how often serving models and their shadows predicted each pair of classes."""
    said = (
        RecordRow.model,
        ShadowRow.served_version,
        ShadowRow.model,
        ShadowRow.version,
        RecordRow.predicted,
        ShadowRow.predicted,
    )
    counted = select(*said, func.count()).join_from(ShadowRow, RecordRow).where(RecordRow.predicted.is_not(None))
    rows = session.execute(counted.group_by(*said).order_by(*said))
    found = []
    for (model, version, shadow, shadow_version), group in groupby(rows, key=lambda row: row[:4]):
        classes = [
            # Only records that name a class were selected.
            ClassPair(served=TumorClass(cast(str, served)), shadow=TumorClass(other), count=count)
            for *_, served, other, count in group
        ]
        apart = sum(pair.count for pair in classes if pair.served is not pair.shadow)
        found.append(
            ShadowPair(
                served=ModelRef(name=model, version=version),
                shadow=ModelRef(name=shadow, version=shadow_version),
                disagreement=wilson(apart, sum(pair.count for pair in classes)),
                classes=classes,
            )
        )
    return found


def disagreements(session: Session, limit: int) -> list[Disagreement]:
    """Return the newest scans on which two models disagree."""
    statement = (
        select(RecordRow.body, ShadowRow)
        .join_from(ShadowRow, RecordRow)
        .where(RecordRow.predicted != ShadowRow.predicted)
        .order_by(ShadowRow.at.desc(), ShadowRow.record_id)
        .limit(limit)
    )
    found = []
    for body, row in session.execute(statement):
        kept = StoredPrediction.model_validate_json(body)
        assert kept.prediction  # SQL compares nothing with NULL, so the record names a class
        found.append(
            Disagreement(
                id=kept.id,
                created_at=kept.created_at,
                served_by=kept.model,
                served=Opinion(tumor=kept.prediction.tumor, confidence=kept.prediction.confidence),
                shadow_by=ModelRef(name=row.model, version=row.version),
                shadow=Opinion(tumor=TumorClass(row.predicted), confidence=row.confidence),
            )
        )
    return found
