"""Train a model: stages of growing pictures, an average of the weights, batch statistics and temperature at the end.

Training goes on from its last checkpoint by itself. A batch is a function of the seed, the epoch and its number, and a
checkpoint holds every variable, the optimizer's and the random generators' included, so that on TensorFlow an
interrupted run ends with the weights of one that was not. On PyTorch dropout draws from a generator that no checkpoint
holds.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
from numpy.typing import NDArray

from app.models.classes import CLASSES
from app.models.model_file import ModelMetadata
from app.services.network.architectures.catalogue import ARCHITECTURES, Architecture
from app.services.network.temperature import fit_temperature
from app.services.network.weights import file_sha256
from research.pipeline.data.batches import (
    TrainingBatches,
    as_input,
    at_half_resolution,
    labels_of,
    path_of,
    read_gray,
    steps_per_epoch,
)
from research.pipeline.data.manifest import ManifestRow, Split, validation_rows
from research.pipeline.training.base_weights import start_from_imagenet
from research.pipeline.training.loss import PartialLabelLoss, allowed_accuracy, fully_labelled
from research.pipeline.training.recipe import Recipe, Stage

STATISTICS_IMAGES = 1600
BATCH = 32
# Processors with one of these multiply bfloat16 matrices two to eight times as fast as float32.
_FAST_BFLOAT16 = ("amx_bf16", "avx512_bf16")


@dataclass(frozen=True)
class Images:
    """The images of a split, where they lie and what they may be."""

    paths: list[Path]
    labels: NDArray[np.float32]

    @classmethod
    def of(cls, rows: Sequence[ManifestRow], data: Path, unknown_tumors: Path | None) -> "Images":
        """The images of some rows of a manifest."""
        return cls([path_of(row, data, unknown_tumors) for row in rows], labels_of(rows))


@dataclass
class Progress:
    """How far a run has come: the epoch it is in, counted over all stages, and the batches of it that are done."""

    epoch: int = 0
    step: int = 0


class Trainer:
    """One training run in its folder."""

    def __init__(self, recipe: Recipe, training: Images, validation: Images, folder: Path) -> None:
        """Build the network; nothing is trained or read yet.

        Args:
            recipe: how to train.
            training: the images to learn from.
            validation: others; nothing is learnt from them but the temperature.
            folder: for checkpoint, logs and the trained model.
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
        self._network = _quick_network(self._architecture, training_precision())
        settings = recipe.optimizer
        self._optimizer = keras.optimizers.AdamW(
            CosineCycles(recipe, self._steps),
            weight_decay=settings.weight_decay,
        )
        self._optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        self._optimizer.build(self._network.trainable_variables)
        self._average = WeightAverage(self._network, settings.ema_momentum)
        # Taken before anything is compiled: metrics are no part of the state.
        self._state = [*self._network.variables, *self._optimizer.variables, *self._average.variables]

    @property
    def checkpoint(self) -> Path:
        """The file that a run goes on from."""
        return self._folder / "checkpoint.npz"

    def start_from(self, base_weights: str | Path) -> None:
        """Begin an Xception with the weights of ImageNet; see `start_from_imagenet`."""
        with _dtype_policy("float32"):
            plain = self._architecture.build(None)
            plain.set_weights(self._network.get_weights())
            start_from_imagenet(plain, base_weights)
        self._network.set_weights(plain.get_weights())
        self._average.restart()

    def resume(self) -> bool:
        """Go on from the checkpoint, if there is one of this recipe, or of one that ends where this one restarts.

        Raises:
            ValueError: the checkpoint is of another recipe.
        """
        if not self.checkpoint.exists():
            return False
        with np.load(self.checkpoint) as saved:
            progress = Progress(*saved["progress"].tolist())
            begun = progress.epoch + (progress.step > 0)
            if Recipe.model_validate_json(saved["recipe"].item()).begun(begun) != self._recipe.begun(begun):
                raise ValueError(f"{self.checkpoint} is of another recipe: delete it, or give another --out")
            self._progress = progress
            for index, variable in enumerate(self._state):
                variable.assign(saved[f"variable{index}"])
        print(f"Going on from {self.checkpoint}: epoch {self._progress.epoch + 1}, step {self._progress.step}.")
        return True

    def save(self, progress: Progress) -> None:
        """Write the checkpoint; one that is interrupted leaves the one before."""
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
        """Train from where the run stands to its end."""
        first_epoch = 0
        for stage in self._recipe.stages:
            past_it = first_epoch + stage.epochs
            if self._progress.epoch < past_it:
                self._run_stage(stage, past_it)
            first_epoch = past_it

    def _run_stage(self, stage: Stage, past_it: int) -> None:
        # Anew for each stage: a step that TensorFlow has traced for the size of an earlier one too rounds otherwise.
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
                    Checkpoints(self, self._recipe.checkpoint_every, self._progress),
                    keras.callbacks.TensorBoard(str(self._folder / "tensorboard"), write_graph=False),
                    keras.callbacks.LambdaCallback(on_epoch_end=lambda _, logs: logs.update(side=stage.side)),
                    keras.callbacks.CSVLogger(str(self._folder / f"{self._recipe.name}_training.csv"), append=True),
                ],
            )
            self.save(Progress(epoch + 1, 0))

    def finish(self) -> ModelMetadata:
        """Write the trained model into the folder: averaged weights, statistics at full size, temperature."""
        recipe, spec = self._recipe, self._architecture.input
        self._average.put_into(self._network)
        chosen = np.random.default_rng(recipe.seed).permutation(len(self._training.paths))[:STATISTICS_IMAGES]
        pictures = read_gray([self._training.paths[i] for i in chosen], spec.width)
        update_batch_statistics(self._network, pictures, spec.channels)
        with _dtype_policy("float32"):
            network = self._architecture.build(spec.width)
        network.set_weights([rounded_to_half(values) for values in self._network.get_weights()])
        weights = self._folder / f"{recipe.name}_model.weights.h5"
        network.save_weights(weights)
        compress(weights)
        measured = _quick_network(self._architecture, "float32")
        measured.set_weights(network.get_weights())
        validation = read_gray(self._validation.paths, spec.width)
        logits = logits_of(measured, as_input(validation, spec.channels))
        self._print_validation("full", logits)
        halved = as_input(at_half_resolution(validation), spec.channels)
        self._print_validation("half", logits_of(measured, halved))
        metadata = ModelMetadata(
            name=recipe.name,
            version=recipe.version,
            architecture=recipe.architecture,
            description=recipe.description,
            default=recipe.architecture == "xception",
            weights=weights.name,
            sha256=file_sha256(weights),
            classes=CLASSES,
            input=spec,
            feature_map=self._architecture.feature_map,
            temperature=fit_temperature(logits, self._validation.labels),
            evaluation=None,
        )
        (self._folder / f"{recipe.name}_model.json").write_text(metadata.model_dump_json(indent=2) + "\n")
        return metadata

    def _print_validation(self, resolution: str, logits: NDArray[np.float32]) -> None:
        labels = self._validation.labels
        right = labels[np.arange(len(labels)), logits.argmax(axis=1)] == 1
        known = fully_labelled(labels)
        print(
            f"Validation at {resolution} resolution: {right[known].sum()} of {known.sum()} right, "
            f"{right[~known].sum()} of {(~known).sum()} tumors of unrecorded type found."
        )


