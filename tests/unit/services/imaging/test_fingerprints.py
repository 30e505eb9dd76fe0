from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageOps

from app.config.settings import PROJECT_DIR
from app.services.imaging.fingerprints import FILE, TrainingScans, difference_hashes
from tests.conftest import SAMPLES_DIR


def scan(name: str) -> Image.Image:
    with Image.open(SAMPLES_DIR / name) as image:
        return image.convert("RGB")


@pytest.fixture(scope="module")
def known() -> TrainingScans:
    return TrainingScans(np.array([difference_hashes(scan(name))[0] for name in ("Te-gl_0010.jpg", "Te-me_0016.jpg")]))


@pytest.mark.parametrize(
    "alter",
    [
        lambda image: image,
        lambda image: image.resize((512, 512)),
        lambda image: image.convert("L").resize((150, 150)),
        lambda image: ImageEnhance.Brightness(image).enhance(0.7),
        ImageOps.mirror,
        ImageOps.flip,
    ],
)
def test_altered_copies_are_recognised(known: TrainingScans, alter):
    assert known.has_copy_of(alter(scan("Te-gl_0010.jpg")))


def test_other_images_are_not_recognised(known: TrainingScans, rng: np.random.Generator):
    assert not known.has_copy_of(scan("Te-gl_0013.jpg"))
    assert not known.has_copy_of(Image.fromarray(rng.integers(0, 255, (200, 200), np.uint8)))


def test_the_stored_fingerprints_agree_with_the_audit():
    """The audit of the data set lists the samples that have a copy in the training part."""
    training = TrainingScans.read(PROJECT_DIR / "models")
    assert training is not None
    fresh = {"Te-gl_0010.jpg", "Te-gl_0013.jpg", "Te-gl_0014.jpg"}
    assert {path.name for path in SAMPLES_DIR.glob("*.jpg") if not training.has_copy_of(scan(path.name))} == fresh


@pytest.mark.parametrize("content", [b"", b"not numpy", b"\x93NUMPY\x01\x00"])
def test_a_damaged_file_is_ignored(tmp_path: Path, content):
    (tmp_path / FILE).write_bytes(content)
    assert TrainingScans.read(tmp_path) is None
    np.savez(tmp_path / FILE, hashes=np.zeros((3, 4), np.uint64))
    assert TrainingScans.read(tmp_path) is None
