"""What the shadow model says beside the one that answers, and which of two models is better."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.models.classes import TumorClass
from app.models.measured.test_set import Proportion
from app.models.strict import Fraction
from app.services.inference.schemas import ModelRef


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True)


class Opinion(_Body):
    """What a model says of a scan."""

    tumor: TumorClass = Field(alias="class", description="The class.")
    confidence: Fraction = Field(description="Its calibrated probability.")

    model_config = ConfigDict(frozen=True, populate_by_name=True)


class ClassPair(_Body):
    """How often the one said this and the other that."""

    served: TumorClass
    shadow: TumorClass
    count: int = Field(ge=1)


class ShadowPair(_Body):
    """A model that answered, and one that ran beside it."""

    served: ModelRef
    shadow: ModelRef
    disagreement: Proportion = Field(description="How often they said different things.")
    classes: list[ClassPair] = Field(description="What they said.")


class Disagreement(_Body):
    """A scan on which two models disagree."""

    id: UUID = Field(description="Of the prediction that was answered.")
    created_at: datetime = Field(description="UTC.")
    served_by: ModelRef
    served: Opinion = Field(description="What was answered.")
    shadow_by: ModelRef
    shadow: Opinion = Field(description="What the shadow model says.")


class ShadowOverview(_Body):
    """What is known of the shadow model."""

    model: str | None = Field(description="The model that runs beside the others; null where none does.")
    share: Fraction = Field(description="Share of the answers that it is asked about too.")
    waiting: int = Field(ge=0, description="Scans that wait for it in this process.")
    dropped: int = Field(ge=0, description="Scans that it was not asked about because the service had no time.")
    pairs: list[ShadowPair]
    disagreements: list[Disagreement] = Field(description="The newest first.")
