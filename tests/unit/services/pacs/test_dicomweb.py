"""The client of DICOMweb against servers that fail in every way; the integration tests have a real one."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from app.config.dicom import DicomWebServer
from app.config.settings import ConfigurationError
from app.models.problems import ImageServerFailed, ImageServerTimeout, NotFound, Problem, TooLarge
from app.services.imaging.reading import Limits
from app.services.pacs.dicomweb import Fetched, ImageServer
from tests.support.dicom import dicom

LIMITS = Limits(10_000, 1_000_000)
CUT_OFF = (
    b"HTTP/1.1 200 OK\r\nContent-Type: multipart/related; boundary=b\r\nContent-Length: 99\r\n\r\n--b\r\n\r\n\r\nx"
)
RELATED = "multipart/related; type=application/dicom; boundary=b"


def response(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    lines = {"Content-Length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


def found(*series: dict[str, Any]) -> bytes:
    return response(json.dumps(series).encode())


def described(uid: str = "1.2", modality: str = "MR") -> dict[str, Any]:
    return {"0020000E": {"vr": "UI", "Value": [uid]}, "00080060": {"vr": "CS", "Value": [modality]}}


def parts(*contents: bytes, boundary: bytes = b"b") -> bytes:
    made = b"".join(b"--%b\r\nContent-Type: application/dicom\r\n\r\n%b\r\n" % (boundary, each) for each in contents)
    return made + b"--%b--\r\n" % boundary


def asked(
    ask: Callable[[ImageServer], Awaitable[Any]], *answers: bytes, seconds: float = 5, **server: Any
) -> tuple[Any, list[bytes]]:
    """The result of a request to a server that gives these answers, or the problem; and what the server received.

    After its last answer the server is silent.
    """
    received: list[bytes] = []
    left = list(answers)

    async def run() -> Any:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.lower().split(b"\r\n")
                [length] = [int(line[15:]) for line in lines if line.startswith(b"content-length:")] or [0]
                received.append(head + await reader.readexactly(length))
                if not left:
                    await asyncio.sleep(60)
                writer.write(left.pop(0))
                if len(received) == len(answers):
                    await writer.drain()
                    writer.close()
                    return

        listener = await asyncio.start_server(serve, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/dicom-web/"
        client = ImageServer("pacs", DicomWebServer.model_validate({"url": url, **server}), seconds)
        try:
            return await ask(client)
        except Problem as problem:
            return problem
        finally:
            await client.close()
            listener.close()

    return asyncio.run(run()), received


def fetched(*answers: bytes, **options: Any) -> tuple[Any, dict[str, bytes]]:
    """The result of fetching a study, or the problem, and the files of the archive."""
    out = BytesIO()
    result, _ = asked(lambda server: server.fetch("1.9", out, LIMITS), *answers, **options)
    if isinstance(result, Problem):
        return result, {}
    with ZipFile(out) as archive:
        return result, {name: archive.read(name) for name in archive.namelist()}


def test_the_series_with_mr_pictures_become_an_archive_whatever_bytes_they_have():
    contents = [b"", b"--b", b"\r\n--bb\r\n" * 9, bytes(range(256)) * 20]
    result, files = fetched(
        found(described("1.2"), described("1.3", "SR"), described("1.4")),
        response(b"\r\n" + parts(*contents[:2], boundary=b"x y"), Content_Type='multipart/related; boundary="x y"'),
        response(parts(*contents[2:], boundary=b"q"), Content_Type="multipart/related; boundary=q"),
    )
    assert result == Fetched(4, ["SR"])
    assert list(files.values()) == contents


def test_requests_name_the_study_and_authenticate_the_service():
    _, received = asked(
        lambda server: server.fetch("1.9", BytesIO(), LIMITS),
        found(described()),
        response(parts(b"x"), Content_Type=RELATED),
        authorization="Bearer of-the-operator",
    )
    first, second = (head.split(b"\r\n") for head in received)
    assert first[0].startswith(b"GET /dicom-web/studies/1.9/series?")
    assert second[0] == b"GET /dicom-web/studies/1.9/series/1.2 HTTP/1.1"
    for lines in (first, second):
        assert b"Authorization: Bearer of-the-operator" in lines
        assert b"Accept-Encoding: identity" in lines


@pytest.mark.parametrize(
    ("answers", "kind", "words"),
    [
        ([found()], NotFound, "no study"),
        ([response(status="204 No Content")], NotFound, "no study"),
        ([response(b"{}", status="404 Not Found")], NotFound, "no study"),
        ([found(described()), response(status="404 Not Found")], NotFound, "no study"),
        ([response(status="401 Unauthorized")], ImageServerFailed, "authorization"),
        ([response(status="500 Oh")], ImageServerFailed, "answers 500"),
        ([response(status="302 Found", Location="http://169.254.169.254/")], ImageServerFailed, "answers 302"),
        ([response(b"<html>")], ImageServerFailed, "something else than DICOM JSON"),
        ([found({})], ImageServerFailed, "no UID"),
        ([found(described("../../system"))], ImageServerFailed, "no UID"),
        ([found(described(".."))], ImageServerFailed, "no UID"),
        ([response(b"[" * 100_000)], ImageServerFailed, "something else than DICOM JSON"),
        ([response(b" " * 4_000_001)], ImageServerFailed, "bytes of JSON"),
        ([found(described()), response(b"x", Content_Encoding="gzip")], ImageServerFailed, "compresses"),
        ([found(described()), response(b"x", Content_Type="application/zip")], ImageServerFailed, "another form"),
        ([found(described()), response(b"x", Content_Type="multipart/related")], ImageServerFailed, "another form"),
        ([found(described()), response(b"x" * 99, Content_Type=RELATED)], ImageServerFailed, "another form"),
        ([found(described()), response(parts(b"x")[:-8], Content_Type=RELATED)], ImageServerFailed, "another form"),
        ([found(described()), CUT_OFF], ImageServerFailed, "HTTP as it should"),
        ([found(described()), response(parts(bytes(10_000)), Content_Type=RELATED)], TooLarge, "MAX_STUDY_MB"),
        ([found(described(), described("1.3")), *[response(parts(bytes(6_000)), Content_Type=RELATED)] * 2],
         TooLarge, "MAX_STUDY_MB"),
        ([b"SSH-2.0-OpenSSH\r\n"], ImageServerFailed, "HTTP as it should"),
    ],
)  # fmt: skip
def test_a_server_that_fails_is_a_problem_that_says_how(answers: list[bytes], kind: type[Problem], words: str):
    problem, _ = fetched(*answers)
    assert type(problem) is kind
    assert words in problem.detail


def test_a_silent_server_is_a_problem_after_the_time_that_it_has():
    for answers in ([], [found(described())], [found(described()), CUT_OFF.replace(b"99", b"9999999")[:-1]]):
        problem, _ = fetched(*answers, seconds=0.3)
        assert type(problem) in (ImageServerTimeout, ImageServerFailed)
    assert type(fetched(seconds=0.3)[0]) is ImageServerTimeout


def test_a_server_that_cannot_be_reached_is_a_problem():
    server = ImageServer("pacs", DicomWebServer.model_validate({"url": "http://127.0.0.1:9"}), 5)
    with pytest.raises(ImageServerFailed, match="cannot be reached"):
        asyncio.run(server.fetch("1.9", BytesIO(), LIMITS))


def test_objects_are_stored_as_parts_of_one_request():
    results = [dicom(Modality="SR", SOPInstanceUID=f"1.7.{number}") for number in range(2)]
    problem, [request] = asked(lambda server: server.store("1.9", results), response(b"{}"))
    assert problem is None
    assert request.startswith(b"POST /dicom-web/studies/1.9 HTTP/1.1\r\n")
    assert all(request.count(b"Content-Type: application/dicom\r\n\r\n" + result + b"\r\n--") for result in results)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (response(b'{"00081198": {"Value": [{}]}}'), "did not store 1 of 1"),
        (response(b"{}", status="202 Accepted"), "did not store some of 1"),
        (response(status="409 Conflict"), "answers 409"),
        (response(status="404 Not Found"), "answers 404"),
        (response(b"<xml/>"), "something else than DICOM JSON"),
    ],
)
def test_what_a_server_does_not_store_is_a_problem(answer: bytes, words: str):
    problem, _ = asked(lambda server: server.store("1.9", [b"an object"]), answer)
    assert type(problem) is ImageServerFailed
    assert words in problem.detail


def test_certificates_that_cannot_be_read_stop_the_start(tmp_path: Path):
    for path in (tmp_path / "missing.pem", Path(__file__)):
        server = DicomWebServer.model_validate({"url": "https://pacs.example.org", "ca_file": path})
        with pytest.raises(ConfigurationError, match="cannot be read"):
            ImageServer("pacs", server, 5)
