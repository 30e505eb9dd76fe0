"""Learning rate, moving average of the weights and checkpoints of a training run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras

from research.pipeline.training.recipe import Recipe


@dataclass
class Progress:
    """Position in a run: the current epoch, counted over all stages, and the batches of it that are done."""

    epoch: int = 0
    step: int = 0


class CosineCycles(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """A recipe's learning rate at each step: in each cycle a linear warm-up, then a cosine to zero."""

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
        """The learning rate at a step, counted over all stages."""
        rate = 0.0
        for begin, decay in self._cycles:
            rate = keras.ops.where(step >= begin, decay(step - begin), rate)
        return rate


class WeightAverage(keras.callbacks.Callback):  # type: ignore[misc]
    """Exponential moving average of the trainable weights (Polyak and Juditsky 1992), updated after every batch."""

    def __init__(self, network: keras.Model, momentum: float) -> None:
        super().__init__()
        self._weights, self._momentum = network.trainable_variables, momentum
        self.variables = [keras.Variable(weight, trainable=False) for weight in self._weights]

    def restart(self) -> None:
        """Set the average to the current weights."""
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
        """Replace the network's weights by their average."""
        for average, weight in zip(self.variables, network.trainable_variables, strict=True):
            weight.assign(average)


class Checkpoints(keras.callbacks.Callback):  # type: ignore[misc]
    """Saves a run at a fixed interval of batches."""

    def __init__(self, save: Callable[[Progress], None], every: int, begun: Progress) -> None:
        """Set the interval.

        Args:
            save: writes the checkpoint.
            every: batches from one checkpoint to the next.
            begun: position at which this epoch begins or resumes.
        """
        super().__init__()
        self._save, self._every, self._begun = save, every, begun

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Save if the interval has passed."""
        done = self._begun.step + batch + 1
        if done % self._every == 0:
            self._save(Progress(self._begun.epoch, done))
