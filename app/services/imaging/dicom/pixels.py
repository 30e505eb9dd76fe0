"""Makes the 8-bit picture of a frame: rescale, window or table, padding, orientation, square pixels, square picture."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app.models.problems import UnsupportedFormat
from app.services.imaging.bounds import check_shape
from app.services.imaging.dicom.header import Frame, Header, PixelFormat, Vector
from app.services.imaging.dicom.orientation import Orientation, orientation_of
from app.services.imaging.reading import Notice, Scan, ScanFacts
from app.services.imaging.samples import Decoded, Samples, to_8_bits

_GRAY = ("MONOCHROME1", "MONOCHROME2")
# Beyond, a spacing is an error of the header.
_MOST_ASPECT = 4.0
_SAME_ASPECT = 1.005
# A window of the header is used if its picture is like that of a person's window: the brightest percent of the tissue
# reaches a third of white, and at most a third of the tissue is white.
_LEAST_WHITE = 85
_MOST_CLIPPED = 1 / 3
_TISSUE_FROM = 16


@dataclass(frozen=True)
class GrayScale:
    """How the rescaled values of a series become gray.

    Attributes:
        low, high: the values that become black and white.
        function: `LINEAR`, `LINEAR_EXACT` or `SIGMOID`.
    """

    low: float
    high: float
    function: str = "LINEAR"

    def __call__(self, values: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Gray from 0 to 255 for values of any shape."""
        width = max(self.high - self.low, 1e-6)
        if self.function == "SIGMOID":
            scaled = 1 / (1 + np.exp(np.clip(-4 * (values - (self.low + self.high) / 2) / width, -60, 60)))
        else:
            scaled = ((values - self.low) / width).clip(0, 1)
        return np.asarray(np.rint(scaled * 255), np.uint8)


def window_of(frame: Frame) -> GrayScale | None:
    """The gray scale of a frame's window (PS3.3 C.11.2.1.2); None if it has none, or one without a width."""
    if frame.window is None:
        return None
    center, width = frame.window
    if frame.function == "LINEAR" and width > 1:
        center, width = center - 0.5, width - 1
    if width <= 0:
        return None
    return GrayScale(center - width / 2, center + width / 2, frame.function)


def picture_of(
    stored: NDArray[np.generic], header: Header, frame: Frame, max_pixels: int, scale: GrayScale | None = None
) -> tuple[Scan, GrayScale | None]:
    """The picture of a frame.

    Args:
        stored: the decoded values, `[rows, columns]` or `[rows, columns, 3]`.
        header: of its object.
        frame: of that object.
        max_pixels: most pixels of the picture.
        scale: the gray scale of its series; None to choose one from this frame.

    Returns:
        The scan: square, 8-bit, turned to the radiological convention; and the gray scale, None for a coloured picture
        or one of a table.

    Raises:
        TooLarge: the picture has too many pixels.
        UnsupportedFormat: the photometric interpretation is unknown.
    """
    pixels = header.pixels
    assert pixels is not None
    notices: list[Notice] = []
    if stored.ndim == 3:
        image, used = Image.fromarray(_coloured(stored, pixels)), None
    elif pixels.photometric == "PALETTE COLOR" and header.palette:
        channels = np.stack([table(stored) for table in header.palette], axis=-1)
        image, used = Image.fromarray(np.rint(channels).clip(0, 255).astype(np.uint8)), None
    elif pixels.photometric in _GRAY:
        image, used, notices = _gray(stored, header, frame, scale)
    else:
        raise UnsupportedFormat(
            f"The DICOM file has the photometric interpretation {pixels.photometric[:16]!a}, which is not accepted. "
            "Send it as MONOCHROME2, MONOCHROME1, RGB, YBR_FULL or PALETTE COLOR."
        )
    orientation = orientation_of(frame.orientation)
    if orientation:
        image = Image.fromarray(np.ascontiguousarray(orientation.turn(np.asarray(image))))
    image = _squared(_with_square_pixels(image, _turned_spacing(frame, orientation), max_pixels))
    mode = f"{pixels.photometric}, {pixels.bits_stored} bits"
    return Scan(image, ScanFacts(image.width, image.height, "DICOM", mode), tuple(notices)), used


def _coloured(stored: NDArray[np.generic], pixels: PixelFormat) -> NDArray[np.uint8]:
    """RGB of 8 bits; the decoder has converted YBR to RGB."""
    if stored.dtype.itemsize == 1:
        return np.ascontiguousarray(stored.view(np.uint8))
    return (stored.astype(np.float32) * np.float32(255 / (2**pixels.bits_stored - 1))).clip(0, 255).astype(np.uint8)


