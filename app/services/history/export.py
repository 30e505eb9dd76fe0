"""Export of a history as JSON, CSV or ZIP, streamed while the records are read."""

from collections.abc import Callable, Iterable, Iterator
from io import StringIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from app.models.classes import CLASSES
from app.models.problems import NotFound
from app.services.history.queries import Record
from app.services.history.schemas import ExportFormat, StoredRecord
from app.services.inference.acquisitions import AcquisitionBody
from app.services.reports.spreadsheet import Spreadsheet

Pages = Callable[[], Iterable[list[Record]]]
PictureOf = Callable[[Record], bytes]

_COLUMNS = (
    "id",
    "created_at",
    "source",
    "model",
    "model_version",
    "class",
    "confidence",
    *(f"probability_{tumor.value}" for tumor in CLASSES),
    "decision",
    "in_distribution",
    "gate_score",
    "prediction_set",
    "sequence",
    "sequence_probability",
    "plane",
    "plane_probability",
    "heatmap_method",
    "heatmap_target",
    "focus_x",
    "focus_y",
    "focus_area",
    "image_width",
    "image_height",
    "image_format",
    "image_mode",
    "total_ms",
    "warnings",
    "verdict",
    "confirmed_class",
    "label",
    "note",
)


def export(chosen: ExportFormat, pages: Pages, picture_of: PictureOf) -> Iterator[bytes]:
    """Write records in a file format, piece by piece. Blocks.

    Args:
        chosen: the file format.
        pages: returns all records at each call.
        picture_of: returns a record's picture, or raises `NotFound`.
    """
    if chosen is ExportFormat.ZIP:
        return _zip(pages, picture_of)
    return _json(pages()) if chosen is ExportFormat.JSON else _csv(pages())


def _json(pages: Iterable[list[Record]]) -> Iterator[bytes]:
    before = '{"records":['
    for page in pages:
        yield (before + ",\n".join(_whole(record).model_dump_json(by_alias=True) for record in page)).encode()
        before = ",\n"
    yield b"]}\n" if before == ",\n" else b'{"records":[]}\n'


def _csv(pages: Iterable[list[Record]]) -> Iterator[bytes]:
    text = StringIO()
    sheet = Spreadsheet(text, _COLUMNS)
    for page in pages:
        for record in page:
            sheet.write(_row(_whole(record)))
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()


def _whole(record: Record) -> StoredRecord:
    return StoredRecord(**record.stored.model_dump(), label=record.label, note=record.note, feedback=record.feedback)


def _row(stored: StoredRecord) -> list[object]:
    focus = stored.heatmap.focus if stored.heatmap else None
    return [
        stored.id,
        stored.created_at.isoformat(),
        stored.source.value,
        stored.model.name,
        stored.model.version,
        *((stored.prediction.tumor.value, stored.prediction.confidence) if stored.prediction else (None, None)),
        *(entry.probability for entry in stored.probabilities),
        stored.decision.value if stored.decision else None,
        stored.in_distribution,
        stored.gate.score if stored.gate else None,
        " ".join(tumor.value for tumor in stored.prediction_set.classes) if stored.prediction_set else None,
        *_acquisition(stored.acquisition),
        *((stored.heatmap.method.value, stored.heatmap.target) if stored.heatmap else (None, None)),
        *((focus.x, focus.y, focus.area) if focus else (None, None, None)),
        stored.image.width,
        stored.image.height,
        stored.image.format,
        stored.image.mode,
        stored.timing_ms.total,
        " ".join(warning.code for warning in stored.warnings),
        *((stored.feedback.verdict, stored.feedback.confirmed.value) if stored.feedback else (None, None)),
        stored.label,
        stored.note,
    ]


def _acquisition(found: AcquisitionBody | None) -> tuple[object, ...]:
    if found is None:
        return (None,) * 4
    return found.sequence.id.value, found.sequence.probability, found.plane.id.value, found.plane.probability


def _zip(pages: Pages, picture_of: PictureOf) -> Iterator[bytes]:
    buffer = _Buffer()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, pieces in (("records.json", _json(pages())), ("records.csv", _csv(pages()))):
            with archive.open(name, "w", force_zip64=True) as entry:
                for piece in pieces:
                    entry.write(piece)
                    yield buffer.taken()
        for page in pages():
            for record in page:
                if record.picture is None:
                    continue
                try:
                    picture = picture_of(record)
                except NotFound:  # deleted since, or encrypted with a key that is no longer configured
                    continue
                info = ZipInfo(f"pictures/{record.stored.id}.jpg", record.stored.created_at.timetuple()[:6])
                info.compress_type = ZIP_STORED
                archive.writestr(info, picture)
                yield buffer.taken()
    yield buffer.taken()


class _Buffer:
    """A file object that buffers an archive until `taken` returns what was written."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        """Append to the buffer."""
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Do nothing; `ZipFile` calls it."""

    def close(self) -> None:
        """Do nothing; `ZipFile` calls it."""

    def taken(self) -> bytes:
        """Everything written since the previous call."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken
