"""The shadow model: asked about a share of the scans that another has answered, out of everybody's way."""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from time import monotonic
from uuid import UUID

import structlog
from PIL import Image
from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.config.settings import ConfigurationError
from app.models.classes import CLASSES, TumorClass
from app.models.model_file import ModelMetadata
from app.models.problems import Problem
from app.services.database.database import Database
from app.services.database.tables import RecordRow, ShadowRow
from app.services.explanations.answer import Answer
from app.services.history.schemas import PredictionSource, StoredPrediction
from app.services.imaging import reading as imaging
from app.services.inference.queue import Line
from app.services.inference.registry import ModelRegistry
from app.services.inference.schemas import ModelRef
from app.services.measures.classification import wilson
from app.services.network.classifier import calibrated_probabilities
from app.services.shadow.schemas import ClassPair, Disagreement, Opinion, ShadowPair

# Each holds a picture of up to 3 MB in memory.
MOST_WAITING = 8
MOST_ROWS = 50_000
# A forward pass takes every core: it begins when nobody was served for so long, and a client that sends one scan after
# another is not met by it.
_QUIET_S = 0.2
_LOOK_EVERY_S = 0.05
_TRIM_EVERY = 100
_IDS = 1 << 128

# Takes note of what came of a scan: the names of the model that answered and of the shadow model, and whether they said
# the `same` or `different` things, or the scan was `dropped`.
Tell = Callable[[str, str, str], None]

log = structlog.get_logger()


@dataclass(frozen=True)
class _Scan:
    """A scan that waits: the id of its answer, which model gave it, the class, and the picture."""

    id: UUID
    served: ModelMetadata
    predicted: TumorClass
    picture: Image.Image


class Shadow:
    """A watcher that has a second model look at some of the scans. Without time for it, it lets them go."""

    def __init__(
        self, model: str, share: float, registry: ModelRegistry, database: Database, tell: Tell | None = None
    ) -> None:
        """Make one.

        Args:
            model: its name.
            share: of the answers that it is asked about, 0 to 1.
            registry: has the model.
            database: where what it says is kept.
            tell: is told what came of each scan.

        Raises:
            ConfigurationError: there is no such model, or it is the one that answers.
        """
        if model not in registry.catalogue:
            known = ", ".join(registry.catalogue)
            raise ConfigurationError(f"SHADOW_MODEL={model}: there is no such model. Known: {known}")
        if model == registry.default:
            raise ConfigurationError(f"SHADOW_MODEL={model} is the default model, and a model is no shadow of its own.")
        self.model, self.share = model, share
        self.dropped = 0
        self._tell = tell or _tell_nobody
        self._registry = registry
        self._database = database
        self._waiting: deque[_Scan] = deque()
        self._arrived = asyncio.Event()
        self._served_at = 0.0
        self._rows = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="shadow")

    @property
    def waiting(self) -> int:
        """Scans that wait."""
        return len(self._waiting)

    def observe(self, answer: Answer, source: PredictionSource) -> None:
        """Have a share of the scans wait for the model."""
        self._served_at = monotonic()
        # An id is random: whether it is below a share of all ids is decided as by a die.
        if answer.metadata.name == self.model or answer.id.int >= self.share * _IDS:
            return
        if len(self._waiting) >= MOST_WAITING:
            self.dropped += 1
            self._tell(answer.metadata.name, self.model, "dropped")
            return
        self._waiting.append(_Scan(answer.id, answer.metadata, answer.prediction.predicted, answer.prediction.preview))
        self._arrived.set()

    def start(self, line: Line) -> None:
        """Begin to look at what waits, whenever nobody is in the line."""
        self._working = asyncio.create_task(self._work(line))

    async def close(self) -> None:
        """End; what waits is let go of."""
        self._working.cancel()
        with suppress(asyncio.CancelledError):
            await self._working
        self._thread.shutdown(cancel_futures=True)

    async def _work(self, line: Line) -> None:
        while True:
            await self._arrived.wait()
            # A look now and then costs less than to be told of every request.
            while line.taken or monotonic() - self._served_at < _QUIET_S:  # noqa: ASYNC110
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
                # The kind alone: a message may repeat what was given.
                log.error("shadow_failed", error=type(error).__name__)

    def _look_at(self, scan: _Scan) -> None:
        predictor = self._registry.predictor(self.model)
        metadata = predictor.metadata
        # Of a scan of more than 1024 pixels this is the reduced picture, from which the input may differ a little.
        forward = predictor.classifier.classify(imaging.to_input(scan.picture, metadata.input))
        probabilities = calibrated_probabilities(forward.logits, metadata.temperature)
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
        self._tell(scan.served.name, metadata.name, "same" if predicted is scan.predicted else "different")


def _tell_nobody(served: str, shadow: str, outcome: str) -> None:
    pass


def trim(session: Session, most: int) -> None:
    """Delete the oldest rows beyond the most that are kept."""
    first_beyond = select(ShadowRow.at).order_by(ShadowRow.at.desc()).offset(most).limit(1)
    at = session.scalars(first_beyond).one_or_none()
    if at:
        session.execute(delete(ShadowRow).where(ShadowRow.at <= at))


def pairs(session: Session) -> list[ShadowPair]:
    """How often models that answered and their shadows said the same."""
    said = (
        RecordRow.model,
        ShadowRow.served_version,
        ShadowRow.model,
        ShadowRow.version,
        RecordRow.predicted,
        ShadowRow.predicted,
    )
    rows = session.execute(select(*said, func.count()).join_from(ShadowRow, RecordRow).group_by(*said).order_by(*said))
    found = []
    for (model, version, shadow, shadow_version), group in groupby(rows, key=lambda row: row[:4]):
        classes = [
            ClassPair(served=TumorClass(served), shadow=TumorClass(other), count=count)
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
    """The newest scans on which two models disagree."""
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
