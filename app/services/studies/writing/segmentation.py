"""Writes where heat-maps point to as a segmentation, which viewers lay over the slices.

A binary one: of parametric maps and fractional segmentations, the common viewers show few or none.
"""

from collections.abc import Sequence

import numpy as np
from highdicom import (
    AlgorithmIdentificationSequence,
    PixelMeasuresSequence,
    PlaneOrientationSequence,
    PlanePositionSequence,
)
from highdicom.color import CIELabColor
from highdicom.seg import Segmentation, SegmentDescription
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import EnhancedMRImageStorage, LegacyConvertedEnhancedMRImageStorage, MRImageStorage
from pydicom.valuerep import DSfloat

from app.models.classes import TumorClass
from app.models.model_file import ModelMetadata
from app.services.explanations.words import title_of
from app.services.imaging.dicom.header import Frame, Vector
from app.services.studies.results import SeriesResult, SliceResult
from app.services.studies.writing import concepts
from app.services.studies.writing.equipment import NewSeries, belonging, nobody
from app.services.studies.writing.heat import HeatedSlice, level_words
from app.services.studies.writing.origin import Instance, Origin

_CLASSES = (MRImageStorage, EnhancedMRImageStorage, LegacyConvertedEnhancedMRImageStorage)
# Of direction cosines: the same direction, and what rounding in headers leaves of unit vectors at a right angle.
_SAME_DIRECTION, _RIGHT_ANGLE = 1e-4, 1e-3
_PATIENT = "PATIENT"
# Category and type of what a segment shows: evidence for a class, or the place of a tumor.
_EVIDENCE = codes.SCT.SpatialAndRelationalConcept, codes.DCM.GradientWeightedClassActivation
_TUMOR = codes.SCT.MorphologicallyAbnormalStructure, codes.SCT.Neoplasm
# On gray slices; the heat-maps are orange too. Without a colour, OHIF warns.
_COLOURS = {
    None: "orange",
    TumorClass.GLIOMA: "magenta",
    TumorClass.MENINGIOMA: "orange",
    TumorClass.PITUITARY: "cyan",
}
# Of frames that belong to another series, such as one in another direction.
_NOWHERE = (1e6, 1e6, 1e6)


def can_be_segmented(found: SeriesResult, slices: list[SliceResult], origin: Origin) -> bool:
    """Whether the places of the slices are known well enough: all in one direction and one space of MR objects."""
    instances = [origin.instances[each.place.file] for each in slices]
    frames = [each.place.frame for each in slices]
    first, spacing = frames[0].orientation, found.series.spacing
    if first is None or spacing is None or not _is_orthonormal(first):
        return False
    one_direction = all(
        each.orientation and np.allclose(each.orientation, first, atol=_SAME_DIRECTION) for each in frames
    )
    placed = all(each.position and each.spacing == spacing for each in frames)
    mri = all(each.storage in _CLASSES and each.space for each in instances)
    # A segmentation refers to objects without frames, or to one with frames.
    one_space = len({each.space for each in instances}) == 1
    one_kind = not any(each.multi_frame for each in instances) or len(set(instances)) == 1
    return one_direction and placed and mri and one_space and one_kind


def _is_orthonormal(cosines: Vector) -> bool:
    directions = np.reshape(cosines, (2, 3))
    return bool(np.allclose(directions @ directions.T, np.eye(2), atol=_RIGHT_ANGLE))


