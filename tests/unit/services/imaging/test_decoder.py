import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from imagecodecs import jpeg2k_encode
from PIL import Image
from pydicom.uid import JPEG2000Lossless

from app.config.settings import ConfigurationError
from app.models.problems import OutOfMemory, Problem, TooLarge, UnreadableImage
from app.services.imaging import decoder as module
from app.services.imaging.decoder import Decoder
from app.services.imaging.decoding import _bounds, cpu_seconds, memory_for
from app.services.imaging.dicom.codecs import decode_stream
from app.services.imaging.dicom.frames import decode_frames
from app.services.imaging.dicom.objects import open_object
from app.services.imaging.dicom.streams import StreamDecoder
from app.services.imaging.formats import ACCEPTED_FORMATS
from app.services.imaging.reading import Limits, read_scan
from tests.support.bombs import BOMBS, gif_frames, jpeg_scans
from tests.support.decoding import LIMITS, Cost, Watched, children
from tests.support.dicom import compressed, dicom, head, slow_frame
from tests.support.images import empty_png, encode, png16

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc shows the processes")


@pytest.fixture(scope="module")
def watched() -> Iterator[Watched]:
    before = children()
    decoder = Decoder()
    decoder.start()
    yield Watched(decoder, before)
    decoder.close()
    assert children() == before


def rejection(read, data: bytes) -> dict[str, object]:
    with pytest.raises(Problem) as caught:
        read(data)
    return {"class": type(caught.value), **vars(caught.value)}


def frame(data: bytes, decode: StreamDecoder) -> Any:
    """The pixels of an object's first frame, or why there are none."""
    [(_, found)] = decode_frames(open_object(BytesIO(data), LIMITS), [0], decode)
    return found


class TestReading:
    @pytest.mark.parametrize(
        "data",
        [
            encode(Image.linear_gradient("L"), "JPEG"),
            encode(Image.fromarray(np.arange(9_000_000, dtype=np.uint32).view(np.uint8).reshape(3000, 3000, 4)), "PNG"),
            png16(np.arange(60_000, dtype=np.uint16).reshape(200, 300, 1)),
            gif_frames(2, 300),
            dicom(head()),
        ],
        ids=["gray", "colour", "deep", "frames", "DICOM"],
    )
    def test_a_scan_is_that_of_read_scan(self, watched, data):
        there, here = watched.read(data), read_scan(BytesIO(data), LIMITS)
        assert (there.facts, there.notices, there.image.mode) == (here.facts, here.notices, here.image.mode)
        assert there.image.tobytes() == here.image.tobytes()

    @pytest.mark.parametrize(
        "data",
        [b"", b"hello", b"\0" * 128 + b"DICM", bytes(10_000_001), empty_png(9000, 9000), empty_png(9, 9)],
        ids=["empty", "text", "DICOM", "bytes", "pixels", "damaged"],
    )
    def test_a_rejection_is_that_of_read_scan(self, watched, data):
        assert rejection(watched.read, data) == rejection(lambda data: read_scan(BytesIO(data), LIMITS), data)

    def test_a_process_is_small_and_has_no_settings(self, watched, sample, monkeypatch):
        monkeypatch.setenv("GEMINI_API_KEY", "secret")
        os.kill(watched.process, signal.SIGKILL)
        time.sleep(0.2)
        watched.read(sample)
        files = Path(f"/proc/{watched.process}")
        assert b"secret" not in (files / "environ").read_bytes()
        assert not {name for name in ("pydantic", "openvino", "uvloop") if name in (files / "maps").read_text()}
        assert int((files / "smaps_rollup").read_text().partition("Rss:")[2].split()[0]) < 40_000


