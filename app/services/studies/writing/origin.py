"""Reads from the objects of a study what its results need to belong to the same patient and study."""

from collections.abc import Iterable
from dataclasses import dataclass

from pydicom import config
from pydicom.datadict import dictionary_VR
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.uid import (
    UID,
    EnhancedMRColorImageStorage,
    EnhancedMRImageStorage,
    LegacyConvertedEnhancedMRImageStorage,
    MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
    MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
    MultiFrameSingleBitSecondaryCaptureImageStorage,
    MultiFrameTrueColorSecondaryCaptureImageStorage,
)
from pydicom.valuerep import validate_value

from app.models.problems import UnsupportedFormat
from app.services.imaging.dicom.attributes import value_of
from app.services.imaging.dicom.objects import read_attributes
from app.services.imaging.reading import Limits
from app.services.studies.contents import is_volume
from app.services.studies.files import StudyFile
from app.services.studies.results import SeriesResult, SliceResult, StudyResult

# Every object has these, empty where the original has none.
_ALWAYS = (
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "StudyDate",
    "StudyTime",
    "StudyID",
    "AccessionNumber",
    "ReferringPhysicianName",
)
_IF_KNOWN = ("IssuerOfPatientID", "PatientAge", "StudyDescription")
_SEXES = ("M", "F", "O")
_MULTI_FRAME = (
    EnhancedMRImageStorage,
    EnhancedMRColorImageStorage,
    LegacyConvertedEnhancedMRImageStorage,
    MultiFrameSingleBitSecondaryCaptureImageStorage,
    MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
    MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
    MultiFrameTrueColorSecondaryCaptureImageStorage,
)
_IDENTIFIERS = ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "SOPClassUID")
_NO_DICOM = (
    "Results as DICOM objects or FHIR resources belong to a study of DICOM objects with valid identifiers, {}. Ask for "
    "the result as JSON."
)


@dataclass(frozen=True)
class Instance:
    """What refers to an object of the study.

    Attributes:
        storage: UID of its class (SOP class).
        uid: its UID.
        series: UID of its series.
        space: UID of its frame of reference; None if unknown.
    """

    storage: UID
    uid: UID
    series: UID
    space: UID | None

    @property
    def multi_frame(self) -> bool:
        """Whether objects of its class have frames, which references name by their numbers."""
        return self.storage in _MULTI_FRAME


@dataclass(frozen=True)
class Origin:
    """The study that results belong to.

    Attributes:
        uid: of the study.
        person: the attributes of patient and study that its new objects share, with the patient's name. It is in memory
            only while they are written.
        instances: the objects with deciding slices, by the index of their file.
    """

    uid: UID
    person: Dataset
    instances: dict[int, Instance]


def used_series(result: StudyResult) -> list[SeriesResult]:
    """The series that the result of the study was computed from."""
    return [each for each in result.series if each.conclusion]


def deciding_slices(found: SeriesResult) -> list[SliceResult]:
    """The slices that the result of a series was computed from, in its order."""
    return [each for each in found.slices if each.deciding]


def origin_of(result: StudyResult, files: list[StudyFile], limits: Limits) -> Origin:
    """Read the headers of the objects with deciding slices.

    Args:
        result: of the study.
        files: of the study.
        limits: on each file.

    Raises:
        UnsupportedFormat: no series was used, or the used ones are no DICOM objects of one study with identifiers.
    """
    used = used_series(result)
    if not used:
        raise UnsupportedFormat(
            "No series of the study was used, so there is no result to write. Ask for JSON, which tells the reasons."
        )
    person: Dataset | None = None
    studies: set[UID] = set()
    instances = {}
    for index in sorted({each.place.file for series in used for each in deciding_slices(series)}):
        header = _header_of(files[index], limits)
        study, *identifiers = (_uid_of(header, name) for name in _IDENTIFIERS)
        if study is None or None in identifiers:
            raise UnsupportedFormat(_NO_DICOM.format("which this study lacks"))
        studies.add(study)
        series, uid, storage = (each for each in identifiers if each)
        instances[index] = Instance(storage, uid, series, _uid_of(header, "FrameOfReferenceUID"))
        person = person or _person_of(header)
    if len(studies) > 1:
        raise UnsupportedFormat(
            f"The series belong to {len(studies)} studies, and results are written into one. Send them one by one."
        )
    assert person is not None
    return Origin(studies.pop(), person, instances)


def _header_of(file: StudyFile, limits: Limits) -> Dataset:
    with file.open() as opened:
        if is_volume(opened):
            raise UnsupportedFormat(_NO_DICOM.format("not to NIfTI volumes"))
        return read_attributes(opened, limits, [*_ALWAYS, *_IF_KNOWN, *_IDENTIFIERS, "FrameOfReferenceUID"])


def _uid_of(header: Dataset, name: str) -> UID | None:
    uid = UID(str(value_of(header, name) or ""))
    return uid if uid and uid.is_valid else None


def _person_of(header: Dataset) -> Dataset:
    """A copy of the attributes of patient and study, without those that break the rules of their type."""
    person = Dataset()
    person.SpecificCharacterSet = "ISO_IR 192"
    for name, value in _values(header, (*_ALWAYS, *_IF_KNOWN)):
        if value is not None or name in _ALWAYS:
            setattr(person, name, value)
    if person.PatientSex not in _SEXES:
        person.PatientSex = None
    return person


def _values(header: Dataset, names: Iterable[str]) -> Iterable[tuple[str, str | None]]:
    for name in names:
        value = value_of(header, name)
        text = None if value is None or isinstance(value, MultiValue) else str(value)
        yield name, text if text and text.isprintable() and _is_valid(name, text) else None


def _is_valid(name: str, text: str) -> bool:
    try:
        validate_value(dictionary_VR(name), text, config.RAISE)
    except ValueError:
        return False
    return True
