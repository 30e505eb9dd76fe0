"""Train a model: stages of growing pictures, then averaged weights, batch statistics and the temperature.

A run resumes from its last checkpoint. Each batch depends only on the seed, the epoch and its number, and a checkpoint
stores every variable, including those of the optimizer and the random generators. On TensorFlow an interrupted run
therefore ends with the same weights as an uninterrupted one. On PyTorch it does not: the checkpoint lacks the state of
the generator that dropout uses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from app.models.classes import CLASSES
from app.models.model_file import ModelMetadata
from app.services.network.architectures.catalogue import ARCHITECTURES
from app.services.network.temperature import fit_temperature
from app.services.network.weights import file_sha256
from research.pipeline.data.images import path_of, read_gray
from research.pipeline.data.labels import fully_labelled, labels_of
from research.pipeline.data.manifest import ManifestRow, Split, validation_rows
from research.pipeline.training.base_weights import start_from_imagenet
from research.pipeline.training.batches import TrainingBatches, as_input, at_half_resolution, steps_per_epoch
from research.pipeline.training.callbacks import Checkpoints, CosineCycles, Progress, WeightAverage
from research.pipeline.training.loss import PartialLabelLoss, allowed_accuracy
from research.pipeline.training.networks import (
    BATCH,
    dtype_policy,
    fast_network,
    logits_of,
    training_precision,
    update_batch_statistics,
)
from research.pipeline.training.recipe import Recipe, Stage
from research.pipeline.training.weights_file import write_stored_form

STATISTICS_IMAGES = 1600


@dataclass(frozen=True)
class Images:
    """The images of a split: their files, and their label vectors float32 `[n, 4]`."""

    paths: list[Path]
    labels: NDArray[np.float32]

    @classmethod
    def of(cls, rows: Sequence[ManifestRow], data: Path, unknown_tumors: Path | None) -> "Images":
        """The images of some rows of a manifest."""
        return cls([path_of(row, data, unknown_tumors) for row in rows], labels_of(rows))


class Trainer:
    """One training run in its folder."""

    def __init__(self, recipe: Recipe, training: Images, validation: Images, folder: Path) -> None:
        """Build the network; training starts with `run`.

        Args:
            recipe: the training settings.
            training: the images to learn from.
            validation: the images that the temperature is fitted on; the weights do not depend on them.
            folder: the folder for checkpoint, logs and the trained model.
        """
        self._recipe, self._training, self._validation, self._folder = recipe, training, validation, folder
        self._architecture = ARCHITECTURES[recipe.architecture]
        labelled = int(fully_labelled(training.labels).sum())
        self._steps = steps_per_epoch(recipe, labelled)
        self._progress = Progress()
        keras.utils.set_random_seed(recipe.seed)
        if keras.backend.backend() == "tensorflow":
            import tensorflow as tf

            tf.config.experimental.enable_op_determinism()
        self._network = fast_network(self._architecture, training_precision())
        settings = recipe.optimizer
        self._optimizer = keras.optimizers.AdamW(
            CosineCycles(recipe, self._steps),
            weight_decay=settings.weight_decay,
        )
        self._optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        self._optimizer.build(self._network.trainable_variables)
        self._average = WeightAverage(self._network, settings.ema_momentum)
        # Listed before anything is compiled: metrics do not belong to the state.
        self._state = [*self._network.variables, *self._optimizer.variables, *self._average.variables]

    @property
    def checkpoint(self) -> Path:
        """The file from which a run resumes."""
        return self._folder / "checkpoint.npz"

    def start_from(self, base_weights: str | Path) -> None:
        """Initialise an Xception with ImageNet's weights; see `start_from_imagenet`."""
        with dtype_policy("float32"):
            plain = self._architecture.build(None)
            plain.set_weights(self._network.get_weights())
            start_from_imagenet(plain, base_weights)
        self._network.set_weights(plain.get_weights())
        self._average.restart()

    def resume(self) -> bool:
        """Load the checkpoint if it belongs to this recipe, or to a recipe that ends where this one restarts.

        Returns:
            Whether a checkpoint was loaded.

        Raises:
            ValueError: the checkpoint belongs to another recipe.
        """
        if not self.checkpoint.exists():
            return False
        with np.load(self.checkpoint) as saved:
            progress = Progress(*saved["progress"].tolist())
            begun = progress.epoch + (progress.step > 0)
            if Recipe.model_validate_json(saved["recipe"].item()).begun(begun) != self._recipe.begun(begun):
                raise ValueError(f"{self.checkpoint} belongs to another recipe: delete it, or choose another --out")
            self._progress = progress
            for index, variable in enumerate(self._state):
                variable.assign(saved[f"variable{index}"])
        print(f"Resuming from {self.checkpoint}: epoch {self._progress.epoch + 1}, step {self._progress.step}.")
        return True

    def save(self, progress: Progress) -> None:
        """Write the checkpoint; if interrupted, the previous checkpoint stays valid."""
        unfinished = self.checkpoint.with_suffix(".unfinished.npz")
        np.savez(
            unfinished,
            recipe=self._recipe.model_dump_json(),
            progress=[progress.epoch, progress.step],
            **{f"variable{i}": keras.ops.convert_to_numpy(v) for i, v in enumerate(self._state)},
        )
        unfinished.replace(self.checkpoint)
        self._progress = progress

    def run(self) -> None:
        """Train from the current position to the end of the recipe."""
        first_epoch = 0
        for stage in self._recipe.stages:
            past_it = first_epoch + stage.epochs
            if self._progress.epoch < past_it:
                self._run_stage(stage, past_it)
            first_epoch = past_it

    def _run_stage(self, stage: Stage, past_it: int) -> None:
        # Compiled per stage: a step that TensorFlow has also traced for an earlier size rounds differently.
        self._network.compile(
            self._optimizer, PartialLabelLoss(self._recipe.loss.label_smoothing), metrics=[allowed_accuracy]
        )
        channels = self._architecture.input.channels
        pictures = read_gray(self._training.paths, stage.side)
        validation = as_input(read_gray(self._validation.paths, stage.side), channels)
        while self._progress.epoch < past_it:
            epoch = self._progress.epoch
            batches = TrainingBatches(
                pictures,
                self._training.labels,
                recipe=self._recipe,
                stage=stage,
                epoch=epoch,
                first_step=self._progress.step,
                channels=channels,
            )
            self._network.fit(
                batches,
                shuffle=False,
                initial_epoch=epoch,
                epochs=epoch + 1,
                validation_data=(validation, self._validation.labels[:, np.newaxis]),
                validation_batch_size=BATCH,
                callbacks=[
                    self._average,
                    Checkpoints(self.save, self._recipe.checkpoint_every, self._progress),
                    keras.callbacks.TensorBoard(str(self._folder / "tensorboard"), write_graph=False),
                    keras.callbacks.LambdaCallback(on_epoch_end=lambda _, logs: logs.update(side=stage.side)),
                    keras.callbacks.CSVLogger(str(self._folder / f"{self._recipe.name}_training.csv"), append=True),
                ],
            )
            self.save(Progress(epoch + 1, 0))

    def finish(self) -> ModelMetadata:
        """Write the trained model into the folder: averaged weights, full-size batch statistics, temperature."""
        recipe, spec = self._recipe, self._architecture.input
        weights = self._folder / f"{recipe.name}_model.weights.h5"
        metadata = ModelMetadata(
            name=recipe.name,
            version=recipe.version,
            architecture=recipe.architecture,
            description=recipe.description,
            default=recipe.architecture == "xception",
            weights=weights.name,
            sha256=self._write_weights(weights),
            classes=CLASSES,
            input=spec,
            feature_map=self._architecture.feature_map,
            temperature=self._measure(weights),
            evaluation=None,
        )
        (self._folder / f"{recipe.name}_model.json").write_text(metadata.model_dump_json(indent=2) + "\n")
        return metadata

    def _write_weights(self, weights: Path) -> str:
        """Write the averaged weights in the stored form; returns their SHA-256."""
        spec = self._architecture.input
        self._average.put_into(self._network)
        chosen = np.random.default_rng(self._recipe.seed).permutation(len(self._training.paths))[:STATISTICS_IMAGES]
        pictures = read_gray([self._training.paths[i] for i in chosen], spec.width)
        update_batch_statistics(self._network, pictures, spec.channels)
        with dtype_policy("float32"):
            network = self._architecture.build(spec.width)
        network.set_weights(self._network.get_weights())
        network.save_weights(weights)
        write_stored_form(weights, weights)
        return file_sha256(weights)

    def _measure(self, weights: Path) -> float:
        """Print the accuracy of a weights file on the validation images; returns the temperature that fits them."""
        spec = self._architecture.input
        with dtype_policy("float32"):
            stored = self._architecture.build(spec.width)
        stored.load_weights(weights)
        network = fast_network(self._architecture, "float32")
        network.set_weights(stored.get_weights())
        validation = read_gray(self._validation.paths, spec.width)
        logits = logits_of(network, as_input(validation, spec.channels))
        self._print_validation("full", logits)
        halved = as_input(at_half_resolution(validation), spec.channels)
        self._print_validation("half", logits_of(network, halved))
        return fit_temperature(logits, self._validation.labels)

    def _print_validation(self, resolution: str, logits: NDArray[np.float32]) -> None:
        labels = self._validation.labels
        right = labels[np.arange(len(labels)), logits.argmax(axis=1)] == 1
        known = fully_labelled(labels)
        print(
            f"Validation at {resolution} resolution: {right[known].sum()} of {known.sum()} correct, "
            f"{right[~known].sum()} of {(~known).sum()} tumors of unrecorded type found."
        )


def train(
    recipe: Recipe,
    rows: Sequence[ManifestRow],
    data: Path,
    unknown_tumors: Path | None,
    base_weights: str | Path,
    folder: Path,
) -> ModelMetadata:
    """Train a model, from its last checkpoint if there is one, and write weights and metadata into a folder.

    Args:
        recipe: the training settings.
        rows: the manifest; its test split is not read.
        data: the data set in the Kaggle layout.
        unknown_tumors: folder of tumors of unrecorded type, if the manifest has any.
        base_weights: initial weights of an Xception; see `start_from_imagenet`.
        folder: the folder for checkpoint, logs and the trained model.

    Raises:
        OSError: an image or the base weights cannot be read.
        ValueError: the folder holds a checkpoint of another recipe, or no folder is given for an image.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # Among thousands of training images a few wrong labels do no harm; among hundreds of validation images they would.
    training = Images.of([row for row in rows if row.split is Split.TRAIN and not row.ct], data, unknown_tumors)
    validation = Images.of(validation_rows(rows), data, unknown_tumors)
    trainer = Trainer(recipe, training, validation, folder)
    if not trainer.resume() and recipe.architecture == "xception":
        trainer.start_from(base_weights)
    trainer.run()
    return trainer.finish()
