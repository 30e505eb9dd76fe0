"""Train a network on slices of many sources, or with some sources left out, from one packed file.

Needs Keras' PyTorch backend. A run continues from its last checkpoint. The batch statistics are frozen: the network
computes in training as it does in service, although slices of very different looks share a batch.
"""

import math
import os
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from time import monotonic

import numpy as np
import torch
from numpy.typing import NDArray
from torch.utils.data import DataLoader

from app.models.classes import CLASSES
from app.models.model_file import ModelMetadata
from app.services.network.architectures.catalogue import ARCHITECTURES
from app.services.network.temperature import calibrated_probabilities, fit_temperature
from app.services.network.weights import file_sha256
from research.pipeline.data.manifest import Split
from research.pipeline.data.pack import Pack
from research.pipeline.data.slices import BR35H, DATA_SET, OTHER, patient_weights
from research.pipeline.training.across.batches import AcrossBatches, Batch, resized
from research.pipeline.training.across.headed import HeadedNetwork, Outputs, loss_of
from research.pipeline.training.across.mixture import target_of
from research.pipeline.training.across.recipe import AcrossRecipe, Phase
from research.pipeline.training.networks import BATCH, dtype_policy
from research.pipeline.training.weights_file import write_stored_form

_LARGEST_GRADIENT = 2.0


def learning_rates(phases: Sequence[Phase], warm_up: int) -> list[float]:
    """The learning rate of each step: in each phase a linear warm-up, then a cosine to zero."""
    return [
        phase.learning_rate * min((step + 1) / warm_up, 0.5 * (1 + math.cos(math.pi * step / phase.steps)))
        for phase in phases
        for step in range(phase.steps)
    ]


