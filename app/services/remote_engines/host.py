"""Opens engines for other processes, which name them by the SHA-256 of their weights."""

from dataclasses import dataclass
from threading import Lock
from weakref import WeakValueDictionary

import numpy as np
import structlog

from app.config.choices import GateChoice, Switch
from app.config.settings import ConfigurationError, Settings
from app.services.inference.model_set import ModelVersion, read_models
from app.services.network.engines import Engine, open_engine
from app.services.remote_engines.schemas import EngineOpened

log = structlog.get_logger()


@dataclass(frozen=True, eq=False)
class HostedEngine:
    """A loaded engine.

    Attributes:
        engine: the engine.
        version: of the model.
        opened: what the others need to know.
    """

    engine: Engine
    version: ModelVersion
    opened: EngineOpened


class EngineHost:
    """The engines that other processes use at present. Safe to use from several threads.

    The host reads the models folder when an engine is wanted that it has not loaded, so that it follows a change of the
    folder without a call. An engine is released when nobody holds it any more.
    """

    def __init__(self, settings: Settings) -> None:
        """Create a host without engines."""
        # The processes that answer check gate, drift reference and thresholds.
        self._settings = settings.model_copy(update={"gate": GateChoice.OFF, "drift": Switch.OFF, "site_file": None})
        self._engines: WeakValueDictionary[str, HostedEngine] = WeakValueDictionary()
        self._loading = Lock()

    def open(self, sha256: str) -> HostedEngine:
        """The engine with the weights of this SHA-256; loading it takes seconds.

        Raises:
            ConfigurationError: no model in the models folder has these weights, or they cannot be loaded.
        """
        if hosted := self._engines.get(sha256):
            return hosted
        with self._loading:
            # Another thread may have loaded it meanwhile.
            hosted = self._engines.get(sha256) or self._load(sha256)
            self._engines[sha256] = hosted
            return hosted

    def open_all(self) -> list[HostedEngine]:
        """The engines of every version of every model in the models folder.

        Raises:
            ConfigurationError: the folder cannot be read, or a network cannot be loaded.
        """
        return [self.open(version.metadata.sha256) for version in read_models(self._settings).all()]

    def _load(self, sha256: str) -> HostedEngine:
        settings = self._settings
        versions = read_models(settings).all()
        found = next((version for version in versions if version.metadata.sha256 == sha256), None)
        if found is None:
            raise ConfigurationError(
                f"no model in {settings.models_dir} has weights with the SHA-256 {sha256[:12]}…. Every process "
                "and every machine of the service needs the same models folder."
            )
        metadata = found.metadata
        engine = open_engine(settings.engine, settings.precision, metadata, found.weights, settings.passes)
        outputs = engine(np.zeros(metadata.input.shape, np.float32))
        opened = EngineOpened(
            features=engine.features,
            precision=engine.precision,
            parallel=engine.parallel,
            output_shapes=tuple(output.shape for output in outputs),
        )
        log.info("engine_loaded", model=metadata.name, version=metadata.version, precision=engine.precision.value)
        return HostedEngine(engine, found, opened)
