"""The table of results: its columns, and the Parquet files that contain its rows."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from app.models.classes import CLASSES, FACTS
from app.models.model_file import ModelMetadata
from app.services.archive.places import Place, PlaceFailed
from app.services.archive.plan import ArchiveScan, digest

PARTS = "parts"
"""Folder of the Parquet files in the results."""

Row: TypeAlias = dict[str, object]
"""The values of a row by column; those that are missing are null."""

_TIME = pa.timestamp("us", "UTC")
COLUMNS: dict[str, tuple[pa.DataType, str]] = {
    "source": (
        pa.string(),
        "key of the scan: the path of its file in SOURCE, in a ZIP archive after that of the archive",
    ),
    "version": (
        pa.string(),
        "differs when the content has changed: size and time, ETag, or checksum in a ZIP archive",
    ),
    "modified": (_TIME, "when the file was last changed"),
    "size": (pa.int64(), "bytes of the content"),
    "sha256": (pa.string(), "SHA-256 of the content; null if it could not be unpacked"),
    "decision": (pa.string(), "`answer`, `uncertain`, `other` or `outside`; null if the scan could not be read"),
    "predicted_class": (pa.string(), "the most probable class; null with `other` and `outside`"),
    **{
        f"probability_{tumor.value}": (pa.float64(), f"calibrated probability of {FACTS[tumor].label.lower()}, 0 to 1")
        for tumor in CLASSES
    },
    "prediction_set": (
        pa.list_(pa.string()),
        "classes that cannot be excluded, the most probable first; null as above",
    ),
    "gate_score": (pa.float64(), "out-of-distribution score; null without a gate"),
    "gate_threshold": (pa.float64(), "a higher score is outside"),
    "sequence": (pa.string(), "recognised MRI sequence; null with `outside`"),
    "plane": (pa.string(), "recognised plane; null with `outside`"),
    "heatmap": (pa.string(), "file of the heat-map in DEST; null without `--heatmaps`, and with `outside`"),
    "error": (
        pa.string(),
        "kind of the [problem](../reference/errors.md); null if the scan was answered",
    ),
    "error_detail": (pa.string(), "what is wrong with the scan, and what to do"),
    "read_ms": (pa.float64(), "milliseconds for reading and decoding"),
    "judge_ms": (pa.float64(), "milliseconds for the forward pass and the decision, waiting included"),
    "answered_at": (_TIME, "when the row was made"),
    "model": (pa.string(), "name of the model"),
    "model_version": (pa.string(), "version of the model"),
    "model_sha256": (pa.string(), "SHA-256 of its weights"),
}
SCHEMA = pa.schema([pa.field(name, kind) for name, (kind, _) in COLUMNS.items()])


def model_columns(metadata: ModelMetadata) -> Row:
    """The columns that identify a model."""
    return {"model": metadata.name, "model_version": metadata.version, "model_sha256": metadata.sha256}


def write_part(results: Place, metadata: ModelMetadata, scans: Sequence[ArchiveScan], rows: list[Row]) -> None:
    """Write the rows of some scans. The name of the file depends only on the scans and the model.

    Raises:
        PlaceFailed: the file cannot be written.
    """
    if rows:
        content = BytesIO()
        pq.write_table(pa.Table.from_pylist(rows, SCHEMA), content, compression="zstd")
        identity = digest(*(text for scan in scans for text in (scan.key, scan.version)))
        results.put(f"{PARTS}/{_of(metadata)}-{identity.hex()}.parquet", content.getvalue())


def read_rows(results: Place, metadata: ModelMetadata, columns: Sequence[str]) -> Iterator[Row]:
    """Some columns of all rows of a model, a file at a time.

    Raises:
        PlaceFailed: a file cannot be read, or is damaged.
    """
    for file in results.files(PARTS):
        name = file.name.rpartition("/")[2]
        if name.startswith(f"{_of(metadata)}-") and name.endswith(".parquet"):
            with results.open(file) as opened:
                try:
                    table = pq.read_table(opened, columns=list(columns))
                except (pa.ArrowException, ValueError) as error:
                    raise PlaceFailed(f"{file.name} is damaged. Delete it and run the command again.") from error
            yield from table.to_pylist()


def _of(metadata: ModelMetadata) -> str:
    return digest(metadata.name, metadata.version, metadata.sha256).hex()[:12]
