"""DICOM objects and NIfTI volumes made by a program: no patient is in them."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import nibabel
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import UID, ExplicitVRLittleEndian, JPEGBaseline8Bit, generate_uid

from app.config.settings import PROJECT_DIR
from tests.support.bombs import jpeg_scans

MR = "1.2.840.10008.5.1.4.1.1.4"
ENHANCED_MR = f"{MR}.1"
AXIAL, CORONAL, SAGITTAL = [1, 0, 0, 0, 1, 0], [1, 0, 0, 0, 0, -1], [0, 1, 0, 0, 0, -1]
SAMPLES = PROJECT_DIR / "sample_images"
# What must never leave the service.
NAME, PATIENT_ID, BIRTH_DATE, STUDY_DATE = "Zacharowicz^Quist", "PID-8861-Q", "19620304", "20190507"


def data_set(values: NDArray[np.generic] | None = None, **attributes: Any) -> Dataset:
    """An MR object with a patient; attributes that are None are left out."""
    item = Dataset()
    values = np.zeros((16, 16), np.uint16) if values is None else values
    samples = 3 if values.ndim >= 3 and values.shape[-1] == 3 else 1
    rows, columns = values.shape[-3:-1] if samples == 3 else values.shape[-2:]
    found: dict[str, Any] = {
        "SOPClassUID": MR,
        "SOPInstanceUID": generate_uid(),
        "StudyInstanceUID": "1.2.3.4",
        "SeriesInstanceUID": "1.2.3.4.5",
        "StudyDate": STUDY_DATE,
        "SeriesNumber": 3,
        "InstanceNumber": 1,
        "PatientName": NAME,
        "PatientID": PATIENT_ID,
        "PatientBirthDate": BIRTH_DATE,
        "Modality": "MR",
        "ImageType": ["ORIGINAL", "PRIMARY", "M", "ND"],
        "SeriesDescription": f"t2_tse_tra {NAME}",
        "Rows": rows,
        "Columns": columns,
        "SamplesPerPixel": samples,
        "PhotometricInterpretation": "RGB" if samples == 3 else "MONOCHROME2",
        "BitsAllocated": 8 * values.dtype.itemsize,
        "BitsStored": 8 * values.dtype.itemsize,
        "HighBit": 8 * values.dtype.itemsize - 1,
        "PixelRepresentation": int(values.dtype.kind == "i"),
        "PixelSpacing": [1, 1],
        "ImageOrientationPatient": AXIAL,
        "ImagePositionPatient": [0, 0, 0],
        "PixelData": values.tobytes(),
        **({"PlanarConfiguration": 0} if samples == 3 else {}),
        **attributes,
    }
    for name, value in found.items():
        if value is not None:
            setattr(item, name, value)
    if "PixelData" in item:
        item["PixelData"].VR = "OW" if item.BitsAllocated > 8 else "OB"
    return item


def written(item: Dataset, syntax: str = ExplicitVRLittleEndian, *, meta: bool = True) -> bytes:
    """An object as a file, with preamble and meta information or without."""
    syntax = UID(syntax)
    if syntax.is_encapsulated:
        item["PixelData"].is_undefined_length = True
    out = BytesIO()
    if meta:
        item.file_meta = FileMetaDataset()
        item.file_meta.TransferSyntaxUID = syntax
        item.file_meta.MediaStorageSOPClassUID = item.get("SOPClassUID", MR)
        item.file_meta.MediaStorageSOPInstanceUID = item.get("SOPInstanceUID", "1.2")
        item.save_as(out, enforce_file_format=True)
    else:
        item.save_as(out, implicit_vr=syntax.is_implicit_VR, little_endian=syntax.is_little_endian)
    return out.getvalue()


def dicom(values: NDArray[np.generic] | None = None, syntax: str = ExplicitVRLittleEndian, **attributes: Any) -> bytes:
    """An object as a file."""
    return written(data_set(values, **attributes), syntax)


def enhanced(values: NDArray[np.generic], positions: list[float], **attributes: Any) -> bytes:
    """An enhanced multi-frame object of axial slices at these heights."""
    frames = []
    for height in positions:
        frame = Dataset()
        frame.PlanePositionSequence = Sequence([Dataset()])
        frame.PlanePositionSequence[0].ImagePositionPatient = [0, 0, height]
        frames.append(frame)
    shared = Dataset()
    shared.PlaneOrientationSequence = Sequence([Dataset()])
    shared.PlaneOrientationSequence[0].ImageOrientationPatient = AXIAL
    shared.PixelMeasuresSequence = Sequence([Dataset()])
    shared.PixelMeasuresSequence[0].PixelSpacing = [1, 1]
    return dicom(
        values,
        SOPClassUID=ENHANCED_MR,
        NumberOfFrames=len(positions),
        SharedFunctionalGroupsSequence=Sequence([shared]),
        PerFrameFunctionalGroupsSequence=Sequence(frames),
        ImageOrientationPatient=None,
        ImagePositionPatient=None,
        PixelSpacing=None,
        **attributes,
    )


def compressed(data: bytes, syntax: str, encode: Callable[..., bytes | bytearray]) -> bytes:
    """An object of one frame with its pixels in this transfer syntax."""
    item = dcmread(BytesIO(data))
    item.PixelData = encapsulate([bytes(encode(item.pixel_array))])
    return written(item, syntax)


def slow_frame(**attributes: Any) -> bytes:
    """An object of 25 megapixels, the decoding of whose frame takes 3 s: a progressive JPEG of 95 scans."""
    side = 5000
    return dicom(
        np.zeros((1, 1, 3), np.uint8),
        JPEGBaseline8Bit,
        Rows=side,
        Columns=side,
        PixelData=encapsulate([jpeg_scans(85, side)]),
        PhotometricInterpretation="YBR_FULL_422",
        **attributes,
    )


def nifti(values: NDArray[np.generic], affine: NDArray[np.float64]) -> bytes:
    """A NIfTI volume."""
    content: bytes = nibabel.Nifti1Image(values, affine).to_bytes()
    return content


def sample_slice(height: float, name: str = "Te-me_0016.jpg", **attributes: Any) -> bytes:
    """A sample image as a slice of 220 mm at this height."""
    with Image.open(SAMPLES / name) as image:
        values = np.asarray(image.convert("L")).astype(np.uint16)
    spacing = [220 / values.shape[0]] * 2
    return dicom(values, ImagePositionPatient=[0, 0, height], PixelSpacing=spacing, **attributes)


def head(side: int = 128, size: float = 0.7) -> NDArray[np.uint16]:
    """A slice like one of a head: an ellipse with a bright rim, two dark ventricles and one bright spot on the left."""
    rows, columns = np.mgrid[0:side, 0:side] / (side - 1) * 2 - 1
    inside = (rows / size) ** 2 + (columns / (0.8 * size)) ** 2
    values = np.where(inside < 1, 500, 0)
    values[(inside < 1) & (inside > 0.85)] = 900
    for middle in (-0.1, 0.1):
        values[((columns - middle * size) / 0.08) ** 2 + (rows / 0.25) ** 2 < size] = 200
    values[(columns - 0.3 * size) ** 2 + (rows + 0.3 * size) ** 2 < 0.01] = 1000
    return values.astype(np.uint16)
