import numpy as np
from PIL import Image

from app.services.imaging.preprocessing import to_input
from app.services.network.architectures.catalogue import ARCHITECTURES
from research.pipeline.data.images import read_gray
from tests.conftest import sample_paths


class TestReadGray:
    def test_it_equals_the_input_of_the_service(self):
        pictures = read_gray(sample_paths()[:2], 224)
        for path, picture in zip(sample_paths(), pictures, strict=False):
            with Image.open(path) as scan:
                served = to_input(scan, ARCHITECTURES["cnn"].input)[0, :, :, 0]
            assert np.abs(picture / 255 - served).max() < 1e-6
