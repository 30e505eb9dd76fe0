"""The response bodies of the shadow model's comparison with the serving model."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from app.models.classes import TumorClass
from app.models.measured.test_set import Proportion
from app.models.strict import Body, Fraction
from app.services.inference.schemas import ModelRef


class Opinion(Body):
    """A model's prediction for a scan."""

    tumor: TumorClass = Field(alias="class", description="Predicted class.")
    confidence: Fraction = Field(description="Its calibrated probability.")


class ClassPair(Body):
    """How often the two models predicted this pair of classes."""

    served: TumorClass
    shadow: TumorClass
    count: int = Field(ge=1)


class ShadowPair(Body):
    """A serving model and its shadow."""

    served: ModelRef
    shadow: ModelRef
    disagreement: Proportion = Field(description="Share of scans with different predictions.")
    classes: list[ClassPair] = Field(description="Counts of predicted pairs.")


class Disagreement(Body):
    """A scan on which two models disagree."""

    id: UUID = Field(description="Id of the stored prediction.")
    created_at: datetime = Field(description="UTC.")
    served_by: ModelRef
    served: Opinion = Field(description="The serving model's prediction.")
    shadow_by: ModelRef
    shadow: Opinion = Field(description="The shadow model's prediction.")


class ShadowOverview(Body):
    """State of the shadow model and its comparison with the serving model."""

    model: str | None = Field(description="Name of the shadow model; null if none is set.")
    version: str | None = Field(description="Its version; null for the default version of that model.")
    share: Fraction = Field(description="Share of the answers that the shadow model classifies too.")
    waiting: int = Field(ge=0, description="Scans waiting for the shadow model in this process.")
    dropped: int = Field(ge=0, description="Scans dropped because the shadow's queue was full.")
    pairs: list[ShadowPair]
    disagreements: list[Disagreement] = Field(description="Newest first.")
