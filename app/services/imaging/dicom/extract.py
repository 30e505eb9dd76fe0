"""Takes from a data set what `Header` lists, and drops the rest."""

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.tag import BaseTag, Tag

from app.models.problems import UnreadableImage
from app.services.imaging.dicom.attributes import (
    NO_ATTRIBUTES,
    first_of,
    items_of,
    number_of,
    numbers_of,
    text_of,
    texts_of,
    value_of,
    whole_of,
)
from app.services.imaging.dicom.header import AcquisitionTags, Frame, Header, LookupTable, PixelFormat, Vector

MAX_FRAMES = 10_000
# Items in a frame's description, those of nested sequences included.
_ITEMS_PER_FRAME = 60
_MOST_TABLE_ENTRIES = 2**16
_DESCRIPTIONS = ("SeriesDescription", "ProtocolName", "SequenceName", "PulseSequenceName")
_TECHNIQUES = ("ScanningSequence", "SequenceVariant", "ScanOptions", "EchoPulseSequence")
# Names and identifiers are read only to see that a phantom was measured.
_NAMES = ("PatientName", "PatientID", "BodyPartExamined", "SeriesDescription", "ProtocolName", "StudyDescription")
_PALETTES = ("Red", "Green", "Blue")
TAGS: list[BaseTag | int] = [
    Tag(name)
    for name in {
        *_DESCRIPTIONS,
        *_TECHNIQUES,
        *_NAMES,
        *(f"{colour}PaletteColorLookupTable{part}" for colour in _PALETTES for part in ("Descriptor", "Data")),
        "SOPClassUID",
        "Modality",
        "ImageType",
        "SeriesInstanceUID",
        "StudyInstanceUID",
        "SeriesNumber",
        "InstanceNumber",
        "AcquisitionContrast",
        "ComplexImageComponent",
        "ContrastBolusAgent",
        "EchoTime",
        "EffectiveEchoTime",
        "RepetitionTime",
        "InversionTime",
        "FlipAngle",
        "EchoNumbers",
        "EchoPlanarPulseSequence",
        "TemporalPositionIdentifier",
        "DiffusionBValue",
        "BurnedInAnnotation",
        "QualityControlImage",
        "EncryptedAttributesSequence",
        "Rows",
        "Columns",
        "NumberOfFrames",
        "SamplesPerPixel",
        "BitsAllocated",
        "BitsStored",
        "PixelRepresentation",
        "PlanarConfiguration",
        "PhotometricInterpretation",
        "PixelPaddingValue",
        "PixelPaddingRangeLimit",
        "PixelSpacing",
        "NominalScannedPixelSpacing",
        "PixelAspectRatio",
        "ImageOrientationPatient",
        "ImagePositionPatient",
        "RescaleSlope",
        "RescaleIntercept",
        "WindowCenter",
        "WindowWidth",
        "VOILUTFunction",
        "VOILUTSequence",
        "SharedFunctionalGroupsSequence",
        "PerFrameFunctionalGroupsSequence",
    }
]


