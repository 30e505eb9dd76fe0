"""Writes slices with their heat-maps as pictures in colour, which every viewer shows."""

import numpy as np
from highdicom.sc import SCImage
from highdicom.sr import CodedConcept
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import ExplicitVRLittleEndian
from pydicom.valuerep import DSfloat

from app.models.model_file import ModelMetadata
from app.services.explanations.words import title_of
from app.services.imaging.dicom.header import Vector
from app.services.studies.results import SeriesResult
from app.services.studies.writing.equipment import NewSeries, belonging, nobody, reference_to
from app.services.studies.writing.heat import HeatedSlice
from app.services.studies.writing.origin import Origin

# Along the patient's axes, against them and with them.
_DIRECTIONS = (("R", "L"), ("A", "P"), ("F", "H"))
_UNKNOWN = ("L", "P")


def picture(
    found: SeriesResult,
    heated: HeatedSlice,
    drawn: NDArray[np.uint8],
    origin: Origin,
    metadata: ModelMetadata,
    series: NewSeries,
    number: int,
) -> Dataset:
    """A slice with its heat-map, at the place of the slice.

    Args:
        found: the series of the slice.
        heated: the slice.
        drawn: uint8 `[rows, columns, 3]`, the slice with the heat-map over it.
        origin: the study.
        metadata: of the model.
        series: of the new object.
        number: of the new object in that series.
    """
    place = heated.found.place
    frame, instance = place.frame, origin.instances[place.file]
    made = SCImage.from_ref_dataset(
        nobody(origin, instance),
        pixel_array=drawn,
        photometric_interpretation="RGB",
        bits_allocated=8,
        coordinate_system="PATIENT",
        patient_orientation=_orientation(frame.orientation),
        pixel_spacing=frame.spacing,  # type: ignore[arg-type]  # highdicom accepts decimals too
        transfer_syntax_uid=ExplicitVRLittleEndian,
        **series.instance(metadata, number),
    )
    if frame.orientation is None:
        made.PatientOrientation = []
    elif frame.position and instance.space:
        made.FrameOfReferenceUID = instance.space
        made.PositionReferenceIndicator = None
        made.ImageOrientationPatient = [DSfloat(each, auto_format=True) for each in frame.orientation]
        made.ImagePositionPatient = [DSfloat(each, auto_format=True) for each in frame.position]
    made.BodyPartExamined = "BRAIN"
    made.BurnedInAnnotation = "YES" if found.series.acquisition.burnt_in else "NO"
    made.DerivationDescription = title_of(heated.target)
    source = reference_to(instance, [frame.number + 1] if instance.multi_frame else ())
    source.PurposeOfReferenceCodeSequence = [CodedConcept.from_code(codes.DCM.SourceImageForImageProcessingOperation)]
    made.SourceImageSequence = [source]
    return belonging(made, origin)


def _orientation(cosines: Vector | None) -> tuple[str, str]:
    """The patient's directions that the rows and the columns are closest to."""
    if cosines is None:
        return _UNKNOWN
    row, column = (int(np.abs(each).argmax()) for each in (cosines[:3], cosines[3:]))
    return _DIRECTIONS[row][int(cosines[row] > 0)], _DIRECTIONS[column][int(cosines[3 + column] > 0)]
