"""Decodes image files and frames in other processes, so that time and memory are bounded whatever a codec does.

Their answers are checked like any input: a crafted file may have taken over the process that decoded it.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING, BinaryIO, Literal, TypeVar

import structlog
from PIL import Image
from pydantic import BaseModel, PositiveInt, TypeAdapter

from app.config.settings import ConfigurationError
from app.models.problems import OutOfMemory, Problem, TooLarge, UnreadableImage, UnsupportedFormat
from app.services.imaging import decoding
from app.services.imaging.bounds import check_shape
from app.services.imaging.formats import ACCEPTED_FORMATS, HEAD_BYTES, damaged, recognise
from app.services.imaging.reading import Limits, Notice, Scan, ScanFacts, check_size

if TYPE_CHECKING:  # lazy imports: the libraries of DICOM are an extra
    from app.services.imaging.dicom.header import PixelFormat

# Wall time of a request to a process; only a process that does not run, or hardly, reaches it.
_WALL_S = 60
# So long a request waits for a process before a second one is started: one is enough for scans, which take 3 ms of a
# prediction's 125, and takes 20 MB.
_PATIENCE_S = 1
_LONGEST_ANSWER = 2**20
# Of the service's environment, what Python needs to start: the settings contain secrets.
_ENVIRONMENT = ("PYTHON", "LD_", "DYLD_", "SYSTEMROOT")
_CRASHES = ("SIGSEGV", "SIGBUS", "SIGABRT", "SIGFPE", "SIGILL")
_PROBLEMS = {problem.slug: problem for problem in (UnreadableImage, UnsupportedFormat, TooLarge, OutOfMemory)}

log = structlog.get_logger()


class _Rejection(BaseModel):
    slug: str
    detail: str
    accepted: list[str] | None
    limit: float | None
    retry_after: int | None


class _Rejected(BaseModel):
    rejection: _Rejection


class _Sent(BaseModel):
    size: tuple[PositiveInt, PositiveInt]
    mode: Literal["L", "RGB"]
    facts: ScanFacts
    notices: tuple[Notice, ...]


class _SentFrame(BaseModel):
    frame_bytes: int


T = TypeVar("T", bound=BaseModel)
_SCAN: TypeAdapter[_Sent | _Rejected] = TypeAdapter(_Sent | _Rejected)
_FRAME: TypeAdapter[_SentFrame | _Rejected] = TypeAdapter(_SentFrame | _Rejected)


class _Ended(Exception):
    """A process ended, or was ended, before it had answered.

    Attributes:
        overdue: its time was over.
        crashed: a fault ended it; otherwise the system did, or it could not start, for lack of memory.
    """

    def __init__(self, code: int, *, timed_out: bool) -> None:
        super().__init__(code)
        name = signal.Signals(-code).name if code < 0 else None
        self.overdue = timed_out or name == "SIGPROF"
        self.crashed = name in _CRASHES


class Decoder:
    """Decodes as `read_scan` and `decode_stream` do, in processes of its own. Safe to use from several threads.

    A process serves one thread at a time, and many files: a new one for each would cost a scan 20 ms more.
    """

    def __init__(self) -> None:
        self._idle: SimpleQueue[_Process] = SimpleQueue()

    def start(self) -> None:
        """Start a process and wait until it answers.

        Raises:
            ConfigurationError: it does not start.
        """
        process = _Process()
        with suppress(Problem, _Ended):  # an empty file is rejected
            process.read_scan(b"", Limits(0, 0))
        if not process.usable:
            raise ConfigurationError(
                f"the process that decodes images does not start: `{sys.executable} -m {decoding.__name__}`."
            )
        self._idle.put(process)

    def read_scan(self, file: BinaryIO, limits: Limits) -> Scan:
        """Decode an image file; only the first of several frames. Arguments as for `reading.read_scan`.

        Raises:
            UnreadableImage, UnsupportedFormat, TooLarge, OutOfMemory: as there; or the file takes too long to decode.
        """
        check_size(file, limits)
        content = file.read()
        try:
            with self._process() as process:
                return process.read_scan(content, limits)
        except _Ended as ended:
            raise _problem_of_file(ended, content, limits) from ended

    def decode_stream(self, coded: bytes, pixels: "PixelFormat") -> bytes:
        """Decode the code stream of one frame. Arguments and result as for `codecs.decode_stream`.

        Raises:
            UnreadableImage: it is damaged, or takes too long to decode.
            TooLarge: decoding it takes too much memory.
            OutOfMemory: there is no memory for it at the moment.
        """
        limits = Limits(len(coded), pixels.rows * pixels.columns)
        try:
            with self._process() as process:
                return process.decode_stream(coded, limits, pixels)
        except _Ended as ended:
            raise _problem_of_frame(ended, coded, limits, pixels) from ended

    def close(self) -> None:
        """End the processes that decode nothing."""
        with suppress(Empty):
            while True:
                self._idle.get_nowait().end()

    @contextmanager
    def _process(self) -> "Iterator[_Process]":
        process = self._take()
        try:
            yield process
        finally:
            if self._idle.empty():
                self._idle.put(process)
            else:
                process.end()

    def _take(self) -> "_Process":
        with suppress(Empty):
            process = self._idle.get(timeout=_PATIENCE_S)
            if process.usable:
                return process
            process.end()
        try:
            return _Process()
        except OSError as error:
            raise OutOfMemory.now() from error


class _Process:
    """A process of the module `decoding`."""

    def __init__(self) -> None:
        """Start it, without waiting until it answers; raises `OSError` if the system has no resources for it."""
        environment = {name: value for name, value in os.environ.items() if name.startswith(_ENVIRONMENT)}
        self._waits = True
        self._connection, theirs = socket.socketpair()
        self._popen = subprocess.Popen(  # noqa: S603 (this program)
            [sys.executable, "-m", decoding.__name__],
            stdin=theirs.fileno(),
            # Python finds this package there first, wherever the service was started.
            cwd=Path(__file__).parents[3],
            # NumPy's threads would take 40 MB of address space.
            env={**environment, "OPENBLAS_NUM_THREADS": "1"},
            # Ctrl-C reaches the service only, which then ends the process.
            start_new_session=True,
        )
        theirs.close()

    @property
    def usable(self) -> bool:
        """Whether the process runs, and waits for a request: what is left of an answer belongs to another file."""
        return self._waits and self._popen.poll() is None

    def read_scan(self, content: bytes, limits: Limits) -> Scan:
        """Decode the content of a file; as `Decoder.read_scan`, but raises `_Ended`."""
        with self._asked(content, limits) as deadline:
            answer = self._answer(_SCAN, deadline)
            check_shape(answer.size, limits.max_pixels)
            image = Image.new(answer.mode, answer.size)
            for box in decoding.bands(answer.size):
                size = box[2], box[3] - box[1]
                pixels = self._receive(size[0] * size[1] * len(image.getbands()), deadline)
                image.paste(Image.frombytes(answer.mode, size, pixels), box)
            return Scan(image, answer.facts, answer.notices)

    def decode_stream(self, coded: bytes, limits: Limits, pixels: "PixelFormat") -> bytes:
        """Decode a code stream; as `Decoder.decode_stream`, but raises `_Ended`."""
        with self._asked(coded, limits, pixels) as deadline:
            size = self._answer(_FRAME, deadline).frame_bytes
            if size != pixels.frame_bits // 8:
                raise ValueError(f"a frame of {size} bytes")
            return bytes(self._receive(size, deadline))

    def end(self) -> None:
        """Kill the process."""
        self._connection.close()
        self._popen.kill()
        self._popen.wait()

    @contextmanager
    def _asked(self, content: bytes, limits: Limits, pixels: "PixelFormat | None" = None) -> Iterator[float]:
        """Send a request; the block receives the whole answer until the deadline that it gets.

        Raises:
            _Ended: there is none.
        """
        deadline = monotonic() + _WALL_S
        about = json.dumps({"limits": asdict(limits), "pixels": asdict(pixels) if pixels else None}).encode()
        self._waits = False
        try:
            self._connection.settimeout(_WALL_S)
            self._connection.sendall(decoding.REQUEST.pack(len(about), len(content)) + about)
            self._connection.sendall(content)
            yield deadline
        except (OSError, EOFError, ValueError, KeyError) as error:
            # It ended, or sent what is no answer.
            self.end()
            code = self._popen.returncode
            log.warning("decoding_process_ended", code=code)
            raise _Ended(code, timed_out=isinstance(error, TimeoutError)) from error
        self._waits = True

    def _answer(self, kind: TypeAdapter[T | _Rejected], deadline: float) -> T:
        """The JSON of an answer; raises what a rejection says."""
        (length,) = decoding.ANSWER.unpack(self._receive(decoding.ANSWER.size, deadline))
        answer = kind.validate_json(self._receive(min(length, _LONGEST_ANSWER), deadline))
        if isinstance(answer, _Rejected):
            rejection, self._waits = answer.rejection, True
            raise _PROBLEMS[rejection.slug](
                rejection.detail,
                accepted=rejection.accepted,
                limit=rejection.limit,
                retry_after=rejection.retry_after,
            )
        return answer

    def _receive(self, size: int, deadline: float) -> bytearray:
        """The next bytes of an answer.

        Raises:
            EOFError: the process has ended.
            OSError: it has ended, or time is over (`TimeoutError`).
        """
        data = bytearray(size)
        rest = memoryview(data)
        while rest:
            self._connection.settimeout(max(0.001, deadline - monotonic()))
            received = self._connection.recv_into(rest)
            if not received:
                raise EOFError("the process has ended")
            rest = rest[received:]
        return data


def _problem_of_file(ended: _Ended, content: bytes, limits: Limits) -> Problem:
    """Why a process ended while it decoded a file."""
    format_name = recognise(content[:HEAD_BYTES])
    if ended.overdue:
        seconds = decoding.cpu_seconds(len(content), limits)
        return UnreadableImage(
            f"The {format_name} file takes too long to decode. A file of {len(content):,} bytes may take {seconds:g} s "
            "of processor time. Save the picture as PNG or JPEG with default options and send that.",
            accepted=list(ACCEPTED_FORMATS),
            limit=seconds,
        )
    return damaged(format_name) if ended.crashed else OutOfMemory.now()


def _problem_of_frame(ended: _Ended, coded: bytes, limits: Limits, pixels: "PixelFormat") -> Problem:
    """Why a process ended while it decoded a code stream."""
    from app.services.imaging.dicom.streams import damaged_frame, slow_frame

    if ended.overdue:
        return slow_frame(len(coded), decoding.cpu_seconds(len(coded), limits), pixels)
    return damaged_frame(pixels) if ended.crashed else OutOfMemory.now()
