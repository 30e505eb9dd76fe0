"""Reads `multipart/related`, as servers of DICOMweb send it, into an archive, part by part as it arrives."""

from typing import IO
from zipfile import ZipFile

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header


class MalformedParts(Exception):
    """The body is not `multipart/related`, or is cut off."""


class PartsReader:
    """Writes each part of a body to a file of its own in an archive; the headers of the parts are not used.

    Attributes:
        files: number of parts that have ended, those that were in the archive before included.
    """

    def __init__(self, content_type: str, archive: ZipFile) -> None:
        """Start before the first byte.

        Args:
            content_type: the header of the response.
            archive: open for writing; its files are numbered.

        Raises:
            MalformedParts: the type is another one, or the boundary is missing or too long.
        """
        media_type, options = parse_options_header(content_type)
        if media_type != b"multipart/related" or not options.get(b"boundary"):
            raise MalformedParts
        self.files = len(archive.filelist)
        self._archive = archive
        self._file: IO[bytes] | None = None
        self._ended = False
        try:
            self._parser = MultipartParser(
                options[b"boundary"],
                {
                    "on_part_begin": self._begin,
                    "on_part_data": self._write,
                    "on_part_end": self._end_part,
                    "on_end": self._end,
                },
            )
        except FormParserError as error:
            raise MalformedParts from error

    def feed(self, block: bytes) -> None:
        """Read the next bytes of the body. Blocks while they are written.

        Raises:
            MalformedParts: the body has another form.
            OSError: a part cannot be stored.
        """
        try:
            self._parser.write(block)
        except FormParserError as error:
            raise MalformedParts from error

    def close(self) -> None:
        """Finish after the last byte.

        Raises:
            MalformedParts: the end of the body is missing.
        """
        if not self._ended:
            raise MalformedParts

    def abandon(self) -> None:
        """Close the file of a part that did not end, so that the archive can be closed."""
        if self._file:
            self._file.close()

    def _begin(self) -> None:
        self._file = self._archive.open(f"{self.files + 1:05}", "w", force_zip64=True)

    def _write(self, block: bytes, start: int, end: int) -> None:
        assert self._file
        self._file.write(memoryview(block)[start:end])

    def _end_part(self) -> None:
        assert self._file
        self._file.close()
        self._file = None
        self.files += 1

    def _end(self) -> None:
        self._ended = True
