import numpy as np
import pytest
from PIL import Image

from app.models.model_file import InputSpec
from app.services.imaging.preprocessing import PREVIEW_SIDE, to_input, to_preview

SPEC = InputSpec(height=299, width=299, channels=3)


@pytest.fixture
def gray() -> Image.Image:
    """A gradient, 40 x 30, from 0 to 255."""
    return Image.fromarray(np.linspace(0, 255, 1200).astype(np.uint8).reshape(30, 40))


class TestToInput:
    def test_the_input_has_the_documented_shape_type_and_range(self, gray):
        out = to_input(gray.convert("RGB"), SPEC)
        assert (to_input(gray, SPEC) == out).all()
        assert out.shape == (1, 299, 299, 3)
        assert out.dtype == np.float32
        assert (out.min(), out.max()) == (0, 1)

    def test_shrinking_is_antialiased(self):
        checkers = np.indices((1196, 1196)).sum(0) % 2 * 255
        out = to_input(Image.fromarray(checkers.astype(np.uint8)).convert("RGB"), SPEC)
        assert np.abs(out - 0.5).max() < 0.02


def test_a_preview_is_the_image_itself_or_a_reduced_copy(gray):
    assert to_preview(gray) is gray
    assert to_preview(Image.new("RGB", (4000, 2000))).size == (PREVIEW_SIDE, PREVIEW_SIDE // 2)
