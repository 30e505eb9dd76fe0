"""Train a small network for a few steps, once at a stretch and once with an interruption; `test_run.py` runs it."""

import sys
from contextlib import suppress
from pathlib import Path

import keras
import numpy as np
from PIL import Image

from app.models.acquisition import PLANES, SEQUENCES
from app.models.model_file import read_metadata
from app.services.network.architectures.catalogue import ARCHITECTURES
from app.services.network.gradcam import heatmap
from app.services.network.weights import read_head
from research.pipeline.data.manifest import Split
from research.pipeline.data.pack import Pack
from research.pipeline.training.across.batches import resized
from research.pipeline.training.across.recipe import RECIPES, Phase, Schedule, read_across_recipe
from research.pipeline.training.across.run import AcrossRun, train_across
from tests.conftest import sample_paths
from tests.unit.research.training.across.slices import make_slices

SIDE = 96


def pack() -> Pack:
    """Slices of several sources, all with the pictures of the samples, and a mask for every glioma."""
    pictures = [np.asarray(Image.open(path).convert("L").resize((SIDE, SIDE))) for path in sample_paths()]
    slices = make_slices()
    slices[0] = slices[0].model_copy(update={"split": Split.VALIDATION})
    slices[-1] = slices[-1].model_copy(update={"split": Split.VALIDATION})
    mask = np.zeros((SIDE, SIDE), np.uint8)
    mask[30:50, 30:50] = 255
    masks = {number: mask for number, item in enumerate(slices) if item.label == "glioma"}
    return Pack(slices, [pictures[number % len(pictures)] for number in range(len(slices))], masks)


def run(folder: Path, start: Path, *, interrupted: bool) -> dict[str, np.ndarray]:
    sides = (SIDE, SIDE + 16)
    phase = Phase(steps=2, sides=sides, zoom=(0.9, 1.1), restyled=1, learning_rate=1e-3, ends_cycle=True)
    recipe = read_across_recipe(RECIPES / "xception.toml").model_copy(
        update={
            "name": "cnn",
            "architecture": "cnn",
            "batch_size": 4,
            "checkpoint_every": 2,
            "all_sources": Schedule(phases=(phase, phase), predicted_side=SIDE),
        }
    )

    class Stopped(Exception):
        pass

    class Interrupted(AcrossRun):
        def _save(self) -> None:
            super()._save()
            raise Stopped

    folder.mkdir()
    if interrupted:
        first = Interrupted(recipe, pack(), [], folder)
        first.start_from(start)
        with suppress(Stopped):
            first.run()
    train_across(recipe, pack(), [], start, folder)
    metadata = read_metadata(folder / "cnn_model.json")
    assert (metadata.weights, metadata.temperature > 0) == ("cnn_model.weights.h5", True)
    assert (folder / "cnn_training.csv").read_text().splitlines()[-1].startswith("4,")
    network = ARCHITECTURES["cnn"].build(None)
    network.load_weights(folder / "cnn_model.weights.h5")
    weights = {str(number): values for number, values in enumerate(network.get_weights())}
    check_evidence(network, folder)
    with np.load(folder / "heads.npz") as heads:
        return {**dict(heads), **weights}


def check_evidence(network: keras.Sequential, folder: Path) -> None:
    """The stored evidence is the service's Grad-CAM of the most probable class."""
    backbone, head = network.layers[0], read_head(folder / "cnn_model.weights.h5", "cnn")
    reader = keras.Model(backbone.input, backbone.get_layer(ARCHITECTURES["cnn"].feature_map.layer).output)
    slices = pack()
    with np.load(folder / "predictions.npz") as found:
        for number, logs, evidence in zip(found["numbers"], found["logs"], found["evidence"], strict=True):
            picture = resized(slices.pictures[number], int(found["side"]))[np.newaxis, ..., np.newaxis] / 255
            inputs = picture.astype(np.float32).repeat(ARCHITECTURES["cnn"].input.channels, -1)
            feature_map = keras.ops.convert_to_numpy(reader(inputs))[0]
            # The stored weights are rounded to half precision.
            np.testing.assert_allclose(evidence, heatmap(feature_map, head, int(logs.argmax())), atol=0.05)


def main(folder: Path) -> None:
    keras.utils.set_random_seed(0)
    start = folder / "start.weights.h5"
    network = ARCHITECTURES["cnn"].build(None)
    # A new network's batch statistics are 0 and 1; these are not.
    ranges = {"moving_mean": (-0.2, 0.2), "moving_variance": (0.7, 1.4)}
    for variable in network.non_trainable_variables:
        if variable.name in ranges:
            variable.assign(keras.random.uniform(variable.shape, *ranges[variable.name]))
    network.save_weights(start)
    whole = run(folder / "whole", start, interrupted=False)
    parts = run(folder / "parts", start, interrupted=True)
    assert whole["sequence_weight"].shape[0] == len(SEQUENCES)
    assert whole["plane_weight"].shape[0] == len(PLANES)
    for name in ("sequence_weight", "other_weight", "place_weight"):
        assert np.abs(whole[name]).max() > 0, name
    for name, values in whole.items():
        assert np.isfinite(values).all(), name
    # Dropout draws again after an interruption, so that only the mean of all steps agrees.
    largest = max(float(np.abs(values - parts[name]).max()) for name, values in whole.items())
    assert largest < 0.02, largest


if __name__ == "__main__":
    main(Path(sys.argv[1]))
