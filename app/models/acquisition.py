"""How a slice was acquired, as far as its picture shows: the sequence and the plane."""

from enum import StrEnum


class MriSequence(StrEnum):
    """Weighting of an MRI sequence."""

    T1 = "T1"
    T1C = "T1C"
    T2 = "T2"
    FLAIR = "FLAIR"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The name for people."""
        return {MriSequence.T1C: "T1 with contrast", MriSequence.OTHER: "another sequence"}.get(self, self.value)


class Plane(StrEnum):
    """Orientation of a slice."""

    AXIAL = "axial"
    CORONAL = "coronal"
    SAGITTAL = "sagittal"

    @property
    def label(self) -> str:
        """The name for people."""
        return self.value


SEQUENCES: tuple[MriSequence, ...] = tuple(MriSequence)
PLANES: tuple[Plane, ...] = tuple(Plane)
