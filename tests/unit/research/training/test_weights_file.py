from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

from app.services.network.architectures.catalogue import ARCHITECTURES
from app.services.network.weights import file_sha256
from research.pipeline.training.weights_file import rounded_to_half, write_stored_form


@pytest.fixture(scope="module")
def network() -> keras.Sequential:
    """A compiled network, whose weights file includes the optimizer's state."""
    network: keras.Sequential = ARCHITECTURES["cnn"].build(64)
    network.compile("adam", "mse")
    network.optimizer.build(network.trainable_variables)
    return network


@pytest.fixture(scope="module")
def stored(network: keras.Sequential, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The file that Keras writes, and its stored form."""
    folder = tmp_path_factory.mktemp("weights")
    network.save_weights(folder / "plain.weights.h5")
    write_stored_form(folder / "plain.weights.h5", folder / "stored.weights.h5")
    return folder / "plain.weights.h5", folder / "stored.weights.h5"


def test_it_is_smaller_and_holds_no_optimizer(stored):
    plain, small = stored
    assert small.stat().st_size < 0.3 * plain.stat().st_size
    with h5py.File(plain) as before, h5py.File(small) as after:
        assert "optimizer" in before
        assert "optimizer" not in after


def test_keras_loads_the_rounded_weights(network, stored):
    again = ARCHITECTURES["cnn"].build(64)
    again.load_weights(stored[1])
    for loaded, original in zip(again.get_weights(), network.get_weights(), strict=True):
        assert np.array_equal(loaded, rounded_to_half(original))


def test_a_file_in_the_stored_form_does_not_change(stored, tmp_path):
    write_stored_form(stored[1], tmp_path / "again.weights.h5")
    assert file_sha256(tmp_path / "again.weights.h5") == file_sha256(stored[1])
