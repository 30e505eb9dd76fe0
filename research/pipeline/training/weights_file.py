"""The form in which weights are stored: kernels rounded to half precision, shuffled and compressed, no optimizer."""

from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray


def rounded_to_half(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Round a kernel to half precision and return it as float32; rounded kernels compress to about half the size.

    Vectors are unchanged: they are small, and a variance may exceed the range of half precision.
    """
    return values.astype(np.float16).astype(np.float32) if values.ndim > 1 else values


def write_stored_form(source: Path, target: Path) -> None:
    """Write a Keras weights file again in the stored form. Keras reads the result like any weights file.

    A file that already has this form does not change by a byte.

    Args:
        source: a file from `save_weights`, with or without the optimizer's state.
        target: the new file; may be the same path as `source`.

    Raises:
        OSError: `source` is not an HDF5 file, or `target` cannot be written.
    """
    unfinished = target.with_name(f"{target.name}.unfinished")
    with h5py.File(source) as read, h5py.File(unfinished, "w") as written:

        def copy(name: str, item: h5py.Group | h5py.Dataset) -> None:
            if name.partition("/")[0] == "optimizer":
                return
            if isinstance(item, h5py.Dataset):
                filters = {"shuffle": True, "compression": "gzip", "compression_opts": 9} if item.shape else {}
                values = item[()]
                if item.dtype == np.float32:
                    values = rounded_to_half(values)
                copied: Any = written.create_dataset(name, data=values, **filters)
            else:
                copied = written.require_group(name)
            copied.attrs.update(item.attrs)

        written.attrs.update(read.attrs)
        read.visititems(copy)
    unfinished.replace(target)
