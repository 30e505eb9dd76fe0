from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageOps

from app.services.imaging.quality import BOUNDS, MEASURES, assess, measure, notices
from app.services.imaging.reading import Limits, Scan, ScanFacts, read_scan
from research.pipeline.evaluation.quality_bounds import DAMAGES, quality_bounds
from tests.conftest import SAMPLES_DIR, sample_paths

LIMITS = Limits(10**7, 10**7)


def scan_of(image: Image.Image) -> Scan:
    return Scan(image.convert("RGB"), ScanFacts(image.width, image.height, "PNG", "RGB"))


def warnings(image: Image.Image) -> list[str]:
    return [notice.code for notice in notices(assess(scan_of(image)))]


@pytest.fixture(scope="module")
def head() -> Image.Image:
    return Image.open(SAMPLES_DIR / "Te-pi_0014.jpg").convert("RGB")


@pytest.mark.parametrize("path", sample_paths(), ids=lambda path: path.name)
def test_real_scans_have_no_notice(path):
    scan = read_scan(BytesIO(path.read_bytes()), LIMITS)
    # One of the samples is darker than nearly all training images.
    expected = ["too-dark"] if path.name == "Te-gl_0012.jpg" else []
    assert [notice.code for notice in notices(assess(scan))] == expected


@pytest.mark.parametrize("name", [name for name in DAMAGES if "70 %" not in name and "half of" not in name])
def test_each_kind_of_damage_is_named(head, name):
    warning, damage = DAMAGES[name]
    assert warning in warnings(damage(head))


def test_one_kind_of_damage_is_not_reported_as_another(head):
    assert warnings(head.resize((700, 300))) == ["aspect-ratio"]
    assert warnings(head.resize((145, 145))) == ["low-resolution"]


@pytest.mark.parametrize("width", [1, 3, 6])
def test_a_bright_frame_is_not_a_head_that_is_cut_off(head, width):
    framed = ImageOps.expand(head.crop((width, width, head.width - width, head.height - width)), width, "white")
    assert "cropped" not in warnings(framed)
    assert "cropped" in warnings(DAMAGES["the middle 55 % of each side"][1](framed))


def test_every_notice_contains_a_remedy(head):
    pictures = [damage(head) for _, damage in DAMAGES.values()]
    found = {notice.code: notice.message for picture in pictures for notice in notices(assess(scan_of(picture)))}
    assert set(found) == {each.name for each in MEASURES}
    verbs = ("Crop", "Send", "Set", "Widen", "Narrow", "Export")
    assert all(any(f" {verb} " in message for verb in verbs) for message in found.values())
    assert not any("{" in message for message in found.values())


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("RGB", (300, 300)),
        Image.new("RGB", (300, 300), "white"),
        Image.new("RGB", (1, 1), "gray"),
        Image.new("RGB", (1, 9000)),
        Image.fromarray(np.indices((300, 300)).sum(0).astype(np.uint8) % 2 * 255),
    ],
    ids=["black", "white", "a pixel", "a line", "checkers"],
)
def test_any_image_can_be_measured(picture):
    found = assess(scan_of(picture))
    assert all(np.isfinite(each.value) for each in found)
    assert notices(found)


def test_a_uniform_image_has_low_contrast():
    assert "low-contrast" in warnings(Image.new("L", (300, 300), 128))


def test_coloured_noise_is_reported_as_colour(rng):
    assert "colour" in warnings(Image.fromarray(rng.integers(0, 255, (300, 300, 3), np.uint8)))


def test_brightness_and_contrast_hardly_change_sharpness(head):
    halved = head.point([value // 2 + 20 for value in range(256)] * 3)
    assert measure(scan_of(halved))["blurred"] == pytest.approx(measure(scan_of(head))["blurred"], rel=0.15)


def test_bounds_accept_nearly_all_images_they_were_fitted_to():
    bounds = quality_bounds(sample_paths())
    assert bounds.keys() == BOUNDS.keys() == {each.name for each in MEASURES}
    scans = [read_scan(BytesIO(path.read_bytes()), LIMITS) for path in sample_paths()]
    values = [measure(scan)["blurred"] for scan in scans]
    assert min(values) <= bounds["blurred"] < sorted(values)[1]
