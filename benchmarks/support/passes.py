"""Forward passes of the default model without a server, which a server's rate is compared with."""

from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

import numpy as np

from app.config.choices import Precision
from app.config.settings import Settings
from app.services.inference.registry import ModelRegistry
from app.services.network.classifier import Classifier

SECONDS = 10.0
_WARM_UP_S = 3.0


class ForwardPasses:
    """The default model, loaded in one precision."""

    def __init__(self, precision: Precision) -> None:
        """Load the network."""
        settings = Settings.from_environment()
        metadata = ModelRegistry(settings).describe(None)
        weights = settings.models_dir / metadata.weights
        self._classifier = Classifier(metadata, weights, settings.engine, precision, parallel=settings.passes)
        self._threads = settings.prediction_threads
        self._scan = np.zeros(metadata.input.shape, np.float32)
        # The first passes at the same time compile the network for them.
        self._rate(_WARM_UP_S)

    def per_second(self) -> float:
        """Passes per second over `SECONDS`, from as many threads as the service has."""
        return self._rate(SECONDS)

    def _rate(self, seconds: float) -> float:
        with ThreadPoolExecutor(self._threads) as threads:
            started = perf_counter()
            counts = threads.map(lambda _: self._count(started + seconds), range(self._threads))
            return sum(counts) / (perf_counter() - started)

    def _count(self, end: float) -> int:
        count = 0
        while perf_counter() < end:
            self._classifier.classify(self._scan)
            count += 1
        return count
