"""Which pictures are copies of scans that the networks have seen in training.

A picture's fingerprint is a difference hash of 256 bits: whether each of 16 x 16 areas is brighter than its right
neighbour. Another size, quality, brightness or contrast leaves nearly all of these signs as they are; a crop does not.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

HASH_SIDE = 16
# Largest Hamming distance of two near copies. Up to 12 nearly every pair looked at (`pairs.png`) is one picture,
# altered; from 13 on neighbouring slices of one head turn up among the tumors.
MAX_DISTANCE = 12
# How the second picture of a pair may lie; quarter turns do not occur among the images.
ORIENTATIONS = ("upright", "mirrored", "upside down", "turned by 180 degrees")
FILE = "training_scans.npy"


def difference_hashes(image: Image.Image) -> NDArray[np.uint64]:
    """A picture's difference hash in each orientation, uint64 `[4, 4]`: the first as it lies."""
    small = np.asarray(image.convert("L").resize((HASH_SIDE + 1, HASH_SIDE), Image.Resampling.LANCZOS), np.int16)
    orientations = (small, small[:, ::-1], small[::-1], small[::-1, ::-1])
    return np.array([np.packbits(lying[:, 1:] > lying[:, :-1]).view(np.uint64) for lying in orientations])


class TrainingScans:
    """The fingerprints of the scans that trained the networks and chose their thresholds."""

    def __init__(self, hashes: NDArray[np.uint64]) -> None:
        """Take them as they lie, uint64 `[n, 4]`."""
        self._hashes = hashes

    @classmethod
    def read(cls, folder: Path) -> "TrainingScans | None":
        """Those that stand beside the weights; None where there is no such file, or it is damaged."""
        try:
            hashes = np.load(folder / FILE, allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None
        return cls(hashes) if hashes.dtype == np.uint64 and hashes.ndim == 2 and hashes.shape[1] == 4 else None

    def has_copy_of(self, image: Image.Image) -> bool:
        """Whether a picture is a near copy of a scan: at another size, quality, brightness or contrast, or flipped."""
        differing = np.bitwise_count(self._hashes[:, None] ^ difference_hashes(image)).sum(axis=2, dtype=np.int_)
        return bool((differing <= MAX_DISTANCE).any())
