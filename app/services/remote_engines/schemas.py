"""The messages between a process that answers requests and the one that computes for it."""

from pydantic import Field

from app.config.choices import Precision
from app.models.strict import Strict


class EngineWanted(Strict):
    """The first message on a connection, which is for this engine only."""

    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="SHA-256 of its weights.")


class EngineOpened(Strict):
    """The answer if the engine is loaded. Scans and outputs follow, without any message between them."""

    features: int = Field(gt=0, description="Number of features per scan.")
    precision: Precision
    parallel: int = Field(gt=0, description="The most forward passes that run at the same time.")
    output_shapes: tuple[tuple[int, ...], ...] = Field(description="Of logits, feature map and features.")


class EngineRefused(Strict):
    """The answer if the engine cannot be loaded."""

    reason: str = Field(description="For the operator.")
