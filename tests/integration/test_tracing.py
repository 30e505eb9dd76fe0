"""Traces of a real server, sent to a local collector, and requests while the collector is away."""

import time
from collections.abc import Callable

import httpx
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from tests.conftest import SAMPLES_DIR
from tests.support.otlp_server import OtlpServer, attributes
from tests.support.server import RunningServer, free_port

URL = "/api/v1/predictions"
SCAN = (SAMPLES_DIR / "Te-me_0016.jpg").read_bytes()
TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


def send(server: RunningServer, content: bytes = SCAN, traceparent: str | None = None) -> httpx.Response:
    headers = {"traceparent": traceparent} if traceparent else {}
    return httpx.post(server.url + URL, files={"file": ("scan.jpg", content)}, headers=headers, timeout=60)


def wait_for(collector: OtlpServer, wanted: Callable[[Span], bool]) -> Span:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if found := [span for span in collector.spans if wanted(span)]:
            return found[0]
        time.sleep(0.05)
    raise TimeoutError([span.name for span in collector.spans])


class TestSpans:
    def test_request_and_step_spans_continue_the_clients_trace(self):
        with (
            OtlpServer() as collector,
            RunningServer(OTEL_EXPORTER_OTLP_ENDPOINT=collector.url) as server,
        ):
            answer = send(server, traceparent=f"00-{TRACE}-{PARENT}-01").json()
            request = wait_for(
                collector, lambda span: span.trace_id.hex() == TRACE and span.kind == Span.SPAN_KIND_SERVER
            )
            assert request.trace_id.hex() == TRACE
            assert request.name == f"POST {URL}"
            assert attributes(request.attributes) == {
                "http.request.method": "POST",
                "http.route": URL,
                "http.response.status_code": 200,
            }
            steps = {span.name: span for span in collector.spans if span.parent_span_id == request.span_id}
            assert set(steps) == {"wait", "read", "forward", "heatmap", "explanation"}
            for name, span in steps.items():
                assert span.trace_id == request.trace_id
                assert attributes(span.attributes) == {"model": "xception", "version": answer["model"]["version"]}
                # The service's clocks are accurate to a microsecond here; the response rounds to ten microseconds.
                took = (span.end_time_unix_nano - span.start_time_unix_nano) / 1e6
                assert abs(took - answer["timing_ms"][name]) < 0.01
                assert request.start_time_unix_nano <= span.start_time_unix_nano
                assert span.end_time_unix_nano <= request.end_time_unix_nano
            assert steps["wait"].end_time_unix_nano == steps["read"].start_time_unix_nano
            assert steps["read"].end_time_unix_nano == steps["forward"].start_time_unix_nano

            send(server, b"no image")
            refused = wait_for(collector, lambda span: "problems" in attributes(span.attributes) and URL in span.name)
            assert attributes(refused.attributes)["problems"] == ["unreadable-image"]
            assert attributes(refused.attributes)["http.response.status_code"] == 400
            assert refused.status.code == Status.STATUS_CODE_UNSET
            assert refused.trace_id.hex() != TRACE
            # Other headers of the client and an invalid parent are ignored.
            send(server, traceparent="00-patient-name-01")
            [resource] = {tuple(attributes(one.resource.attributes).items()) for one in self.resources(collector)}
            assert dict(resource).keys() == {"service.name", "service.version"}
            assert server.stop() == 0
            # Waiting spans were exported before the end.
            assert sum(span.name == f"POST {URL}" for span in collector.spans) == 3

    def resources(self, collector: OtlpServer):
        return [resource for export in collector.exports for resource in export.resource_spans]


class TestCollector:
    def test_a_missing_collector_logs_one_line(self):
        endpoint = f"http://127.0.0.1:{free_port()}"
        with RunningServer(OTEL_EXPORTER_OTLP_ENDPOINT=endpoint, LOG_LEVEL="debug", LOG_FORMAT="json") as server:
            assert [send(server).status_code for _ in range(3)] == [200] * 3
            deadline = time.monotonic() + 30
            while "collector_does_not_answer" not in server.log and time.monotonic() < deadline:
                time.sleep(0.1)
            assert send(server).status_code == 200
            assert server.stop() == 0
            assert server.log.count("collector_does_not_answer") == 1
            for noise in ("urllib3", "opentelemetry", "Traceback", "Max retries", "export"):
                assert noise not in server.log

    def test_a_silent_collector_delays_no_request(self):
        with (
            OtlpServer() as collector,
            RunningServer(OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, LOG_FORMAT="json") as server,
        ):
            collector.gate.clear()
            with server.client() as client:
                # More spans than the queue holds.
                assert {client.get("/health/live").status_code for _ in range(2500)} == {200}
            assert send(server).status_code == 200
            assert server.stop() == 0
            assert server.log.count("collector_does_not_answer") <= 1
            assert "Traceback" not in server.log
            collector.gate.set()
