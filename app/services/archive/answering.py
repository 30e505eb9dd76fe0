"""Answers one scan of an archive: reads it, judges it as the service does, and makes its row."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from time import perf_counter

import structlog

from app.models.classes import CLASSES
from app.models.problems import InternalError, Problem, StorageUnavailable, TooLarge
from app.models.thresholds import Decision
from app.services.archive.opening import ScanOpener
from app.services.archive.places import Place, PlaceFailed
from app.services.archive.plan import ArchiveScan
from app.services.archive.table import Row, model_columns
from app.services.imaging.formats import NEEDS_DICOM
from app.services.imaging.preprocessing import to_input, to_preview
from app.services.imaging.reading import Limits, Reader, check_size
from app.services.inference.heat import heat_of
from app.services.inference.heatmaps import draw_heatmap
from app.services.inference.judge import Judgement
from app.services.inference.predictor import Predictor

HEATMAPS = "heatmaps"
"""Folder of the heat-maps in the results."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Unanswered:
    """A scan without a row, which the next run tries again: settings or the place prevented its answer.

    Attributes:
        source: its key.
        error: kind of the problem.
        error_detail: what is wrong, and what to do.
    """

    source: str
    error: str
    error_detail: str


class ScanAnswerer:
    """Answers scans. Safe to use from several threads."""

    def __init__(
        self, opener: ScanOpener, predictor: Predictor, read: Reader, limits: Limits, *, heatmaps: Place | None
    ) -> None:
        """Combine the parts.

        Args:
            opener: opens the scans.
            predictor: of the model.
            read: reads pictures.
            limits: on each scan.
            heatmaps: the results, if heat-maps are drawn.
        """
        self._opener = opener
        self._predictor = predictor
        self._read = read
        self._limits = limits
        self._heatmaps = heatmaps

    def __call__(self, scan: ArchiveScan) -> Row | Unanswered:
        """Answer a scan: its row, with an error if its content cannot be read."""
        row: Row = {
            "source": scan.key,
            "version": scan.version,
            "modified": scan.modified,
            "size": scan.size,
            **model_columns(self._predictor.metadata),
        }
        try:
            self._fill(row, scan)
        except Problem as problem:
            if _may_pass(problem):
                return Unanswered(scan.key, problem.slug, problem.detail)
            row.update(error=problem.slug, error_detail=problem.detail)
        except (PlaceFailed, OSError) as error:
            return Unanswered(scan.key, StorageUnavailable.slug, f"It could not be read or stored: {error}. Run again.")
        except Exception as error:
            # One scan must not end a run of a million.
            log.error("scan_not_answered", error=type(error).__name__)
            return Unanswered(
                scan.key, InternalError.slug, f"The program failed on this scan ({type(error).__name__})."
            )
        row["answered_at"] = datetime.now(UTC)
        return row

    def _fill(self, row: Row, scan: ArchiveScan) -> None:
        started = perf_counter()
        with self._opener.open(scan) as file:
            check_size(file, self._limits)
            content = file.read()
        sha256 = hashlib.sha256(content).hexdigest()
        row["sha256"] = sha256
        picture = self._read(BytesIO(content), self._limits).image
        network_input = to_input(picture, self._predictor.metadata.input)
        read = perf_counter()
        judged = self._predictor.judge(picture, network_input)
        row.update(read_ms=(read - started) * 1e3, judge_ms=(perf_counter() - read) * 1e3, **_columns(judged))
        if self._heatmaps and judged.ruling.decision is not Decision.OUTSIDE:
            metadata, heat = self._predictor.metadata, heat_of(judged, self._predictor)
            drawn = draw_heatmap(to_preview(picture), heat.grid, heat.target, metadata)
            # Weights by their SHA-256 too: a row is not changed by the run of another model.
            name = f"{HEATMAPS}/{metadata.sha256[:12]}/{sha256[:2]}/{sha256}.png"
            self._heatmaps.put(name, drawn.overlay)
            row["heatmap"] = name


def sha256_of(opener: ScanOpener) -> Callable[[ArchiveScan], str | None]:
    """Computes the SHA-256 of a scan's content; None if it cannot be read."""

    def computed(scan: ArchiveScan) -> str | None:
        try:
            with opener.open(scan) as file:
                return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # BinaryIO has no `readinto`
        except (Problem, PlaceFailed, OSError):
            return None

    return computed


def _may_pass(problem: Problem) -> bool:
    """Whether another run may answer the scan: the limits are settings, and memory or libraries can be added."""
    return isinstance(problem, TooLarge) or problem.retry_after is not None or NEEDS_DICOM in problem.detail


def _columns(judged: Judgement) -> Row:
    decision, probabilities = judged.ruling.decision, judged.probabilities
    deciding = judged.ruling.deciding_set if decision.names_class else None
    acquisition = judged.told.acquisition if judged.told and decision is not Decision.OUTSIDE else None
    return {
        "decision": decision.value,
        "predicted_class": CLASSES[int(probabilities.argmax())].value if decision.names_class else None,
        **{f"probability_{tumor.value}": float(each) for tumor, each in zip(CLASSES, probabilities, strict=True)},
        "prediction_set": [tumor.value for tumor in deciding.classes] if deciding else None,
        "gate_score": judged.gate.score if judged.gate else None,
        "gate_threshold": judged.gate.threshold if judged.gate else None,
        "sequence": acquisition.sequence.value if acquisition else None,
        "plane": acquisition.plane.value if acquisition else None,
    }
