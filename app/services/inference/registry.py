"""The models of the models folder: their metadata, read at start, and their networks, loaded once."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from app import __version__
from app.config.choices import GateChoice, Switch
from app.config.settings import ConfigurationError, Settings
from app.models.measured.external import ExternalMeasurement, read_external
from app.models.measured.test_set import TestSetReport
from app.models.model_file import ModelMetadata, read_metadata
from app.models.problems import ModelNotReady, NotFound
from app.services.imaging.fingerprints import TrainingScans
from app.services.imaging.reading import Limits, Reader, read_scan
from app.services.inference.cache import AnswerCache
from app.services.inference.predictor import Prediction, Predictor
from app.services.inference.site_file import read_site_file
from app.services.network.classifier import Classifier
from app.services.network.phantom import deviation
from app.services.network.weights import file_sha256
from app.services.trust.gate import Gate, open_gate
from app.services.trust.heads import open_heads

if TYPE_CHECKING:  # lazy import: needed only if drift is monitored
    from app.services.drift.reference import DriftReference

_RETRY_AFTER_S = 5
_WRONG_RETRY_AFTER_S = 300

log = structlog.get_logger()


class ModelRegistry:
    """All models that the service offers, by name.

    Attributes:
        catalogue: metadata of every model, in the order of the names.
        default: name of the model for requests that name no model.
        drift_references: the drift reference of every model, by name; empty if drift is not monitored.
        external: the measurement of every model at other hospitals, by name; None without one of its version.
        precisions: number format of every loaded network, by name of the model.
        wrong: names of the models whose network has computed wrongly; until the next start no model answers.
    """

    def __init__(self, settings: Settings, read: Reader = read_scan) -> None:
        """Read every model's metadata and check its weights file, without loading any network.

        Args:
            settings: the operator's settings.
            read: reads scans.

        Raises:
            ConfigurationError: there is no model, or not exactly one default model; metadata is invalid; weights are
                missing; the gate is enforced or drift is monitored, and a model lacks the files for it; or the site's
                file belongs to other weights.
        """
        self._settings = settings
        self._read = read
        folder = settings.models_dir
        self._predictors: dict[str, Predictor] = {}
        self.precisions: dict[str, str] = {}
        self.wrong: set[str] = set()
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
        self._heads = {name: open_heads(metadata, folder) for name, metadata in self.catalogue.items()}
        self.drift_references = _drift_references(settings, self.catalogue, self._gates)
        self.external = {name: _external(metadata, folder) for name, metadata in self.catalogue.items()}

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
        """Whether every model is loaded, and none has computed wrongly."""
        return len(self._predictors) == len(self.catalogue) and not self.wrong

    def load(self) -> None:
        """Load every network, and check what it computes; takes seconds.

        Raises:
            ConfigurationError: weights, a graph or a gate do not match their network, or the engine is not installed.
        """
        settings = self._settings
        limits = Limits(settings.max_upload_bytes, settings.max_pixels)
        cache: AnswerCache[Prediction] = AnswerCache(int(settings.cache_mb * 1e6))
        for name, metadata in self.catalogue.items():
            classifier = Classifier(
                metadata, settings.models_dir / metadata.weights, settings.engine, settings.precision
            )
            self.precisions[name] = classifier.precision.value
            gate, heads = self._gates[name], self._heads[name]
            for part, fitted in (("gate", gate), ("heads", heads)):
                if fitted and fitted.features != classifier.features:
                    raise ConfigurationError(
                        f"the {part} of {name} belong to {fitted.features:,} features, but the network has "
                        f"{classifier.features:,}. Fit them with `python -m research.pipeline trust {name}`."
                    )
            self._check(metadata, classifier)
            self._predictors[name] = Predictor(
                metadata,
                classifier,
                limits=limits,
                cache=cache,
                gate=gate,
                gate_choice=settings.gate,
                heads=heads,
                drift_reference=self.drift_references.get(name),
                read=self._read,
            )

    def check_networks(self) -> None:
        """Classify the phantom with every network; one that computes wrongly is logged and listed in `wrong`."""
        for predictor in self._predictors.values():
            self._check(predictor.metadata, predictor.classifier)

    def _check(self, metadata: ModelMetadata, classifier: Classifier) -> None:
        if metadata.phantom is None:
            return
        found = deviation(classifier, metadata, metadata.phantom)
        if found.wrong:
            self.wrong.add(metadata.name)
            log.error(
                "network_computes_wrongly",
                model=metadata.name,
                precision=classifier.precision.value,
                difference=found.found,
                accepted=found.accepted,
                advice="Predictions get 503 until the next start. Run `python -m app export` again, try PRECISION=f32 "
                "or ENGINE=tensorflow, and check the memory and the processor.",
            )

    def describe(self, name: str | None) -> ModelMetadata:
        """Metadata of a model; of the default model if `name` is None.

        Raises:
            NotFound: there is no such model.
        """
        name = self.default if name is None else name
        if name not in self.catalogue:
            raise NotFound(f"There is no model {name!r}.", accepted=sorted(self.catalogue))
        return self.catalogue[name]

    @cached_property
    def training_scans(self) -> TrainingScans | None:
        """Fingerprints of the training scans, read on first use; None if their file is missing."""
        return TrainingScans.read(self._settings.models_dir)

    def report(self, name: str) -> TestSetReport:
        """The report of a model on the test images.

        Raises:
            NotFound: there is no such model, or no report on its weights.
        """
        metadata = self.describe(name)
        path = self._settings.models_dir / f"{metadata.name}_report.json"
        try:
            report = TestSetReport.model_validate_json(path.read_bytes())
        except (OSError, ValueError):
            report = None
        if report is None or report.sha256 != metadata.sha256:
            raise NotFound(f"There is no evaluation report on the weights of {metadata.name}.")
        return report

    def predictor(self, name: str | None, version: str | None = None) -> Predictor:
        """The predictor of a model; of the default model if `name` is None.

        Args:
            name: of the model.
            version: the version that the model must have; None for any.

        Raises:
            NotFound: there is no such model, or not in this version.
            ModelNotReady: the models are still loading, or a network computes wrongly.
        """
        metadata = self.describe(name)
        if version is not None and version != metadata.version:
            raise NotFound(
                f"There is no version {version!r} of the model {metadata.name!r}.", accepted=[metadata.version]
            )
        self.require_ready()
        return self._predictors[metadata.name]

    def require_ready(self) -> None:
        """Check that every model is loaded, and that none has computed wrongly.

        Raises:
            ModelNotReady: the models are still loading, or a network computes wrongly.
        """
        if self.wrong:
            raise ModelNotReady(
                f"The network of {', '.join(sorted(self.wrong))} computes wrongly on this machine, so the service "
                "makes no predictions. Its log has the details and advice for its operator.",
                retry_after=_WRONG_RETRY_AFTER_S,
            )
        if not self.ready:
            raise ModelNotReady("The model is still loading. Try again in a few seconds.", retry_after=_RETRY_AFTER_S)


def _drift_references(
    settings: Settings, catalogue: dict[str, ModelMetadata], gates: dict[str, Gate | None]
) -> "dict[str, DriftReference]":
    if settings.drift is Switch.OFF:
        return {}
    if without := [name for name, gate in gates.items() if gate is None]:
        raise ConfigurationError(
            f"DRIFT=on needs the gate's score, and {', '.join(without)} has no gate: set GATE=warn, and fit a missing "
            "gate with `python -m research.pipeline trust`."
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
    # The weights may differ from those that the metadata describes, such as a user's own. They may serve, but no
    # measurement applies to them.
    log.warning("weights_not_evaluated", model=metadata.name, expected_sha256=metadata.sha256, sha256=actual)
    return metadata.model_copy(
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


def _gate(metadata: ModelMetadata, settings: Settings) -> Gate | None:
    """The gate of a model; None if it is turned off, or if it is missing and not enforced."""
    if settings.gate is GateChoice.OFF:
        return None
    try:
        return open_gate(metadata, settings.models_dir)
    except ConfigurationError as error:
        if settings.gate is GateChoice.ENFORCE:
            raise ConfigurationError(f"GATE=enforce: {error}") from error
        log.warning("gate_missing", model=metadata.name, reason=str(error))
        return None
