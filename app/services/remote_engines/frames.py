"""Messages and arrays on a socket. The sizes of arrays are known on both sides, so that only messages state theirs."""

import socket
import struct

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

_SIZE = struct.Struct("<I")
_LARGEST_MESSAGE = 64 * 1024


def send_message(connection: socket.socket, message: BaseModel) -> None:
    """Send a message as JSON; raises `OSError` if the other side has ended."""
    body = message.model_dump_json().encode()
    connection.sendall(_SIZE.pack(len(body)) + body)


def receive_message(connection: socket.socket) -> bytes:
    """The JSON of the next message.

    Raises:
        EOFError: the other side has ended.
        OSError: the same, or the time-out of the connection is over, or the message is too large.
    """
    (size,) = _SIZE.unpack(_fill(connection, bytearray(_SIZE.size)))
    if size > _LARGEST_MESSAGE:
        raise OSError(f"a message of {size} bytes")
    return bytes(_fill(connection, bytearray(size)))


def send_array(connection: socket.socket, array: NDArray[np.float32]) -> None:
    """Send the values of an array; raises `OSError` as `send_message` does."""
    connection.sendall(np.ascontiguousarray(array).data.cast("B"))


def receive_array(connection: socket.socket, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """An array of a known shape, float32; raises the errors of `receive_message`."""
    array = np.empty(shape, np.float32)
    _fill(connection, array.data.cast("B"))
    return array


def _fill(connection: socket.socket, buffer: bytearray | memoryview) -> bytearray | memoryview:
    rest = memoryview(buffer)
    while rest:
        received = connection.recv_into(rest)
        if not received:
            raise EOFError("the other side has ended")
        rest = rest[received:]
    return buffer
