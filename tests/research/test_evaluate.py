import numpy as np
import pytest

from app.config.settings import PROJECT_DIR
from app.models.metadata import PartMetrics, read_metadata
from research.pipeline.__main__ import main
from research.pipeline.evaluate import expected_calibration_error, measure
from research.pipeline.manifest import ManifestRow, Source, Split, write_manifest
from tests.conftest import sample_paths


class TestEvaluate:
    def test_it_measures_and_writes_into_the_metadata(self, tmp_path, metadata):
        """On the sample images, laid out as the data set is."""
        (tmp_path / "models").mkdir()
        (tmp_path / "models" / metadata.weights).symlink_to(PROJECT_DIR / "models" / metadata.weights)
        bare = tmp_path / "models" / "xception_model.json"
        bare.write_text(metadata.model_copy(update={"evaluation": None, "sha256": "0" * 64}).model_dump_json())
        folders = {"gl": "glioma", "me": "meningioma", "no": "notumor", "pi": "pituitary"}
        rows = []
        for number, path in enumerate(sample_paths()):
            label = folders[path.name[3:5]]
            file = f"Testing/{label}/{path.name}"
            (tmp_path / "data" / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "data" / file).write_bytes(path.read_bytes())
            rows.append(
                ManifestRow(
                    file=file,
                    source=Source.TESTING,
                    label=label,
                    group=number,
                    split=Split.TEST,
                    has_copy_in_training=label == "notumor",
                )
            )
        write_manifest(rows, tmp_path / "manifest.csv")
        arguments = [
            "--data",
            str(tmp_path / "data"),
            "--manifest",
            str(tmp_path / "manifest.csv"),
            "--model",
            str(bare),
        ]
        assert main(["evaluate", *arguments]) == 0
        written = read_metadata(bare)
        assert written.sha256 == metadata.sha256
        assert written.evaluation is not None
        assert (written.evaluation.images, written.evaluation.accuracy) == (17, 1)
        assert (written.evaluation.tumors, written.evaluation.tumors_called_notumor) == (14, 0)
        assert all(figures.sensitivity == 1 for figures in written.evaluation.per_class.values())
        assert written.evaluation.without_copies == PartMetrics(images=14, accuracy=1)

    def test_a_missing_manifest_is_named(self, tmp_path, capsys):
        assert main(["evaluate", "--data", str(tmp_path), "--manifest", str(tmp_path / "manifest.csv")]) == 1
        assert "manifest.csv does not exist; `audit` writes it" in capsys.readouterr().err


class TestMeasure:
    def test_counts(self):
        probabilities = np.full((4, 4), 0.1) + np.diag([0.6, 0.6, 0.6, 0.6])[[0, 2, 2, 3]]
        found = measure(probabilities, np.array([0, 1, 2, 3]), np.array([True, False, False, True]), "four images")
        assert found.accuracy == 0.75
        assert (found.tumors, found.tumors_called_notumor) == (3, 1)
        assert found.without_copies == PartMetrics(images=2, accuracy=0.5)
        assert found.nll == pytest.approx(-(3 * np.log(0.7) + np.log(0.1)) / 4)

    def test_all_copies(self):
        everything = np.ones(4, bool)
        assert measure(np.full((4, 4), 0.25), np.array([0, 1, 2, 3]), everything, "copies").without_copies is None

    def test_the_calibration_error_of_one_bin(self):
        probabilities = np.tile([0.7, 0.1, 0.1, 0.1], (10, 1))
        labels = np.array([0] * 5 + [1] * 5)
        assert expected_calibration_error(probabilities, labels) == pytest.approx(0.2)

    def test_a_calibrated_network_has_none(self):
        probabilities = np.tile([0.7, 0.1, 0.1, 0.1], (10, 1))
        labels = np.array([0] * 7 + [1, 2, 3])
        assert expected_calibration_error(probabilities, labels) == pytest.approx(0)
