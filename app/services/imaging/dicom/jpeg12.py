"""Decodes JPEG of 12 bits (process 4) with GDCM, which can do so although pydicom does not ask it to."""

import gdcm
import numpy as np
from numpy.typing import NDArray

from app.services.imaging.dicom.header import PixelFormat


def decode_12_bits(coded: bytes, pixels: PixelFormat) -> NDArray[np.generic]:
    """Decode one gray frame.

    Args:
        coded: the code stream of a frame, of the size that `pixels` states.
        pixels: how its object stores pixels, with 16 bits allocated.

    Returns:
        `[rows, columns]`, the stored values.

    Raises:
        ValueError: GDCM cannot decode it.
    """
    fragment = gdcm.Fragment()
    fragment.SetByteStringValue(coded)
    fragments = gdcm.SequenceOfFragments.New()
    fragments.AddFragment(fragment)
    element = gdcm.DataElement(gdcm.Tag(0x7FE0, 0x0010))
    element.SetValue(fragments.__ref__())
    image = gdcm.Image()
    image.SetNumberOfDimensions(2)
    image.SetDimensions((pixels.columns, pixels.rows, 1))
    image.SetDataElement(element)
    gray = gdcm.PhotometricInterpretation.GetPIType(pixels.photometric)
    image.SetPhotometricInterpretation(gdcm.PhotometricInterpretation(gray))
    image.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.GetTSType(pixels.syntax)))
    stored = pixels.bits_stored
    image.SetPixelFormat(gdcm.PixelFormat(1, pixels.bits_allocated, stored, stored - 1, int(pixels.signed)))
    # The binding returns bytes as text.
    decoded = image.GetBuffer().encode("utf-8", "surrogateescape")
    values: NDArray[np.generic] = np.frombuffer(decoded, "<i2" if pixels.signed else "<u2")
    return values.reshape(pixels.rows, pixels.columns)
