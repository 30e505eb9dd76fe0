"""Chooses the slices that decide: those that show enough of a head and look like the network's training scans."""

import numpy as np

from app.models.thresholds import Decision
from app.services.imaging.dicom.header import Vector
from app.services.imaging.reading import Notice, Scan
from app.services.studies.results import SliceResult

# In square millimetres: the section of an adult's head has 15,000 to 30,000 at its largest.
_LEAST_AREA = 4_000.0
# Of the picture, where its size is unknown.
_LEAST_SHARE = 0.06
# Of the largest section in the series; smaller ones are the top of the head, or the neck and the jaw.
_LEAST_OF_LARGEST = 0.4
# A pixel is tissue from this share of the gray of the brightest parts.
_TISSUE = 0.15
_BRIGHT_PERCENTILE = 98
# Fewer slices like those of a head make no head: a shoulder may have one.
_LEAST_SHARE_OF_SLICES = 0.15

TOO_SMALL = Notice("little-head", "The section through the head is small: the slice is at its top or below the brain.")
OUTSIDE = Notice("not-a-brain-mri", "The slice does not look like the brain MRI scans that the network was trained on.")
NO_HEAD = Notice("no-head", "Its slices do not look like the brain MRI scans that the network was trained on.")


def tissue_area(scan: Scan, spacing: Vector | None) -> float:
    """The area of tissue in a slice in square millimetres, or as a share of the picture where its size is unknown.

    Args:
        scan: of a slice.
        spacing: distance of its stored rows and columns in millimetres; None if unknown.
    """
    gray = np.asarray(scan.image.convert("L"))
    bright = float(np.percentile(gray, _BRIGHT_PERCENTILE))
    share = float((gray >= max(_TISSUE * bright, 1.0)).mean())
    if spacing is None:
        return share
    side = scan.image.width * min(spacing)
    return share * side * side


def shows_enough(area: float, spacing: Vector | None) -> bool:
    """Whether a slice with this area of tissue is worth a forward pass."""
    return area >= (_LEAST_SHARE if spacing is None else _LEAST_AREA)


def choose(slices: list[SliceResult]) -> list[SliceResult]:
    """Mark the slices that decide, and give the others their reason."""
    judged = [each for each in slices if each.probabilities is not None]
    largest = max((each.area for each in judged), default=0.0)
    chosen = []
    for each in slices:
        reason = each.reason
        if each.probabilities is not None:
            if each.decision is Decision.OUTSIDE:
                reason = OUTSIDE
            elif each.area < _LEAST_OF_LARGEST * largest:
                reason = TOO_SMALL
        chosen.append(each.with_reason(reason))
    return chosen


def is_head(slices: list[SliceResult]) -> bool:
    """Whether enough of the slices that were classified decide."""
    judged = sum(each.probabilities is not None for each in slices)
    used = sum(each.used for each in slices)
    return used > 0 and used >= _LEAST_SHARE_OF_SLICES * judged
