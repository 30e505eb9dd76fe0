import numpy as np
import pytest

from app.config.settings import PROJECT_DIR
from research.pipeline.evaluate import evaluate, expected_calibration_error, measure


class TestEvaluate:
    def test_it_measures_and_writes_into_the_metadata(self, tmp_path, metadata):
        """On the sample images, laid out as the data set is."""
        (tmp_path / "models").mkdir()
        (tmp_path / "models" / metadata.weights).symlink_to(PROJECT_DIR / "models" / metadata.weights)
        bare = tmp_path / "models" / "xception_model.json"
        bare.write_text(metadata.model_copy(update={"evaluation": None, "sha256": "0" * 64}).model_dump_json())
        folders = {"gl": "glioma", "me": "meningioma", "no": "notumor", "pi": "pituitary"}
        for code, name in folders.items():
            folder = tmp_path / "data" / "Testing" / name
            folder.mkdir(parents=True)
            for path in (PROJECT_DIR / "sample_images").glob(f"Te-{code}_*.jpg"):
                (folder / path.name).write_bytes(path.read_bytes())
        written = evaluate(bare, tmp_path / "data")
        assert written.sha256 == metadata.sha256
        assert written.evaluation is not None
        assert (written.evaluation.images, written.evaluation.accuracy) == (17, 1)
        assert (written.evaluation.tumors, written.evaluation.tumors_called_notumor) == (14, 0)
        assert all(figures.sensitivity == 1 for figures in written.evaluation.per_class.values())
        assert type(metadata).model_validate_json(bare.read_text()) == written


class TestMeasure:
    def test_counts(self):
        probabilities = np.full((4, 4), 0.1) + np.diag([0.6, 0.6, 0.6, 0.6])[[0, 2, 2, 3]]
        found = measure(probabilities, np.array([0, 1, 2, 3]), "four images")
        assert found.accuracy == 0.75
        assert (found.tumors, found.tumors_called_notumor) == (3, 1)
        assert found.nll == pytest.approx(-(3 * np.log(0.7) + np.log(0.1)) / 4)

    def test_the_calibration_error_of_one_bin(self):
        probabilities = np.tile([0.7, 0.1, 0.1, 0.1], (10, 1))
        labels = np.array([0] * 5 + [1] * 5)
        assert expected_calibration_error(probabilities, labels) == pytest.approx(0.2)

    def test_a_calibrated_network_has_none(self):
        probabilities = np.tile([0.7, 0.1, 0.1, 0.1], (10, 1))
        labels = np.array([0] * 7 + [1, 2, 3])
        assert expected_calibration_error(probabilities, labels) == pytest.approx(0)
