"""Request bodies of studies on servers of DICOMweb."""

from pydantic import Field

from app.models.strict import Strict

# Without empty parts: `..` in an address leads elsewhere.
UID_PATTERN = r"^[0-9]+(\.[0-9]+)*$"
UID_LENGTH = 64


class StudyOrder(Strict):
    """A study on a server of DICOMweb."""

    server: str = Field(max_length=100, description="Name of the server, as the operator has set it up.")
    study: str = Field(max_length=UID_LENGTH, pattern=UID_PATTERN, description="UID of the study (0020,000D).")
    store: bool = Field(
        False, description="Whether the service stores the results as DICOM objects in the study on the server."
    )
