"""A local OpenTelemetry collector (OTLP over HTTP) that stores the exports it receives."""

from collections.abc import Iterable, Mapping
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.support.local_server import LocalServer, Reply


class OtlpServer(LocalServer):
    """Accepts exports of traces and stores them."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.paths: set[str] = set()
        super().__init__()

    def reply_to(self, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Store an export."""
        self.paths.add(path)
        self.bodies.append(body)
        return Reply(200, "application/x-protobuf", ExportTraceServiceResponse().SerializeToString())

    @property
    def exports(self) -> list[ExportTraceServiceRequest]:
        return [ExportTraceServiceRequest.FromString(body) for body in list(self.bodies)]

    @property
    def spans(self) -> list[Span]:
        return [
            span
            for export in self.exports
            for resource in export.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]


def attributes(pairs: Iterable[KeyValue]) -> dict[str, Any]:
    """Attributes as Python values."""

    def value(given: AnyValue) -> Any:
        kind = given.WhichOneof("value")
        return [value(one) for one in given.array_value.values] if kind == "array_value" else getattr(given, str(kind))

    return {pair.key: value(pair.value) for pair in pairs}
