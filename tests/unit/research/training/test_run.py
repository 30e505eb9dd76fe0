"""Training, on generated pictures: the whole command in processes of its own, and its parts."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image, ImageFilter

from app.config.settings import PROJECT_DIR, EngineChoice
from app.models.classes import CLASSES, TumorClass
from app.models.model_file import read_metadata
from app.services.imaging.reading import to_input
from app.services.network.architectures.catalogue import ARCHITECTURES
from app.services.network.classifier import Classifier, calibrated_probabilities
from app.services.network.temperature import fit_temperature
from research.pipeline.data.batches import TrainingBatches, labels_of, mix, read_gray, steps_per_epoch
from research.pipeline.data.manifest import UNKNOWN_TUMOR, ManifestRow, Source, Split, read_manifest, write_manifest
from research.pipeline.training.augment import Augmenter
from research.pipeline.training.base_weights import start_from_imagenet
from research.pipeline.training.loss import PartialLabelLoss, allowed_accuracy, label_vector
from research.pipeline.training.recipe import RECIPES, read_recipe
from research.pipeline.training.run import CosineCycles, compress, rounded_to_half, update_batch_statistics
from tests.conftest import SAMPLES_DIR, sample_paths

PER_CLASS = {Split.TRAIN: 12, Split.VALIDATION: 3, Split.TEST: 2}
UNKNOWN = {Split.TRAIN: 8, Split.VALIDATION: 2, Split.TEST: 2}
LAST_STAGE = ", {side = 80, epochs = 1, zoom = [0.9, 1.1], restart = 5e-4, mixup = 0.4}"
TINY = f"""
name = "cnn"
version = "0.0.1"
description = "Tiny."
architecture = "cnn"
seed = 3
batch_size = 10
unknown_tumors_per_batch = 2
checkpoint_every = 2
optimizer = {{learning_rate = 1e-3, warm_up_steps = 2, weight_decay = 0.01, ema_momentum = 0.5}}
loss = {{label_smoothing = 0.05}}
stages = [{{side = 64, epochs = 1, zoom = [0.9, 1.2]}}{LAST_STAGE}]
"""
# TensorFlow takes minutes to trace a step on a slow processor.
START_S = 600
AUGMENTATION = (RECIPES / "xception.toml").read_text().partition("[augmentation]")[2]


def draw(label: str, rng: np.random.Generator) -> Image.Image:
    """A picture whose class can be learnt: blobs, the brighter the later the class."""
    level = 150 if label == UNKNOWN_TUMOR else 40 + 60 * [*CLASSES].index(TumorClass(label))
    noise = Image.fromarray(rng.integers(0, 255, (120, 100), np.uint8)).filter(ImageFilter.GaussianBlur(6))
    return noise.point(lambda value: min(255, value * level // 128))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `dataset/`, `unknown/`, `manifest.csv` and `recipe.toml`."""
    folder, rng = tmp_path_factory.mktemp("training"), np.random.default_rng(1)
    rows: list[ManifestRow] = []
    for source, counts in ((None, PER_CLASS), (Source.UNKNOWN_TUMORS, UNKNOWN)):
        for label in (UNKNOWN_TUMOR,) if source else CLASSES:
            for split, count in counts.items():
                for number in range(count):
                    name = f"{split}{number:02}.png"
                    kaggle = Source.TESTING if split is Split.TEST else Source.TRAINING
                    file = name if source else f"{kaggle.value.title()}/{label}/{name}"
                    path = folder / ("unknown" if source else "dataset") / file
                    path.parent.mkdir(parents=True, exist_ok=True)
                    draw(label, rng).save(path)
                    rows.append(
                        ManifestRow(
                            file=file,
                            source=source or kaggle,
                            label=label,
                            group=len(rows),
                            split=split,
                            has_copy_in_training=False,
                            disputed=False,
                        )
                    )
    write_manifest(rows, folder / "manifest.csv")
    (folder / "recipe.toml").write_text(f"{TINY}\n[augmentation]{AUGMENTATION}")
    return folder