def segmentation(
    found: SeriesResult,
    heated: Sequence[HeatedSlice],
    origin: Origin,
    metadata: ModelMetadata,
    series: NewSeries,
) -> Dataset | None:
    """The segmentation of a series; None if its heat-maps point to no place.

    Args:
        found: the series, which `can_be_segmented`.
        heated: its slices.
        origin: the study.
        metadata: of the model.
        series: of the new object.
    """
    slices = [each for each in heated if each.pointed.any()]
    if not slices:
        return None
    targets = sorted({each.target for each in slices}, key=str)
    pixels = np.zeros((len(slices), *slices[0].pointed.shape, len(targets)), np.uint8)
    for index, each in enumerate(slices):
        pixels[index, ..., targets.index(each.target)] = each.pointed
    frames = [each.found.place.frame for each in slices]
    made = Segmentation(
        source_images=_sources(found, slices, origin),
        pixel_array=pixels,
        segmentation_type="BINARY",
        segment_descriptions=[_segment(place, target, metadata) for place, target in enumerate(targets, 1)],
        plane_positions=[PlanePositionSequence(_PATIENT, each.position) for each in frames if each.position],
        content_label="HEATMAP",
        content_description=found.title,
        content_qualification="RESEARCH",
        **series.instance(metadata),
    )
    return belonging(made, origin)


def _segment(number: int, target: TumorClass | None, metadata: ModelMetadata) -> SegmentDescription:
    segment = SegmentDescription(
        segment_number=number,
        segment_label=title_of(target),
        segmented_property_category=_EVIDENCE[0] if target else _TUMOR[0],
        segmented_property_type=_EVIDENCE[1] if target else _TUMOR[1],
        algorithm_type="AUTOMATIC",
        algorithm_identification=AlgorithmIdentificationSequence(
            name=metadata.name,
            family=codes.DCM.ArtificialIntelligence,
            version=metadata.version,
            source=concepts.MAKER,
            parameters={"SHA-256 of the weights": metadata.sha256},
        ),
        anatomic_regions=[concepts.BRAIN],
        display_color=CIELabColor.from_string(_COLOURS[target]),
    )
    segment.SegmentDescription = f"{title_of(target)}, {level_words(target)}"
    return segment


def _sources(found: SeriesResult, slices: list[HeatedSlice], origin: Origin) -> list[Dataset]:
    """The headers of the objects of slices, with their places."""
    places = [each.found.place for each in slices]
    first = origin.instances[places[0].file]
    if not first.multi_frame:
        return [_single_frame(found, origin, origin.instances[each.file], each.frame) for each in places]
    return [_multi_frame(found, origin, first)]


def _single_frame(found: SeriesResult, origin: Origin, instance: Instance, frame: Frame) -> Dataset:
    header = _header(found, origin, instance)
    header.update(_measures(found)[0])
    header.ImageOrientationPatient = _decimals(found.slices[0].place.frame.orientation)
    header.ImagePositionPatient = _decimals(frame.position)
    return header


def _multi_frame(found: SeriesResult, origin: Origin, instance: Instance) -> Dataset:
    header = _header(found, origin, instance)
    orientation = found.slices[0].place.frame.orientation
    assert orientation is not None
    shared = Dataset()
    shared.PixelMeasuresSequence = _measures(found)
    shared.PlaneOrientationSequence = PlaneOrientationSequence(_PATIENT, orientation)
    header.SharedFunctionalGroupsSequence = [shared]
    positions = {each.place.frame.number: each.place.frame.position for each in found.slices}
    header.NumberOfFrames = 1 + max(positions)
    header.PerFrameFunctionalGroupsSequence = []
    for number in range(header.NumberOfFrames):
        group = Dataset()
        group.PlanePositionSequence = PlanePositionSequence(_PATIENT, positions.get(number) or _NOWHERE)
        header.PerFrameFunctionalGroupsSequence.append(group)
    return header


def _header(found: SeriesResult, origin: Origin, instance: Instance) -> Dataset:
    header = nobody(origin, instance)
    header.Rows, header.Columns = found.series.rows, found.series.columns
    header.FrameOfReferenceUID = instance.space
    return header


def _measures(found: SeriesResult) -> PixelMeasuresSequence:
    """The size of a pixel; viewers need a thickness, and the distance of slices is known better than it."""
    assert found.series.spacing is not None
    thickness = abs(found.series.distance or 0) or max(found.series.spacing)
    return PixelMeasuresSequence(pixel_spacing=found.series.spacing, slice_thickness=thickness)


def _decimals(numbers: Vector | None) -> list[DSfloat]:
    return [DSfloat(each, auto_format=True) for each in numbers or ()]