def _gray(
    stored: NDArray[np.generic], header: Header, frame: Frame, scale: GrayScale | None
) -> tuple[Image.Image, GrayScale | None, list[Notice]]:
    inverted = header.pixels is not None and header.pixels.photometric == "MONOCHROME1"
    measured = None
    if header.padding:
        values_outside = np.less(stored, header.padding[0]) | np.greater(stored, header.padding[1])
        measured = np.asarray(values_outside, np.bool_)
        if measured.all() or not measured.any():
            measured = None
    values = stored.astype(np.float32) * np.float32(frame.slope) + np.float32(frame.intercept)
    alpha = None if measured is None else np.where(measured, np.uint8(255), np.uint8(0))
    if scale is None and header.gray_table is not None:
        gray = np.rint(header.gray_table(values)).clip(0, 255).astype(np.uint8)
        return _shown(gray, alpha, inverted).image, None, []
    notices = []
    chosen = scale or window_of(frame)
    if chosen and scale is None and not _is_useful(chosen(values), measured, inverted):
        notices.append(
            Notice(
                "window-replaced",
                "The window in the DICOM header makes the picture nearly black or nearly white. Its values were scaled "
                "by their own range instead.",
            )
        )
        chosen = None
    if chosen is None:
        # Even values of 8 bits are scaled: without a window, a scanner's 8 bits may use a part of them.
        decoded = _shown(values, alpha, inverted)
        low, high = decoded.window or (0.0, 255.0)
        return decoded.image, GrayScale(low, high), notices
    return _shown(chosen(values), alpha, inverted).image, chosen, notices


def _shown(values: NDArray[np.generic], alpha: NDArray[np.uint8] | None, inverted: bool) -> Decoded:
    return to_8_bits(Samples(values[..., None], alpha, inverted))


def _is_useful(gray: NDArray[np.uint8], measured: NDArray[np.bool_] | None, inverted: bool) -> bool:
    """Whether a window shows neither a nearly black nor a nearly white picture."""
    shown = 255 - gray if inverted else gray
    tissue = shown[measured] if measured is not None else shown.ravel()
    tissue = tissue[tissue >= _TISSUE_FROM]
    if not tissue.size:
        return False
    return bool(np.percentile(tissue, 99) >= _LEAST_WHITE and (tissue == 255).mean() <= _MOST_CLIPPED)


def to_stored(picture: Image.Image, shape: tuple[int, int], frame: Frame) -> NDArray[Any]:
    """Bring a picture of a frame, or one of its size such as a heat-map, back to the grid of the stored pixels.

    Args:
        picture: of the size of what `picture_of` returns.
        shape: stored rows and columns of the frame.
        frame: the frame.

    Returns:
        `[rows, columns, …]`, with the channels of the picture.
    """
    orientation = orientation_of(frame.orientation)
    turned = shape if orientation and orientation.transposed else shape[::-1]
    shown = _square_size(turned, _turned_spacing(frame, orientation))
    left, top = (picture.width - shown[0]) // 2, (picture.height - shown[1]) // 2
    picture = picture.crop((left, top, left + shown[0], top + shown[1]))
    if shown != turned:
        picture = picture.resize(turned, Image.Resampling.BILINEAR)
    values = np.asarray(picture)
    return np.ascontiguousarray(orientation.turn_back(values) if orientation else values)


def _turned_spacing(frame: Frame, orientation: Orientation | None) -> Vector | None:
    if frame.spacing is None or orientation is None:
        return frame.spacing
    return orientation.turn_spacing((frame.spacing[0], frame.spacing[1]))


def _square_size(size: tuple[int, int], spacing: Vector | None) -> tuple[int, int]:
    """Width and height with as many pixels per millimetre down as across; enlarged, so that nothing is lost."""
    if spacing is None:
        return size
    down, across = spacing
    aspect = max(down, across) / min(down, across)
    if not _SAME_ASPECT < aspect <= _MOST_ASPECT:
        return size
    fine = min(down, across)
    return round(size[0] * across / fine), round(size[1] * down / fine)


def _with_square_pixels(image: Image.Image, spacing: Vector | None, max_pixels: int) -> Image.Image:
    size = _square_size(image.size, spacing)
    if size == image.size:
        return image
    check_shape(size, max_pixels)
    return image.resize(size, Image.Resampling.BICUBIC)


def _squared(image: Image.Image) -> Image.Image:
    """The image in the middle of a black square: the network's input is square, and would squash another shape."""
    side = max(image.size)
    if image.size == (side, side):
        return image
    square = Image.new(image.mode, (side, side))
    square.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    return square
