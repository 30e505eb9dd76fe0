"""Response bodies of how a slice was acquired, as a network recognises it."""

from typing import Self

from pydantic import Field

from app.models.acquisition import MriSequence, Plane
from app.models.strict import Body, Fraction
from app.services.trust.heads import Acquisition


class SequenceBody(Body):
    """The sequence that a slice looks like."""

    id: MriSequence
    label: str = Field(description="Name for people, as in `T1 with contrast`.")
    probability: Fraction


class PlaneBody(Body):
    """The plane that a slice looks like."""

    id: Plane
    label: str = Field(description="Name for people.")
    probability: Fraction


class AcquisitionBody(Body):
    """How the slice was acquired, as its picture shows."""

    sequence: SequenceBody
    plane: PlaneBody

    @classmethod
    def of(cls, found: Acquisition) -> Self:
        """The body of what a network recognises."""
        sequence, plane = found.sequence, found.plane
        return cls(
            sequence=SequenceBody(id=sequence, label=sequence.label, probability=found.sequence_probability),
            plane=PlaneBody(id=plane, label=plane.label, probability=found.plane_probability),
        )
