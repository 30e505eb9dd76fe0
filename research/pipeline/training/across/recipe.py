"""Settings of a training across sources: `recipes/<model>.toml` in this folder."""

import tomllib
from itertools import accumulate
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from app.models.strict import Fraction, Strict
from research.pipeline.training.across.mixture import MixtureSettings
from research.pipeline.training.across.restyle import RestyleSettings
from research.pipeline.training.recipe import AugmentationSettings, Range

RECIPES = Path(__file__).parent / "recipes"


class Phase(Strict):
    """A number of steps with one cycle of the learning rate."""

    steps: int = Field(gt=0)
    sides: tuple[int, ...] = Field(min_length=1, description="Sides of the pictures; each batch has one of them.")
    zoom: Range = Field(description="Range of the random scale; above 1 enlarges.")
    restyled: Fraction = Field(description="Share of the slices whose look may change.")
    learning_rate: float = Field(gt=0, description="Highest learning rate; a cosine to zero follows.")
    ends_cycle: bool = Field(
        False,
        description="The weights after this phase are a part of the trained model: each such part is averaged with the "
        "mean of the earlier ones (after Izmailov et al. 2018, https://arxiv.org/abs/1803.05407: a plain mean).",
    )


class Schedule(Strict):
    """The phases of a run and the size of the pictures that measure its result."""

    phases: tuple[Phase, ...] = Field(min_length=1)
    predicted_side: int = Field(ge=64, description="Side of the pictures that the finished network is measured on.")

    @model_validator(mode="after")
    def _ends_a_cycle(self) -> Self:
        if not self.phases[-1].ends_cycle:
            raise ValueError("the last phase must end a cycle")
        return self

    @property
    def cycle_ends(self) -> tuple[int, ...]:
        """The steps after which a cycle ends."""
        steps = accumulate(phase.steps for phase in self.phases)
        return tuple(step for step, phase in zip(steps, self.phases, strict=True) if phase.ends_cycle)


class AcrossRecipe(Strict):
    """All settings that determine a trained model, except the data and the first weights."""

    name: str = Field(pattern=r"^[a-z0-9-]+$", description="Name of the model.")
    version: str = Field(description="Version of the weights.")
    description: str = Field(description="Description of the network and its training.")
    architecture: Literal["xception", "cnn"]
    seed: int = Field(ge=0)
    batch_size: int = Field(gt=0)
    checkpoint_every: int = Field(gt=0, description="Steps from one checkpoint to the next.")
    warm_up_steps: int = Field(gt=0, description="Steps of the linear warm-up of each phase.")
    weight_decay: float = Field(ge=0)
    ema_momentum: float = Field(gt=0, lt=1, description="Momentum of the weights' average.")
    label_smoothing: Fraction
    shares: tuple[Fraction, ...] = Field(
        min_length=1,
        description="Shares of the trained weights in mixtures with the first ones; the validation slices choose one "
        "(Wortsman et al. 2022, https://arxiv.org/abs/2109.01903).",
    )
    all_sources: Schedule = Field(description="The run that makes the model.")
    fold: Schedule = Field(description="A run without some sources; shorter, since there are many.")
    mixture: MixtureSettings
    restyle: RestyleSettings
    augmentation: AugmentationSettings


def read_across_recipe(path: Path) -> AcrossRecipe:
    """Read a recipe.

    Raises:
        OSError: the file cannot be read.
        ValueError: the file is not valid TOML, or not a recipe.
    """
    with path.open("rb") as file:
        return AcrossRecipe.model_validate(tomllib.load(file))