def header_of(
    dataset: Dataset, *, syntax: str, start: int, length: int | None, cut_off: bool, deflated: bool
) -> Header:
    """Take a header from the attributes of an object.

    Args:
        dataset: the attributes `TAGS`.
        syntax: UID of the transfer syntax.
        start: position of the pixel data; 0 if there are none.
        length: of the pixel data, see `PixelFormat`.
        cut_off: whether the file ends before they do.
        deflated: whether the positions are those in the inflated content.

    Raises:
        UnreadableImage: the object has too many frames.
    """
    pixels = _pixels_of(dataset, syntax, start, length, cut_off)
    count = pixels.frames if pixels else 0
    if count > MAX_FRAMES:
        raise UnreadableImage(f"The DICOM file has {count:,} frames; at most {MAX_FRAMES:,} are accepted.")
    shared = first_of(dataset, "SharedFunctionalGroupsSequence")
    groups = items_of(dataset, "PerFrameFunctionalGroupsSequence", (count + 1) * _ITEMS_PER_FRAME)[:count]
    places = [[*_groups(each), *_groups(shared), dataset] for each in groups] or [[*_groups(shared), dataset]]
    frames = tuple(_frame_of(number, places[min(number, len(places) - 1)]) for number in range(count))
    padding = whole_of(dataset, "PixelPaddingValue")
    limit = whole_of(dataset, "PixelPaddingRangeLimit")
    edges = [each for each in (padding, padding if limit is None else limit) if each is not None]
    return Header(
        series=text_of(dataset, "SeriesInstanceUID"),
        study=text_of(dataset, "StudyInstanceUID"),
        series_number=whole_of(dataset, "SeriesNumber"),
        instance_number=whole_of(dataset, "InstanceNumber"),
        acquisition=_acquisition_of(dataset, places[0] if count else [dataset]),
        pixels=pixels,
        padding=(min(edges), max(edges)) if padding is not None else None,
        gray_table=_gray_table(_first_with(places[0], "VOILUTSequence")),
        palette=_palette(dataset),
        kind=texts_of(dataset, "ImageType"),
        encrypted=value_of(dataset, "EncryptedAttributesSequence") is not None,
        frames=frames,
        complete=not deflated,
    )


def _groups(item: Dataset) -> list[Dataset]:
    """The functional groups in an item, each a data set of its own."""
    return [first_of(item, element.keyword) for element in item if element.VR == "SQ" and element.keyword]


def _first_with(places: list[Dataset], name: str) -> Dataset:
    return next((place for place in places if name in place), NO_ATTRIBUTES)


def _pixels_of(dataset: Dataset, syntax: str, start: int, length: int | None, cut_off: bool) -> PixelFormat | None:
    rows, columns = whole_of(dataset, "Rows"), whole_of(dataset, "Columns")
    if not rows or not columns or not start or min(rows, columns) < 1:
        return None
    allocated = whole_of(dataset, "BitsAllocated") or 16
    return PixelFormat(
        rows=rows,
        columns=columns,
        samples=whole_of(dataset, "SamplesPerPixel") or 1,
        bits_allocated=allocated,
        bits_stored=whole_of(dataset, "BitsStored") or allocated,
        signed=whole_of(dataset, "PixelRepresentation") == 1,
        planar=whole_of(dataset, "PlanarConfiguration") or 0,
        photometric=text_of(dataset, "PhotometricInterpretation") or "MONOCHROME2",
        syntax=syntax,
        frames=max(1, whole_of(dataset, "NumberOfFrames") or 1),
        start=start,
        length=length,
        cut_off=cut_off,
    )


def _frame_of(number: int, places: list[Dataset]) -> Frame:
    def numbers(name: str, count: int) -> Vector | None:
        return numbers_of(_first_with(places, name), name, count)

    def one(name: str) -> float | None:
        return number_of(_first_with(places, name), name)

    slope = one("RescaleSlope")
    center, width = one("WindowCenter"), one("WindowWidth")
    spacing = numbers("PixelSpacing", 2) or numbers("NominalScannedPixelSpacing", 2) or numbers("PixelAspectRatio", 2)
    kind = texts_of(_first_with(places, "FrameType"), "FrameType") or texts_of(places[-1], "ImageType")
    component = text_of(_first_with(places, "ComplexImageComponent"), "ComplexImageComponent")
    echo = one("EffectiveEchoTime")
    states = ("TemporalPositionIndex", "TemporalPositionIdentifier", "DiffusionBValue", "EchoNumbers")
    return Frame(
        number=number,
        orientation=numbers("ImageOrientationPatient", 6),
        position=numbers("ImagePositionPatient", 3),
        spacing=spacing if spacing and min(spacing) > 0 else None,
        slope=slope or 1.0,
        intercept=one("RescaleIntercept") or 0.0,
        window=(center, width) if center is not None and width is not None else None,
        function=text_of(_first_with(places, "VOILUTFunction"), "VOILUTFunction") or "LINEAR",
        kind=(*kind, component) if component else kind,
        echo_time=echo if echo is not None else one("EchoTime"),
        dynamic=tuple(found for name in states if (found := one(name)) is not None),
    )


