import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image

from app.config.choices import EngineChoice
from app.config.settings import PROJECT_DIR
from app.models.classes import CLASSES, FACTS, TumorClass
from app.models.measured import test_set
from app.models.measured.test_set import Mistake, Peer
from app.models.model_file import ModelMetadata, PartMetrics, read_metadata
from app.services.measures.intervals import wilson
from app.services.network.architectures.catalogue import ARCHITECTURES
from research.pipeline.__main__ import main
from research.pipeline.data.corruptions import CORRUPTIONS
from research.pipeline.data.manifest import (
    UNKNOWN_TUMOR,
    ImageSource,
    ManifestRow,
    Split,
    read_manifest,
    write_manifest,
)
from research.pipeline.evaluation.evaluate import by_origin, calibrate, evaluate, original_protocol, worst_mistakes
from tests.conftest import MODELS, sample_paths

PEER = Peer(
    name="other",
    version="1",
    description="Another network.",
    accuracy=wilson(16, 17),
    accuracy_without_copies=wilson(13, 14),
    missed_tumors=wilson(1, 14),
    other_source_found=None,
)


def row(file: str, label: str, **other) -> ManifestRow:
    standard = {
        "source": ImageSource.TESTING,
        "group": 0,
        "split": Split.TEST,
        "has_copy_in_training": False,
        "disputed": False,
    }
    return ManifestRow(file=file, label=label, **(standard | other))


class Laid(NamedTuple):
    """The sample images in the layout of the data set, and four of them as tumors of unrecorded type."""

    data: Path
    unknown: Path
    manifest: Path


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Laid:
    folder = tmp_path_factory.mktemp("evaluate")
    laid = Laid(folder / "data", folder / "unknown", folder / "manifest.csv")
    laid.unknown.mkdir()
    labels = {facts.file_code: tumor for tumor, facts in FACTS.items()}
    rows = []
    for number, path in enumerate(sample_paths()):
        label = labels[path.name[3:5]]
        file = f"Testing/{label}/{path.name}"
        (laid.data / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, laid.data / file)
        rows.append(
            row(file, label, group=number, has_copy_in_training=label == TumorClass.NOTUMOR, disputed=number == 0)
        )
        if label == TumorClass.MENINGIOMA:
            shutil.copy(path, laid.unknown / path.name)
            split = Split.TRAIN if path.name == "Te-me_0016.jpg" else Split.TEST
            rows.append(row(path.name, UNKNOWN_TUMOR, source=ImageSource.UNKNOWN_TUMORS, split=split))
    write_manifest(rows, laid.manifest)
    return laid


@pytest.fixture(scope="module")
def metadata() -> ModelMetadata:
    return MODELS["cnn"]


class Shipped(NamedTuple):
    """The small network's published weights: their metadata file, and their evaluation in the same folder."""

    file: Path
    evaluate: Callable[[], test_set.TestSetReport]
    report: test_set.TestSetReport


@pytest.fixture(scope="module")
def shipped(laid: Laid, metadata: ModelMetadata, tmp_path_factory: pytest.TempPathFactory) -> Shipped:
    folder = tmp_path_factory.mktemp("models")
    (folder / metadata.weights).symlink_to(PROJECT_DIR / "models" / metadata.weights)
    file, peers = folder / "cnn_model.json", folder / "peers.json"
    file.write_text(metadata.model_copy(update={"evaluation": None, "sha256": "0" * 64}).model_dump_json())
    peers.write_text(f"[{PEER.model_dump_json()}]")
    measure = partial(
        evaluate, file, laid.data, laid.unknown, laid.manifest, folder / "out", peers=peers, heatmap_images=3
    )
    return Shipped(file, measure, measure())


