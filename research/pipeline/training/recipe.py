"""Training settings: `recipes/<model>.toml`, one file per model."""

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from app.models.strict import Fraction, Strict

RECIPES = Path(__file__).parent / "recipes"

Range = tuple[float, float]


class OptimizerSettings(Strict):
    """AdamW (Loshchilov and Hutter 2019, https://arxiv.org/abs/1711.05101), linear warm-up, then cosine to zero.

    A stage can restart both (Loshchilov and Hutter 2017, https://arxiv.org/abs/1608.03983).
    """

    learning_rate: float = Field(gt=0, description="Highest learning rate.")
    warm_up_steps: int = Field(ge=0)
    weight_decay: float = Field(ge=0)
    ema_momentum: float = Field(
        gt=0, lt=1, description="Momentum of the average of the weights; the average is the trained model."
    )


class LossSettings(Strict):
    """The loss; see `loss.py`."""

    label_smoothing: Fraction


class Stage(Strict):
    """A number of epochs at one input size."""

    side: int = Field(ge=64, description="Height and width of the input, in pixels.")
    epochs: int = Field(gt=0)
    zoom: Range = Field(description="Range of the random scale; above 1 enlarges.")
    restart: float | None = Field(
        None,
        gt=0,
        description="The learning rate rises to this value again at the start of the stage, then falls to zero.",
    )
    mixup: float | None = Field(
        None, gt=0, description="Pictures are blended in pairs, with weights from a beta distribution with this alpha."
    )


class AugmentationSettings(Strict):
    """Ranges and probabilities of the random changes of a picture; see `augment.py`."""

    rotation: float = Field(ge=0, description="Largest angle in degrees, in either direction.")
    shift: float = Field(ge=0, description="Largest shift as a fraction of the side, in either direction.")
    stretch: float = Field(
        ge=0, description="Largest logarithm of the separate scales of the two axes, in either direction."
    )
    shear: float = Field(ge=0, description="Largest shear along each axis, in either direction.")
    mirror: Fraction
    upside_down: Fraction
    gamma: Range
    contrast: Range
    brightness: Range = Field(description="Added, as a fraction of white.")
    equalize: Fraction = Field(description="Probability of a partial histogram equalisation.")
    lost_resolution: Fraction = Field(description="Probability of a reduction followed by an enlargement.")
    blur: Fraction
    sharpen: Fraction
    jpeg: Fraction = Field(description="Probability of a compression at low quality.")
    noise: Fraction
    black_border: Fraction


class Recipe(Strict):
    """All settings that determine a trained model, except the data."""

    name: str = Field(pattern=r"^[a-z0-9-]+$", description="Name of the model, in requests and file names.")
    version: str
    description: str = Field(description="What the model is and how it was trained, for its metadata.")
    architecture: Literal["xception", "cnn"]
    seed: int = Field(ge=0)
    batch_size: int = Field(gt=0)
    unknown_tumors_per_batch: int = Field(ge=0)
    checkpoint_every: int = Field(gt=0, description="Batches from one checkpoint to the next.")
    optimizer: OptimizerSettings
    loss: LossSettings
    stages: tuple[Stage, ...] = Field(min_length=1)
    augmentation: AugmentationSettings

    @property
    def cycles(self) -> list[list[Stage]]:
        """The stages, grouped by the restarts of the learning rate."""
        cycles: list[list[Stage]] = []
        for stage in self.stages:
            if not cycles or stage.restart is not None:
                cycles.append([])
            cycles[-1].append(stage)
        return cycles

    def begun(self, epochs: int) -> "Recipe":
        """The part of the recipe that determines the first epochs: without version and later cycles."""
        stages: list[Stage] = []
        for cycle in self.cycles:
            if sum(stage.epochs for stage in stages) < epochs:
                stages += cycle
        return self.model_copy(update={"stages": tuple(stages), "version": ""})

    @model_validator(mode="after")
    def _some_labelled(self) -> "Recipe":
        if self.unknown_tumors_per_batch >= self.batch_size:
            raise ValueError("unknown_tumors_per_batch must be less than batch_size")
        return self


def read_recipe(path: Path) -> Recipe:
    """Read a recipe.

    Raises:
        OSError: the file cannot be read.
        ValueError: the file is not valid TOML, or not a recipe.
    """
    with path.open("rb") as file:
        return Recipe.model_validate(tomllib.load(file))
