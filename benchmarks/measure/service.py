"""A prediction over HTTP against the forward pass of the same engine, in one process and one run.

The server runs in a thread of this process and receives requests over a real socket, with heat-map and explanation. Its
cache is off, so that each prediction is computed. Float32 is measured too: the longer a forward pass takes, the smaller
is the share of everything else, and processors that are not faster in bfloat16 use it. The client sends the same
prepared bytes each time, so that their preparation is not measured.
"""

import http.client
import socket
import threading
from http import HTTPStatus
from io import BytesIO
from time import sleep

import uvicorn

from app.config.choices import LogLevel, Precision
from app.config.settings import Settings
from app.main import create_app
from app.models.classes import CLASSES
from app.services.imaging.preprocessing import to_input
from app.services.imaging.reading import Limits, read_scan
from app.services.inference.registry import ModelRegistry
from app.services.network import gradcam
from benchmarks.support.clients import IMAGE, PREDICTIONS, ask, connect, encoded, status_of
from benchmarks.support.results import Figure, publish
from benchmarks.support.rounds import Timed, take_turns


def run(rounds: int) -> None:
    """Measure and publish."""
    times = measure(Settings.from_environment().precision, rounds)
    in_float32 = measure(Precision.F32, rounds)
    publish("service", times, [*_ratios(times), *_ratios(in_float32, ", float32")])


def _ratios(times: list[Timed], how: str = "") -> list[Figure]:
    _, whole, _, heatmap = times
    return [
        Figure(name=f"{whole.name}, ratio{how}", value=whole.ratio, unit="1", target="<= 1.12"),
        Figure(name=f"{heatmap.name}, ratio{how}", value=heatmap.ratio, unit="1", target="<= 0.05"),
    ]


def measure(precision: Precision, rounds: int) -> list[Timed]:
    """Time a forward pass, a prediction over HTTP with and without heat-map, and the heat-map, in this order."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = _start(listener, precision)
        host, port = listener.getsockname()
        client = connect(f"http://{host}:{port}")
        while status_of(client, "GET", "/health/ready") != HTTPStatus.OK:
            sleep(0.1)
        times = _in_turns(server, client, rounds)
        server.should_exit = True
    return times


def _start(listener: socket.socket, precision: Precision) -> uvicorn.Server:
    changes = {"log_level": LogLevel.ERROR, "cache_mb": 0, "precision": precision}
    settings = Settings.from_environment().model_copy(update=changes)
    server = uvicorn.Server(uvicorn.Config(create_app(settings), log_config=None, access_log=False))
    threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True).start()
    return server


def _in_turns(server: uvicorn.Server, client: http.client.HTTPConnection, rounds: int) -> list[Timed]:
    registry: ModelRegistry = server.config.app.state.services.registry  # type: ignore[union-attr]
    predictor = registry.predictor(None)
    metadata, classifier = predictor.metadata, predictor.classifier
    data = IMAGE.read_bytes()
    scan = read_scan(BytesIO(data), Limits(10**9, 10**9))
    network_input = to_input(scan.image, metadata.input)
    forward = classifier.classify(network_input)

    request = encoded(data)

    def over_http(query: str = "") -> None:
        ask(client, f"{PREDICTIONS}{query}", request)

    def heatmap() -> None:
        heat = gradcam.heatmap(forward.feature_map, classifier.head, CLASSES.index(metadata.classes[0]))
        gradcam.focus(heat, metadata.feature_map, metadata.input)
        gradcam.overlay(scan.image, heat, metadata.feature_map, metadata.input)

    return take_turns(
        {
            "forward pass only": lambda: classifier.classify(network_input),
            "prediction over HTTP": over_http,
            "the same without heat-map": lambda: over_http("?heatmap=false"),
            "Grad-CAM and overlay only": heatmap,
        },
        rounds,
    )
