"""The models in the models folder: what each is, known at once, and the networks themselves, loaded once."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from app import __version__
from app.config.settings import ConfigurationError, GateChoice, Settings, Switch
from app.models.measured.test_set import TestSetReport
from app.models.model_file import ModelMetadata, read_metadata
from app.models.problems import ModelNotReady, NotFound
from app.services.imaging.fingerprints import TrainingScans
from app.services.imaging.reading import Limits
from app.services.inference.cache import AnswerCache
from app.services.inference.predictor import Prediction, Predictor
from app.services.inference.site_file import read_site_file
from app.services.network.classifier import Classifier
from app.services.network.weights import file_sha256
from app.services.trust.gate import Gate, open_gate

if TYPE_CHECKING:  # comes in where drift is watched alone
    from app.services.drift.reference import DriftReference

RETRY_AFTER_S = 5

log = structlog.get_logger()


class ModelRegistry:
    """All models that are served, by name."""

    def __init__(self, settings: Settings) -> None:
        """Read every model's metadata and check its weights file, without loading any network.

        Raises:
            ConfigurationError: no model, metadata that is not valid, weights that are missing, no default, or several,
                a gate is to be enforced or drift to be watched, and a model has not what that needs, or a site's file
                is of other weights.
        """
        self._settings = settings
        folder = settings.models_dir
        self._predictors: dict[str, Predictor] = {}
        self.precisions: dict[str, str] = {}
        self.catalogue = {metadata.name: metadata for metadata in map(_read, sorted(folder.glob("*_model.json")))}
        if settings.site_file:
            site = read_site_file(settings.site_file, self.catalogue)
            self.catalogue[site.name] = site
        if not self.catalogue:
            raise ConfigurationError(
                f"there is no model in {folder}. Set MODELS_DIR to a folder with weights, or unpack "
                f"btc-models-{__version__}.tar.gz, which is attached to the release, in {folder.parent}."
            )
        self.default = self._chosen_default()
        self.catalogue = {
            name: metadata.model_copy(update={"default": name == self.default})
            for name, metadata in self.catalogue.items()
        }
        self._gates = {name: _gate(metadata, settings) for name, metadata in self.catalogue.items()}
        self.drift_references = _drift_references(settings, self.catalogue, self._gates)

    def _chosen_default(self) -> str:
        chosen, folder = self._settings.default_model, self._settings.models_dir
        if chosen is not None:
            if chosen not in self.catalogue:
                raise ConfigurationError(
                    f"DEFAULT_MODEL={chosen}: there is no such model in {folder}. Known: {', '.join(self.catalogue)}"
                )
            return chosen
        defaults = [name for name, metadata in self.catalogue.items() if metadata.default]
        if len(defaults) != 1:
            raise ConfigurationError(f'exactly one model in {folder} must have "default": true; found {defaults}.')
        return defaults[0]

    @property
    def ready(self) -> bool:
        """Whether every model is loaded and has answered its warm-up."""
        return len(self._predictors) == len(self.catalogue)

    def load(self) -> None:
        """Load and warm up every network; takes seconds.

        Raises:
            ConfigurationError: weights, a graph or a gate do not fit their network, or the engine is not installed.
        """
        settings = self._settings
        limits = Limits(settings.max_upload_bytes, settings.max_pixels)
        cache: AnswerCache[Prediction] = AnswerCache(settings.cache_bytes)
        for name, metadata in self.catalogue.items():
            classifier = Classifier(
                metadata, settings.models_dir / metadata.weights, settings.engine, settings.precision
            )
            self.precisions[name] = classifier.precision.value
            gate = self._gates[name]
            if gate and gate.features != classifier.features:
                raise ConfigurationError(
                    f"the gate of {name} was fitted to {gate.features:,} features, and its network gives "
                    f"{classifier.features:,}. Fit it with `python -m research.pipeline trust {name}`."
                )
            self._predictors[name] = Predictor(
                metadata,
                classifier,
                limits=limits,
                cache=cache,
                gate=gate,
                gate_choice=settings.gate,
                drift_reference=self.drift_references.get(name),
            )

    def describe(self, name: str | None) -> ModelMetadata:
        """A model's metadata, the default's where no name is given.

        Raises:
            NotFound: no such model.
        """
        name = name or self.default
        if name not in self.catalogue:
            raise NotFound(f"There is no model {name!r}.", accepted=sorted(self.catalogue))
        return self.catalogue[name]

    @cached_property
    def training_scans(self) -> TrainingScans | None:
        """What tells copies of training scans; None where that is not known. Read when first asked for."""
        return TrainingScans.read(self._settings.models_dir)

    def report(self, name: str) -> TestSetReport:
        """All that was measured of a model.

        Raises:
            NotFound: no such model, or nothing was measured of its weights.
        """
        metadata = self.describe(name)
        path = self._settings.models_dir / f"{metadata.name}_report.json"
        try:
            report = TestSetReport.model_validate_json(path.read_bytes())
        except (OSError, ValueError):
            report = None
        if report is None or report.sha256 != metadata.sha256:
            raise NotFound(f"There is no evaluation report of the weights that {metadata.name} has.")
        return report

    def predictor(self, name: str | None) -> Predictor:
        """A loaded model, the default where no name is given.

        Raises:
            NotFound: no such model.
            ModelNotReady: it is still loading.
        """
        metadata = self.describe(name)
        self.require_ready()
        return self._predictors[metadata.name]

    def require_ready(self) -> None:
        """Do nothing once everything is loaded.

        Raises:
            ModelNotReady: it is not yet.
        """
        if not self.ready:
            raise ModelNotReady("The model is still loading. Try again in a few seconds.", retry_after=RETRY_AFTER_S)


def _drift_references(
    settings: Settings, catalogue: dict[str, ModelMetadata], gates: dict[str, Gate | None]
) -> "dict[str, DriftReference]":
    if settings.drift is Switch.OFF:
        return {}
    if without := [name for name, gate in gates.items() if gate is None]:
        raise ConfigurationError(
            f"DRIFT=on watches the gate's score, and {', '.join(without)} has no gate: set GATE=warn, and fit what is "
            "missing with `python -m research.pipeline trust`."
        )
    from app.services.drift.reference import DriftReference

    return {name: DriftReference.read(metadata, settings.models_dir) for name, metadata in catalogue.items()}


def _read(path: Path) -> ModelMetadata:
    try:
        metadata = read_metadata(path)
    except (OSError, ValueError) as error:
        fault = " ".join(str(error).split())
        raise ConfigurationError(f"the model metadata {path} is not valid: {fault}") from error
    actual = file_sha256(path.parent / metadata.weights)
    if actual == metadata.sha256:
        return metadata
    # Other weights than the metadata speaks of, such as one's own: they may serve, but nothing measured on
    # the former holds for them.
    log.warning("weights_not_evaluated", model=metadata.name, expected_sha256=metadata.sha256, sha256=actual)
    return metadata.model_copy(
        update={
            "version": f"unknown-{actual[:12]}",
            "sha256": actual,
            "description": "Weights that were put here without an evaluation of their own.",
            "temperature": 1.0,
            "evaluation": None,
            "trust": None,
        }
    )


def _gate(metadata: ModelMetadata, settings: Settings) -> Gate | None:
    """The gate of a model; None where nobody is to look, or where there is none and nobody insists."""
    if settings.gate is GateChoice.OFF:
        return None
    try:
        return open_gate(metadata, settings.models_dir)
    except ConfigurationError as error:
        if settings.gate is GateChoice.ENFORCE:
            raise ConfigurationError(f"GATE=enforce: {error}") from error
        log.warning("gate_missing", model=metadata.name, reason=str(error))
        return None
