"""What all written objects have in common: who made them, their identifiers, and the patient and study."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import highdicom
from pydicom.dataset import Dataset
from pydicom.uid import UID

from app import __version__
from app.models.model_file import ModelMetadata
from app.services.imaging.dicom.library import silence
from app.services.studies.results import SliceResult
from app.services.studies.writing.concepts import MAKER, PRODUCT
from app.services.studies.writing.origin import Instance, Origin

silence(highdicom.__name__)


class SeriesNumber(IntEnum):
    """Numbers of the new series, behind those of scanners. The last two precede one for each series with heat-maps."""

    REPORT = 9001
    DOCUMENT = 9002
    SEGMENTATIONS = 9100
    PICTURES = 9200


@dataclass(frozen=True)
class NewSeries:
    """A series of new objects.

    Attributes:
        number: its number.
        description: its description, at most 64 characters. Lists of series show about the first 20.
        uid: its UID.
    """

    number: int
    description: str
    uid: UID

    @classmethod
    def of(cls, number: int, description: str, origin: Origin, metadata: ModelMetadata) -> "NewSeries":
        """A series of the results of a model for the deciding slices of a study.

        The same result has the same UIDs again, so that an archive to which it is sent twice contains it once.
        """
        sources = sorted(each.uid for each in origin.instances.values())
        made_by = (__version__, metadata.version, metadata.sha256)
        return cls(number, description, uid_of(*made_by, number, origin.uid, *sources))

    def instance(self, metadata: ModelMetadata, number: int = 1) -> dict[str, Any]:
        """The arguments of highdicom for the object with a number in this series, made by a model."""
        return {
            "series_instance_uid": self.uid,
            "series_number": self.number,
            "series_description": self.description,
            "sop_instance_uid": uid_of(self.uid, number),
            "instance_number": number,
            "manufacturer": MAKER,
            "manufacturer_model_name": PRODUCT,
            "software_versions": __version__,
            "device_serial_number": metadata.sha256,
        }


def uid_of(*parts: object) -> UID:
    """The UID of what the parts identify: the same for the same parts."""
    return UID(f"2.25.{uuid5(NAMESPACE_OID, ' '.join(map(str, parts))).int}")


def nobody(origin: Origin, instance: Instance) -> Dataset:
    """The header of an object as highdicom needs it; its patient is added to the new object by `belonging`."""
    header = Dataset()
    for name in ("PatientID", "PatientName", "PatientBirthDate", "PatientSex", "AccessionNumber", "StudyID"):
        setattr(header, name, None)
    header.StudyDate = header.StudyTime = header.ReferringPhysicianName = None
    header.SpecificCharacterSet = origin.person.SpecificCharacterSet
    header.StudyInstanceUID = origin.uid
    header.SeriesInstanceUID = instance.series
    header.SOPInstanceUID = instance.uid
    header.SOPClassUID = instance.storage
    header.Modality = "MR"
    return header


def belonging(made: Dataset, origin: Origin) -> Dataset:
    """Give a new object its patient and study. highdicom, which quotes names in warnings, does not see them."""
    made.update(origin.person)
    return made


def reference_to(instance: Instance, frames: Sequence[int] = ()) -> Dataset:
    """A reference to an object, or to some of its frames, which count from 1."""
    reference = Dataset()
    reference.ReferencedSOPClassUID = instance.storage
    reference.ReferencedSOPInstanceUID = instance.uid
    if frames:
        reference.ReferencedFrameNumber = list(frames)
    return reference


def references_to(slices: Sequence[SliceResult], origin: Origin) -> list[tuple[Instance, list[int]]]:
    """The objects of slices, each with the numbers of the frames, from 1; none for an object without frames."""
    frames: dict[int, list[int]] = {}
    for each in slices:
        found = frames.setdefault(each.place.file, [])
        if origin.instances[each.place.file].multi_frame:
            found.append(each.place.frame.number + 1)
    return [(origin.instances[file], sorted(numbers)) for file, numbers in sorted(frames.items())]
