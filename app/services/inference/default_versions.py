"""The file `default_versions.json`: which versions answer the requests that name none."""

from pathlib import Path
from typing import Any, Self

from pydantic import Field, RootModel, ValidationError, model_validator

from app.config.settings import ConfigurationError
from app.models.strict import Strict

CHOICE_FILE = "default_versions.json"


class ChosenVersions(Strict):
    """The versions of a model for requests that name none.

    Attributes:
        default: the version for all of them, or for those that the canary does not answer.
        canary: another version, which answers a share of them.
        share: that share.
    """

    default: str
    canary: str | None = None
    share: float = Field(0.0, ge=0, le=1, strict=True)

    @model_validator(mode="before")
    @classmethod
    def _of_text(cls, value: Any) -> Any:
        return {"default": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.canary is None) != ("share" not in self.model_fields_set):
            raise ValueError("`canary` and `share` belong together; state both or none")
        if self.canary == self.default:
            raise ValueError("`canary` is the default version; it must be another one")
        return self


class DefaultVersions(RootModel[dict[str, ChosenVersions]]):
    """The content of the file, by name of the model; a text instead of an object is the default version."""


def choose_versions(folder: Path, known: dict[str, list[str]]) -> dict[str, ChosenVersions]:
    """The versions of each model: those of the file, or else the first one.

    Args:
        folder: the models folder, which may have the file.
        known: versions by name of the model; the first is that of the models folder itself, if it has one.

    Raises:
        ConfigurationError: the file cannot be read, is not valid, or names an unknown version.
    """
    path = folder / CHOICE_FILE
    try:
        stated = DefaultVersions.model_validate_json(path.read_bytes()).root if path.exists() else {}
    except ValidationError as error:
        faults = "; ".join(": ".join((*map(str, fault["loc"]), fault["msg"])) for fault in error.errors())
        raise ConfigurationError(
            f'{path} is not valid: {faults}. State a version for each model, or {{"default": VERSION, "canary": '
            'VERSION, "share": 0 to 1}.'
        ) from error
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}.") from error
    for name, versions in stated.items():
        for version in (versions.default, versions.canary):
            if version is not None and version not in known.get(name, []):
                raise ConfigurationError(
                    f"{path} names the version {version} of {name}; there are: "
                    f"{', '.join(known.get(name, [])) or 'none'}."
                )
    return {name: stated.get(name, ChosenVersions(default=versions[0])) for name, versions in known.items()}
