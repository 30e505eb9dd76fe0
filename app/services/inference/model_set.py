"""The content of the models folder at one moment: every version of every model."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import structlog

from app import __version__
from app.config.choices import GateChoice, Switch
from app.config.settings import ConfigurationError, Settings
from app.models.measured.external import ExternalMeasurement, read_external
from app.models.model_file import ModelMetadata, read_metadata
from app.models.problems import NotFound
from app.services.imaging.fingerprints import TrainingScans
from app.services.inference.default_versions import CHOICE_FILE, ChosenVersions, choose_versions
from app.services.inference.predictor import Predictor
from app.services.inference.site_file import fit_to_site
from app.services.network.weights import file_sha256
from app.services.trust.gate import Gate, open_gate
from app.services.trust.heads import Heads, open_heads

if TYPE_CHECKING:  # lazy import: needed only if drift is monitored
    from app.services.drift.reference import DriftReference

# Metadata, folder, and whether the weights are those that the metadata describes; by name and version.
_ReadVersions: TypeAlias = dict[str, dict[str, tuple[ModelMetadata, Path, bool]]]

log = structlog.get_logger()


@dataclass(frozen=True)
class ModelVersion:
    """A version of a model: its files, and what was read from them.

    Attributes:
        metadata: with the changes of the site's file.
        folder: of the files.
        measured: whether the weights are those that the metadata file describes.
        gate: None if it is turned off, or if it is missing and not enforced.
        heads: None for a model without further heads.
        external: the measurement at other hospitals; None without one of this version.
    """

    metadata: ModelMetadata
    folder: Path
    measured: bool
    gate: Gate | None
    heads: Heads | None
    external: ExternalMeasurement | None

    @property
    def weights(self) -> Path:
        """The weights file."""
        return self.folder / self.metadata.weights


@dataclass(frozen=True)
class Canary:
    """A version that answers a share of the requests that name no version; the share is 0 to 1."""

    version: str
    share: float


@dataclass(frozen=True)
class ModelSet:
    """Every version of every model.

    Attributes:
        folder: the models folder.
        default: name of the model for requests that name no model.
        versions: by name, and by version; the default version of each model first.
        canaries: by name, for the models that have one.
        drift_references: that of the default version of every model, by name; empty if drift is not monitored.
        predictors: by name and version; empty before the networks are loaded.
        wrong: names of the models whose network has computed wrongly.
    """

    folder: Path
    default: str
    versions: dict[str, dict[str, ModelVersion]]
    canaries: dict[str, Canary]
    drift_references: "dict[str, DriftReference]"
    predictors: dict[tuple[str, str], Predictor] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)

    @cached_property
    def catalogue(self) -> dict[str, ModelMetadata]:
        """Metadata of the default version of every model, in the order of the names."""
        return {name: next(iter(versions.values())).metadata for name, versions in self.versions.items()}

    @cached_property
    def training_scans(self) -> TrainingScans | None:
        """Fingerprints of the training scans, read on first use; None if their file is missing."""
        return TrainingScans.read(self.folder)

    def versions_of(self, name: str | None) -> list[ModelVersion]:
        """See `ModelRegistry.versions`."""
        name = self.default if name is None else name
        if name not in self.versions:
            raise NotFound(f"There is no model {name!r}.", accepted=sorted(self.versions))
        return list(self.versions[name].values())

    def describe(self, name: str | None, version: str | None = None) -> ModelMetadata:
        """See `ModelRegistry.describe`."""
        known = [each.metadata for each in self.versions_of(name)]
        chosen = next((metadata for metadata in known if version in (None, metadata.version)), None)
        if chosen is None:
            raise NotFound(
                f"There is no version {version!r} of the model {known[0].name!r}.",
                accepted=[metadata.version for metadata in known],
            )
        return chosen

    def all(self) -> list[ModelVersion]:
        """Every version."""
        return [version for versions in self.versions.values() for version in versions.values()]


def read_models(settings: Settings) -> ModelSet:
    """Read every version's metadata and check its weights file, without loading any network.

    The models folder has one version of each model. Folders in it may have further versions, in the same layout.

    Raises:
        ConfigurationError: there is no model, or not exactly one default model, or not one default version of a model;
            metadata or the choice of versions is invalid; weights are missing; a canary lacks something that the
            default version has; the gate is enforced or drift is monitored, and a model lacks the
            files for it; or a site's file belongs to other weights, or is missing for a version that answers by
            default.
    """
    folder = settings.models_dir
    read: _ReadVersions = {}
    # A folder with a leading dot is one that is still being copied.
    folders = [folder, *sorted(path for path in folder.glob("[!.]*") if path.is_dir())]
    for path in [path for each in folders for path in sorted(each.glob("*_model.json"))]:
        metadata, measured = _read(path)
        versions = read.setdefault(metadata.name, {})
        if other := versions.get(metadata.version):
            raise ConfigurationError(
                f"the version {metadata.version} of {metadata.name} is in {other[1]} and in {path.parent}."
            )
        versions[metadata.version] = metadata, path.parent, measured
    if not read:
        raise ConfigurationError(
            f"there is no model in {folder}. Set MODELS_DIR to a folder with weights, or unpack "
            f"btc-models-{__version__}.tar.gz, which is attached to the release, in {folder.parent}."
        )
    chosen = choose_versions(folder, {name: list(versions) for name, versions in read.items()})
    catalogue = {name: read[name][chosen[name].default][0] for name in sorted(read)}
    default = _chosen_model(settings, catalogue)
    served = _fitted_to_site(settings.site_file, read, chosen)
    found: dict[str, dict[str, ModelVersion]] = {}
    for name in catalogue:
        found[name] = {}
        default_version = chosen[name].default
        others = [version for version in read[name] if version != default_version]
        for version in (default_version, *others):
            _, parent, measured = read[name][version]
            metadata = served[name, version].model_copy(update={"default": name == default})
            found[name][metadata.version] = ModelVersion(
                metadata=metadata,
                folder=parent,
                measured=measured,
                gate=_gate(metadata, parent, settings),
                heads=open_heads(metadata, parent),
                external=_external(metadata, parent),
            )
    canaries = {
        name: Canary(served[name, versions.canary].version, versions.share)
        for name, versions in chosen.items()
        if versions.canary
    }
    for name, canary in canaries.items():
        _check_canary(next(iter(found[name].values())), found[name][canary.version])
    return ModelSet(
        folder=folder,
        default=default,
        versions=found,
        canaries=canaries,
        drift_references=_drift_references(settings, found),
    )


def _fitted_to_site(
    site: Path | None, read: _ReadVersions, chosen: dict[str, ChosenVersions]
) -> dict[tuple[str, str], ModelMetadata]:
    """Metadata of every version by name and version, with the changes of the site's files."""
    stated = {
        (name, version): metadata for name, versions in read.items() for version, (metadata, *_) in versions.items()
    }
    if site is None:
        return stated
    served = dict(zip(stated, fit_to_site(site, list(stated.values())), strict=True))
    fitted = [each for each in stated if served[each] is not stated[each]]
    for name in dict(fitted):
        for version in (chosen[name].default, chosen[name].canary):
            if version is not None and (name, version) not in fitted:
                raise ConfigurationError(
                    f"SITE_FILE={site} was fitted to {', '.join(other for model, other in fitted if model == name)} of "
                    f"{name}, and not to {version}, which answers requests that name no version. Make SITE_FILE a "
                    "folder with a file for each of them, and write that of this version: `SITE_FILE= python -m app "
                    f"evaluate SCANS --model {name}@{version} --fit FILE`."
                )
    return served


