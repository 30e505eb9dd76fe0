import base64
import logging
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.pixels.utils import pixel_array
from pydicom.sequence import Sequence
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    RLELossless,
)

from app.models.problems import Problem, TooLarge, UnreadableImage, UnsupportedFormat
from app.services.imaging import formats
from app.services.imaging.decoder import Decoder
from app.services.imaging.dicom.codecs import decode_stream
from app.services.imaging.dicom.frames import decode_frames
from app.services.imaging.dicom.objects import open_object
from app.services.imaging.dicom.streams import StreamDecoder
from app.services.imaging.reading import Limits, Scan, read_scan
from tests.support.dicom import NAME, PATIENT_ID, data_set, dicom, enhanced, head, written

LIMITS = Limits(10**7, 10**7)
MOST_S = 3
ATTRIBUTES = (
    "Rows",
    "BitsAllocated",
    "BitsStored",
    "SamplesPerPixel",
    "NumberOfFrames",
    "PixelSpacing",
    "WindowCenter",
    "WindowWidth",
    "RescaleSlope",
    "ImageOrientationPatient",
    "PixelPaddingValue",
    "PhotometricInterpretation",
)


def read(data: bytes, limits: Limits = LIMITS) -> Scan:
    return read_scan(BytesIO(data), limits)


def pydicoms(name: str) -> str:
    """The path of a file in pydicom's package."""
    return str(get_testdata_file(name, download=False))


def decoded(path: Path | str, decode: StreamDecoder) -> list[Any]:
    with Path(path).open("rb") as file:
        opened = open_object(file, LIMITS)
        return [values for _, values in decode_frames(opened, range(len(opened.header.frames)), decode)]


@pytest.fixture(scope="module", params=["here", "in another process"])
def decode(request: pytest.FixtureRequest) -> Iterator[StreamDecoder]:
    if request.param == "here":
        yield decode_stream
        return
    decoder = Decoder()
    decoder.start()
    yield decoder.decode_stream
    decoder.close()


@pytest.fixture
def values(rng) -> Any:
    return rng.integers(0, 4000, (24, 24)).astype(np.uint16)


class TestEncodings:
    @pytest.mark.parametrize(
        ("syntax", "meta"),
        [
            (ExplicitVRLittleEndian, True),
            (ImplicitVRLittleEndian, True),
            (ExplicitVRBigEndian, True),
            (DeflatedExplicitVRLittleEndian, True),
            (ExplicitVRLittleEndian, False),
            (ImplicitVRLittleEndian, False),
        ],
    )
    def test_each_encoding_gives_the_same_picture(self, values, syntax, meta):
        item = data_set(values)
        if syntax == ExplicitVRBigEndian:
            item.PixelData = values.astype(">u2").tobytes()
        scan = read(written(item, syntax, meta=meta))
        assert scan.facts.format == "DICOM"
        assert scan.image == read(dicom(values)).image

    def test_a_file_whose_preamble_begins_like_a_tiff_is_dicom(self, values):
        data = bytearray(dicom(values))
        data[:4] = b"II*\0"
        assert read(bytes(data)).facts.format == "DICOM"

    @pytest.mark.parametrize(
        ("name", "sibling"),
        [
            ("MR_small_RLE.dcm", "MR_small.dcm"),
            ("MR_small_jp2klossless.dcm", "MR_small.dcm"),
            ("MR_small_jpeg_ls_lossless.dcm", "MR_small.dcm"),
            ("MR_small_bigendian.dcm", "MR_small.dcm"),
            ("MR_small_implicit.dcm", "MR_small.dcm"),
            ("SC_rgb_rle_16bit_2frame.dcm", "SC_rgb_rle_16bit_2frame.dcm"),
            ("SC_rgb_jpeg_dcmtk.dcm", "SC_rgb_jpeg_dcmtk.dcm"),
            ("SC_rgb_small_odd.dcm", "SC_rgb_small_odd.dcm"),
            ("SC_ybr_full_422_uncompressed.dcm", "SC_ybr_full_422_uncompressed.dcm"),
            ("JPEG2000.dcm", "JPEG2000.dcm"),
        ],
    )
    def test_compressed_pixels_are_decoded_like_uncompressed_ones(self, decode, name, sibling):
        expected = pixel_array(pydicoms(sibling))
        for number, found in enumerate(decoded(pydicoms(name), decode)):
            frame = expected[number] if expected.ndim > (3 if expected.shape[-1] == 3 else 2) else expected
            assert np.array_equal(found, frame)

    def test_jpeg_of_12_bits_is_decoded(self, decode):
        [found] = decoded(pydicoms("JPGExtended.dcm"), decode)
        assert found.shape == (1024, 256)
        assert found.max() > 255


