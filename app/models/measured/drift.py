"""The report of `python -m research.pipeline drift` on how well drift is detected."""

from datetime import date

from pydantic import Field

from app.models.measured.test_set import Proportion
from app.models.strict import Strict


class Delay(Strict):
    """Number of scans until a detector raises its alarm."""

    detector: str
    found: Proportion = Field(description="Streams in which it raised an alarm.")
    median: float | None = Field(
        description="Median number of scans; null where fewer than half of the streams raised an alarm."
    )
    ninth_decile: float | None = Field(
        description="Ninth decile; null where fewer than nine in ten streams raised an alarm."
    )


class DriftCase(Strict):
    """A kind of change, present from the first scan of a stream."""

    name: str
    delays: tuple[Delay, ...]


class DriftEvaluation(Strict):
    """False alarms and delays."""

    model: str
    version: str
    weights_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    evaluated_on: date
    reference_images: int = Field(description="Reference images of each trial, drawn from the test images.")
    stream_images: int = Field(
        description="Length of each stream, which consists of the other test images in random order."
    )
    false_alarm: float = Field(description="Upper bound of the probability of ever raising a false alarm.")
    clean: tuple[Delay, ...] = Field(description="Streams without a change, in which every alarm is false.")
    long_run: Proportion = Field(description="Long simulated streams without change that raised an alarm.")
    long_run_answers: int = Field(description="Length of those streams.")
    cases: tuple[DriftCase, ...]
    official_test: Delay = Field(
        description="The official test images in random order, compared with the validation reference of the service; "
        "an alarm is correct where the two differ."
    )
    peer: str | None = Field(description="Package of the other detectors.")
