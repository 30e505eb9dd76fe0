"""Write the fingerprints that identify copies of training scans, and measure how well they work.

A hospital's scan may be in the training data, because the data set comes from public collections.
"""

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageEnhance
from pydantic import Field
from rich.progress import track

from app.models.measured.test_set import Proportion
from app.models.strict import Strict
from app.services.imaging.fingerprints import TrainingScans, difference_hashes
from app.services.measures.intervals import share_of
from research.pipeline.data.images import path_of, read_image
from research.pipeline.data.manifest import ImageSource, ManifestRow, Split
from research.pipeline.data.slices import slices_of_sources

ALTERED_SCANS = 400
SEED = 20261125


class CopiesReport(Strict):
    """How well the service identifies copies of training scans."""

    scans: int = Field(gt=0, description="Scans that trained the networks or selected their thresholds.")
    found: dict[str, Proportion] = Field(description="Altered training scans that are recognised, by alteration.")
    false_matches: dict[ImageSource, Proportion] = Field(
        description="Scans without a known copy in training that are wrongly recognised as one, by source."
    )


def _again(image: Image.Image, quality: int) -> Image.Image:
    file = BytesIO()
    image.save(file, "JPEG", quality=quality)
    return Image.open(file)


ALTERATIONS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "saved again as JPEG of quality 60": lambda image: _again(image, 60),
    "at 512 x 512 pixels": lambda image: image.resize((512, 512), Image.Resampling.BICUBIC),
    "at 224 x 224 pixels": lambda image: image.resize((224, 224), Image.Resampling.BICUBIC),
    "a quarter brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.25),
    "with 0.7 of the contrast": lambda image: ImageEnhance.Contrast(image).enhance(0.7),
    "mirrored": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "cropped by 2 % on every side": lambda image: image.crop(
        (image.width // 50, image.height // 50, image.width - image.width // 50, image.height - image.height // 50)
    ),
}


def write_training_scans(
    rows: Sequence[ManifestRow], data: Path, unknown_tumors: Path | None, sources: Path, models: Path
) -> CopiesReport:
    """Write `models/training_scans.npz`: fingerprints of all scans of the training and validation splits.

    Args:
        rows: the manifest.
        data: the data set in the Kaggle layout.
        unknown_tumors: folder of tumors of unrecorded type.
        sources: folder of other hospitals' slices, with `labels.csv`.
        models: receives the file.

    Raises:
        OSError: an image is missing.
    """

    def image_of(row: ManifestRow) -> Image.Image:
        return read_image(path_of(row, data, unknown_tumors))

    seen = [
        *(
            path_of(row, data, unknown_tumors)
            for row in rows
            if row.split is not Split.TEST and (row.source is not ImageSource.UNKNOWN_TUMORS or unknown_tumors)
        ),
        *(sources / item.file for item in slices_of_sources(sources)),
    ]
    hashes: NDArray[np.uint64] = np.array(
        [difference_hashes(read_image(path))[0] for path in track(seen, description="Training scans")]
    )
    scans = TrainingScans(np.unique(hashes, axis=0))
    scans.write(models)
    rng = np.random.default_rng(SEED)
    chosen = [seen[index] for index in rng.permutation(len(seen))[:ALTERED_SCANS]]
    others = [row for row in rows if row.split is Split.TEST and not row.has_copy_in_training]
    false_matches = {}
    for source in sorted(
        {row.source for row in others if row.source is not ImageSource.UNKNOWN_TUMORS or unknown_tumors}
    ):
        of_source = [row for row in others if row.source is source]
        false_matches[source] = share_of(np.array([scans.has_copy_of(image_of(row)) for row in of_source]))
    return CopiesReport(
        scans=len(seen),
        found={
            name: share_of(np.array([scans.has_copy_of(alter(read_image(path))) for path in chosen]))
            for name, alter in track(ALTERATIONS.items(), description="Altered scans")
        },
        false_matches=false_matches,
    )