class TestDamage:
    @pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.99])
    def test_a_file_that_is_cut_off_is_rejected(self, values, share):
        for data in (dicom(values), _rle(values)):
            with pytest.raises(UnreadableImage, match=r"damaged or cut off|not an image"):
                read(data[: int(len(data) * share)])

    def test_a_missing_end_of_compressed_pixels_is_noticed(self, values):
        with pytest.raises(UnreadableImage, match="cut off"):
            read(_rle(values)[:-8])

    def test_a_bomb_of_deflated_zeros_is_rejected(self):
        item = written(data_set(), DeflatedExplicitVRLittleEndian)
        start = 144 + struct.unpack_from("<I", item, 140)[0]
        packer = zlib.compressobj(9, wbits=-15)
        bomb = b"".join([packer.compress(bytes(2**20)) for _ in range(200)]) + packer.flush()
        assert len(bomb) < 10**6
        with pytest.raises(TooLarge, match="unpacks"):
            read(item[:start] + bomb)

    @pytest.mark.parametrize("size", [2, 100_000])
    def test_compressed_pixels_of_another_size_than_stated_are_rejected(self, size):
        content = bytearray(Path(pydicoms("JPEG2000.dcm")).read_bytes())
        at = content.index(b"\xff\x4f\xff\x51") + 8
        content[at : at + 8] = struct.pack(">II", size, size)
        item = dcmread(BytesIO(content))
        item.Modality = "MR"
        out = BytesIO()
        item.save_as(out)
        with pytest.raises(UnreadableImage, match="another size"):
            read(out.getvalue())

    @pytest.mark.parametrize(
        "body",
        [
            # A million empty elements; items within items without end; a sequence of a million empty items.
            b"\x09\x00\x10\x00LO\x00\x00" * 1_000_000,
            b"\x08\x00\x40\x11SQ\x00\x00\xff\xff\xff\xff"
            + b"\xfe\xff\x00\xe0\xff\xff\xff\xff\x08\x00\x40\x11SQ\x00\x00\xff\xff\xff\xff" * 300_000,
            b"\x00\x52\x30\x92SQ\x00\x00" + struct.pack("<I", 8_000_000) + b"\xfe\xff\x00\xe0\0\0\0\0" * 1_000_000,
            b"\x10\x00\x10\x00PN\xff\xff" + b"A" * 100,
            b"\x28\x00\x10\x00US\x02\x00\xff\xff\x28\x00\x11\x00US\x02\x00\xff\xff\xe0\x7f\x10\x00OW\x00\x00\xff\xff\xff\xff"
            + b"\xfe\xff\x00\xe0\0\0\0\0" * 1_000_000,
        ],
        ids=["empty elements", "endless items", "empty items", "wrong length", "empty fragments"],
    )
    def test_a_file_built_to_take_long_is_rejected_soon(self, body):
        start = dicom(PixelData=None, Rows=None)[:400]
        started = process_time()
        with pytest.raises(Problem):
            read(start[: start.index(b"\x08\x00\x08\x00")] + body)
        assert process_time() - started < MOST_S

    def test_too_many_bytes_or_pixels_are_rejected_before_decoding(self, values):
        for limits in (Limits(1000, 10**6), Limits(10**6, 100)):
            with pytest.raises(TooLarge):
                read(dicom(values), limits)

    def test_each_of_pydicoms_files_is_read_or_rejected_soon(self):
        outcomes = {}
        for path in Path(pydicoms("MR_small.dcm")).parent.iterdir():
            if path.is_dir():
                continue
            started = process_time()
            try:
                outcomes[path.name] = read(path.read_bytes()).image.mode
            except Problem as problem:
                outcomes[path.name] = problem.slug
            assert process_time() - started < MOST_S, path
        assert len(outcomes) > 80
        assert outcomes["MR_small.dcm"] == "L"
        assert outcomes["CT_small.dcm"] == "unsupported-format"
        assert outcomes["MR_truncated.dcm"] == "unreadable-image"

    @settings(max_examples=400, deadline=None)
    @given(
        changes=st.lists(st.tuples(st.integers(0, 1400), st.integers(0, 255)), min_size=1, max_size=6),
        compressed=st.booleans(),
    )
    def test_an_object_with_changed_bytes_is_read_or_rejected(self, changes, compressed):
        values = np.arange(24 * 24, dtype=np.uint16).reshape(24, 24)
        data = bytearray(_rle(values) if compressed else enhanced(np.stack([values] * 3), [0, 1, 2]))
        for place, value in changes:
            data[132 + place % (len(data) - 132)] = value
        started = process_time()
        with suppress(Problem):
            assert read(bytes(data)).image.mode in ("L", "RGB")
        assert process_time() - started < MOST_S

    @settings(max_examples=200, deadline=None)
    @given(
        name=st.sampled_from(ATTRIBUTES),
        value=st.one_of(
            st.integers(-70_000, 70_000), st.floats(), st.text(max_size=20), st.lists(st.floats(), max_size=7)
        ),
    )
    def test_an_attribute_of_any_value_is_read_or_rejected(self, name, value):
        item = data_set(head(24))
        try:
            setattr(item, name, value)
            data = written(item)
        except Exception:  # pydicom does not write it
            return
        with suppress(Problem):
            read(data)