def _check_canary(default: ModelVersion, canary: ModelVersion) -> None:
    """Check that a request for the default version can be answered by the canary too."""
    missing = {
        "a gate": default.gate is not None and canary.gate is None,
        "further heads": default.heads is not None and canary.heads is None,
        "the same input": default.metadata.input != canary.metadata.input,
    }
    if lacks := [what for what, lacking in missing.items() if lacking]:
        raise ConfigurationError(
            f"{CHOICE_FILE} makes {canary.metadata.version} of {canary.metadata.name} a canary, but it lacks what the "
            f"default version has: {', '.join(lacks)}."
        )


def _chosen_model(settings: Settings, catalogue: dict[str, ModelMetadata]) -> str:
    chosen, folder = settings.default_model, settings.models_dir
    if chosen is not None:
        if chosen not in catalogue:
            raise ConfigurationError(
                f"DEFAULT_MODEL={chosen}: there is no such model in {folder}. Known: {', '.join(catalogue)}"
            )
        return chosen
    defaults = [name for name, metadata in catalogue.items() if metadata.default]
    if len(defaults) != 1:
        raise ConfigurationError(f'exactly one model in {folder} must have "default": true; found {defaults}.')
    return defaults[0]


def _drift_references(settings: Settings, found: dict[str, dict[str, ModelVersion]]) -> "dict[str, DriftReference]":
    if settings.drift is Switch.OFF:
        return {}
    served = {name: next(iter(versions.values())) for name, versions in found.items()}
    if without := [name for name, version in served.items() if version.gate is None]:
        raise ConfigurationError(
            f"DRIFT=on needs the gate's score, and {', '.join(without)} has no gate: set GATE=warn, and fit a missing "
            "gate with `python -m research.pipeline trust`."
        )
    from app.services.drift.reference import DriftReference

    return {name: DriftReference.read(version.metadata, version.folder) for name, version in served.items()}


def _read(path: Path) -> tuple[ModelMetadata, bool]:
    """Metadata, and whether it describes the weights beside it."""
    try:
        metadata = read_metadata(path)
    except (OSError, ValueError) as error:
        fault = " ".join(str(error).split())
        raise ConfigurationError(f"the model metadata {path} is not valid: {fault}") from error
    actual = file_sha256(path.parent / metadata.weights)
    if actual == metadata.sha256:
        return metadata, True
    # The weights may differ from those that the metadata describes, such as a user's own. They may serve, but no
    # measurement applies to them.
    log.warning("weights_not_evaluated", model=metadata.name, expected_sha256=metadata.sha256, sha256=actual)
    unknown = metadata.model_copy(
        update={
            "version": f"unknown-{actual[:12]}",
            "sha256": actual,
            "description": "Weights without an evaluation.",
            "temperature": 1.0,
            "phantom": None,
            "evaluation": None,
            "trust": None,
        }
    )
    return unknown, False


def _external(metadata: ModelMetadata, folder: Path) -> ExternalMeasurement | None:
    try:
        found = read_external(folder, metadata.name)
    except OSError:
        return None
    except ValueError as error:
        raise ConfigurationError(
            f"the measurement of {metadata.name} at other hospitals is not valid: {error}"
        ) from error
    # A site's file changes the thresholds, not the network; its version has a suffix.
    return found if found.version == metadata.version.partition("+")[0] else None


def _gate(metadata: ModelMetadata, folder: Path, settings: Settings) -> Gate | None:
    """The gate of a model; None if it is turned off, or if it is missing and not enforced."""
    if settings.gate is GateChoice.OFF:
        return None
    try:
        return open_gate(metadata, folder)
    except ConfigurationError as error:
        if settings.gate is GateChoice.ENFORCE:
            raise ConfigurationError(f"GATE=enforce: {error}") from error
        log.warning("gate_missing", model=metadata.name, reason=str(error))
        return None