def _acquisition_of(dataset: Dataset, places: list[Dataset]) -> AcquisitionTags:
    def one(name: str) -> float | None:
        return number_of(_first_with(places, name), name)

    echo = one("EffectiveEchoTime")
    names = " ".join(text_of(dataset, name) for name in _NAMES)
    agent = text_of(dataset, "ContrastBolusAgent")
    return AcquisitionTags(
        modality=text_of(dataset, "Modality"),
        storage=text_of(dataset, "SOPClassUID"),
        body_part=text_of(dataset, "BodyPartExamined"),
        description=" ".join(filter(None, (text_of(dataset, name) for name in _DESCRIPTIONS))),
        contrast_word=text_of(_first_with(places, "AcquisitionContrast"), "AcquisitionContrast"),
        techniques=_techniques(places),
        component=text_of(_first_with(places, "ComplexImageComponent"), "ComplexImageComponent"),
        agent=agent not in ("", "NO", "NONE", "N"),
        echo_time=echo if echo is not None else one("EchoTime"),
        repetition_time=one("RepetitionTime"),
        inversion_time=one("InversionTime") or one("InversionTimes"),
        flip_angle=one("FlipAngle"),
        phantom="PHANTOM" in names or text_of(dataset, "QualityControlImage") == "YES",
        burnt_in=text_of(dataset, "BurnedInAnnotation") == "YES",
    )


def _techniques(places: list[Dataset]) -> frozenset[str]:
    found = {each for name in _TECHNIQUES for each in texts_of(_first_with(places, name), name)}
    planar = text_of(_first_with(places, "EchoPlanarPulseSequence"), "EchoPlanarPulseSequence") == "YES"
    return frozenset({*found, "EP"} if planar else found)


def _gray_table(place: Dataset) -> LookupTable | None:
    item = first_of(place, "VOILUTSequence")
    descriptor = numbers_of(item, "LUTDescriptor", 3)
    return _table(descriptor, value_of(item, "LUTData"))


def _palette(dataset: Dataset) -> tuple[LookupTable, LookupTable, LookupTable] | None:
    tables = [
        _table(
            numbers_of(dataset, f"{colour}PaletteColorLookupTableDescriptor", 3),
            value_of(dataset, f"{colour}PaletteColorLookupTableData"),
        )
        for colour in _PALETTES
    ]
    red, green, blue = tables
    return (red, green, blue) if red and green and blue else None


def _table(descriptor: Vector | None, data: object) -> LookupTable | None:
    """A table from its descriptor (number of entries, first value, bits of an entry) and its entries."""
    if descriptor is None or data is None:
        return None
    entries = _entries(data, int(descriptor[0]) or _MOST_TABLE_ENTRIES)
    if not entries.size:
        return None
    # Some writers state 16 bits and use fewer.
    highest = max(2.0 ** min(max(int(descriptor[2]), 1), 16) - 1, 1.0)
    first = int(descriptor[1])
    # An unsigned descriptor holds a negative first value as its complement.
    return LookupTable(first - 2**16 if first >= 2**15 else first, entries * np.float32(255 / highest))


def _entries(data: object, count: int) -> NDArray[np.float32]:
    if isinstance(data, bytes):
        dtype = np.dtype("u1") if len(data) <= count + 1 else np.dtype("<u2")
        return np.frombuffer(data[: len(data) // dtype.itemsize * dtype.itemsize], dtype)[:count].astype(np.float32)
    return np.asarray(list(data) if hasattr(data, "__iter__") else [data], np.float32)[:count]
