"""What is taken from the header of a DICOM object; no attribute that identifies a person is among it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class PixelFormat:
    """How an object stores its pixels.

    Attributes:
        rows, columns: size of a frame.
        samples: numbers per pixel, 1 or 3.
        bits_allocated, bits_stored: size of a number in the file, and its part that is used.
        signed: whether the numbers have a sign.
        planar: 0 where the colours of a pixel are together, 1 where each colour is a plane.
        photometric: the photometric interpretation (`MONOCHROME2`, `RGB`, …).
        syntax: UID of the transfer syntax.
        frames: the number of frames that the header states.
        start, length: position and number of bytes of the pixel data; the length is None where it is encapsulated.
        cut_off: whether the file ends before its pixel data do.
    """

    rows: int
    columns: int
    samples: int
    bits_allocated: int
    bits_stored: int
    signed: bool
    planar: int
    photometric: str
    syntax: str
    frames: int
    start: int
    length: int | None
    cut_off: bool

    @property
    def frame_bits(self) -> int:
        """Bits of a decoded frame."""
        # YBR_FULL_422 stores two pixels with one pair of colours.
        per_pixel = 2 if self.photometric == "YBR_FULL_422" and self.length is not None else self.samples
        return self.rows * self.columns * per_pixel * self.bits_allocated


@dataclass(frozen=True)
class LookupTable:
    """A table from stored or rescaled values to gray, or to one colour.

    Attributes:
        first: the value that the first entry belongs to.
        entries: `[n]`, scaled to 0 to 255.
    """

    first: int
    entries: NDArray[np.float32]

    def __call__(self, values: NDArray[np.generic]) -> NDArray[np.float32]:
        """The entries for values of any shape; values beyond the table have its first or last entry."""
        index = np.clip(np.rint(values.astype(np.float64)) - self.first, 0, len(self.entries) - 1)
        return np.asarray(self.entries[index.astype(np.intp)])


@dataclass(frozen=True, kw_only=True)
class Frame:
    """One picture of an object.

    Attributes:
        number: its position in the object, from 0.
        orientation: direction cosines of the rows and of the columns in the patient, 6 numbers; None if unknown.
        position: of the first pixel in the patient, in millimetres; None if unknown.
        spacing: distance of rows and of columns in millimetres; None if unknown.
        slope, intercept: of the rescale.
        window: centre and width; None without one.
        function: of the window: `LINEAR`, `LINEAR_EXACT` or `SIGMOID`.
        kind: the values of its image type, in upper case.
        echo_time: in milliseconds; None if unknown.
        dynamic: which of several pictures of one place it is: time point, diffusion weighting, and the like.
    """

    number: int
    orientation: Vector | None
    position: Vector | None
    spacing: Vector | None
    slope: float
    intercept: float
    window: Vector | None
    function: str
    kind: tuple[str, ...]
    echo_time: float | None
    dynamic: tuple[float, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AcquisitionTags:
    """How the pictures were made, as far as the header tells. Words are in upper case; numbers are None if unknown.

    Attributes:
        modality: `MR`, `CT`, …; empty if unknown.
        storage: UID of the object's class (SOP class).
        body_part: the examined part; empty if unknown.
        description: words of the descriptions of series and protocol and of the names of the pulse sequence; used for
            the choice of series and never part of an answer, since people write names there.
        contrast_word: the acquisition contrast of enhanced objects (`T1`, `FLUID_ATTENUATED`, …).
        techniques: scanning sequence and its variants and options (`SE`, `GR`, `EP`, …).
        component: part of the complex signal (`MAGNITUDE`, `PHASE`, …).
        agent: whether a contrast agent was given.
        echo_time, repetition_time, inversion_time: in milliseconds.
        flip_angle: in degrees.
        phantom: whether the header says that a phantom was measured.
        burnt_in: whether it says that the pixels contain text about the patient.
    """

    modality: str
    storage: str
    body_part: str
    description: str
    contrast_word: str
    techniques: frozenset[str]
    component: str
    agent: bool
    echo_time: float | None
    repetition_time: float | None
    inversion_time: float | None
    flip_angle: float | None
    phantom: bool
    burnt_in: bool


@dataclass(frozen=True, kw_only=True)
class Header:
    """The header of an object.

    Attributes:
        series: what its series is recognised by; it is compared, and never part of an answer or a log.
        study: the same for its study.
        series_number, instance_number: as numbered by the scanner; None if unknown.
        acquisition: how the pictures were made.
        pixels: how they are stored; None where the object has no picture.
        padding: the smallest and the largest stored value that mark pixels without a measurement.
        gray_table: from rescaled values to gray (VOI LUT); None without one.
        palette: from stored values to red, green and blue; None without one.
        kind: the values of the image type, in upper case.
        encrypted: whether attributes are encrypted.
        frames: the pictures, in the order of the pixel data.
        complete: whether the frames can be decoded from the file with this header, so that it need not be read again.
    """

    series: str
    study: str
    series_number: int | None
    instance_number: int | None
    acquisition: AcquisitionTags
    pixels: PixelFormat | None
    padding: tuple[int, int] | None
    gray_table: LookupTable | None
    palette: tuple[LookupTable, LookupTable, LookupTable] | None
    kind: tuple[str, ...]
    encrypted: bool
    frames: tuple[Frame, ...]
    complete: bool
