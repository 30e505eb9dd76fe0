"""The models that the service offers: their networks, loaded once, and replaced while requests are answered."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import structlog

from app.config.choices import GateChoice
from app.config.settings import ConfigurationError, Settings
from app.models.measured.external import ExternalMeasurement
from app.models.measured.test_set import TestSetReport
from app.models.model_file import ModelMetadata
from app.models.problems import ModelNotReady, NotFound
from app.services.imaging.fingerprints import TrainingScans
from app.services.imaging.reading import Limits, Reader, read_scan
from app.services.inference.cache import AnswerCache
from app.services.inference.model_set import ModelSet, ModelVersion, read_models
from app.services.inference.predictor import Prediction, Predictor
from app.services.inference.rollout import Rollout
from app.services.network.classifier import Classifier
from app.services.network.engines import EngineOpener, open_engine
from app.services.network.phantom import deviation

if TYPE_CHECKING:  # lazy import: needed only if drift is monitored
    from app.services.drift.reference import DriftReference

_RETRY_AFTER_S = 5
_WRONG_RETRY_AFTER_S = 300

log = structlog.get_logger()


class ModelRegistry:
    """All models that the service offers, by name and version.

    Every answer about them is of one `ModelSet`, which `adopt` replaces as a whole. A predictor works on after that,
    until the last request that has it ends.

    Attributes:
        models: that set.
    """

    def __init__(self, settings: Settings, read: Reader = read_scan, open_engine: EngineOpener = open_engine) -> None:
        """Read every model's metadata and check its weights file, without loading any network.

        Args:
            settings: the operator's settings.
            read: reads scans.
            open_engine: opens the engines of the networks.

        Raises:
            ConfigurationError: see `read_models`.
        """
        self._settings = settings
        self._read = read
        self._open_engine = open_engine
        self._cache: AnswerCache[Prediction] = AnswerCache(int(settings.cache_mb * 1e6))
        self.models = read_models(settings)

    @property
    def catalogue(self) -> Mapping[str, ModelMetadata]:
        """Metadata of the default version of every model, in the order of the names."""
        return self.models.catalogue

    @property
    def offered(self) -> list[ModelMetadata]:
        """Metadata of every version of every model."""
        return [version.metadata for version in self.models.all()]

    @property
    def default(self) -> str:
        """Name of the model for requests that name no model."""
        return self.models.default

    @property
    def drift_references(self) -> "Mapping[str, DriftReference]":
        """The drift reference of every default version, by name; empty if drift is not monitored."""
        return self.models.drift_references

    @property
    def wrong(self) -> set[str]:
        """Names of the models whose network has computed wrongly; until the next start or change no model answers."""
        return self.models.wrong

    @property
    def precisions(self) -> dict[str, str]:
        """Number format of every loaded network of a default version, by name of the model; empty before."""
        models = self.models
        return {
            name: predictor.classifier.precision.value
            for name, metadata in models.catalogue.items()
            if (predictor := models.predictors.get((name, metadata.version)))
        }

    @property
    def training_scans(self) -> TrainingScans | None:
        """Fingerprints of the training scans, read on first use; None if their file is missing."""
        return self.models.training_scans

    @property
    def ready(self) -> bool:
        """Whether every model is loaded, its engine can compute, and none has computed wrongly."""
        predictors = self.models.predictors.values()
        return bool(predictors) and all(each.classifier.ready for each in predictors) and not self.wrong

    def load(self) -> None:
        """Load every network, and check what it computes; takes seconds.

        Raises:
            ConfigurationError: weights, a graph or a gate do not match their network, or the engine is not installed.
        """
        self._load(self.models, None)

    def prepare(self) -> ModelSet:
        """Read the models folder again, and load and check what has changed in it; takes seconds.

        Nothing changes until `adopt`. A network that is loaded already, with the same weights, is used again.

        Raises:
            ConfigurationError: as for `load` and `read_models`; or new weights differ from their metadata, have no
                gate, or their network computes wrongly.
            ModelNotReady: the models are still loading.
        """
        present = self.models
        if not present.predictors:
            raise _still_loading()
        found = read_models(self._settings)
        known = {version.metadata.sha256 for version in present.all()}
        for version in found.all():
            if version.metadata.sha256 in known:
                continue
            if version.metadata.trust and version.gate is None and self._settings.gate is not GateChoice.OFF:
                raise ConfigurationError(f"the gate in {version.folder} is missing or damaged. Copy it again.")
            if not version.measured:
                raise ConfigurationError(
                    f"the weights {version.weights} are not those that their metadata describes (sha256 "
                    f"{version.metadata.sha256[:12]}…): the file is incomplete or damaged. Copy it again."
                )
        self._load(found, present)
        if found.wrong:
            raise ConfigurationError(f"the network of {', '.join(sorted(found.wrong))} computes wrongly.")
        return found

    def adopt(self, models: ModelSet) -> None:
        """Answer from now on with what `prepare` returned."""
        self.models = models

    def _load(self, models: ModelSet, present: ModelSet | None) -> None:
        """Load the networks of a set, except those that are the same in the present one."""
        settings = self._settings
        loaded = {
            (predictor.metadata.architecture, predictor.metadata.sha256): predictor.classifier
            for predictor in (present.predictors.values() if present else ())
        }
        predictors = {}
        for version in models.all():
            metadata = version.metadata
            classifier = loaded.get((metadata.architecture, metadata.sha256)) or Classifier(
                metadata,
                version.weights,
                settings.engine,
                settings.precision,
                parallel=settings.passes,
                open_engine=self._open_engine,
            )
            for part, fitted in (("gate", version.gate), ("heads", version.heads)):
                if fitted and fitted.features != classifier.features:
                    raise ConfigurationError(
                        f"the {part} of {metadata.name} belong to {fitted.features:,} features, but the network has "
                        f"{classifier.features:,}. Fit them with `python -m research.pipeline trust {metadata.name}`."
                    )
            if _computes_wrongly(metadata, classifier):
                models.wrong.add(metadata.name)
            predictors[metadata.name, metadata.version] = self._predictor(version, classifier, models)
        # At once, since the event loop reads it while this thread loads.
        models.predictors.update(predictors)

    def _predictor(self, version: ModelVersion, classifier: Classifier, models: ModelSet) -> Predictor:
        settings, metadata = self._settings, version.metadata
        served = models.catalogue[metadata.name] is metadata
        return Predictor(
            metadata,
            classifier,
            limits=Limits(settings.max_upload_bytes, settings.max_pixels),
            cache=self._cache,
            gate=version.gate,
            gate_choice=settings.gate,
            heads=version.heads,
            drift_reference=models.drift_references.get(metadata.name) if served else None,
            read=self._read,
        )

    def check_networks(self) -> None:
        """Classify the phantom with every network; one that computes wrongly is logged and listed in `wrong`."""
        models = self.models
        for predictor in models.predictors.values():
            if _computes_wrongly(predictor.metadata, predictor.classifier):
                models.wrong.add(predictor.metadata.name)

    def describe(self, name: str | None, version: str | None = None) -> ModelMetadata:
        """Metadata of a model.

        Args:
            name: of the model; None for the default model.
            version: of the model; None for the default version.

        Raises:
            NotFound: there is no such model, or not in this version.
        """
        return self.models.describe(name, version)

    def versions(self, name: str | None) -> list[ModelVersion]:
        """Every version of a model, the default one first; of the default model if `name` is None.

        Raises:
            NotFound: there is no such model.
        """
        return self.models.versions_of(name)

    def external(self, name: str, version: str) -> ExternalMeasurement | None:
        """The measurement of a version at other hospitals; None without one, and for a version that is gone."""
        # A site's file changes the thresholds, not the network; its version has a suffix.
        weights = version.partition("+")[0]
        found = [each.external for each in self.models.versions.get(name, {}).values() if each.external]
        return next((external for external in found if external.version == weights), None)

    def report(self, name: str) -> TestSetReport:
        """The report of a model's default version on the test images.

        Raises:
            NotFound: there is no such model, or no report on its weights.
        """
        version = self.versions(name)[0]
        metadata = version.metadata
        path = version.folder / f"{metadata.name}_report.json"
        try:
            report = TestSetReport.model_validate_json(path.read_bytes())
        except (OSError, ValueError):
            report = None
        if report is None or report.sha256 != metadata.sha256:
            raise NotFound(f"There is no evaluation report on the weights of {metadata.name}.")
        return report

    def predictor(self, name: str | None, version: str | None = None) -> Predictor:
        """The predictor of a model; the arguments are those of `describe`.

        Raises:
            NotFound: there is no such model, or not in this version.
            ModelNotReady: the models are still loading, or a network computes wrongly.
        """
        # Another thread may ask while the event loop adopts a new set.
        models = self.models
        chosen = models.describe(name, version)
        self.require_ready()
        return models.predictors[chosen.name, chosen.version]

    def rollout(self, name: str | None, version: str | None = None) -> Rollout:
        """The predictors that may answer a request for a model; the arguments and errors are those of `predictor`."""
        default = self.predictor(name, version)
        canary = self.models.canaries.get(default.metadata.name) if version is None else None
        if canary is None:
            return Rollout(default)
        return Rollout(default, self.predictor(default.metadata.name, canary.version), canary.share)

    def share(self, metadata: ModelMetadata) -> float:
        """The share of the requests that name no version which a version answers, 0 to 1."""
        models = self.models
        canary = models.canaries.get(metadata.name)
        if canary and canary.version == metadata.version:
            return canary.share
        served = models.catalogue[metadata.name].version == metadata.version
        return 1 - (canary.share if canary else 0) if served else 0

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
            raise _still_loading()


def _still_loading() -> ModelNotReady:
    return ModelNotReady("The model is still loading. Try again in a few seconds.", retry_after=_RETRY_AFTER_S)


def _computes_wrongly(metadata: ModelMetadata, classifier: Classifier) -> bool:
    if metadata.phantom is None:
        return False
    found = deviation(classifier, metadata, metadata.phantom)
    if found.wrong:
        log.error(
            "network_computes_wrongly",
            model=metadata.name,
            precision=classifier.precision.value,
            difference=found.found,
            accepted=found.accepted,
            advice="No prediction is made with it. Run `python -m app export` again, try PRECISION=f32 or "
            "ENGINE=tensorflow, and check the memory and the processor.",
        )
    return found.wrong
