"""Arrays in an `.npz` file with the SHA-256 of their content, so that a file that changed is not used."""

import hashlib
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

_SHA256 = "sha256"


def write_sealed(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays of numbers or text, compressed."""
    np.savez_compressed(path, allow_pickle=False, **arrays, **{_SHA256: np.asarray(_sha256(arrays))})


def read_sealed(path: Path) -> dict[str, NDArray[Any]]:
    """Read the arrays of a file.

    Raises:
        OSError: the file cannot be read.
        ValueError: the file is damaged, or differs from what `write_sealed` wrote.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (BadZipFile, zlib.error, EOFError, KeyError) as error:
        raise ValueError(f"{path} is damaged") from error
    if str(arrays.pop(_SHA256, "")) != _sha256(arrays):
        raise ValueError(f"{path} has another SHA-256 than when it was written")
    return arrays


def _sha256(arrays: Mapping[str, NDArray[Any]]) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name} {array.dtype.str} {array.shape}\n".encode() + array.tobytes())
    return digest.hexdigest()
