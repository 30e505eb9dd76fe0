"""The files and the output of a run as JSON."""

from pydantic import Field

from app.models.strict import Strict


class FailedScan(Strict):
    """A scan that was not answered: a line of the list of failures."""

    source: str = Field(description="Key of the scan.")
    error: str = Field(description="Kind of the problem.")
    error_detail: str = Field(description="What is wrong, and what to do.")
    has_row: bool = Field(description="Whether a row says so too; if not, the same command tries the scan again.")


class ArchiveSummary(Strict):
    """What a run did."""

    scans: int = Field(description="Scans that belong to this run.")
    earlier: int = Field(description="Of these, scans that had a row before.")
    answered: int = Field(description="Scans that this run answered.")
    failed: int = Field(description="Scans whose row has an error, those of earlier runs included.")
    unanswered: int = Field(description="Scans without a row, which the same command tries again.")
    failures: str = Field(description="File in DEST that lists the scans that were not answered, and why.")
    seconds: float = Field(
        description="Time for the scans of this run; with Ray, loading the models in the workers included."
    )
    scans_per_second: float = Field(description="Scans of this run in that time.")
    model: str
    model_version: str
    model_sha256: str
