"""Base classes of request bodies, response bodies and files."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Fraction = Annotated[float, Field(ge=0, le=1)]


class Strict(BaseModel):
    """A model that rejects unknown fields and cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Body(BaseModel):
    """A response body that cannot be changed. It ignores unknown fields, because stored bodies outlive a version."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)