class TestCalibrate:
    def test_the_temperature_uses_undisputed_validation_images_and_removes_older_results(self, laid, tmp_path):
        shipped = read_metadata(PROJECT_DIR / "models" / "cnn_model.json")
        (tmp_path / shipped.weights).symlink_to(PROJECT_DIR / "models" / shipped.weights)
        file = tmp_path / "cnn_model.json"
        labelled = [row for row in read_manifest(laid.manifest) if row.source is ImageSource.TESTING]

        def calibrated(**wrong) -> ModelMetadata:
            file.write_text(shipped.model_dump_json())
            last = labelled[-1].model_copy(update={"label": TumorClass.NOTUMOR, **wrong})
            rows = [row.model_copy(update={"split": Split.VALIDATION}) for row in (*labelled[:-1], last)]
            write_manifest(rows, tmp_path / "manifest.csv")
            return calibrate(file, laid.data, None, tmp_path / "manifest.csv", engine=EngineChoice.TENSORFLOW)

        without = calibrated(disputed=True)
        assert without.evaluation is None
        assert without == read_metadata(file)
        assert without.temperature < calibrated(disputed=False).temperature


class TestShippedWeights:
    def test_they_classify_the_sample_images_correctly(self, shipped):
        report = shipped.report
        assert report.test.accuracy == wilson(17, 17)
        assert report.test.missed_tumors == wilson(0, 14)
        assert report.without_copies.images == 14
        assert report.origins == {
            "Te-gl_": wilson(6, 6),
            "Te-me_": wilson(5, 5),
            "Te-no_": wilson(3, 3),
            "Te-pi_": wilson(3, 3),
        }
        assert report.undisputed.accuracy == wilson(16, 16)
        assert report.disputed == {tumor: int(tumor == TumorClass.GLIOMA) for tumor in CLASSES}
        assert report.mistakes == ()
        assert report.test.calibrated.temperature != report.test.uncalibrated.temperature

    def test_only_the_test_images_of_the_other_source_are_measured(self, shipped):
        report = shipped.report
        assert report.other_source is not None
        assert report.other_source.found == wilson(4, 4)
        assert report.other_source.called[TumorClass.MENINGIOMA] == 4

    def test_every_corruption(self, shipped):
        report = shipped.report
        assert [corruption.name for corruption in report.corruptions] == list(CORRUPTIONS)
        assert report.corruption_mean == pytest.approx(
            np.mean([corruption.accuracy.count / 5 for corruption in report.corruptions])
        )
        assert report.corruption_mean > 0.8

    def test_peers_and_heatmaps_are_in_the_report(self, shipped):
        assert shipped.report.peers == (PEER,)
        assert shipped.report.heatmaps.images == 3

    def test_report_metadata_and_logits_are_written(self, shipped, metadata):
        file, report = shipped.file, shipped.report
        assert test_set.TestSetReport.model_validate_json((file.parent / "cnn_report.json").read_bytes()) == report
        written = read_metadata(file)
        assert written.sha256 == report.sha256 == metadata.sha256
        summary = written.evaluation
        assert summary is not None
        assert (summary.images, summary.accuracy) == (17, 1)
        assert (summary.tumors, summary.tumors_called_notumor) == (14, 0)
        assert (summary.other_source_tumors, summary.other_source_tumors_found) == (4, 4)
        assert summary.without_copies == PartMetrics(images=14, accuracy=1)
        assert all(figures.sensitivity == 1 for figures in summary.per_class.values())
        with np.load(file.parent / "out" / "cnn" / "logits.npz") as kept:
            assert kept["test"].shape == (17, 4)
            assert kept["corrupted"].shape == (len(CORRUPTIONS), len(kept["corrupted_labels"]), 4)
            assert len(kept["corrupted_labels"]) == 5
            assert (kept["test"].argmax(axis=1) == kept["labels"]).all()
        assert not (file.parent / "out" / "cnn" / "mistakes.png").exists()

    def test_a_second_run_gives_the_same_report(self, shipped):
        second = shipped.evaluate()
        assert shipped.report.model_copy(update={"evaluated_on": second.evaluated_on}) == second


