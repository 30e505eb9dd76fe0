"""How well drift is found, as `python -m research.pipeline drift` measured it."""

from datetime import date

from pydantic import Field

from app.models.measured.test_set import Proportion
from app.models.strict import Strict


class Delay(Strict):
    """How many scans it takes until a detector raises its alarm."""

    detector: str
    found: Proportion = Field(description="Streams in which it did, before they ended.")
    median: float | None = Field(description="Scans until then; null where fewer than half of the streams have it.")
    ninth_decile: float | None = Field(description="The same for nine of ten streams.")


class DriftCase(Strict):
    """A kind of change, from the stream's first scan on."""

    name: str
    delays: tuple[Delay, ...]


class DriftEvaluation(Strict):
    """False alarms and delays."""

    model: str
    version: str
    weights_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    evaluated_on: date
    reference_images: int = Field(description="Of each trial, drawn from the test images.")
    stream_images: int = Field(description="Length of each stream: the other test images, in random order.")
    false_alarm: float = Field(description="The bound that is promised, for ever.")
    clean: tuple[Delay, ...] = Field(description="Streams in which nothing changes: every alarm is false.")
    long_run: Proportion = Field(description="Long simulated streams without change that raised an alarm.")
    long_run_answers: int = Field(description="How long those are.")
    cases: tuple[DriftCase, ...]
    official_test: Delay = Field(
        description="The official test images in random order, against the validation reference that is served: where "
        "the two differ, an alarm is right."
    )
    peer: str | None = Field(description="The package that the other detectors are of.")