class TestBounds:
    @pytest.mark.parametrize("name", BOMBS)
    def test_no_file_costs_more_than_a_second_a_megabyte(self, watched, sample, name):
        watched.read(sample)
        data = BOMBS[name]()
        with Cost(watched.process) as cost:
            try:
                watched.read(data)
            except UnreadableImage as problem:
                assert not problem.accepted or problem.limit == cpu_seconds(len(data), LIMITS)
        assert cost.seconds <= max(1, len(data) / 1e6)
        assert cost.peak <= memory_for(LIMITS)

    @pytest.mark.parametrize(
        ("format_name", "side", "options"),
        [
            ("PNG", 5000, {}),
            ("GIF", 5000, {}),
            ("JPEG", 5000, {"progressive": True}),
            ("TIFF", 5000, {"compression": "jpeg"}),
            ("WebP", 4370, {"quality": 75}),
        ],
    )
    def test_a_scan_enlarged_to_the_largest_size_is_decoded(self, watched, sample, format_name, side, options):
        # Few gray levels, so that the file is small.
        scan = Image.open(BytesIO(sample)).convert("L").resize((side, side)).point(lambda value: value // 32 * 32)
        data = encode(scan, format_name, **options)
        assert len(data) < 2_000_000
        assert watched.read(data).facts.width == side

    def test_the_rejection_says_what_to_do(self, watched):
        found = rejection(watched.read, jpeg_scans())
        assert found["class"] is UnreadableImage
        assert found["accepted"] == list(ACCEPTED_FORMATS)
        assert "The JPEG file takes too long to decode. A file of" in str(found["detail"])
        assert "as PNG or JPEG with default options and send that" in str(found["detail"])

    def test_larger_files_and_larger_limits_mean_more_time(self):
        sizes = [cpu_seconds(size, LIMITS) for size in (0, 10**6, 10**6 + 1)]
        assert sizes == pytest.approx([0.8, 0.8, 1.6])
        assert cpu_seconds(0, Limits(10**7, 10**8)) == pytest.approx(3.2)

    def test_an_image_that_takes_more_memory_than_foreseen_is_too_large(self):
        with pytest.raises(TooLarge, match=r"more memory than the 1e\+06 MB"), _bounds(1, 10**12):
            raise OutOfMemory.now()


class TestFrames:
    """The code streams of the frames of DICOM objects."""

    def test_a_damaged_frame_is_rejected_as_in_the_service(self, watched):
        whole = compressed(dicom(head()), JPEG2000Lossless, jpeg2k_encode)
        at = whole.index(b"\xff\x93")  # start of the data
        for data in (whole[:at] + bytes(200) + whole[at + 200 :], whole.replace(b"\xff\xd9", b"\0\0")):
            there, here = (frame(data, decode) for decode in (watched.decoder.decode_stream, decode_stream))
            assert isinstance(here, UnreadableImage)
            assert (type(there), vars(there)) == (type(here), vars(here))

    @pytest.mark.parametrize(
        ("number", "kind", "expected"),
        [
            (None, UnreadableImage, "too long"),
            (signal.SIGSTOP, UnreadableImage, "too long"),
            (signal.SIGSEGV, UnreadableImage, "damaged"),
            (signal.SIGKILL, OutOfMemory, "too little memory"),
        ],
        ids=["slow", "SIGSTOP", "SIGSEGV", "SIGKILL"],
    )
    def test_a_frame_that_ends_its_process_is_named_and_the_next_is_decoded(
        self, watched, monkeypatch, number, kind, expected
    ):
        whole, slow = compressed(dicom(head()), JPEG2000Lossless, jpeg2k_encode), slow_frame()
        assert np.array_equal(frame(whole, watched.decoder.decode_stream), head())
        process = watched.process
        if number:
            threading.Timer(0.2, os.kill, (process, number)).start()
        with monkeypatch.context() as patched:
            patched.setattr(module, "_WALL_S", 3 if number == signal.SIGSTOP else 60)
            problem = frame(slow, watched.decoder.decode_stream)
        assert isinstance(problem, kind)
        assert expected in problem.detail
        if kind is UnreadableImage:
            assert "(transfer syntax: JPEG Baseline (Process 1))" in problem.detail
        assert np.array_equal(frame(whole, watched.decoder.decode_stream), head())
        assert watched.process != process


class TestProcesses:
    @pytest.mark.parametrize(
        ("number", "expected"),
        [
            (signal.SIGKILL, "too little memory"),
            (signal.SIGSEGV, "damaged"),
            (signal.SIGSTOP, "too long"),
            (signal.SIGTERM, "too long"),
        ],
        ids=lambda value: value.name if isinstance(value, signal.Signals) else "",
    )
    def test_a_process_that_ends_or_stops_is_replaced(self, watched, sample, monkeypatch, number, expected):
        monkeypatch.setattr(module, "_WALL_S", 2 if number == signal.SIGSTOP else 60)
        watched.read(sample)
        process = watched.process
        slow = jpeg_scans()
        threading.Timer(0.2, os.kill, (process, number)).start()
        with pytest.raises(Problem, match=expected):
            watched.read(slow)
        assert watched.read(sample).facts.format == "JPEG"
        assert watched.process != process

    def test_a_process_that_ended_between_two_files_is_replaced(self, watched, sample):
        watched.read(sample)
        os.kill(watched.process, signal.SIGKILL)
        time.sleep(0.2)
        assert watched.read(sample).facts.format == "JPEG"

    def test_a_scan_does_not_wait_for_a_slow_file(self, watched, sample):
        slow = jpeg_scans() + bytes(2_000_000)
        thread = threading.Thread(target=rejection, args=(watched.read, slow))
        thread.start()
        time.sleep(0.1)
        assert watched.read(sample).facts.format == "JPEG"
        assert thread.is_alive()
        thread.join()
        assert watched.read(sample).facts.format == "JPEG"
        assert watched.process

    def test_a_process_that_cannot_start_stops_the_service(self, monkeypatch):
        monkeypatch.setattr(sys, "executable", "/bin/false")
        with pytest.raises(ConfigurationError, match="does not start: `/bin/false -m app"):
            Decoder().start()
