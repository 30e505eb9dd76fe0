"""The wire format of Protocol Buffers, for the messages of the protocol over gRPC.

The library `protobuf` turns 10 MB of empty elements into 455 MB, in 0.4 s in which no other thread runs. Here the
number of fields has a limit, and the content of a field is not copied.
"""

from collections.abc import Iterable

from app.models.problems import MalformedRequest, TooLarge

# Read in 10 ms. The largest batch has a field for each of its files.
MAX_FIELDS = 10_000
_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5
_FIXED_BYTES = {_FIXED64: 8, _FIXED32: 4}
_SHIFT_BITS = 7
_MAX_SHIFT = 63
_LOW_BITS, _MORE = 0x7F, 0x80
_UINT64 = 1 << 64

Fields = dict[int, list[int | memoryview]]
"""The values of a message by the numbers of their fields, in their order: integers, and the content of all others."""


class Reader:
    """Reads a message and the messages within it, which have at most `MAX_FIELDS` fields together."""

    def __init__(self) -> None:
        self._left = MAX_FIELDS

    def fields(self, message: memoryview) -> Fields:
        """The fields of a message.

        Raises:
            MalformedRequest: it is not a message.
            TooLarge: it has too many fields.
        """
        fields: Fields = {}
        at = 0
        while at < len(message):
            self._count()
            tag, at = _varint(message, at)
            kind = tag & 7
            if kind == _VARINT:
                value, at = _varint(message, at)
                fields.setdefault(tag >> 3, []).append(value)
                continue
            if kind == _LENGTH:
                size, at = _varint(message, at)
            elif kind in _FIXED_BYTES:
                size = _FIXED_BYTES[kind]
            else:
                raise _malformed()
            if at + size > len(message):
                raise _malformed()
            fields.setdefault(tag >> 3, []).append(message[at : at + size])
            at += size
        return fields

    def integers(self, values: Iterable[int | memoryview]) -> list[int]:
        """The integers of a repeated field of the type int64, packed or not.

        Raises:
            MalformedRequest: they are no integers.
            TooLarge: there are too many.
        """
        found: list[int] = []
        for value in values:
            if isinstance(value, int):
                found.append(_signed(value))
                continue
            at = 0
            while at < len(value):
                self._count()
                number, at = _varint(value, at)
                found.append(_signed(number))
        return found

    def _count(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise TooLarge(
                f"The message has more than {MAX_FIELDS:,} fields and elements. Send numbers in raw_input_contents, or "
                "packed.",
                limit=MAX_FIELDS,
            )


def contents(values: Iterable[int | memoryview]) -> list[memoryview]:
    """The values that have a content; integers, which belong to a field of another type, are left out."""
    return [value for value in values if isinstance(value, memoryview)]


def text(fields: Fields, number: int) -> str:
    """The value of a field of the type string; empty if it is absent.

    Raises:
        MalformedRequest: it is not text in UTF-8.
    """
    found = contents(fields.get(number, ()))
    try:
        return str(found[-1], "utf-8") if found else ""
    except UnicodeDecodeError:
        raise MalformedRequest(f"Field {number} of the message is not text in UTF-8.") from None


def write(number: int, value: str | bytes | int) -> bytes:
    """A field: its tag and its value. An integer, or a boolean, is not negative."""
    if isinstance(value, int):
        return _written(number << 3 | _VARINT) + _written(value)
    content = value.encode() if isinstance(value, str) else value
    return _written(number << 3 | _LENGTH) + _written(len(content)) + content


def write_integers(number: int, values: Iterable[int]) -> bytes:
    """A repeated field of the type int64, packed."""
    return write(number, b"".join(_written(value % _UINT64) for value in values))


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    """An integer, and where the next value begins."""
    number = shift = 0
    while at < len(message) and shift <= _MAX_SHIFT:
        byte = message[at]
        at += 1
        number |= (byte & _LOW_BITS) << shift
        if not byte & _MORE:
            return number % _UINT64, at
        shift += _SHIFT_BITS
    raise _malformed()


def _signed(number: int) -> int:
    return number - _UINT64 if number >= _UINT64 // 2 else number


def _written(number: int) -> bytes:
    found = bytearray()
    while number > _LOW_BITS:
        found.append(number & _LOW_BITS | _MORE)
        number >>= _SHIFT_BITS
    found.append(number)
    return bytes(found)


def _malformed() -> MalformedRequest:
    return MalformedRequest(
        "The message is none of the service inference.GRPCInferenceService, version 2 of the Open Inference Protocol."
    )
