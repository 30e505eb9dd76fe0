"""All slices of the training material: the data set, the tumors of unrecorded type, and the sources of other hospitals.

A slice of the data set carries the group of copies that the audit found, or the patient that its neighbours in Figshare
suggest; a slice of a source carries its patient. The split never divides a group.
"""

import csv
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from research.pipeline.data.manifest import UNKNOWN_TUMOR, ImageSource, ManifestRow, Split

OTHER = "other"
DATA_SET = "kaggle"
BR35H = "br35h"

# The sources that are left out together, one fold each; the remaining sources are always trained on.
FOLDS: dict[str, tuple[str, ...]] = {
    "cases44": ("cases44",),
    "tcga": ("tcga_lgg",),
    "tiantan": ("tiantan",),
    "medpix": ("medpix",),
    "rsna": ("rsna_t1ce",),
    "healthy": ("oasis", "nichart", "autism"),
    "aanlib": ("aanlib",),
}
# Share of the tumor slices of a source that show none, at least: its label is that of the whole case. Of those that a
# person looked at, it was 10 to 15 %.
WRONG_LABELS = {"cases44": 0.1}
_VALIDATION_SHARE = 0.12


class Slice(BaseModel):
    """One slice with what is known about it."""

    model_config = ConfigDict(frozen=True)

    file: str = Field(description="Path relative to the folder of its collection, with forward slashes.")
    source: str = Field(description="`kaggle`, `br35h` or the name of a source.")
    label: str = Field(description=f"One of the four classes, `{UNKNOWN_TUMOR}`, or `{OTHER}` for none of the four.")
    nature: str = Field(description="`normal`, `tumor` or `lesion`.")
    sequence: str = Field("", description="T1, T1C, T2, FLAIR or another sequence; empty if unknown.")
    plane: str = Field("", description="axial, coronal or sagittal; empty if unknown.")
    group: str = Field(description="The patient, the case or the group of copies.")
    split: Split
    mask: str = Field("", description="Path of the tumor's mask, relative like `file`; empty without a mask.")


def slices_of_data_set(rows: Iterable[ManifestRow]) -> list[Slice]:
    """The slices of the audited data set and the tumors of unrecorded type.

    Disputed ones and CT are only in the test split.
    """
    return [
        Slice(
            file=row.file,
            source=BR35H if row.source is ImageSource.UNKNOWN_TUMORS else DATA_SET,
            label=row.label,
            nature="normal" if row.label == "notumor" else "tumor",
            group=f"copies {row.group}",
            split=row.split,
        )
        for row in rows
        if row.split is Split.TEST or not (row.disputed or row.ct)
    ]


def slices_of_sources(folder: Path) -> list[Slice]:
    """The slices of other hospitals, from `labels.csv`; about one patient in eight is for validation.

    Raises:
        OSError: the table is missing.
        ValueError: a row is not valid.
    """
    slices = []
    with (folder / "labels.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            group = f"{row['source']} {row['patient']}"
            path = Path(row["file"])
            slices.append(
                Slice(
                    file=row["file"],
                    source=row["source"],
                    label=row["label"],
                    nature=row["nature"],
                    sequence=row["sequence"],
                    plane=row["plane"],
                    group=group,
                    split=Split.VALIDATION if _share(group) < _VALIDATION_SHARE else Split.TRAIN,
                    mask=(path.parent / "masks" / f"{path.stem}.png").as_posix() if row["mask"] == "yes" else "",
                )
            )
    return slices


def patient_weights(slices: Sequence[Slice]) -> NDArray[np.float64]:
    """Weights with which every patient counts the same, float64 `[n]`; those of a patient's slices add up to 1.

    Slices of a patient resemble each other, and a few patients have most of the slices of their source.
    """
    number = Counter(item.group for item in slices)
    return np.array([1 / number[item.group] for item in slices])


def _share(text: str) -> float:
    """A number in `[0, 1)` that depends only on the text, uniform over texts."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6]) / 2**48