def command(data: Path, out: Path) -> list[str]:
    return [
        *(sys.executable, "-m", "research.pipeline", "train", str(data / "recipe.toml")),
        *("--data", str(data / "dataset"), "--unknown-tumors", str(data / "unknown")),
        *("--manifest", str(data / "manifest.csv"), "--out", str(out)),
    ]


@pytest.fixture(scope="module")
def trained(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that was not interrupted."""
    out = tmp_path_factory.mktemp("whole")
    subprocess.run(command(data, out), cwd=PROJECT_DIR, check=True, capture_output=True)
    return out


class TestCommand:
    def test_it_leaves_a_model_that_serves(self, trained):
        metadata = read_metadata(trained / "cnn_model.json")
        classifier = Classifier(metadata, trained / metadata.weights, EngineChoice.TENSORFLOW)
        with Image.open(SAMPLES_DIR / "Te-me_0016.jpg") as scan:
            forward = classifier.classify(to_input(scan, metadata.input))
        assert np.isfinite(forward.logits).all()
        assert forward.feature_map.shape[:2] == (14, 14)

    def test_it_leaves_logs(self, trained):
        lines = (trained / "cnn_training.csv").read_text().splitlines()
        assert lines[0].split(",") == ["epoch", "allowed_accuracy", "loss", "side", "val_allowed_accuracy", "val_loss"]
        assert [line.split(",")[0] for line in lines[1:]] == ["0", "1"]
        assert [line.split(",")[3] for line in lines[1:]] == ["64", "80"]
        assert list((trained / "tensorboard").rglob("events.*"))

    def test_killed_in_mid_epoch_it_goes_on_to_the_same_weights(self, data, trained, tmp_path):
        whole = read_metadata(trained / "cnn_model.json")
        process = subprocess.Popen(
            command(data, tmp_path), cwd=PROJECT_DIR, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + START_S
        while not (tmp_path / "checkpoint.npz").exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert not (tmp_path / "cnn_model.json").exists()
        again = subprocess.run(command(data, tmp_path), cwd=PROJECT_DIR, check=True, capture_output=True, text=True)
        assert "Going on from" in again.stdout
        resumed = read_metadata(tmp_path / "cnn_model.json")
        assert resumed.sha256 == whole.sha256
        assert resumed.temperature == whole.temperature

    def test_a_stage_that_restarts_may_be_added_to_a_run_that_has_ended(self, data, trained, tmp_path):
        shorter = tmp_path / "recipe.toml"
        earlier = (data / "recipe.toml").read_text().replace('version = "0.0.1"', 'version = "0.0.0"')
        shorter.write_text(earlier.replace(LAST_STAGE, ""))
        arguments = command(data, tmp_path)
        first = [str(shorter) if argument == str(data / "recipe.toml") else argument for argument in arguments]
        _, again = (
            subprocess.run(each, cwd=PROJECT_DIR, check=True, capture_output=True, text=True)
            for each in (first, arguments)
        )
        assert "Going on from" in again.stdout
        lines = [line.split(",") for line in (tmp_path / "cnn_training.csv").read_text().splitlines()]
        assert [(line[0], line[3]) for line in lines[1:]] == [("0", "64"), ("1", "80")]
        resumed, whole = (read_metadata(folder / "cnn_model.json") for folder in (tmp_path, trained))
        assert resumed.version == "0.0.1"
        assert resumed.sha256 == whole.sha256

    def test_it_trains_on_pytorch_too(self, data, tmp_path):
        pytest.importorskip("torch", reason="`make torch` adds PyTorch")
        environment = {**os.environ, "KERAS_BACKEND": "torch"}
        subprocess.run(command(data, tmp_path), cwd=PROJECT_DIR, check=True, capture_output=True, env=environment)
        metadata = read_metadata(tmp_path / "cnn_model.json")
        Classifier(metadata, tmp_path / metadata.weights, EngineChoice.TENSORFLOW)

    def test_a_checkpoint_of_another_recipe_is_refused(self, data, trained, tmp_path):
        (tmp_path / "recipe.toml").write_text((data / "recipe.toml").read_text().replace("seed = 3", "seed = 4"))
        arguments = command(data, trained)
        arguments[arguments.index(str(data / "recipe.toml"))] = str(tmp_path / "recipe.toml")
        done = subprocess.run(arguments, cwd=PROJECT_DIR, capture_output=True, text=True)
        assert done.returncode == 1
        assert "is of another recipe" in done.stderr


class TestRecipes:
    def test_each_names_its_model_and_a_known_architecture(self):
        for path in RECIPES.glob("*.toml"):
            recipe = read_recipe(path)
            assert recipe.name == path.stem
            assert recipe.architecture in ARCHITECTURES

    def test_a_misspelt_setting_is_refused(self, tmp_path):
        (tmp_path / "recipe.toml").write_text(f"sede = 3\n{TINY}\n[augmentation]{AUGMENTATION}")
        with pytest.raises(ValueError, match="sede"):
            read_recipe(tmp_path / "recipe.toml")

    def test_the_learning_rate_climbs_and_falls_anew_where_a_stage_says_so(self, data):
        recipe = read_recipe(data / "recipe.toml")
        rates = [float(CosineCycles(recipe, 10)(step)) for step in range(20)]
        assert rates[2] == max(rates[:10]) == pytest.approx(1e-3)
        assert rates[12] == max(rates[10:]) == pytest.approx(5e-4)
        assert rates[0] == rates[10] == 0
        assert rates[9] < 1e-4
        assert rates[19] < 5e-5


class TestBatches:
    @pytest.fixture
    def batches(self, data):
        recipe = read_recipe(data / "recipe.toml")
        rows = [row for row in read_manifest(data / "manifest.csv") if row.split is Split.TRAIN]
        folders = {Source.UNKNOWN_TUMORS: data / "unknown"}
        pictures = read_gray([folders.get(row.source, data / "dataset") / row.file for row in rows], 64)

        def make(epoch: int, first_step: int = 0) -> TrainingBatches:
            return TrainingBatches(
                pictures,
                labels_of(rows),
                recipe=recipe,
                stage=recipe.stages[0],
                epoch=epoch,
                first_step=first_step,
                channels=1,
            )

        return make

    def test_every_labelled_image_comes_once_with_tumors_of_unknown_type_in_each_batch(self, batches):
        epoch = batches(0)
        assert len(epoch) == 6 == steps_per_epoch(read_recipe_of(epoch), 48)
        labels = [epoch[step][1][:, 0] for step in range(len(epoch))]
        assert all((batch.sum(axis=1) == 3).sum() == 2 for batch in labels)
        assert np.concatenate(labels).sum(axis=0).tolist() == [24, 24, 12, 24]

    def test_values_are_what_the_network_takes(self, batches):
        inputs, _ = batches(0)[0]
        assert inputs.dtype == np.float32
        assert inputs.shape == (10, 64, 64, 1)
        assert 0 <= inputs.min() < inputs.max() <= 1

    def test_entered_in_the_middle_it_is_the_same_epoch(self, batches):
        whole, rest = batches(3), batches(3, first_step=4)
        assert len(rest) == 2
        for index in range(2):
            for ours, theirs in zip(rest[index], whole[4 + index], strict=True):
                assert np.array_equal(ours, theirs)

    def test_the_next_epoch_is_another(self, batches):
        assert not np.array_equal(batches(0)[0][0], batches(1)[0][0])

    def test_blended_pictures_lie_between_two_of_the_batch_by_the_shares_of_their_labels(self):
        rng = np.random.default_rng(1)
        pictures, labels = rng.random((8, 4, 4, 1), np.float32), np.eye(4, dtype=np.float32)[rng.integers(0, 4, 8)]
        blended, shares = mix(pictures, labels, 0.4, rng)
        assert blended.dtype == shares.dtype == np.float32
        assert shares.sum(axis=(1, 2)) == pytest.approx(np.ones(8))
        for picture, own, both in zip(blended, pictures, shares, strict=True):
            share = both[0].max()
            other = (picture - share * own) / (1 - share)
            partner = np.abs(pictures - other).max(axis=(1, 2, 3)).argmin()
            assert np.allclose(pictures[partner], other, atol=1e-3)
            assert both[1] == pytest.approx((1 - share) * labels[partner])


def read_recipe_of(batches: TrainingBatches):
    return batches._recipe


class TestAugmenter:
    @pytest.fixture
    def picture(self):
        return read_gray([SAMPLES_DIR / "Te-gl_0014.jpg"], 160)[0]

    def test_the_same_state_gives_the_same_copy_and_another_a_different_one(self, picture):
        augment = Augmenter(read_recipe(RECIPES / "xception.toml").augmentation)
        copies = [augment(picture, (0.9, 1.1), np.random.default_rng(seed)) for seed in (1, 1, 2)]
        assert copies[0].dtype == np.uint8
        assert copies[0].shape == picture.shape
        assert np.array_equal(copies[0], copies[1])
        assert not np.array_equal(copies[0], copies[2])

    def test_with_everything_off_nothing_changes(self, picture):
        settings = read_recipe(RECIPES / "xception.toml").augmentation
        nothing = {name: (1, 1) if name in ("gamma", "contrast") else 0 for name in type(settings).model_fields}
        augment = Augmenter(type(settings)(**{**nothing, "brightness": (0, 0)}))
        assert np.array_equal(augment(picture, (1, 1), np.random.default_rng(0)), picture)


class TestLoss:
    def test_under_a_full_label_it_is_the_cross_entropy(self):
        probabilities = np.array([[0.7, 0.1, 0.1, 0.1]], np.float32)
        loss = PartialLabelLoss()(label_vector(TumorClass.GLIOMA)[None, None], probabilities)
        assert float(loss) == pytest.approx(-np.log(0.7), abs=1e-6)

    def test_under_a_partial_one_any_tumor_is_right(self):
        probabilities = np.array([[0.2, 0.1, 0.6, 0.1]], np.float32)
        loss = PartialLabelLoss()(label_vector(None)[None, None], probabilities)
        assert float(loss) == pytest.approx(-np.log(0.4), abs=1e-6)

    def test_smoothing_mixes_in_the_mean_over_all_classes(self):
        probabilities = np.array([[0.4, 0.3, 0.2, 0.1]], np.float32)
        loss = PartialLabelLoss(0.1)(label_vector(TumorClass.GLIOMA)[None, None], probabilities)
        assert float(loss) == pytest.approx(-0.9 * np.log(0.4) - 0.1 * np.log(probabilities).mean(), abs=1e-6)

    def test_of_a_blended_picture_it_is_the_mean_over_its_labels_by_share(self):
        probabilities = np.array([[0.4, 0.3, 0.2, 0.1]], np.float32)
        labels = np.stack([0.75 * label_vector(TumorClass.NOTUMOR), 0.25 * label_vector(None)])[None]
        expected = -0.75 * np.log(0.2) - 0.25 * np.log(0.8)
        assert float(PartialLabelLoss()(labels, probabilities)) == pytest.approx(expected, abs=1e-6)

    def test_a_certain_mistake_is_finite(self):
        predictions = np.array([[0, 0, 1, 0]], np.float32)
        assert np.isfinite(float(PartialLabelLoss()(label_vector(None)[None, None], predictions)))

    def test_accuracy_counts_any_allowed_class(self):
        predictions = np.eye(4, dtype=np.float32)
        labels = np.array([[label_vector(None)]] * 4)
        assert keras.ops.convert_to_numpy(allowed_accuracy(labels, predictions)).tolist() == [1, 1, 0, 1]

    def test_accuracy_of_blended_pictures_counts_the_share_that_is_right(self):
        labels = np.array([[0.75 * label_vector(TumorClass.GLIOMA), 0.25 * label_vector(TumorClass.PITUITARY)]])
        predictions = label_vector(TumorClass.PITUITARY)[None]
        assert keras.ops.convert_to_numpy(allowed_accuracy(labels, predictions)).tolist() == [0.25]


class TestBaseWeights:
    def test_the_change_of_range_is_exact(self, tmp_path):
        """ImageNet's network on 2x - 1 and ours on x have the same features."""
        theirs = keras.applications.Xception(include_top=False, weights=None, pooling="max")
        theirs.save_weights(tmp_path / "base.weights.h5")
        ours = ARCHITECTURES["xception"].build(96)
        start_from_imagenet(ours, tmp_path / "base.weights.h5")
        scan = np.random.default_rng(0).random((1, 96, 96, 3), np.float32)
        expected = theirs(2 * scan - 1, training=False)
        assert np.allclose(ours.layers[0](scan, training=False), expected, atol=1e-4)


class TestCnn:
    def test_it_is_compact_and_takes_one_channel(self):
        network = ARCHITECTURES["cnn"].build(224)
        assert network.count_params() <= 1_500_000
        assert network.input_shape == (None, 224, 224, 1)

    def test_its_feature_map_is_what_is_pooled(self):
        backbone = ARCHITECTURES["cnn"].build(224).layers[0]
        assert backbone.layers[-1].input.name == backbone.get_layer(ARCHITECTURES["cnn"].feature_map.layer).output.name


class TestFinish:
    def test_batch_statistics_become_those_of_the_images(self):
        network = keras.Sequential([keras.Input((2, 2, 1)), keras.layers.BatchNormalization()])
        pictures = np.random.default_rng(0).integers(50, 200, (64, 2, 2), np.uint8)
        update_batch_statistics(network, pictures, channels=1)
        _, _, mean, variance = network.get_weights()
        values = pictures / 255
        assert mean[0] == pytest.approx(values.mean(), abs=1e-5)
        assert variance[0] == pytest.approx(np.mean([values[:32].var(), values[32:].var()]), rel=1e-4)

    def test_compressed_weights_are_smaller_and_the_same(self, tmp_path):
        network = ARCHITECTURES["cnn"].build(64)
        network.set_weights([rounded_to_half(values) for values in network.get_weights()])
        network.save_weights(tmp_path / "cnn.weights.h5")
        before = (tmp_path / "cnn.weights.h5").stat().st_size
        compress(tmp_path / "cnn.weights.h5")
        assert (tmp_path / "cnn.weights.h5").stat().st_size < 0.6 * before
        again = ARCHITECTURES["cnn"].build(64)
        again.load_weights(tmp_path / "cnn.weights.h5")
        for ours, theirs in zip(again.get_weights(), network.get_weights(), strict=True):
            assert np.array_equal(ours, theirs)

    def test_the_temperature_is_found_again(self):
        rng = np.random.default_rng(0)
        logits = rng.normal(0, 3, (20_000, 4)).astype(np.float32)
        probabilities = calibrated_probabilities(logits, 1.7)
        drawn = (rng.random((len(logits), 1)) > probabilities.cumsum(axis=1)).sum(axis=1).clip(max=3)
        assert fit_temperature(logits, np.eye(4, dtype=np.float32)[drawn]) == pytest.approx(1.7, rel=0.05)


class TestReadGray:
    def test_it_is_what_the_service_would_see(self):
        pictures = read_gray(sample_paths()[:2], 224)
        for path, picture in zip(sample_paths(), pictures, strict=False):
            with Image.open(path) as scan:
                served = to_input(scan, ARCHITECTURES["cnn"].input)[0, :, :, 0]
            assert np.abs(picture / 255 - served).max() < 1e-6
