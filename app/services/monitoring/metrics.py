"""The service's Prometheus metrics.

No label has a value that a client chose: routes are templates, problems are kinds, models are from the catalogue. The
number of series is therefore bounded, and no file name or image content can appear in a metric.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
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
from app.models.problems import InternalError, Problem
from app.models.thresholds import Decision
from app.services.explanations.answer import Answer
from app.services.explanations.built_in import Fallback
from app.services.history.schemas import PredictionSource
from app.services.inference.queue import RequestQueue
from app.services.monitoring.watchers import Handled

if TYPE_CHECKING:  # it imports SQLAlchemy
    from app.services.monitoring.drift_store import DriftGauge
    from app.services.studies.results import StudyResult  # its libraries are an extra

MEDIA_TYPE = CONTENT_TYPE_PLAIN_0_0_4
_NAMESPACE = "btc"
_SHA256_SHOWN = 12
# Seconds. A forward pass takes a few milliseconds to a few hundred, Gemini many seconds.
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_CONFIDENCES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1)
# Score relative to the threshold; above 1 the image is outside.
_GATE_RATIOS = (-1, -0.5, 0, 0.25, 0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 2, 3, 5, 10)
_STEPS = ("wait", "read", "forward", "heatmap", "explanation", "total")
_BUILT_IN, _GEMINI, _NONE = "built-in", "gemini", "none"
# Labels of everything that a version of a model answers.
_MODEL = ("model", "version")
_SERVED, _SHADOW = ("served", "served_version"), ("shadow", "shadow_version")


class Metrics:
    """Counts requests and answers. One instance a process, because each process owns its multi-process files."""

    def __init__(self, settings: Settings, models: Iterable[ModelMetadata]) -> None:
        """Create every metric at 0.

        Args:
            settings: the folder for multi-process metrics, if several processes count together.
            models: the models that are served.

        Raises:
            ConfigurationError: the folder for multi-process metrics cannot be used.
        """
        # The creation time of each series is not useful here and would double the size of the page.
        disable_created_metrics()
        self._registry = CollectorRegistry()
        self._drift_of_models: Callable[[], Mapping[str, DriftGauge]] = dict
        self._files = None
        with ExitStack() as stack:
            if settings.prometheus_multiproc_dir:
                # Lazy import: fcntl does not exist on every system.
                from app.services.monitoring.worker_files import WorkerFiles

                try:
                    self._files = WorkerFiles(settings.prometheus_multiproc_dir)
                    stack.enter_context(self._files.locked())
                    self._files.begin()
                except OSError as error:
                    raise ConfigurationError(
                        f"the metrics folder {settings.prometheus_multiproc_dir} cannot be used: {error.strerror}. "
                        "Set PROMETHEUS_MULTIPROC_DIR to a writable folder."
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

        self._requests = counter("http_requests", "HTTP requests answered.", ("method", "route", "status"))
        self._request_seconds = histogram(
            "http_request_seconds",
            "Time from request headers to the end of the response.",
            ("method", "route"),
            _SECONDS,
        )
        self._refusals = counter("refusals", "Problems returned, by type; in a batch one for each file.", ("reason",))
        self._predictions = counter("predictions", "Predictions answered.", (*_MODEL, "class", "decision", "source"))
        self._failures = counter(
            "prediction_failures",
            "Scans and studies that a model did not answer, by type of the problem.",
            (*_MODEL, "reason"),
        )
        self._studies = counter("studies", "Studies answered.", (*_MODEL, "class", "decision"))
        self._study_slices = counter(
            "study_slices", "Slices of studies, by decision; `none` was not classified.", (*_MODEL, "decision")
        )
        self._steps = histogram("step_seconds", "Time of each step of a prediction.", (*_MODEL, "step"), _SECONDS)
        self._confidence = histogram(
            "confidence", "Calibrated probability of the predicted class.", _MODEL, _CONFIDENCES
        )
        self._gate = histogram(
            "gate_score_ratio", "Out-of-distribution score, 1 at the threshold.", _MODEL, _GATE_RATIOS
        )
        self._explanations = counter("explanations", "Explanations, and why not Gemini.", ("source", "fallback"))
        self._shadow = counter("shadow", "Scans selected for the shadow model.", (*_SERVED, *_SHADOW, "outcome"))
        self._taken = gauge("queue_places_taken", "Requests in flight.", (), "livesum")
        self._capacity = gauge("queue_places", "Maximum number of requests in flight.", (), "livesum")
        self._ready = gauge("models_ready", "1 when every model is ready in every process.", (), "livemin")
        self._wrong = gauge("model_wrong", "1 when the network has computed wrongly.", ("model",), "livemax")
        self._database = gauge("database_available", "0 while the database does not answer.", (), "livemin")
        self._model_info = gauge("model_info", "Models served.", ("model", "version", "sha256"), "livemax")
        self._build_info = gauge("build_info", "Version of the service.", ("version",), "livemax")
        self._drift_alarm = gauge("drift_alarm", "1 while a drift alarm is raised.", ("model",), "livemostrecent")
        self._drift_p_value = gauge(
            "drift_p_value", "P-value of the sequential drift test.", ("model",), "livemostrecent"
        )
        self._drift_answers = gauge(
            "drift_answers", "Answers included in the drift test.", ("model",), "livemostrecent"
        )

        self._build_info.labels(__version__).set(1)
        self._ready.set(0)
        self._database.set(1)
        for slug in _slugs(Problem):
            self._refusals.labels(slug)
        for fallback in Fallback:
            self._explanations.labels(_BUILT_IN, fallback.value)
        for source in (_BUILT_IN, _GEMINI):
            self._explanations.labels(source, _NONE)
        self._offered: list[tuple[str, str, str]] = []
        self.offer(models)

    def offer(self, models: Sequence[ModelMetadata]) -> None:
        """Set the versions of the models that are served; those of an earlier call are served no longer."""
        for labels in self._offered:
            self._model_info.labels(*labels).set(0)
        self._offered = [(model.name, model.version, model.sha256[:_SHA256_SHOWN]) for model in models]
        for labels in self._offered:
            self._model_info.labels(*labels).set(1)
        for model in models:
            self._wrong.labels(model.name).set(0)
            version = model.name, model.version
            self._confidence.labels(*version)
            self._gate.labels(*version)
            for step in _STEPS:
                self._steps.labels(*version, step)
            for slug in _slugs(Problem):
                self._failures.labels(*version, slug)
            for decision, source in product(Decision, PredictionSource):
                for tumor in CLASSES if decision.names_class else (_NONE,):
                    self._predictions.labels(*version, tumor, decision.value, source.value)
            for decision in Decision:
                for tumor in CLASSES if decision.names_class else (_NONE,):
                    self._studies.labels(*version, tumor, decision.value)
                self._study_slices.labels(*version, decision.value)
            self._study_slices.labels(*version, _NONE)

    def watch(self, queue: RequestQueue) -> None:
        """Follow how many slots of the queue are in use."""
        self._capacity.set(queue.capacity)
        queue.watch(self._taken.set)

    def set_models(self, ready: bool, wrong: Iterable[str]) -> None:
        """Set whether the models of this process are ready, and which networks have computed wrongly."""
        self._ready.set(ready)
        for model in wrong:
            self._wrong.labels(model).set(1)

    def set_database(self, available: bool) -> None:
        """Set whether the database answers."""
        self._database.set(available)

    def watch_drift(self, gauges: Callable[[], Mapping[str, "DriftGauge"]]) -> None:
        """Set the function that returns the drift of each model by name; it is called whenever a page is rendered."""
        self._drift_of_models = gauges

    def count_shadow(self, served: ModelMetadata, shadow: ModelMetadata, outcome: str) -> None:
        """Count a scan selected for the shadow model.

        Args:
            served: the model that answered.
            shadow: the shadow model.
            outcome: `same` or `different` prediction, or `dropped` when the shadow's queue was full.
        """
        self._shadow.labels(served.name, served.version, shadow.name, shadow.version, outcome).inc()

    @contextmanager
    def count_failures(self, model: ModelMetadata) -> Iterator[None]:
        """Count what the block raises as a failure of a model."""
        try:
            yield
        except Exception as error:
            slug = error.slug if isinstance(error, Problem) else InternalError.slug
            self._failures.labels(model.name, model.version, slug).inc()
            raise

    def count_study(self, model: ModelMetadata, found: "StudyResult") -> None:
        """Count a study that a model answered, and its slices."""
        version = model.name, model.version
        conclusion = found.conclusion
        decision = conclusion.decision if conclusion else Decision.OUTSIDE
        tumor = conclusion.result.predicted if conclusion and decision.names_class else _NONE
        self._studies.labels(*version, tumor, decision.value).inc()
        for each in chain.from_iterable(series.slices for series in found.series):
            self._study_slices.labels(*version, each.decision.value if each.decision else _NONE).inc()

    def count_refusal(self, problem: Problem) -> None:
        """Count a request that was refused before it reached the application."""
        self._requests.labels("other", "unmatched", str(problem.status)).inc()
        self._refusals.labels(problem.slug).inc()

    def begin(self, traceparent: str | None) -> Callable[[Handled], None]:
        """Return the function that counts the request after its response."""
        return self._count

    def _count(self, handled: Handled) -> None:
        self._requests.labels(handled.method, handled.route, str(handled.status or _NONE)).inc()
        self._request_seconds.labels(handled.method, handled.route).observe(handled.seconds)
        for slug in handled.problems:
            self._refusals.labels(slug).inc()

    def observe(self, answer: Answer, source: PredictionSource) -> None:
        """Count an answer."""
        version = answer.metadata.name, answer.metadata.version
        prediction, explanation = answer.prediction, answer.explanation
        predicted, decision = prediction.predicted or _NONE, prediction.decision.value
        self._predictions.labels(*version, predicted, decision, source.value).inc()
        if prediction.predicted:
            self._confidence.labels(*version).observe(prediction.confidence)
        if gate := prediction.gate:
            # A ratio that also grows with the score if the threshold is negative.
            ratio = 1 + (gate.score - gate.threshold) / (abs(gate.threshold) or 1)
            self._gate.labels(*version).observe(ratio)
        self._explanations.labels(explanation.source, explanation.fallback or _NONE).inc()
        for step in _STEPS:
            # Steps that a cached answer skipped took no time and are not observed.
            if milliseconds := getattr(answer.timing, step):
                self._steps.labels(*version, step).observe(milliseconds / 1e3)

    def page(self) -> bytes:
        """Render all metrics in Prometheus' text format (`MEDIA_TYPE`). Blocks."""
        # Drift comes from the database and is the same in every process, so the scraped process reports it.
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
    """Joins several collectors."""

    def __init__(self, parts: Sequence[Collector]) -> None:
        super().__init__()
        self._parts = parts

    def collect(self) -> Iterator[Metric]:
        return chain.from_iterable(part.collect() for part in self._parts)


class _Processes(Collector):
    """CPU time, memory and open files, summed over processes."""

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
            # The start time is that of the oldest process; everything else is a sum.
            value = min(values) if together.name == "process_start_time_seconds" else sum(values)
            together.samples = [together.samples[0]._replace(value=value)]
            yield together


def _slugs(kind: type[Problem]) -> list[str]:
    """Return the slugs of every problem type."""
    return [slug for sub in kind.__subclasses__() for slug in (sub.slug, *_slugs(sub))]
