"""What bodies and files have in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Fraction = Annotated[float, Field(ge=0, le=1)]


class Strict(BaseModel):
    """A body that knows all its fields and does not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Body(BaseModel):
    """A response body that does not change. Unknown fields are ignored: stored bodies outlive a version."""

    model_config = ConfigDict(frozen=True)
