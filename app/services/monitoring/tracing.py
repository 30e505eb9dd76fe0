"""OpenTelemetry traces of requests: how long each step took, and nothing about the scan.

A span carries the route's template, the status, problem types and the model's name and version: no path, query, header
or error message. A thread exports spans from a bounded queue. A slow or missing collector does not delay requests;
spans that do not fit into the queue are dropped.
"""

import logging
from collections.abc import Callable, Sequence
from itertools import pairwise
from time import perf_counter, time_ns
from typing import Final

import structlog
from opentelemetry import context, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from app import __version__
from app.services.explanations.answer import Answer
from app.services.history.schemas import PredictionSource
from app.services.monitoring.watchers import Handled

_NAME: Final = "brain-tumor-classification"
_QUEUE = 2048
_BATCH = 256
_DELAY_MS = 1000
_TIMEOUT_S = 5
_FIRST_FAULT = 500

log = structlog.get_logger()


class Tracing:
    """Creates spans for requests and answers, and exports them."""

    def __init__(self, endpoint: str) -> None:
        """Start exporting.

        Args:
            endpoint: base URL of the collector; `/v1/traces` is appended, as OpenTelemetry specifies.
        """
        # The libraries log every failed export; `_Sender` logs the first one only.
        for name in ("opentelemetry", "urllib3"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._sender = _Sender(OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=_TIMEOUT_S))
        # OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES take precedence.
        named = Resource({SERVICE_NAME: _NAME, SERVICE_VERSION: __version__})
        resource = named.merge(OTELResourceDetector().detect())
        # The container shuts the provider down, in `close`.
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(
            BatchSpanProcessor(
                self._sender, max_queue_size=_QUEUE, max_export_batch_size=_BATCH, schedule_delay_millis=_DELAY_MS
            )
        )
        self._tracer = self._provider.get_tracer(_NAME, __version__)
        self._propagator = TraceContextTextMapPropagator()

    def begin(self, traceparent: str | None) -> Callable[[Handled], None]:
        """Start a request's span within the client's trace, if any; return the function that ends it."""
        carrier = {"traceparent": traceparent} if traceparent else {}
        span = self._tracer.start_span(
            "request", self._propagator.extract(carrier, context.Context()), kind=SpanKind.SERVER
        )
        token = context.attach(trace.set_span_in_context(span))

        def end(handled: Handled) -> None:
            context.detach(token)
            span.update_name(f"{handled.method} {handled.route}")
            span.set_attribute("http.request.method", handled.method)
            span.set_attribute("http.route", handled.route)
            if handled.status is not None:
                span.set_attribute("http.response.status_code", handled.status)
            if handled.problems:
                span.set_attribute("problems", handled.problems)
            if handled.status is None or handled.status >= _FIRST_FAULT:
                span.set_status(Status(StatusCode.ERROR))
            span.end()

        return end

    def observe(self, answer: Answer, source: PredictionSource) -> None:
        """Create the spans of a prediction's steps within the request's span."""
        timing = answer.timing
        # Convert from the monotonic clock to the wall clock.
        started = time_ns() - round((perf_counter() - answer.started) * 1e9)
        ended = started + round(timing.total * 1e6)
        moments = [started]
        for milliseconds in (timing.wait, timing.read, timing.forward, timing.heatmap):
            moments.append(moments[-1] + round(milliseconds * 1e6))
        steps = [
            *zip(("wait", "read", "forward", "heatmap"), pairwise(moments), strict=True),
            ("explanation", (ended - round(timing.explanation * 1e6), ended)),
        ]
        for name, (begin, end) in steps:
            if end > begin:
                span = self._tracer.start_span(name, start_time=begin)
                span.set_attribute("model", answer.metadata.name)
                span.set_attribute("version", answer.metadata.version)
                span.end(end)

    def close(self) -> None:
        """Export the remaining spans unless the collector is away. Blocks for a few seconds at most."""
        self._sender.closing = True
        self._provider.shutdown()


class _Sender(SpanExporter):
    """Exports spans, and logs only the first of consecutive failures."""

    def __init__(self, exporter: SpanExporter) -> None:
        self.closing = False
        self._exporter = exporter
        self._away = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        if self._away and self.closing:
            return SpanExportResult.FAILURE
        result = self._exporter.export(spans)
        away = result is not SpanExportResult.SUCCESS
        if away and not self._away:
            log.warning("collector_does_not_answer")
        self._away = away
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()