class AcrossRun:
    """One run in its folder."""

    def __init__(self, recipe: AcrossRecipe, pack: Pack, left_out: Sequence[str], folder: Path) -> None:
        """Build the network and its optimizer.

        Args:
            recipe: the settings.
            pack: the slices.
            left_out: sources that are not trained on.
            folder: receives checkpoint, weights and predictions.
        """
        torch.manual_seed(recipe.seed)
        torch.set_flush_denormal(True)
        self._recipe, self._pack, self._left_out, self._folder = recipe, pack, left_out, folder
        self._schedule = recipe.fold if left_out else recipe.all_sources
        self._architecture = ARCHITECTURES[recipe.architecture]
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._network = HeadedNetwork(self._architecture).to(self._device)
        weights = self._network.trained
        for weight in weights:
            weight.requires_grad_(True)
        self._optimizer = torch.optim.AdamW(
            [
                {"params": [each for each in weights if each.ndim > 1], "weight_decay": recipe.weight_decay},
                {"params": [each for each in weights if each.ndim <= 1], "weight_decay": 0.0},
            ],
            fused=True,
        )
        self._first = [weight.detach().clone() for weight in self._classifier_weights]
        self._average = [weight.detach().clone() for weight in weights]
        # The mean of the averages at the ends of the cycles. The last end has half of the weight: with equal weights
        # the accuracy on the data set was lower, without the earlier ends that at other hospitals.
        self._ends = [torch.zeros_like(weight) for weight in self._average]
        self._done = 0

    @property
    def _classifier_weights(self) -> list[torch.Tensor]:
        """Those of `trained` that are not of the further heads, which come last."""
        return [variable.value for variable in self._network.classifier.trainable_variables]

    @property
    def checkpoint(self) -> Path:
        """The file from which a run continues."""
        return self._folder / "checkpoint.pt"

    def start_from(self, weights: Path) -> None:
        """Load a weights file of the architecture."""
        with dtype_policy("float32"):
            plain = self._architecture.build(None)
        plain.load_weights(weights)
        self._network.classifier.set_weights(plain.get_weights())
        for first, weight in zip(self._first, self._classifier_weights, strict=True):
            first.copy_(weight.detach())
        for average, weight in zip(self._average, self._network.trained, strict=True):
            average.copy_(weight.detach())

    def resume(self) -> None:
        """Load the checkpoint if there is one. It lacks the batch statistics, which are those of the first weights."""
        if not self.checkpoint.exists():
            return
        saved = torch.load(self.checkpoint, map_location=self._device, weights_only=True)
        self._done = saved["done"]
        with torch.no_grad():
            for weight, stored in zip(self._network.trained, saved["weights"], strict=True):
                weight.copy_(stored)
        self._average, self._ends = saved["average"], saved["ends"]
        self._optimizer.load_state_dict(saved["optimizer"])

    def _save(self) -> None:
        unfinished = self.checkpoint.with_suffix(".unfinished")
        state = {
            "done": self._done,
            "weights": [weight.detach() for weight in self._network.trained],
            "average": self._average,
            "ends": self._ends,
            "optimizer": self._optimizer.state_dict(),
        }
        torch.save(state, unfinished)
        unfinished.replace(self.checkpoint)

    def run(self) -> None:
        """Train from the current step to the end of the recipe."""
        recipe, first = self._recipe, self._done
        members = [
            number
            for number, item in enumerate(self._pack.slices)
            if item.split is Split.TRAIN and item.source not in self._left_out
        ]
        batches = AcrossBatches(
            self._pack, members, recipe=recipe, schedule=self._schedule, grid=self._architecture.feature_map
        )
        rates = learning_rates(self._schedule.phases, recipe.warm_up_steps)
        # Batches do not depend on the number of processes that prepare them.
        workers = max(1, (os.cpu_count() or 1) - 1)
        loader = DataLoader(
            batches, batch_size=None, sampler=range(first, len(batches)), num_workers=workers, prefetch_factor=3
        )
        begun, losses = monotonic(), []
        for batch in loader:
            losses.append(self._step(batch.to(self._device), rates[self._done]))
            self._done += 1
            if self._done in self._schedule.cycle_ends:
                is_first = self._done == self._schedule.cycle_ends[0]
                torch._foreach_lerp_(self._ends, self._average, 1.0 if is_first else 0.5)
            if self._done % recipe.checkpoint_every == 0 or self._done == len(batches):
                self._save()
                seconds = (monotonic() - begun) / (self._done - first)
                mean = np.mean(losses[-recipe.checkpoint_every :])
                self._log(float(mean))
                print(f"{self._done} of {len(batches)} steps, loss {mean:.4f}, {seconds:.2f} s a step", flush=True)

    def _log(self, loss: float) -> None:
        path = self._folder / f"{self._recipe.name}_training.csv"
        header = "" if path.exists() else "step,loss\n"
        with path.open("a") as file:
            file.write(f"{header}{self._done},{loss:.4f}\n")

    def _step(self, batch: Batch, rate: float) -> float:
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        weights = self._network.trained
        self._optimizer.zero_grad()
        total = 0.0
        # A batch of 32 pictures of 299 pixels needs 22 GB at once, and 11 GB in halves.
        for half in batch.halves():
            loss = loss_of(self._network(half.pictures, training=True), half, self._recipe.label_smoothing) / 2
            loss.backward()
            total += float(loss.item())
        torch.nn.utils.clip_grad_norm_(weights, _LARGEST_GRADIENT)
        self._optimizer.step()
        with torch.no_grad():
            # The average forgets its start as fast as it can, until it reaches its momentum.
            momentum = min(self._recipe.ema_momentum, (self._done + 1) / (self._done + 10))
            torch._foreach_lerp_(self._average, weights, 1 - momentum)
        return total

    def finish(self) -> None:
        """Write the weights, their metadata, the heads, and predictions for validation and left-out slices.

        The weights are the mean of the cycles' ends, each an average over its last steps, mixed with the first weights
        by the best of the recipe's shares.
        """
        numbers = [
            number
            for number, item in enumerate(self._pack.slices)
            if item.split is Split.VALIDATION or item.source in self._left_out
        ]
        predicted, losses = {}, {}
        # A fold is measured without mixing: each share takes another pass over all slices.
        for share in (1.0,) if self._left_out else self._recipe.shares:
            self._mix(share)
            predicted[share] = self._predict(numbers)
            losses[share] = self._validation_loss(numbers, predicted[share]["logs"])
            print(f"share {share} of the trained weights: validation loss {losses[share]:.4f}", flush=True)
        best = min(losses, key=losses.__getitem__)
        self._mix(best)
        outputs = predicted[best]
        with dtype_policy("float32"):
            plain = self._architecture.build(self._architecture.input.width)
        plain.set_weights(self._network.classifier.get_weights())
        weights = self._folder / f"{self._recipe.name}_model.weights.h5"
        plain.save_weights(weights)
        write_stored_form(weights, weights)
        arrays = {
            f"{name}_{part}": value.detach().cpu().numpy()
            for name, head in self._network.heads.items()
            for part, value in head.named_parameters()
        }
        np.savez(self._folder / "heads.npz", allow_pickle=False, **arrays)
        side = self._schedule.predicted_side
        predictions = self._folder / "predictions.npz"
        np.savez(predictions, allow_pickle=False, numbers=np.array(numbers), side=np.array(side), **outputs)
        self._write_metadata(weights, self._temperature(numbers, outputs["logs"]))

    def _mix(self, share: float) -> None:
        with torch.no_grad():
            for weight, ends in zip(self._network.trained, self._ends, strict=True):
                weight.copy_(ends)
            torch._foreach_lerp_(self._classifier_weights, self._first, 1 - share)

    def _validation_loss(self, numbers: Sequence[int], logs: NDArray[np.float16]) -> float:
        """The log loss at the best temperature."""
        usable, allowed, weights = self._usable(numbers)
        temperature = fit_temperature(logs[usable], allowed, weights)
        losses = -np.log((calibrated_probabilities(logs[usable], temperature) * allowed).sum(axis=1).clip(1e-7))
        return float(np.average(losses, weights=weights))

    def _temperature(self, numbers: Sequence[int], logs: NDArray[np.float16]) -> float:
        """The temperature that fits the validation slices of the four classes, and tumors of unrecorded type."""
        usable, allowed, weights = self._usable(numbers)
        return fit_temperature(logs[usable], allowed, weights)

    def _usable(self, numbers: Sequence[int]) -> tuple[NDArray[np.bool_], NDArray[np.float32], NDArray[np.float64]]:
        """The slices by which the predictions are measured.

        Returns:
            Which slices these are, bool `[n]`; their allowed classes, float32 `[usable, 4]`; and their weights, float64
            `[usable]`: the data set and the other hospitals count the same, and in both every patient does.
        """
        slices = [self._pack.slices[number] for number in numbers]
        usable = np.array(
            [
                item.split is Split.VALIDATION and item.label != OTHER and item.source not in self._left_out
                for item in slices
            ]
        )
        allowed = np.array([target_of(item) for item in slices], np.float32) > 0
        measured = [item for item, is_usable in zip(slices, usable.tolist(), strict=True) if is_usable]
        weights = patient_weights(measured)
        own = np.array([item.source in (DATA_SET, BR35H) for item in measured])
        for half in (own, ~own):
            weights[half] /= weights[half].sum()
        return usable, allowed[usable].astype(np.float32), weights

    def _write_metadata(self, weights: Path, temperature: float) -> None:
        recipe = self._recipe
        metadata = ModelMetadata(
            name=recipe.name,
            version=recipe.version,
            architecture=recipe.architecture,
            description=recipe.description,
            default=recipe.architecture == "xception",
            weights=weights.name,
            sha256=file_sha256(weights),
            classes=CLASSES,
            input=self._architecture.input,
            feature_map=self._architecture.feature_map,
            temperature=temperature,
        )
        (self._folder / f"{recipe.name}_model.json").write_text(metadata.model_dump_json(indent=2) + "\n")

    @torch.no_grad()  # type: ignore[untyped-decorator]
    def _predict(self, numbers: Sequence[int]) -> dict[str, NDArray[np.float16]]:
        names = [field.name for field in fields(Outputs)]
        parts: dict[str, list[NDArray[np.float16]]] = {name: [] for name in names}
        for start in range(0, len(numbers), BATCH):
            chosen = [self._pack.pictures[number] for number in numbers[start : start + BATCH]]
            pictures = np.array([resized(picture, self._schedule.predicted_side) for picture in chosen])
            outputs = self._network(torch.from_numpy(pictures).to(self._device), training=False)
            for name, values in parts.items():
                values.append(getattr(outputs, name).half().cpu().numpy())
        return {name: np.concatenate(values) for name, values in parts.items()}


def train_across(recipe: AcrossRecipe, pack: Pack, left_out: Sequence[str], start: Path, folder: Path) -> None:
    """Train without some sources and write weights, further heads and predictions into a folder.

    Args:
        recipe: the settings.
        pack: the slices.
        left_out: names of sources; empty for the model that ships.
        start: the weights file to start from.
        folder: the folder of the run; a run that was interrupted continues.

    Raises:
        OSError: the weights cannot be read, or the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    run = AcrossRun(recipe, pack, left_out, folder)
    run.start_from(start)
    run.resume()
    run.run()
    run.finish()