class TestRefusals:
    @pytest.mark.parametrize(
        ("attributes", "reason"),
        [
            ({"Modality": "CT"}, "modality is CT"),
            ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.4.2"}, "spectroscopy"),
            ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.66.4"}, "parametric map or a segmentation"),
            ({"SOPClassUID": "1.2.840.10008.1.3.10"}, "DICOMDIR"),
            ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.11.1", "PixelData": None}, "no picture"),
            ({"PixelData": None, "EncryptedAttributesSequence": Sequence([Dataset()])}, "encrypted"),
            ({"PatientName": "Water^Phantom"}, "phantom"),
            ({"BodyPartExamined": "LSPINE"}, "another part of the body"),
            ({"SeriesDescription": "t2 knee sag"}, "another part of the body"),
            ({"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}, "localizer"),
            ({"SeriesDescription": "3-plane loc"}, "localizer"),
            ({"ImageType": ["DERIVED", "PRIMARY", "DIFFUSION", "ADC", "ND"]}, "diffusion"),
            ({"ImageType": ["DERIVED", "SECONDARY", "FA"]}, "fractional anisotropy"),
            ({"ImageType": ["DERIVED", "PRIMARY", "ASL", "RELCBF"]}, "perfusion"),
            ({"ImageType": ["ORIGINAL", "PRIMARY", "P", "ND"]}, "phase"),
            ({"SeriesDescription": "rCBF map"}, "map or a projection"),
            ({"ImageType": ["ORIGINAL", "PRIMARY", "M", "ND", "MOSAIC"]}, "side by side"),
            ({"ScanningSequence": ["EP", "GR"]}, "echo-planar"),
            ({"SequenceName": "*ep_b1000t"}, "echo-planar"),
        ],
    )
    def test_an_object_that_is_no_slice_of_a_head_is_refused_with_the_reason(self, attributes, reason):
        with pytest.raises(UnsupportedFormat, match=reason) as caught:
            read(dicom(head(32), **attributes))
        assert NAME.partition("^")[0] not in caught.value.detail

    def test_an_encrypted_file_is_named(self):
        with pytest.raises(UnsupportedFormat, match="encrypted"):
            read(bytes.fromhex("3082ffff06092a864886f70d010703") + bytes(500))

    def test_an_unknown_transfer_syntax_is_named(self):
        data = _rle(head(32)).replace(b"1.2.840.10008.1.2.5\0", b"1.2.840.10008.1.2.6\0")
        with pytest.raises(UnsupportedFormat, match=r"transfer syntax: 1\.2\.840\.10008\.1\.2\.6"):
            read(data)

    def test_without_the_libraries_the_problem_says_what_to_install(self, monkeypatch):
        monkeypatch.setattr(formats, "DICOM_INSTALLED", False)
        for data in (dicom(head(32)), written(data_set(head(32)), meta=False)):
            with pytest.raises(UnsupportedFormat, match=r"pip install 'brain-tumor-classification\[dicom\]'"):
                read(data)


class TestPrivacy:
    def test_nothing_of_the_header_is_logged_or_printed(self, capfd, caplog):
        caplog.set_level(logging.DEBUG)
        item = data_set(head(32), SeriesDescription=NAME, PatientAge=NAME, RescaleSlope=None)
        data = written(item).replace(b"MONOCHROME2", b"Zacharowicz")
        for content in (data, dicom(head(32)), _rle(head(32))[:-300]):
            try:
                read(content)
            except Problem as problem:
                assert base64.b64encode(NAME.encode()) not in problem.detail.encode()
        out, err = capfd.readouterr()
        for text in (out, err, caplog.text):
            assert "Zacharowicz" not in text
            assert PATIENT_ID not in text
        assert not logging.getLogger("pydicom").propagate


def _rle(values: np.ndarray) -> bytes:
    item = data_set(values)
    out = BytesIO()
    dcm = dcmread(BytesIO(written(item)))
    dcm.compress(RLELossless)
    dcm.save_as(out)
    return out.getvalue()
