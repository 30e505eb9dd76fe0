import shutil
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

from app.config.choices import EngineChoice, Precision
from app.config.settings import ConfigurationError, Settings
from app.models.model_file import ModelMetadata
from app.services.inference.registry import ModelRegistry
from app.services.network.architectures.xception import build_xception
from app.services.network.classifier import Classifier
from app.services.network.temperature import calibrated_probabilities
from app.services.network.weights import file_sha256
from tests.conftest import MODEL_FILE


def registry_of(folder: Path) -> ModelRegistry:
    return ModelRegistry(Settings(models_dir=folder, engine=EngineChoice.TENSORFLOW))


@pytest.fixture(scope="module", params=["openvino", "tensorflow"])
def classifier(request: pytest.FixtureRequest, metadata: ModelMetadata) -> Classifier:
    return Classifier(metadata, MODEL_FILE.parent / metadata.weights, EngineChoice(request.param), Precision.F32)


class TestForwardPass:
    def test_it_equals_the_keras_network(self, classifier, metadata, rng):
        network = build_xception()
        network.load_weights(MODEL_FILE.parent / metadata.weights)
        scan = rng.random((1, 299, 299, 3), np.float32)
        probabilities = calibrated_probabilities(classifier.classify(scan).logits, temperature=1)
        assert probabilities == pytest.approx(network(scan, training=False).numpy()[0], abs=1e-6)

    def test_the_same_scan_gives_the_same_answer_twice(self, classifier, rng):
        scan = rng.random((1, 299, 299, 3), np.float32)
        assert (classifier.classify(scan).logits == classifier.classify(scan).logits).all()

    def test_an_image_that_was_not_divided_by_255_is_rejected(self, classifier):
        with pytest.raises(ValueError, match="ranges from 0 to 255"):
            classifier.classify(np.linspace(0, 255, 299 * 299 * 3, dtype=np.float32).reshape(1, 299, 299, 3))

    def test_not_a_number_is_rejected(self, classifier):
        with pytest.raises(ValueError, match="ranges from nan"):
            classifier.classify(np.full((1, 299, 299, 3), np.nan, np.float32))

    def test_another_shape_is_rejected(self, classifier):
        with pytest.raises(ValueError, match="shape"):
            classifier.classify(np.zeros((299, 299, 3), np.float32))


