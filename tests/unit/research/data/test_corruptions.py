import numpy as np
import pytest
from PIL import Image

from research.pipeline.data.corruptions import CORRUPTIONS, SIDE, corrupt
from tests.conftest import SAMPLES_DIR

NAMES = list(CORRUPTIONS)


@pytest.fixture(scope="module")
def scan() -> Image.Image:
    """A generated head that reaches the edge of the picture."""
    with Image.open(SAMPLES_DIR / "Te-no_0021.jpg") as image:
        return image.convert("RGB")


def pixels(name: str, image: Image.Image, index: int = 0) -> np.ndarray:
    return np.asarray(corrupt(name, image, index)).astype(int)


@pytest.fixture(scope="module")
def plain(scan: Image.Image) -> np.ndarray:
    return np.asarray(scan.resize((SIDE, SIDE), Image.Resampling.BICUBIC)).astype(int)


class TestAll:
    def test_there_are_eleven(self):
        assert len(NAMES) == 11

    @pytest.mark.parametrize("name", NAMES)
    def test_it_changes_the_picture_but_not_size_or_mode(self, name, scan, plain):
        before = scan.tobytes()
        changed = corrupt(name, scan, 0)
        assert (changed.mode, changed.size) == ("RGB", (SIDE, SIDE))
        assert 0.5 < np.abs(np.asarray(changed).astype(int) - plain).mean() < 60
        assert scan.tobytes() == before

    @pytest.mark.parametrize("name", NAMES)
    def test_it_is_reproducible(self, name, scan):
        assert (pixels(name, scan, 3) == pixels(name, scan, 3)).all()

    @pytest.mark.parametrize("name", NAMES)
    def test_a_gray_scan_stays_gray(self, name, scan):
        changed = pixels(name, scan.convert("L").convert("RGB"))
        assert np.ptp(changed, axis=2).max() <= 1

    @pytest.mark.parametrize("name", NAMES)
    def test_it_has_the_same_effect_at_another_resolution(self, name, scan):
        standard = scan.resize((SIDE, SIDE), Image.Resampling.BICUBIC)
        assert (pixels(name, scan) == pixels(name, standard)).all()


class TestEach:
    def test_gamma(self):
        gray = Image.new("RGB", (SIDE, SIDE), (64, 128, 255))
        assert pixels("gamma 0.6", gray)[0, 0].tolist() == [round(255 * (v / 255) ** 0.6) for v in (64, 128, 255)]
        assert pixels("gamma 1.6", gray)[0, 0].tolist() == [round(255 * (v / 255) ** 1.6) for v in (64, 128, 255)]

    def test_contrast(self, scan, plain):
        assert pixels("contrast 0.6", scan).std() == pytest.approx(0.6 * plain.std(), rel=0.02)

    def test_noise_has_its_strength_and_differs_from_image_to_image(self):
        gray = Image.new("RGB", (SIDE, SIDE), (128, 128, 128))
        first, second = (pixels("Gaussian noise, sigma 0.05", gray, index) - 128 for index in (0, 1))
        assert first.std() == pytest.approx(0.05 * 255, rel=0.02)
        assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.02

    def test_rotation_is_about_the_centre(self):
        image = Image.new("RGB", (SIDE, SIDE))
        image.paste((255, 255, 255), (245, 145, 254, 154))
        rows, columns = np.nonzero(pixels("rotation by 15°", image)[..., 0] > 128)
        angle = np.degrees(np.arctan2(149 - rows.mean(), columns.mean() - 149))
        assert angle == pytest.approx(15, abs=0.3)

    def test_the_crop_keeps_the_middle(self):
        image = Image.new("RGB", (SIDE, SIDE), (255, 255, 255))
        image.paste((0, 0, 0), (15, 15, 284, 284))
        assert pixels("crop to 90 %", image)[2:-2, 2:-2].max() < 10

    def test_the_border(self, scan, plain):
        changed = pixels("outer 5 % black", scan)
        assert changed[:15].max() == changed[-15:].max() == changed[:, :15].max() == changed[:, -15:].max() == 0
        assert (changed[15:-15, 15:-15] == plain[15:-15, 15:-15]).all()

    @pytest.mark.parametrize("name", ["blur, radius 1.5", "half resolution and back"])
    def test_detail_is_lost(self, name):
        lines = np.tile(np.array([0, 255], np.uint8), (SIDE, SIDE // 2 + 1))[:, :SIDE]
        assert pixels(name, Image.fromarray(lines).convert("RGB"))[20:-20, 20:-20].std() < 40
