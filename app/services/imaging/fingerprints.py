"""Recognises copies of the scans that the networks were trained on.

The fingerprint of an image is a difference hash of 256 bits: for each of 16 x 16 areas, whether it is brighter than its
right neighbour. A change of size, quality, brightness or contrast changes few bits; a crop changes many.
"""

from pathlib import Path

import numpy as np
import structlog
from numpy.typing import NDArray
from PIL import Image

from app.models.sealed import read_sealed, write_sealed

HASH_SIDE = 16
# Largest Hamming distance of two copies. Up to 12, nearly every inspected pair (`pairs.png`) shows one image and an
# altered version of it; from 13 on, neighbouring slices of one head occur among the tumors.
MAX_DISTANCE = 12
# Orientations of the second image of a pair; quarter turns do not occur in the data set.
ORIENTATIONS = ("upright", "mirrored", "upside down", "turned by 180 degrees")
FILE = "training_scans.npz"
_HASHES = "hashes"

log = structlog.get_logger()


def difference_hashes(image: Image.Image) -> NDArray[np.uint64]:
    """The difference hash of an image in each of `ORIENTATIONS`, uint64 `[4, 4]`; each row is one orientation."""
    small = np.asarray(image.convert("L").resize((HASH_SIDE + 1, HASH_SIDE), Image.Resampling.LANCZOS), np.int16)
    orientations = (small, small[:, ::-1], small[::-1], small[::-1, ::-1])
    return np.array([np.packbits(each[:, 1:] > each[:, :-1]).view(np.uint64) for each in orientations])


class TrainingScans:
    """Fingerprints of the scans that the networks were trained on and their thresholds were fitted to."""

    def __init__(self, hashes: NDArray[np.uint64]) -> None:
        """Search these upright difference hashes, uint64 `[n, 4]`."""
        self._hashes = hashes

    @classmethod
    def read(cls, folder: Path) -> "TrainingScans | None":
        """Read the file `FILE` of the models folder; None if it is missing or damaged."""
        path = folder / FILE
        try:
            return cls(read_sealed(path)[_HASHES])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError):
            log.error("training_scans_damaged", file=str(path), advice="Restore it with `git checkout models/`.")
            return None

    def write(self, folder: Path) -> None:
        """Write the file `FILE` of the models folder."""
        write_sealed(folder / FILE, {_HASHES: self._hashes})

    def has_copy_of(self, image: Image.Image) -> bool:
        """Whether an image is a copy of one of the scans, possibly flipped, resized or changed in brightness."""
        differing = np.bitwise_count(self._hashes[:, None] ^ difference_hashes(image)).sum(axis=2, dtype=np.int_)
        return bool((differing <= MAX_DISTANCE).any())
