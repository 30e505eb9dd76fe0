"""Chooses the slices that decide: those that show enough of a head and look like the network's training scans."""

from math import ceil

import numpy as np

from app.models.acquisition import Plane
from app.models.thresholds import Decision
from app.services.imaging.dicom.header import Vector
from app.services.imaging.reading import Notice, Scan
from app.services.studies.results import SliceResult

# In square millimetres: the section of an adult's head has 15,000 to 30,000 at its largest.
_LEAST_AREA = 4_000.0
# Of the picture, where its size is unknown.
_LEAST_SHARE = 0.06
# Of the largest section in the series; smaller ones are the top of the head, or the neck and the jaw.
_LEAST_OF_LARGEST = 0.7
# From the top of the head down to the bottom of the sella and the pons, in millimetres.
_HEIGHT_OF_BRAIN = 125.0
# Axial slices reach the top of the head if the uppermost has at most the second share of the largest section; with less
# than the first, it shows air.
_LEAST_OF_TOP, _MOST_OF_TOP = 0.1, 0.6
# A pixel is tissue from this share of the gray of the brightest parts.
_TISSUE = 0.15
_BRIGHT = 0.98
# Fewer slices like those of a head make no head: a shoulder may have one.
_LEAST_SHARE_OF_SLICES = 0.15

TOO_SMALL = Notice("little-head", "The section through the head is small: the slice is at its top or below the brain.")
BELOW = Notice("below-brain", "The slice is below the brain, measured from the top of the head.")
OUTSIDE = Notice("not-a-brain-mri", "The slice does not look like the brain MRI scans that the network was trained on.")
NO_HEAD = Notice("no-head", "Its slices do not look like the brain MRI scans that the network was trained on.")


def tissue_area(scan: Scan, spacing: Vector | None) -> float:
    """The area of tissue in a slice in square millimetres, or as a share of the picture where its size is unknown.

    Args:
        scan: of a slice.
        spacing: distance of its stored rows and columns in millimetres; None if unknown.
    """
    # The histogram takes a tenth of the time that a percentile of the pixels takes.
    counts = np.array(scan.image.convert("L").histogram())
    up_to = counts.cumsum()
    bright = int(np.searchsorted(up_to, _BRIGHT * up_to[-1]))
    share = float(counts[ceil(max(_TISSUE * bright, 1.0)) :].sum() / up_to[-1])
    if spacing is None:
        return share
    side = scan.image.width * min(spacing)
    return share * side * side


def shows_enough(area: float, spacing: Vector | None) -> bool:
    """Whether a slice with this area of tissue is worth a forward pass."""
    return area >= (_LEAST_SHARE if spacing is None else _LEAST_AREA)


def choose(slices: list[SliceResult], plane: Plane | None) -> list[SliceResult]:
    """Give each slice that shall not decide its reason.

    Args:
        slices: of a series, each with a reason if it was not classified.
        plane: of the series; None if unknown.
    """
    largest = max((each.area for each in slices), default=0.0)
    lowest = _lowest_of_brain(slices, largest) if plane is Plane.AXIAL else None
    return [each.with_reason(each.reason or _reason_against(each, largest, lowest)) for each in slices]


def _reason_against(each: SliceResult, largest: float, lowest: float | None) -> Notice | None:
    if each.decision is Decision.OUTSIDE:
        return OUTSIDE
    if each.area < _LEAST_OF_LARGEST * largest:
        return TOO_SMALL
    if lowest is not None and each.place.position is not None and each.place.position < lowest:
        return BELOW
    return None


def _lowest_of_brain(slices: list[SliceResult], largest: float) -> float | None:
    """The position of the lowest slice that shows brain; None where the slices do not reach the top of the head."""
    heights = sorted(
        (each.place.position, each.area)
        for each in slices
        if each.place.position is not None and each.area >= _LEAST_OF_TOP * largest
    )
    if not heights or heights[-1][1] > _MOST_OF_TOP * largest:
        return None
    return heights[-1][0] - _HEIGHT_OF_BRAIN


def is_head(slices: list[SliceResult]) -> bool:
    """Whether enough of the slices that were classified decide."""
    judged = sum(each.probabilities is not None for each in slices)
    used = sum(each.used for each in slices)
    return used > 0 and used >= _LEAST_SHARE_OF_SLICES * judged
