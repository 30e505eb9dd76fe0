from pathlib import Path

import numpy as np
from PIL import Image

from app.models.model_file import ModelMetadata
from app.services.network.classifier import Classifier
from research.pipeline.trust.passes import InputPicture, PassStore
from tests.conftest import sample_paths


def test_cached_passes_are_those_of_the_content_of_the_files(
    tmp_path: Path, classifier: Classifier, metadata: ModelMetadata
):
    store = PassStore(tmp_path / "out" / metadata.name, classifier, metadata.sha256, metadata.input)
    one, other = (path.read_bytes() for path in sample_paths()[:2])
    scan = tmp_path / "scan.jpg"

    def logits() -> np.ndarray:
        return store.of("10 % of them", [InputPicture(scan), InputPicture(Image.new("RGB", (9, 9)))]).logits

    scan.write_bytes(one)
    first = logits()
    [passes] = (tmp_path / "out" / metadata.name).rglob("*.npz")
    written = passes.stat().st_mtime_ns
    np.testing.assert_array_equal(logits(), first)
    assert passes.stat().st_mtime_ns == written
    scan.write_bytes(other)
    assert not np.array_equal(logits()[0], first[0])
    scan.write_bytes(one)
    np.testing.assert_array_equal(logits(), first)
    assert passes.stat().st_mtime_ns == written