class TestAnyNetwork:
    def test_its_mistakes_are_drawn(self, laid, metadata, tmp_path):
        architecture = ARCHITECTURES["cnn"]
        architecture.build(architecture.input.width).save_weights(tmp_path / metadata.weights)
        untrained = tmp_path / "cnn_model.json"
        untrained.write_text(metadata.model_dump_json())
        report = evaluate(untrained, laid.data, None, laid.manifest, tmp_path, heatmap_images=0)
        assert len(report.mistakes) == 17 - report.test.accuracy.count > 0
        assert report.other_source is None
        with Image.open(tmp_path / "cnn" / "mistakes.png") as sheet:
            assert sheet.size[0] > 1000

    def test_a_missing_manifest(self, laid, shipped, tmp_path):
        with pytest.raises(FileNotFoundError, match=r"nowhere\.csv"):
            evaluate(shipped.file, laid.data, None, tmp_path / "nowhere.csv", tmp_path)

    def test_a_missing_manifest_is_reported_with_the_command_that_writes_it(self, tmp_path, capsys):
        arguments = ["evaluate", "xception", "--data", str(tmp_path), "--manifest", str(tmp_path / "manifest.csv")]
        assert main(arguments) == 1
        assert "manifest.csv does not exist; `audit` writes it" in capsys.readouterr().err

    def test_a_missing_model_is_named(self, tmp_path, capsys):
        assert main(["evaluate", "vgg", "--data", str(tmp_path)]) == 1
        assert "vgg_model.json does not exist" in capsys.readouterr().err

    def test_a_class_without_test_images(self, laid, shipped, tmp_path):
        write_manifest([row("a.jpg", label) for label in CLASSES[:2]], tmp_path / "manifest.csv")
        with pytest.raises(ValueError, match="no test image of notumor, pituitary"):
            evaluate(shipped.file, laid.data, None, tmp_path / "manifest.csv", tmp_path)

    def test_nothing_but_copies(self, laid, shipped, tmp_path):
        write_manifest(
            [row(f"{label}.jpg", label, has_copy_in_training=True) for label in CLASSES], tmp_path / "manifest.csv"
        )
        with pytest.raises(ValueError, match="no test image without a copy"):
            evaluate(shipped.file, laid.data, None, tmp_path / "manifest.csv", tmp_path)


class TestParts:
    def test_file_names_determine_origins(self):
        files = ["Testing/glioma/Te-glTr_0001.jpg", "Testing/glioma/Te-gl_0001.jpg", "Testing/glioma/Te-gl_0002.jpg"]
        rows = [row(file, "glioma") for file in files]
        assert by_origin(rows, np.array([True, True, False])) == {"Te-glTr_": wilson(1, 1), "Te-gl_": wilson(1, 2)}

    def test_the_original_protocol_draws_halves_of_656(self):
        labels = np.repeat(np.arange(4), [300, 306, 405, 300])
        right = np.ones(1311, bool)
        right[::50] = False
        found = original_protocol(right, labels)
        assert found.images == 656
        assert found.mean == pytest.approx(right.mean(), abs=1e-3)
        assert found.low < found.mean < found.high
        # The standard deviation for a half drawn without replacement is sqrt(p (1 - p) / 656 / 2).
        spread = 2 * 1.96 * np.sqrt(right.mean() * (1 - right.mean()) / 656 / 2)
        assert found.high - found.low == pytest.approx(spread, rel=0.15)

    def test_the_most_confident_mistake_is_the_worst(self):
        rows = [row(f"{number}.jpg", "glioma") for number in range(3)]
        probabilities = np.array([[0.2, 0.6, 0.1, 0.1], [0.9, 0.1, 0, 0], [0.1, 0.1, 0.8, 0]])
        assert worst_mistakes(rows, np.zeros(3, int), probabilities) == (
            Mistake(file="2.jpg", label="glioma", predicted="notumor", confidence=0.8, has_copy_in_training=False),
            Mistake(file="0.jpg", label="glioma", predicted="meningioma", confidence=0.6, has_copy_in_training=False),
        )
