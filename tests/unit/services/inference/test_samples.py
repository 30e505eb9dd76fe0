import pytest

from app.config.settings import ConfigurationError
from app.models.classes import CLASSES
from app.models.problems import NotFound
from app.services.inference.samples import SampleGallery
from tests.conftest import SAMPLES_DIR, sample_paths


def test_the_shipped_samples_contain_every_class_at_least_three_times():
    samples = SampleGallery(SAMPLES_DIR).all()
    assert [sample.name for sample in samples] == [path.name for path in sample_paths()]
    classes = [sample.tumor for sample in samples]
    assert all(classes.count(tumor) >= 3 for tumor in CLASSES)


def test_the_entity_tag_depends_only_on_the_content(tmp_path, sample):
    for name in ("Te-me_0001.jpg", "Te-me_0002.jpg"):
        (tmp_path / name).write_bytes(sample)
    first, second = SampleGallery(tmp_path).all()
    assert first.etag == second.etag != SampleGallery(SAMPLES_DIR).get("Te-gl_0010.jpg").etag


def test_an_unknown_name_is_not_found():
    with pytest.raises(NotFound, match=r"no sample 'Te-gl_9999\.jpg'"):
        SampleGallery(SAMPLES_DIR).get("Te-gl_9999.jpg")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [("scan.jpg", b"", "is not named like a sample image"), ("Te-gl_0001.jpg", b"text", "cannot be read")],
)
def test_any_other_file_stops_the_start(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ConfigurationError, match=words):
        SampleGallery(tmp_path)


def test_a_missing_folder_stops_the_start(tmp_path):
    with pytest.raises(ConfigurationError, match="does not exist: set SAMPLES_DIR"):
        SampleGallery(tmp_path / "nowhere")
