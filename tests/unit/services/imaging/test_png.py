from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from app.services.imaging.png import encode_png


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 50), (50, 1), (37, 91), (600, 1024)])
def test_every_pixel_is_decoded_unchanged(rng: np.random.Generator, height: int, width: int):
    pixels = rng.integers(0, 256, (height, width, 3), np.uint8)
    data = encode_png(pixels)
    with Image.open(BytesIO(data)) as image:
        image.verify()
    with Image.open(BytesIO(data)) as image:
        assert (image.format, image.mode) == ("PNG", "RGB")
        assert (np.asarray(image) == pixels).all()


def test_every_gray_pixel_is_decoded_unchanged(rng: np.random.Generator):
    pixels = rng.integers(0, 256, (37, 91), np.uint8)
    with Image.open(BytesIO(encode_png(pixels))) as image:
        assert (image.mode, image.size) == ("L", (91, 37))
        assert (np.asarray(image) == pixels).all()


def test_pixels_that_are_not_contiguous_in_memory_are_encoded(rng: np.random.Generator):
    pixels = rng.integers(0, 256, (40, 60, 3), np.uint8)[::2, ::-3]
    with Image.open(BytesIO(encode_png(pixels))) as image:
        assert (np.asarray(image) == pixels).all()


def test_a_uniform_image_is_small():
    assert len(encode_png(np.full((500, 500, 3), 80, np.uint8))) < 10_000
