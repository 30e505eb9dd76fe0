"""Forward passes of the default model without a server, which a server's rate is compared with."""

from time import perf_counter

import numpy as np

from app.config.choices import Precision
from app.config.settings import Settings
from app.services.inference.registry import ModelRegistry
from app.services.network.classifier import Classifier

SECONDS = 10.0


class ForwardPasses:
    """The default model, loaded in one precision."""

    def __init__(self, precision: Precision) -> None:
        """Load the network."""
        settings = Settings.from_environment()
        metadata = ModelRegistry(settings).describe(None)
        self._classifier = Classifier(metadata, settings.models_dir / metadata.weights, settings.engine, precision)
        self._scan = np.zeros(metadata.input.shape, np.float32)

    def per_second(self) -> float:
        """Passes per second over `SECONDS`, one after the other, each on all cores."""
        started, count = perf_counter(), 0
        while perf_counter() - started < SECONDS:
            self._classifier.classify(self._scan)
            count += 1
        return count / (perf_counter() - started)
