"""Export of confirmed cases as a labelled data set in the layout of the training data."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from app.config.settings import ConfigurationError, Settings
from app.models.classes import CLASSES
from app.models.problems import NotFound, Problem
from app.services.database.audit import Event
from app.services.database.database import Database
from app.services.database.tables import FeedbackRow, RecordRow
from app.services.history.pictures import Pictures, open_pictures
from app.services.history.schemas import StoredPrediction
from app.services.reports.spreadsheet import Spreadsheet

PARTS = ("Training", "Testing")
LIST = "confirmed.csv"
_ROWS_AT_A_TIME = 500
_COLUMNS = ("file", "class", "verdict", "given_at", "model", "model_version", "predicted", "confidence", "created_at")


@dataclass(frozen=True)
class Exported:
    """Number of exported cases, and of cases without a readable picture."""

    written: int
    without_picture: int


def export_labelled(settings: Settings, folder: Path, *, notes: bool) -> Exported:
    """Write every confirmed case with a stored picture into a folder in the layout of the Kaggle data set.

    A picture goes to `Training/<confirmed class>/<id of the prediction>.jpg`; `confirmed.csv` lists the origin of each.
    The folder may already contain the data set. A case that an earlier export put under another class is moved.

    Args:
        settings: the settings that name the database and the storage.
        folder: created if it does not exist.
        notes: whether to include the readers' notes.

    Raises:
        ConfigurationError: the folder cannot be written to, or the database or storage cannot be used.
    """
    database = Database.open(settings)
    pictures = open_pictures(settings)
    try:
        exported = _export(database, pictures, folder, notes)
        with database.changing() as work:
            work.record(Event.FEEDBACK_EXPORTED, images=str(exported.written), notes=notes, by="command line")
    except Problem as problem:
        raise ConfigurationError(problem.detail) from problem
    except OSError as error:
        raise ConfigurationError(f"{error.filename or folder}: {error.strerror or error}") from error
    finally:
        pictures.close()
        database.close()
    return exported


def _export(database: Database, pictures: Pictures, folder: Path, notes: bool) -> Exported:
    for part in PARTS:
        for tumor in CLASSES:
            (folder / part / tumor).mkdir(parents=True, exist_ok=True)
    written = without = 0
    statement = select(RecordRow.body, RecordRow.picture, FeedbackRow).join(FeedbackRow)
    oldest_first = statement.order_by(RecordRow.created_at, RecordRow.id)
    with (folder / LIST).open("w", newline="", encoding="utf-8") as file, database.reading() as session:
        sheet = Spreadsheet(file, [*_COLUMNS, "note"] if notes else _COLUMNS)
        for body, picture, feedback in session.execute(oldest_first.execution_options(yield_per=_ROWS_AT_A_TIME)):
            stored = StoredPrediction.model_validate_json(body)
            content = _picture(pictures, picture)
            if content is None:
                without += 1
                continue
            written += 1
            for tumor in CLASSES:
                (folder / PARTS[0] / tumor / f"{stored.id}.jpg").unlink(missing_ok=True)
            path = Path(PARTS[0], feedback.confirmed, f"{stored.id}.jpg")
            (folder / path).write_bytes(content)
            sheet.write(
                [
                    path.as_posix(),
                    feedback.confirmed,
                    feedback.verdict,
                    feedback.given_at.isoformat(),
                    stored.model.name,
                    stored.model.version,
                    *((stored.prediction.tumor.value, stored.prediction.confidence) if stored.prediction else ("", "")),
                    stored.created_at.isoformat(),
                    *([feedback.note] if notes else []),
                ]
            )
    return Exported(written, without)


def _picture(pictures: Pictures, name: str | None) -> bytes | None:
    """A picture, as JPEG; None if it was not stored or cannot be read."""
    if name is None:
        return None
    with suppress(NotFound):
        return pictures.get(name)
    return None
