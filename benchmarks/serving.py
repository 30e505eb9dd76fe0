"""A prediction over HTTP against the bare forward pass of the same network, in one process and one run.

The two take turns, so that a machine whose speed drifts drifts for both. The server runs in a thread of this
process and is spoken to over a real socket, heat-map and explanation included.
"""

import argparse
import platform
import socket
import threading
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

import httpx
import uvicorn
from rich import box
from rich.console import Console
from rich.progress import track
from rich.table import Column, Table

from app.config.settings import PROJECT_DIR, LogLevel, Settings
from app.main import create_app
from app.services import imaging
from app.services.imaging import Limits
from app.services.registry import ModelRegistry

WARM_UPS = 5


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.serving", description=__doc__)
    parser.add_argument("--rounds", type=int, default=60, help="counted rounds (default: %(default)s)")
    parser.add_argument(
        "--image", type=Path, default=PROJECT_DIR / "sample_images" / "Te-me_0016.jpg", help="(default: %(default)s)"
    )
    options = parser.parse_args()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        server = _start(listener)
        with httpx.Client(base_url=url, timeout=60) as client:
            measured = _measure(server, client, options.image.read_bytes(), options.rounds)
        server.should_exit = True
    _print(measured, options.image)


def _start(listener: socket.socket) -> uvicorn.Server:
    settings = Settings.from_environment().model_copy(update={"log_level": LogLevel.ERROR})
    server = uvicorn.Server(uvicorn.Config(create_app(settings), log_config=None, access_log=False))
    threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True).start()
    return server


def _measure(server: uvicorn.Server, client: httpx.Client, data: bytes, rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each step in each round."""
    while client.get("/health/ready").status_code != 200:
        pass
    registry: ModelRegistry = server.config.app.state.services.registry  # type: ignore[union-attr]
    predictor = registry.predictor(None)
    scan = imaging.read_scan(BytesIO(data), Limits(10**9, 10**9))
    network_input = imaging.to_input(scan.image, predictor.metadata.input)

    def over_http(query: str = "") -> None:
        files = {"file": ("scan", data)}
        client.post(f"/api/v1/predictions{query}", files=files).raise_for_status()

    steps: dict[str, Callable[[], object]] = {
        "bare forward pass": lambda: predictor.classifier.classify(network_input),
        "prediction over HTTP": over_http,
        "the same without heat-map": lambda: over_http("?heatmap=false"),
    }
    measured: dict[str, list[float]] = {name: [] for name in steps}
    for number in track(range(-WARM_UPS, rounds), description="Measuring", console=Console(stderr=True)):
        for name, step in steps.items():
            started = perf_counter()
            step()
            if number >= 0:
                measured[name].append((perf_counter() - started) * 1e3)
    return measured


def _print(measured: dict[str, list[float]], image: Path) -> None:
    bare = measured["bare forward pass"]
    rows = Table(
        Column("step", no_wrap=True),
        *(
            Column(name, justify="right")
            for name in ("p50 ms", "p95 ms", "p50 / bare p50", "median of the rounds' ratios")
        ),
        box=box.MARKDOWN,
    )
    for name, times in measured.items():
        ratios = [time / forward for time, forward in zip(times, bare, strict=True)]
        rows.add_row(
            name,
            f"{median(times):.1f}",
            f"{quantiles(times, n=20)[18]:.1f}",
            f"{median(times) / median(bare):.2f}",
            f"{median(ratios):.2f}",
        )
    console = Console(width=120)
    console.print(f"{platform.platform()}, {image.name}, {len(bare)} rounds\n", highlight=False)
    console.print(rows)


if __name__ == "__main__":
    main()
