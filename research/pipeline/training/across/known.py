"""Sequence and plane of a slice, as the numbers of the heads' outputs."""

from app.models.acquisition import PLANES, SEQUENCES, MriSequence, Plane
from research.pipeline.data.slices import Slice

UNKNOWN = -1


def sequence_of(item: Slice) -> int:
    """Index of a slice's sequence in `SEQUENCES`, or `UNKNOWN`."""
    if not item.sequence:
        return UNKNOWN
    named = item.sequence in SEQUENCES
    return SEQUENCES.index(MriSequence(item.sequence) if named else MriSequence.OTHER)


def plane_of(item: Slice) -> int:
    """Index of a slice's plane in `PLANES`, or `UNKNOWN`."""
    return PLANES.index(Plane(item.plane)) if item.plane else UNKNOWN
