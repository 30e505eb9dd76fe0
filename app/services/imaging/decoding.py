"""The process that decodes for `decoder`, run as `python -m app.services.imaging.decoding`.

It imports neither Pydantic nor the network, so that it starts in 0.2 s and takes 16 MB. Its standard input is a socket:
a request is `REQUEST`, JSON, and an image file or the code stream of a frame; the answer is `ANSWER`, JSON, and the
pixels.
"""

import json
import resource
import signal
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from io import BytesIO
from math import ceil
from pathlib import Path
from typing import Any

from PIL import Image

from app.models.problems import OutOfMemory, Problem
from app.services.imaging.bounds import BYTES_PER_PIXEL, too_much_memory
from app.services.imaging.formats import DICOM, HEAD_BYTES, recognise
from app.services.imaging.pillow import prepare_pillow
from app.services.imaging.reading import Limits, Scan, read_scan

REQUEST = struct.Struct("<IQ")
"""Number of bytes of the JSON, and of what is to be decoded."""
ANSWER = struct.Struct("<I")
"""Number of bytes of the JSON."""

# With the 0.2 s of a new process after a file that took longer, no file costs more than 1 s a megabyte, smaller ones
# counting as one. Scans enlarged to 25 megapixels take 0.4 s in the formats that make them smaller than a megabyte.
_CPU_S_PER_MB = 0.8
_PIXELS_PER_MB = 25_000_000
_BAND_BYTES = 2**20
_FILE_COPIES = 4
# For codecs' own tables, and pieces of memory that are too small to use again.
_MORE_MEMORY = 64_000_000


def cpu_seconds(size: int, limits: Limits) -> float:
    """The processor time that decoding a file of `size` bytes may take.

    A started megabyte counts as a whole one. The largest image that is accepted may be a small file.
    """
    return max(1, ceil(size / 1e6), limits.max_pixels / _PIXELS_PER_MB) * _CPU_S_PER_MB


def memory_for(limits: Limits) -> int:
    """The address space that decoding a file may take, in bytes."""
    return _MORE_MEMORY + _FILE_COPIES * limits.max_bytes + BYTES_PER_PIXEL * limits.max_pixels


def bands(size: tuple[int, int]) -> Iterator[tuple[int, int, int, int]]:
    """The boxes in which an image is sent, from top to bottom: each is as wide as the image, and about a megabyte."""
    width, height = size
    rows = max(1, _BAND_BYTES // width)
    for top in range(0, height, rows):
        yield 0, top, width, min(top + rows, height)


def main() -> None:
    """Answer requests until the service ends."""
    prepare_pillow()
    Image.preinit()
    _give_way()
    connection = socket.socket(fileno=sys.stdin.fileno())
    requests = connection.makefile("rb")
    # A service that has ended reads no answer.
    with suppress(ConnectionError):
        while request := requests.read(REQUEST.size):
            length, size = REQUEST.unpack(request)
            about = json.loads(requests.read(length))
            _answer(requests.read(size), Limits(**about["limits"]), about["pixels"], connection)


def _answer(content: bytes, limits: Limits, pixels: dict[str, Any] | None, connection: socket.socket) -> None:
    try:
        found = _read(content, limits) if pixels is None else _decoded(content, limits, pixels)
    except Problem as problem:
        rejection = {name: getattr(problem, name) for name in ("slug", "detail", "accepted", "limit", "retry_after")}
        _send_json({"rejection": rejection}, connection)
    else:
        if isinstance(found, Scan):
            _send(found, connection)
        else:
            _send_json({"frame_bytes": len(found)}, connection)
            connection.sendall(found)


def _read(content: bytes, limits: Limits) -> Scan:
    """Read an image file; raises as `read_scan` does."""
    _prepare(content)
    with _bounds(cpu_seconds(len(content), limits), memory_for(limits)):
        return read_scan(BytesIO(content), limits)


def _decoded(coded: bytes, limits: Limits, pixels: dict[str, Any]) -> bytes:
    """Decode the code stream of a frame whose object stores pixels so.

    Raises:
        UnreadableImage: it is damaged.
        TooLarge: more memory was needed.
    """
    # Lazy imports, as in `_prepare`.
    from app.services.imaging.dicom.codecs import decode_stream
    from app.services.imaging.dicom.header import PixelFormat
    from app.services.imaging.dicom.streams import damaged_frame, large_frame

    stored = PixelFormat(**pixels)
    memory = memory_for(limits)
    try:
        with _bounds(cpu_seconds(len(coded), limits), memory):
            return decode_stream(coded, stored)
    except Problem:
        raise
    except MemoryError:
        raise large_frame(memory, stored) from None
    except Exception as error:  # see `damaged`
        raise damaged_frame(stored) from error


def _prepare(content: bytes) -> None:
    """Import the libraries for DICOM before a file's time begins, since they take half a second.

    Raises:
        Problem: the format is not accepted.
    """
    if recognise(content[:HEAD_BYTES]) == DICOM:
        import app.services.imaging.dicom.scan  # noqa: F401


def _send(scan: Scan, connection: socket.socket) -> None:
    image = scan.image
    notices = [asdict(notice) for notice in scan.notices]
    about: dict[str, object] = {"size": image.size, "mode": image.mode, "facts": asdict(scan.facts), "notices": notices}
    _send_json(about, connection)
    for band in bands(image.size):
        connection.sendall(image.crop(band).tobytes())


def _send_json(content: dict[str, object], connection: socket.socket) -> None:
    text = json.dumps(content).encode()
    connection.sendall(ANSWER.pack(len(text)) + text)


def _give_way() -> None:
    """Let the service end this process: signals to a whole group would end it during a request."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    # A crash writes no picture to disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # If the machine runs out of memory, Linux ends this process and not the service.
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


@contextmanager
def _bounds(seconds: float, memory: int) -> Iterator[None]:
    """Have the system end this process after some seconds of processor time, and refuse it more memory.

    Raises:
        TooLarge: more memory was needed.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if sys.platform == "linux":  # no other system has this limit
        most = _address_space() + memory
        resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    # The signal ends a process whatever library runs; unlike RLIMIT_CPU it counts from now, in microseconds.
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    except OutOfMemory:
        raise too_much_memory(memory) from None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _address_space() -> int:
    """What the process takes now, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


if __name__ == "__main__":
    main()
