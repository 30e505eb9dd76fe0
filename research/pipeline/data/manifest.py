"""The manifest: one row per image with its class, its group of copies and its split."""

import csv
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from app.models.classes import TumorClass

UNKNOWN_TUMOR = "unknown-tumor"


class ImageSource(StrEnum):
    """The collection of an image."""

    TRAINING = "training"
    TESTING = "testing"
    UNKNOWN_TUMORS = "unknown-tumors"


class Split(StrEnum):
    """The permitted use of an image."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


class ManifestRow(BaseModel):
    """One image."""

    model_config = ConfigDict(frozen=True)

    file: str = Field(description="Path relative to the folder of its source, with forward slashes.")
    source: ImageSource
    label: str = Field(description=f"Its class, or `{UNKNOWN_TUMOR}` for a tumor of unrecorded type.")
    group: int = Field(ge=0, description="Number of the group of copies; chains of copies form one group.")
    split: Split
    has_copy_in_training: bool = Field(description="Whether the group contains an image of the official training part.")
    disputed: bool = Field(
        description="Whether the label of the image or of a copy is listed as wrong, or the labels of copies differ."
    )
    ct: bool = Field(False, description="Whether the image or a copy is listed as head CT, which is not MRI.")

    @property
    def tumor(self) -> TumorClass | None:
        """The class; None for a tumor of unrecorded type."""
        return None if self.label == UNKNOWN_TUMOR else TumorClass(self.label)


def validation_rows(rows: Sequence[ManifestRow]) -> list[ManifestRow]:
    """The images that select a model and fit its temperature: validation scans whose label is not disputed."""
    return [row for row in rows if row.split is Split.VALIDATION and not row.disputed and not row.ct]


def write_manifest(rows: Iterable[ManifestRow], path: Path) -> None:
    """Write a manifest as CSV with a header."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, ManifestRow.model_fields)
        writer.writeheader()
        writer.writerows(row.model_dump(mode="json") for row in rows)


def read_manifest(path: Path) -> list[ManifestRow]:
    """Read a manifest.

    Raises:
        OSError: the file cannot be read.
        ValueError: a row is not valid (pydantic's `ValidationError` is a ValueError).
    """
    with path.open(newline="") as file:
        return [ManifestRow.model_validate(row) for row in csv.DictReader(file)]