class CosineCycles(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """A recipe's learning rate at each step."""

    def __init__(self, recipe: Recipe, steps_per_epoch: int) -> None:
        warm_up = recipe.optimizer.warm_up_steps
        self._cycles: list[tuple[int, keras.optimizers.schedules.CosineDecay]] = []
        begin = 0
        for cycle in recipe.cycles:
            steps = steps_per_epoch * sum(stage.epochs for stage in cycle)
            peak = cycle[0].restart or recipe.optimizer.learning_rate
            decay = keras.optimizers.schedules.CosineDecay(
                0.0, steps - warm_up, warmup_target=peak, warmup_steps=warm_up
            )
            self._cycles.append((begin, decay))
            begin += steps

    def __call__(self, step: Any) -> Any:
        """The rate at a step, counted over all stages."""
        rate = 0.0
        for begin, decay in self._cycles:
            rate = keras.ops.where(step >= begin, decay(step - begin), rate)
        return rate


class WeightAverage(keras.callbacks.Callback):  # type: ignore[misc]
    """Exponential moving average of the trainable weights (Polyak and Juditsky 1992), after every batch."""

    def __init__(self, network: keras.Model, momentum: float) -> None:
        super().__init__()
        self._weights, self._momentum = network.trainable_variables, momentum
        self.variables = [keras.Variable(weight, trainable=False) for weight in self._weights]

    def restart(self) -> None:
        """Begin anew with the weights as they are."""
        for average, weight in zip(self.variables, self._weights, strict=True):
            average.assign(weight)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Move the average towards the weights."""
        if keras.backend.backend() == "torch":
            from research.pipeline.training.torch_layers import move_towards

            move_towards(self.variables, self._weights, 1 - self._momentum)
            return
        for average, weight in zip(self.variables, self._weights, strict=True):
            average.assign(average + (1 - self._momentum) * (weight - average))

    def put_into(self, network: keras.Model) -> None:
        """Replace the weights by their average."""
        for average, weight in zip(self.variables, network.trainable_variables, strict=True):
            weight.assign(average)


class Checkpoints(keras.callbacks.Callback):  # type: ignore[misc]
    """Saves a run every so many batches."""

    def __init__(self, trainer: Trainer, every: int, begun: Progress) -> None:
        super().__init__()
        self._trainer, self._every, self._begun = trainer, every, begun

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Save now and then."""
        done = self._begun.step + batch + 1
        if done % self._every == 0:
            self._trainer.save(Progress(self._begun.epoch, done))


def training_precision() -> str:
    """`mixed_bfloat16` where the hardware is quick at it, else `float32`."""
    if keras.backend.backend() == "torch":
        import torch

        graphics = torch.cuda.is_available()
    else:
        import tensorflow as tf

        graphics = bool(tf.config.list_physical_devices("GPU"))
    processor = Path("/proc/cpuinfo")
    quick = graphics or (processor.exists() and any(unit in processor.read_text() for unit in _FAST_BFLOAT16))
    return "mixed_bfloat16" if quick else "float32"


def _quick_network(architecture: Architecture, precision: str) -> keras.Model:
    """A network for pictures of any size, as the backend computes it fastest."""
    with _dtype_policy(precision):
        network = architecture.build(None)
        if keras.backend.backend() == "torch":
            from research.pipeline.training.torch_layers import with_fused_layers

            return with_fused_layers(network)
        return network


@contextmanager
def _dtype_policy(policy: str) -> Iterator[None]:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def update_batch_statistics(network: keras.Model, pictures: NDArray[np.uint8], channels: int) -> None:
    """Measure every batch normalization's mean and variance anew, as the plain mean over whole batches of pictures."""
    layers = [layer for layer in network._flatten_layers() if isinstance(layer, keras.layers.BatchNormalization)]
    momenta = [layer.momentum for layer in layers]
    with _without_gradients():
        for number, start in enumerate(range(0, len(pictures) - BATCH + 1, BATCH), start=1):
            for layer in layers:
                layer.momentum = 1 - 1 / number
            network(as_input(pictures[start : start + BATCH], channels), training=True)
    for layer, momentum in zip(layers, momenta, strict=True):
        layer.momentum = momentum


def _without_gradients() -> AbstractContextManager[Any]:
    """Keep PyTorch from holding on to every layer's output; TensorFlow does not unless it is told to."""
    if keras.backend.backend() != "torch":
        return nullcontext()
    import torch

    without: AbstractContextManager[Any] = torch.no_grad()
    return without


def logits_of(network: keras.Sequential, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Logits up to a constant for each image: the logarithm of the softmax, float32 `[n, 4]`."""
    probabilities: NDArray[np.float32] = network.predict(inputs, batch_size=BATCH, verbose=0)
    return np.log(np.maximum(probabilities, np.finfo(np.float32).tiny))


def rounded_to_half(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """A kernel's values as half precision holds them, in float32: they compress to about half the size.

    Vectors stay as they are: they are small, and a variance may be beyond half precision's range.
    """
    return values.astype(np.float16).astype(np.float32) if values.ndim > 1 else values


def compress(weights: Path) -> None:
    """Write a weights file anew, with HDF5's shuffle and gzip filters; Keras reads it as it is."""
    smaller = weights.with_suffix(".smaller")
    with h5py.File(weights) as source, h5py.File(smaller, "w") as target:

        def copy(name: str, item: h5py.Group | h5py.Dataset) -> None:
            if isinstance(item, h5py.Dataset):
                filters = {"shuffle": True, "compression": "gzip", "compression_opts": 9} if item.shape else {}
                copied: Any = target.create_dataset(name, data=item[()], **filters)
            else:
                copied = target.require_group(name)
            copied.attrs.update(item.attrs)

        target.attrs.update(source.attrs)
        source.visititems(copy)
    smaller.replace(weights)


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
        recipe: how.
        rows: the manifest; its test split is not looked at.
        data: the data set in the Kaggle layout.
        unknown_tumors: folder of tumors of unrecorded type, if the manifest has any.
        base_weights: where an Xception starts from; see `start_from_imagenet`.
        folder: for checkpoint, logs and the trained model.

    Raises:
        OSError: an image or the base weights cannot be read.
        ValueError: the folder holds a checkpoint of another recipe, or an image has no folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # Among thousands a few wrong labels do no harm; among the hundreds for validation they would decide.
    training = Images.of([row for row in rows if row.split is Split.TRAIN], data, unknown_tumors)
    validation = Images.of(validation_rows(rows), data, unknown_tumors)
    trainer = Trainer(recipe, training, validation, folder)
    if not trainer.resume() and recipe.architecture == "xception":
        trainer.start_from(base_weights)
    trainer.run()
    return trainer.finish()
