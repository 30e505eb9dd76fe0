"""What Prometheus is told of the service: numbers under names that are all known beforehand.

No label has a value that somebody outside chose: routes by their template, problems by their kind, models by the
catalogue. What is counted therefore stays small, and neither a file's name nor its content can get into it.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import chain, product
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from app import __version__
from app.config.settings import ConfigurationError, Settings
from app.models.classes import CLASSES
from app.models.model_file import ModelMetadata
from app.models.problems import Problem
from app.models.thresholds import Decision
from app.services.explanations.answer import Answer
from app.services.explanations.built_in import Fallback
from app.services.history.schemas import PredictionSource
from app.services.inference.queue import Line
from app.services.monitoring.watchers import Handled

if TYPE_CHECKING:  # SQLAlchemy comes with it
    from app.services.monitoring.drift_store import DriftGauge

MEDIA_TYPE = CONTENT_TYPE_PLAIN_0_0_4
_NAMESPACE = "btc"
_SHA256_SHOWN = 12
# Seconds. A forward pass takes some milliseconds to some hundred, Gemini many seconds.
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_CONFIDENCES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1)
# Of the threshold; more is outside.
_GATE_RATIOS = (-1, -0.5, 0, 0.25, 0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 2, 3, 5, 10)
_STEPS = ("wait", "read", "forward", "heatmap", "explanation", "total")
_BUILT_IN, _GEMINI, _NONE = "built-in", "gemini", "none"


class Metrics:
    """Counts what it is told. A process has one, since the files of several processes are the process's own."""

    def __init__(self, settings: Settings, models: Iterable[ModelMetadata]) -> None:
        """Make every metric, at 0.

        Args:
            settings: tell whether several processes count together.
            models: that are served.

        Raises:
            ConfigurationError: the folder of several processes cannot be used.
        """
        # When each series began is of no use here, and would double the page.
        disable_created_metrics()
        self._registry = CollectorRegistry()
        self._drift_of_models: Callable[[], Mapping[str, DriftGauge]] = dict
        self._files = None
        with ExitStack() as stack:
            if settings.prometheus_multiproc_dir:
                # Locks of files are none of every system's.
                from app.services.monitoring.worker_files import WorkerFiles

                try:
                    self._files = WorkerFiles(settings.prometheus_multiproc_dir)
                    stack.enter_context(self._files.locked())
                    self._files.begin()
                except OSError as error:
                    raise ConfigurationError(
                        f"the folder of metrics {settings.prometheus_multiproc_dir} cannot be used: {error.strerror}. "
                        "Set PROMETHEUS_MULTIPROC_DIR to another."
                    ) from error
            self._make(list(models))

    def _make(self, models: list[ModelMetadata]) -> None:
        registry = self._registry

        def counter(name: str, meaning: str, labels: Sequence[str]) -> Counter:
            return Counter(name, meaning, labels, namespace=_NAMESPACE, registry=registry)

        def histogram(name: str, meaning: str, labels: Sequence[str], buckets: Sequence[float]) -> Histogram:
            return Histogram(name, meaning, labels, namespace=_NAMESPACE, registry=registry, buckets=buckets)

        def gauge(name: str, meaning: str, labels: Sequence[str], together: str) -> Gauge:
            return Gauge(
                name,
                meaning,
                labels,
                namespace=_NAMESPACE,
                registry=registry,
                multiprocess_mode=together,  # type: ignore[arg-type]
            )

        self._requests = counter("http_requests", "Requests that were answered.", ("method", "route", "status"))
        self._request_seconds = histogram(
            "http_request_seconds", "Time from a request's head to its answer's end.", ("method", "route"), _SECONDS
        )
        self._refusals = counter("refusals", "Problems that were told, by kind; in a batch each file's.", ("reason",))
        self._predictions = counter("predictions", "Answers.", ("model", "class", "decision", "source"))
        self._steps = histogram("step_seconds", "Time of each step of an answer.", ("model", "step"), _SECONDS)
        self._confidence = histogram("confidence", "Probability of the predicted class.", ("model",), _CONFIDENCES)
        self._gate = histogram("gate_score_ratio", "OOD score, 1 at the threshold.", ("model",), _GATE_RATIOS)
        self._explanations = counter("explanations", "Explanations, and why not by Gemini.", ("source", "fallback"))
        self._shadow = counter("shadow", "Scans that the shadow model was to look at.", ("served", "shadow", "outcome"))
        self._taken = gauge("queue_places_taken", "Requests in flight.", (), "livesum")
        self._capacity = gauge("queue_places", "Most requests in flight.", (), "livesum")
        self._ready = gauge("models_ready", "1 once every model is loaded, in every process.", (), "livemin")
        self._model_info = gauge("model_info", "Models that are served.", ("model", "version", "sha256"), "livemax")
        self._build_info = gauge("build_info", "The service.", ("version",), "livemax")
        self._drift_alarm = gauge("drift_alarm", "1 where what comes in has changed.", ("model",), "livemostrecent")
        self._drift_p_value = gauge("drift_p_value", "Of the sequential test.", ("model",), "livemostrecent")
        self._drift_answers = gauge("drift_answers", "Answers that were tested.", ("model",), "livemostrecent")

        self._build_info.labels(__version__).set(1)
        self._ready.set(0)
        for slug in _slugs(Problem):
            self._refusals.labels(slug)
        for fallback in Fallback:
            self._explanations.labels(_BUILT_IN, fallback.value)
        for source in (_BUILT_IN, _GEMINI):
            self._explanations.labels(source, _NONE)
        for model in models:
            self._model_info.labels(model.name, model.version, model.sha256[:_SHA256_SHOWN]).set(1)
            self._confidence.labels(model.name)
            self._gate.labels(model.name)
            for step in _STEPS:
                self._steps.labels(model.name, step)
            for tumor, decision, source in product(CLASSES, Decision, PredictionSource):
                self._predictions.labels(model.name, tumor.value, decision.value, source.value)

    def watch(self, line: Line) -> None:
        """Follow how full the line is."""
        self._capacity.set(line.capacity)
        line.watch(self._taken.set)

    def tell_ready(self, ready: bool) -> None:
        """Take note whether every model of this process is loaded."""
        self._ready.set(ready)

    def watch_drift(self, gauges: Callable[[], Mapping[str, "DriftGauge"]]) -> None:
        """Look up drift whenever a page is made: by the names of models."""
        self._drift_of_models = gauges

    def tell_shadow(self, served: str, shadow: str, outcome: str) -> None:
        """Take note of what came of a scan that another model has answered and the shadow model was to look at.

        Args:
            served: name of the model that answered.
            shadow: name of the shadow model.
            outcome: `same`, `different`, or `dropped` where there was no time for it.
        """
        self._shadow.labels(served, shadow, outcome).inc()

    def begin(self, traceparent: str | None) -> Callable[[Handled], None]:
        """Count a request once it was answered."""
        return self._count

    def _count(self, handled: Handled) -> None:
        self._requests.labels(handled.method, handled.route, str(handled.status or _NONE)).inc()
        self._request_seconds.labels(handled.method, handled.route).observe(handled.seconds)
        for slug in handled.problems:
            self._refusals.labels(slug).inc()

    def observe(self, answer: Answer, source: PredictionSource) -> None:
        """Count an answer."""
        model, prediction, explanation = answer.metadata.name, answer.prediction, answer.explanation
        self._predictions.labels(model, prediction.predicted.value, prediction.decision.value, source.value).inc()
        self._confidence.labels(model).observe(prediction.confidence)
        if gate := prediction.gate:
            # The ratio, written so that it grows with the score where a threshold is negative too.
            ratio = 1 + (gate.score - gate.threshold) / (abs(gate.threshold) or 1)
            self._gate.labels(model).observe(ratio)
        self._explanations.labels(explanation.source, explanation.fallback or _NONE).inc()
        for step in _STEPS:
            # What was looked up was neither computed nor drawn.
            if milliseconds := getattr(answer.timing, step):
                self._steps.labels(model, step).observe(milliseconds / 1e3)

    def page(self) -> bytes:
        """All metrics, as Prometheus reads them (`MEDIA_TYPE`). Blocks."""
        # Every process knows the same of drift, from the database: the one that is asked tells it.
        for model, drift in self._drift_of_models().items():
            self._drift_alarm.labels(model).set(drift.alarm)
            self._drift_p_value.labels(model).set(drift.p_value)
            self._drift_answers.labels(model).set(drift.answers)
        if self._files is None:
            return generate_latest(_Several([self._registry, _Processes([os.getpid()])]))
        with self._files.locked():
            self._files.tidy()
            counted = MultiProcessCollector(None, str(self._files.folder))
            return generate_latest(_Several([counted, _Processes(self._files.running())]))


class _Several(CollectorRegistry):
    """What several collect."""

    def __init__(self, parts: Sequence[Collector]) -> None:
        super().__init__()
        self._parts = parts

    def collect(self) -> Iterator[Metric]:
        return chain.from_iterable(part.collect() for part in self._parts)


class _Processes(Collector):
    """Processor time, memory and files of processes, added up."""

    def __init__(self, processes: Sequence[int]) -> None:
        self._processes = processes

    def collect(self) -> Iterator[Metric]:
        found: dict[str, list[Metric]] = {}
        for process in self._processes:
            for metric in ProcessCollector(pid=partial(int, process), registry=None).collect():
                found.setdefault(metric.name, []).append(metric)
        for metrics in found.values():
            together = metrics[0]
            values = [sample.value for metric in metrics for sample in metric.samples]
            # Of all that are there, the one that began first; everything else is a sum.
            value = min(values) if together.name == "process_start_time_seconds" else sum(values)
            together.samples = [together.samples[0]._replace(value=value)]
            yield together


def _slugs(kind: type[Problem]) -> list[str]:
    """Of every kind of problem there is."""
    return [slug for sub in kind.__subclasses__() for slug in (sub.slug, *_slugs(sub))]
