"""Process-wide settings of Pillow, made once by every program that reads scans."""

import ctypes
import warnings
from contextlib import suppress

from PIL import Image, _imaging


def prepare_pillow() -> None:
    """Turn off Pillow's own size limit and its warnings.

    `read_scan` checks the number of pixels before decoding, against the operator's limit. Pillow's limit, 179 million
    pixels, would reject images that this limit allows. Pillow's warnings about damaged metadata go to standard error,
    past the log, and concern a patient's scan. So do the errors that libtiff, within Pillow, prints.
    """
    Image.MAX_IMAGE_PIXELS = None
    warnings.filterwarnings("ignore", module=r"PIL\.")
    # Pillow's library gives access to the symbols of those that it uses; on some systems only to its own.
    with suppress(AttributeError, OSError):
        ctypes.CDLL(_imaging.__file__).TIFFSetErrorHandler(None)
