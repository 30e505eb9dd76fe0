import numpy as np
import pytest

from research.pipeline.data.images import read_gray
from research.pipeline.data.labels import labels_of
from research.pipeline.data.manifest import ImageSource, Split, read_manifest
from research.pipeline.training.augment import Augmenter
from research.pipeline.training.batches import TrainingBatches, mix, steps_per_epoch
from research.pipeline.training.recipe import RECIPES, read_recipe
from tests.conftest import SAMPLES_DIR


class TestBatches:
    @pytest.fixture
    def batches(self, data):
        recipe = read_recipe(data / "recipe.toml")
        rows = [row for row in read_manifest(data / "manifest.csv") if row.split is Split.TRAIN]
        folders = {ImageSource.UNKNOWN_TUMORS: data / "unknown"}
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

    def test_every_labelled_image_occurs_once_and_each_batch_has_tumors_of_unknown_type(self, batches):
        epoch = batches(0)
        assert len(epoch) == 6 == steps_per_epoch(read_recipe_of(epoch), 48)
        labels = [epoch[step][1][:, 0] for step in range(len(epoch))]
        assert all((batch.sum(axis=1) == 3).sum() == 2 for batch in labels)
        assert np.concatenate(labels).sum(axis=0).tolist() == [24, 24, 12, 24]

    def test_values_are_valid_network_inputs(self, batches):
        inputs, _ = batches(0)[0]
        assert inputs.dtype == np.float32
        assert inputs.shape == (10, 64, 64, 1)
        assert 0 <= inputs.min() < inputs.max() <= 1

    def test_an_epoch_resumed_in_the_middle_is_the_same(self, batches):
        whole, rest = batches(3), batches(3, first_step=4)
        assert len(rest) == 2
        for index in range(2):
            for ours, theirs in zip(rest[index], whole[4 + index], strict=True):
                assert np.array_equal(ours, theirs)

    def test_the_next_epoch_differs(self, batches):
        assert not np.array_equal(batches(0)[0][0], batches(1)[0][0])

    def test_blended_pictures_are_mixtures_with_the_weights_of_their_labels(self):
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

    def test_only_an_equal_state_gives_an_equal_copy(self, picture):
        augment = Augmenter(read_recipe(RECIPES / "xception.toml").augmentation)
        copies = [augment(picture, None, (0.9, 1.1), np.random.default_rng(seed))[0] for seed in (1, 1, 2)]
        assert copies[0].dtype == np.uint8
        assert copies[0].shape == picture.shape
        assert np.array_equal(copies[0], copies[1])
        assert not np.array_equal(copies[0], copies[2])

    def test_with_all_changes_off_the_picture_stays_the_same(self, picture):
        settings = read_recipe(RECIPES / "xception.toml").augmentation
        nothing = {name: (1, 1) if name in ("gamma", "contrast") else 0 for name in type(settings).model_fields}
        augment = Augmenter(type(settings)(**{**nothing, "brightness": (0, 0)}))
        assert np.array_equal(augment(picture, None, (1, 1), np.random.default_rng(0))[0], picture)
