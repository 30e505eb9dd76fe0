"""Resizes a decoded image: to the network's input, the same way in serving and training, and to a preview."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

if TYPE_CHECKING:  # the processes that decode images do without Pydantic
    from app.models.model_file import InputSpec

PREVIEW_SIDE = 1024
"""Longer side of a preview, in pixels."""


def to_input(image: Image.Image, spec: "InputSpec") -> NDArray[np.float32]:
    """Resize an image to the network's input (bicubic, antialiased).

    A network with one input channel gets the luminance; one with three gets a gray image three times.

    Args:
        image: 8-bit, gray or RGB.
        spec: the network's input.

    Returns:
        float32 `[1, height, width, channels]` in `[0, 1]`.
    """
    if spec.channels == 1:
        image = image.convert("L")
    resized = image.resize((spec.width, spec.height), Image.Resampling.BICUBIC)
    if spec.channels == 3:
        resized = resized.convert("RGB")
    values: NDArray[np.float32] = np.multiply(np.asarray(resized), np.float32(1 / 255), dtype=np.float32)
    return values.reshape(1, spec.height, spec.width, spec.channels)


def to_preview(image: Image.Image) -> Image.Image:
    """The image to show to people: unchanged, or reduced so that its longer side is `PREVIEW_SIDE`."""
    size = preview_size(image.width, image.height)
    if size == image.size:
        return image
    # Pillow first reduces by a whole factor, which is fast, to at least twice the final size.
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=2)


def preview_size(width: int, height: int) -> tuple[int, int]:
    """Width and height of an image's preview, in pixels."""
    scale = min(1, PREVIEW_SIDE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))
