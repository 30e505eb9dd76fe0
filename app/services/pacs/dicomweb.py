"""A client of DICOMweb: finds and fetches the MR series of a study (QIDO-RS, WADO-RS), and stores results (STOW-RS)."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from secrets import token_hex
from typing import Any, BinaryIO
from zipfile import ZipFile

import httpx2
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from app.config.dicom import DicomWebServer
from app.config.settings import ConfigurationError
from app.models.problems import ImageServerFailed, ImageServerTimeout, NotFound, TooLarge
from app.services.imaging.reading import Limits
from app.services.pacs.parts import MalformedParts, PartsReader
from app.services.pacs.schemas import UID_LENGTH, UID_PATTERN
from app.services.studies.files import MAX_FILES

_JSON = "application/dicom+json"
_OBJECTS = 'multipart/related; type="application/dicom"'
# The description of a series has some 2 KB.
_MOST_JSON_BYTES = 4_000_000
_MOST_SERIES = 1_000
_CONNECT_S = 10
# The modalities of series that are fetched: those of MR, and none. Results are of others.
_MODALITIES = ("MR", "")
_UID = re.compile(UID_PATTERN)


class _Attribute(BaseModel):
    values: list[object] = Field([], alias="Value")

    @property
    def text(self) -> str:
        # The longest values that are used are UIDs.
        return str(self.values[0])[:UID_LENGTH].strip() if self.values else ""


_FOUND = TypeAdapter(list[dict[str, _Attribute]])
_STORED = TypeAdapter(dict[str, _Attribute])
_EMPTY = _Attribute()
# Attributes in answers: modality, number of objects in the series, UID of the series, failed objects.
_MODALITY, _COUNT, _SERIES, _FAILED = "00080060", "00201209", "0020000E", "00081198"


@dataclass(frozen=True)
class Fetched:
    """What was fetched.

    Attributes:
        objects: their number.
        other_series: modalities of the series that were not fetched, one for each.
    """

    objects: int
    other_series: list[str]


class ImageServer:
    """A server of DICOMweb that the operator named.

    Redirects are not followed and proxies are not used, so that the service reaches nothing but this server.
    """

    def __init__(self, name: str, server: DicomWebServer, timeout_s: float) -> None:
        """Prepare connections; none is made.

        Args:
            name: of the server, for messages.
            server: its address.
            timeout_s: in which it must send a study or store results.

        Raises:
            ConfigurationError: the certificates cannot be read.
        """
        try:
            trust = ssl.create_default_context(cafile=server.ca_file)
        except OSError as error:
            raise ConfigurationError(
                f"DICOMWEB_SERVERS: the certificates {server.ca_file} of {name!r} cannot be read "
                f"({error.strerror or error}); ca_file is a file in PEM."
            ) from error
        # Without compression: a few bytes could become gigabytes.
        headers = {"User-Agent": "brain-tumor-classification", "Accept-Encoding": "identity"}
        if server.authorization:
            headers["Authorization"] = server.authorization.get_secret_value()
        self._name = name
        self._studies = f"{str(server.url).rstrip('/')}/studies"
        self._seconds = timeout_s
        self._client = httpx2.AsyncClient(
            headers=headers,
            verify=trust,
            timeout=httpx2.Timeout(timeout_s, connect=min(_CONNECT_S, timeout_s)),
            trust_env=False,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def fetch(
        self, study: str, out: BinaryIO, limits: Limits, arrived: Callable[[int], object] = lambda _: None
    ) -> Fetched:
        """Fetch the series of a study that can contain MR pictures.

        Args:
            study: its UID.
            out: receives a ZIP archive of the objects.
            limits: on all bytes together.
            arrived: called with a number of bytes that have arrived; what it raises ends the fetching.

        Raises:
            NotFound: the server has no such study.
            TooLarge: the study has more bytes or objects than accepted.
            ImageServerFailed, ImageServerTimeout: the server cannot be used.
            OSError: the objects cannot be stored.
        """
        left = limits.max_bytes

        def count(size: int) -> None:
            nonlocal left
            left -= size
            if left < 0:
                raise TooLarge(
                    f"The study has more than {limits.max_bytes / 1e6:g} MB; MAX_STUDY_MB is the limit.",
                    limit=limits.max_bytes,
                )
            arrived(size)

        async with self._asking("send the study"):
            found = await self._series(study)
            other = sorted(modality for _, modality in found if modality not in _MODALITIES)
            with ZipFile(out, "w") as archive:
                for series, modality in found:
                    if modality in _MODALITIES:
                        await self._fetch_series(f"{study}/series/{series}", archive, count)
                return Fetched(len(archive.filelist), other)

    async def _series(self, study: str) -> list[tuple[str, str]]:
        """UID and modality of each series."""
        async with self._client.stream(
            "GET", f"{self._studies}/{study}/series", headers={"Accept": _JSON}, params={"limit": _MOST_SERIES}
        ) as response:
            content = b"" if response.status_code in (204, 404) else await self._json(response)
        try:
            found = _FOUND.validate_json(content or b"[]")
        except ValidationError:
            raise self._failed("answers a search with something else than DICOM JSON") from None
        if not found:
            raise self._no_study()
        series = [(each.get(_SERIES, _EMPTY).text, each.get(_MODALITY, _EMPTY).text) for each in found]
        if not all(_UID.fullmatch(uid) for uid, _ in series):
            raise self._failed("answers a search with a series that has no UID")
        return series

    async def _fetch_series(self, path: str, archive: ZipFile, count: Callable[[int], None]) -> None:
        """Add the objects of a series to the archive."""
        async with self._client.stream(
            "GET", f"{self._studies}/{path}", headers={"Accept": f"{_OBJECTS}; transfer-syntax=*"}
        ) as response:
            if response.status_code == 404:
                raise self._no_study()
            self._check(response)
            reader = PartsReader(response.headers.get("content-type", ""), archive)
            try:
                async for block in response.aiter_raw():
                    count(len(block))
                    await _finished(asyncio.to_thread(reader.feed, block))
                    if reader.files > MAX_FILES:
                        raise TooLarge(f"The study has more than {MAX_FILES:,} objects.", limit=MAX_FILES)
                reader.close()
            finally:
                reader.abandon()

    async def store(self, study: str, objects: Sequence[bytes]) -> None:
        """Store objects in a study.

        Args:
            study: its UID.
            objects: DICOM files.

        Raises:
            ImageServerFailed, ImageServerTimeout: the server has not stored all of them.
        """
        boundary = token_hex(16)
        start = f"--{boundary}\r\nContent-Type: application/dicom\r\n\r\n".encode()
        parts = [*(part for each in objects for part in (start, each, b"\r\n")), f"--{boundary}--\r\n".encode()]

        async def body() -> AsyncIterator[bytes]:
            for part in parts:
                yield part

        headers = {
            "Accept": _JSON,
            "Content-Type": f"{_OBJECTS}; boundary={boundary}",
            "Content-Length": str(sum(map(len, parts))),
        }
        async with (
            self._asking("store the results"),
            self._client.stream("POST", f"{self._studies}/{study}", headers=headers, content=body()) as response,
        ):
            content = await self._json(response)
            try:
                failed = _STORED.validate_json(content or b"{}").get(_FAILED, _EMPTY).values
            except ValidationError:
                raise self._failed("answers a request to store with something else than DICOM JSON") from None
            if failed or response.status_code == 202:
                raise self._failed(f"did not store {len(failed) or 'some'} of {len(objects)} objects with results")

    @asynccontextmanager
    async def _asking(self, what: str) -> AsyncIterator[None]:
        """Turn what goes wrong between the server and the service into problems."""
        try:
            async with asyncio.timeout(self._seconds):
                yield
        except (TimeoutError, httpx2.TimeoutException) as error:
            if isinstance(error, httpx2.ConnectTimeout):
                raise self._failed("cannot be reached") from error
            raise ImageServerTimeout(
                f"The server {self._name!r} did not {what} within {self._seconds:g} seconds. Try again later.",
                limit=self._seconds,
            ) from error
        except MalformedParts as error:
            raise self._failed("sends objects in another form than multipart/related, or stops in between") from error
        except httpx2.HTTPError as error:
            raise self._failed("cannot be reached, or does not speak HTTP as it should") from error

    async def _json(self, response: httpx2.Response) -> bytes:
        """The body of a response."""
        self._check(response)
        content = bytearray()
        async for block in response.aiter_raw():
            content += block
            if len(content) > _MOST_JSON_BYTES:
                raise self._failed(f"answers with more than {_MOST_JSON_BYTES:,} bytes of JSON")
        return bytes(content)

    def _check(self, response: httpx2.Response) -> None:
        status = response.status_code
        if status in (401, 403):
            raise self._failed(f"refuses this service ({status}); `authorization` in DICOMWEB_SERVERS is sent to it")
        if not 200 <= status < 300:
            raise self._failed(f"answers {status}")
        if response.headers.get("content-encoding", "identity") != "identity":
            raise self._failed("compresses its answers although that was not accepted")

    def _no_study(self) -> NotFound:
        return NotFound(f"The server {self._name!r} has no study with this UID.")

    def _failed(self, what: str) -> ImageServerFailed:
        return ImageServerFailed(
            f"The server {self._name!r} {what}. Try again later, or tell the operator of this service."
        )


def open_servers(servers: Mapping[str, DicomWebServer], timeout_s: float) -> dict[str, ImageServer]:
    """The servers by name.

    Raises:
        ConfigurationError: certificates cannot be read.
    """
    return {name: ImageServer(name, server, timeout_s) for name, server in servers.items()}


async def _finished(work: Coroutine[Any, Any, None]) -> None:
    """Wait until work on a thread has ended, also if the caller is cancelled: it then closes what the work uses."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    finally:
        await asyncio.wait([task])