class TestCalibration:
    def test_temperature_one_is_the_softmax(self):
        logits = np.array([1.0, 2.0, 3.0, 4.0], np.float32)
        assert calibrated_probabilities(logits, 1) == pytest.approx(np.exp(logits) / np.exp(logits).sum())

    def test_a_lower_temperature_gives_more_confidence_and_the_same_order(self):
        logits = np.array([1.0, 2.0, 0.5, -1.0], np.float32)
        sharp, soft = calibrated_probabilities(logits, 0.5), calibrated_probabilities(logits, 2)
        assert sharp.max() > soft.max()
        assert (sharp.argsort() == soft.argsort()).all()

    def test_huge_logits_do_not_overflow(self):
        assert calibrated_probabilities(np.array([1e4, -1e4, 0, 0], np.float32), 0.5).tolist() == [1, 0, 0, 0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A models folder with the project's metadata and no weights."""
    shutil.copy(MODEL_FILE, tmp_path)
    return tmp_path


class TestWeightsFiles:
    def test_a_file_written_by_the_original_recipe_loads(self, folder: Path, metadata: ModelMetadata):
        """A model compiled with Adamax, trained one step and saved with its optimizer state."""
        keras.utils.set_random_seed(1)
        network = build_xception()
        network.compile(
            optimizer=keras.optimizers.Adamax(learning_rate=0.001),
            loss="categorical_crossentropy",
            metrics=["accuracy"],
            run_eagerly=True,  # one step does not repay its compilation
        )
        scan = np.random.default_rng(1).random((2, 299, 299, 3), np.float32)
        network.fit(scan, np.eye(4, dtype=np.float32)[:2], batch_size=2, verbose=0)
        weights = folder / metadata.weights
        network.save_weights(weights)
        assert weights.stat().st_size > 240e6

        registry = registry_of(folder)
        described = registry.describe(None)
        assert described.evaluation is None
        assert described.temperature == 1
        assert described.version.startswith("unknown-")
        registry.load()
        expected = network(scan[:1], training=False).numpy()[0]
        forward = registry.predictor(None).classifier.classify(scan[:1])
        assert calibrated_probabilities(forward.logits, 1) == pytest.approx(expected, abs=1e-5)

    def test_a_missing_file_is_rejected(self, folder: Path):
        with pytest.raises(
            ConfigurationError, match=r"xception_model.weights.h5 cannot be read.*git checkout"
        ) as caught:
            registry_of(folder)
        assert "\n" not in str(caught.value)

    def test_a_truncated_file_is_rejected(self, folder: Path, metadata: ModelMetadata):
        whole = (MODEL_FILE.parent / metadata.weights).read_bytes()
        (folder / metadata.weights).write_bytes(whole[: len(whole) // 2])
        self.refused(folder)

    def test_a_file_that_is_not_hdf5_is_rejected(self, folder: Path, metadata: ModelMetadata):
        (folder / metadata.weights).write_text("not found")
        self.refused(folder)

    def test_weights_of_another_network_are_rejected(self, folder: Path, metadata: ModelMetadata):
        other = keras.Sequential([keras.Input((8,)), keras.layers.Dense(4)])
        other.save_weights(folder / metadata.weights)
        self.refused(folder)

    def test_weights_with_another_number_of_classes_are_rejected(self, folder: Path, metadata: ModelMetadata):
        layers = build_xception().layers[:-1]
        other = keras.Sequential([keras.Input((299, 299, 3)), *layers, keras.layers.Dense(2, activation="softmax")])
        other.save_weights(folder / metadata.weights)
        self.refused(folder)

    @pytest.mark.parametrize("lacking", ["layers/functional/layers/conv2d", "layers/dense/vars", "layers/functional"])
    def test_a_file_without_some_layers_is_rejected(self, folder: Path, metadata: ModelMetadata, lacking: str):
        weights = shutil.copy(MODEL_FILE.parent / metadata.weights, folder)
        with h5py.File(weights, "r+") as file:
            del file[lacking]
        self.refused(folder)

    def test_weights_with_not_a_number_are_rejected(self, folder: Path, metadata: ModelMetadata):
        weights = shutil.copy(MODEL_FILE.parent / metadata.weights, folder)
        with h5py.File(weights, "r+") as file:
            file["layers/dense_1/vars/1"][0] = np.nan
        self.refused(folder)

    def refused(self, folder: Path) -> None:
        registry = registry_of(folder)
        with pytest.raises(ConfigurationError, match=r"does not hold the weights of xception.*git checkout") as caught:
            registry.load()
        assert "\n" not in str(caught.value)
        assert not registry.ready


class TestMetadata:
    def test_a_folder_without_a_model_is_rejected(self, tmp_path: Path):
        with pytest.raises(ConfigurationError, match="there is no model in"):
            registry_of(tmp_path)

    def test_invalid_json_is_rejected(self, folder: Path):
        (folder / MODEL_FILE.name).write_text('{"name": "xception"')
        with pytest.raises(ConfigurationError, match="is not valid") as caught:
            registry_of(folder)
        assert "\n" not in str(caught.value)

    def test_other_classes_are_rejected(self, folder: Path, metadata: ModelMetadata):
        reordered = metadata.model_copy(update={"classes": tuple(reversed(metadata.classes))})
        (folder / MODEL_FILE.name).write_text(reordered.model_dump_json())
        with pytest.raises(ConfigurationError, match="classes are"):
            registry_of(folder)

    def test_two_default_models_are_rejected(self, folder: Path, metadata: ModelMetadata):
        shutil.copy(MODEL_FILE.parent / metadata.weights, folder)
        second = metadata.model_copy(update={"name": "second"})
        (folder / "second_model.json").write_text(second.model_dump_json())
        with pytest.raises(ConfigurationError, match="exactly one model"):
            registry_of(folder)

    def test_a_report_beside_the_weights_is_not_taken_for_a_model(self, folder: Path, metadata: ModelMetadata):
        for file in (metadata.weights, f"{metadata.name}_heads.npz", f"{metadata.name}_report.json"):
            shutil.copy(MODEL_FILE.parent / file, folder)
        assert list(registry_of(folder).catalogue) == [metadata.name]

    def test_an_unknown_architecture_is_rejected(self, folder: Path, metadata: ModelMetadata):
        with pytest.raises(ConfigurationError, match=r"unknown architecture 'vgg' \(known: xception, cnn\)"):
            Classifier(
                metadata.model_copy(update={"architecture": "vgg"}), folder / metadata.weights, EngineChoice.TENSORFLOW
            )

    def test_the_shipped_weights_have_the_sha256_of_their_metadata(self, metadata: ModelMetadata):
        assert file_sha256(MODEL_FILE.parent / metadata.weights) == metadata.sha256
