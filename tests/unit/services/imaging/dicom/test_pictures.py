"""From stored values to pictures: gray scale, padding, colours, shape and orientation."""

from io import BytesIO
from itertools import product
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from app.models.acquisition import MriSequence, Plane
from app.services.imaging.dicom.objects import open_object
from app.services.imaging.dicom.orientation import orientation_of
from app.services.imaging.dicom.pixels import to_stored
from app.services.imaging.dicom.sequences import sequence_of
from app.services.imaging.reading import Limits, Scan, read_scan
from tests.support.dicom import AXIAL, CORONAL, SAGITTAL, dicom, head

LIMITS = Limits(10**7, 10**7)


def read(data: bytes) -> Scan:
    return read_scan(BytesIO(data), LIMITS)


def gray(values: np.ndarray, **attributes) -> np.ndarray:
    return np.asarray(read(dicom(values, **attributes)).image)


def codes(data: bytes) -> list[str]:
    return [notice.code for notice in read(data).notices]


@pytest.fixture
def ramp() -> np.ndarray:
    return np.arange(64 * 64).reshape(64, 64)


class TestGray:
    @pytest.mark.parametrize("dtype", ["u1", "i1", "<u2", "<i2", "<u4", "<i4"])
    def test_every_depth_and_sign_shows_the_same_picture(self, dtype):
        values = (head(64) // 10).astype(dtype)
        assert np.array_equal(gray(values), gray(values.astype("<u2")))

    def test_unused_bits_are_ignored(self, ramp):
        values = ramp.astype("<u2")
        overlaid = values | 0xA000
        assert np.array_equal(gray(overlaid, BitsStored=12, HighBit=11), gray(values))

    def test_monochrome1_is_the_negative(self):
        values = head(64)
        negative = gray((1000 - values).astype("<u2"), PhotometricInterpretation="MONOCHROME1")
        assert np.abs(negative.astype(int) - gray(values)).max() <= 1

    def test_a_window_decides_what_is_black_and_white(self, ramp):
        found = gray(ramp.astype("<u2"), WindowCenter=3500, WindowWidth=7001, RescaleSlope=2, RescaleIntercept=-500)
        rescaled = ramp * 2 - 500
        # PS3.3 C.11.2.1.2.1
        expected = ((rescaled - 3499.5) / 7000 + 0.5).clip(0, 1) * 255
        assert np.abs(found - expected).max() <= 0.5

    def test_a_sigmoid_window_is_followed(self, ramp):
        found = gray(ramp.astype("<u2"), WindowCenter=2000, WindowWidth=1000, VOILUTFunction="SIGMOID")
        assert np.abs(found - 255 / (1 + np.exp(-4 * (ramp - 2000) / 1000))).max() <= 0.5

    def test_a_table_decides_instead_of_a_window(self, ramp):
        table = Dataset()
        table.LUTDescriptor = [256, 1000, 8]
        table.LUTData = list(range(255, -1, -1))
        table["LUTData"].VR = "US"
        found = gray(ramp.astype("<u2"), VOILUTSequence=Sequence([table]))
        assert np.array_equal(found, 255 - (ramp - 1000).clip(0, 255))

    @pytest.mark.parametrize("window", [(20_000, 100), (50_000, 100_000), (5, 2)])
    def test_a_window_that_hides_everything_is_replaced(self, window):
        data = dicom(head(64), WindowCenter=window[0], WindowWidth=window[1])
        assert "window-replaced" in codes(data)
        assert np.array_equal(np.asarray(read(data).image), gray(head(64)))

    def test_padding_is_black_and_does_not_change_the_scale(self):
        values = head(64).astype("<i2")
        padded = values.copy()
        padded[:, :9] = -2000
        found = gray(padded, PixelPaddingValue=-2000)
        assert (found[:, :9] == 0).all()
        assert np.array_equal(found[:, 9:], gray(values)[:, 9:])

    def test_without_a_window_outliers_do_not_make_the_picture_dark(self, rng):
        values = head(64) + rng.integers(0, 50, (64, 64)).astype("<u2")
        outlying = values.copy()
        outlying[0, 0] = 65_535
        assert np.abs(gray(outlying).astype(int) - gray(values))[1:].max() <= 2


class TestColour:
    @pytest.mark.parametrize("planar", [0, 1])
    def test_rgb_is_read(self, rng, planar):
        values = rng.integers(0, 255, (20, 20, 3)).astype(np.uint8)
        stored = values if planar == 0 else np.ascontiguousarray(np.moveaxis(values, 2, 0))
        found = read(
            dicom(values, PlanarConfiguration=planar, PixelData=stored.tobytes(), ImageOrientationPatient=None)
        )
        assert np.array_equal(np.asarray(found.image), values)

    def test_a_palette_is_read(self):
        values = np.tile(np.arange(16, dtype=np.uint8), (16, 1))
        tables: dict[str, Any] = {}
        for colour, factor in (("Red", 257), ("Green", 0), ("Blue", 4000)):
            tables[f"{colour}PaletteColorLookupTableDescriptor"] = [16, 0, 16]
            entries = (np.arange(16) * 16 * factor).clip(0, 65_535).astype("<u2")
            tables[f"{colour}PaletteColorLookupTableData"] = entries.tobytes()
        found = np.asarray(read(dicom(values, PhotometricInterpretation="PALETTE COLOR", **tables)).image)
        assert found[0, 5].tolist() == [80, 0, round(5 * 16 * 4000 / 257) if 5 * 16 * 4000 < 65_536 else 255]


class TestShape:
    def test_a_head_with_oblong_pixels_is_not_squashed(self):
        square = head(128)
        found = np.asarray(read(dicom(square[::2], PixelSpacing=[2, 1])).image).astype(float)
        assert found.shape == (128, 128)
        assert np.corrcoef(found.ravel(), gray(square).ravel())[0, 1] > 0.9

    def test_an_oblong_picture_is_put_into_a_black_square(self):
        found = gray(head(128)[:, 20:108])
        assert found.shape == (128, 128)
        assert not found[:, :20].any()

    @pytest.mark.parametrize("spacing", [[0, 1], [1, 100], None])
    def test_a_senseless_spacing_is_ignored(self, spacing):
        assert gray(head(64), PixelSpacing=spacing).shape == (64, 64)


class TestOrientation:
    @pytest.mark.parametrize("upright", [AXIAL, CORONAL, SAGITTAL])
    @pytest.mark.parametrize(("transposed", "mirrored", "upside_down"), list(product([False, True], repeat=3)))
    def test_however_a_slice_is_stored_it_is_shown_in_the_radiological_convention(
        self, upright, transposed, mirrored, upside_down
    ):
        values = head(64)
        row, column = np.array(upright[:3]), np.array(upright[3:])
        stored = values
        if upside_down:
            stored, column = stored[::-1], -column
        if mirrored:
            stored, row = stored[:, ::-1], -row
        if transposed:
            stored, row, column = stored.T, column, row
        cosines = [*row.tolist(), *column.tolist()]
        assert np.array_equal(gray(np.ascontiguousarray(stored), ImageOrientationPatient=cosines), gray(values))

    @pytest.mark.parametrize("cosines", [AXIAL, CORONAL, SAGITTAL, [0, 1, 0, -1, 0, 0], [-1, 0, 0, 0, 0, 1], None])
    @pytest.mark.parametrize("spacing", [[1, 1], [2, 1], [1, 1.5]])
    def test_a_picture_is_brought_back_to_the_stored_pixels(self, cosines, spacing):
        stored = head(96)[20:, 8:]
        data = dicom(np.ascontiguousarray(stored), ImageOrientationPatient=cosines, PixelSpacing=spacing)
        [frame] = open_object(BytesIO(data), LIMITS).header.frames
        back = to_stored(read(data).image, stored.shape, frame)
        assert back.shape == stored.shape
        assert np.corrcoef(back.ravel(), stored.ravel())[0, 1] > (0.999 if spacing == [1, 1] else 0.97)

    @pytest.mark.parametrize(
        ("cosines", "plane"), [(AXIAL, Plane.AXIAL), (CORONAL, Plane.CORONAL), (SAGITTAL, Plane.SAGITTAL)]
    )
    def test_the_plane_is_named(self, cosines, plane):
        orientation = orientation_of(tuple(cosines))
        assert orientation is not None
        assert orientation.plane is plane
        assert plane.value in orientation.words
        # Slices are counted towards the head, the back and the left.
        assert max(orientation.normal) == 1

    @pytest.mark.parametrize("cosines", [None, (0,) * 6, (1, 0, 0, 1, 0, 0)])
    def test_a_senseless_orientation_is_unknown(self, cosines):
        assert orientation_of(cosines) is None


class TestSequence:
    @pytest.mark.parametrize(
        ("attributes", "sequence"),
        [
            ({"SeriesDescription": "Ax FLAIR fs"}, MriSequence.FLAIR),
            ({"SeriesDescription": "t2_tirm_tra_dark-fluid"}, MriSequence.FLAIR),
            ({"SeriesDescription": "Ax T1 FLAIR"}, MriSequence.T1),
            ({"SeriesDescription": "t1_mprage_sag_p2_iso"}, MriSequence.T1),
            ({"SeriesDescription": "t1_mprage_sag_KM"}, MriSequence.T1C),
            ({"SeriesDescription": "SAG T1 POST GAD"}, MriSequence.T1C),
            ({"SeriesDescription": "AX T1 PRE", "ContrastBolusAgent": "Gadovist"}, MriSequence.T1),
            ({"SeriesDescription": "T1W_TSE", "ContrastBolusAgent": "Dotarem"}, MriSequence.T1C),
            ({"SeriesDescription": "sT2/TSE/T"}, MriSequence.T2),
            ({"SeriesDescription": "T2* GRE"}, MriSequence.OTHER),
            ({"SeriesDescription": "SWI_Images"}, MriSequence.OTHER),
            ({"SeriesDescription": "TOF_3D_multi-slab"}, MriSequence.OTHER),
            (
                {"SeriesDescription": "", "EchoTime": 120, "RepetitionTime": 9000, "InversionTime": 2500},
                MriSequence.FLAIR,
            ),
            ({"SeriesDescription": "", "EchoTime": 100, "RepetitionTime": 4500}, MriSequence.T2),
            ({"SeriesDescription": "", "EchoTime": 10, "RepetitionTime": 500}, MriSequence.T1),
            ({"SeriesDescription": "Serie 3"}, None),
        ],
    )
    def test_it_is_recognised_from_the_header(self, attributes, sequence):
        opened = open_object(BytesIO(dicom(head(16), **attributes)), LIMITS)
        assert sequence_of(opened.header.acquisition) is sequence
