"""Answers parts on a Ray cluster: Ray Data hands them to workers, each of which has loaded the model."""

import logging
import os
import re
import socket
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.config.no_telemetry import turn_off_ray_telemetry
from app.config.settings import Settings
from app.services.archive.answering import ScanAnswerer
from app.services.archive.local import LocalRunner
from app.services.archive.opening import ScanOpener
from app.services.archive.places import PlaceFailed, absolute, open_results, open_source
from app.services.archive.plan import ArchiveScan
from app.services.archive.running import PartDone
from app.services.imaging.decoder import Decoder
from app.services.imaging.pillow import prepare_pillow
from app.services.imaging.reading import Limits
from app.services.inference.registry import ModelRegistry

_REACHED_WITHIN_S = 10
# What a worker needs of the settings: the others contain secrets.
_SETTINGS = (
    "models_dir",
    "default_model",
    "site_file",
    "engine",
    "precision",
    "parallel_passes",
    "gate",
    "max_upload_mb",
    "max_megapixels",
)


@dataclass(frozen=True)
class WorkerTask:
    """What every worker does.

    Attributes:
        settings: some of the operator's settings.
        model: name of the model; None for the default model.
        source, results: places, as `open_source` and `open_results` take them.
        heatmaps: whether heat-maps are drawn.
    """

    settings: dict[str, Any]
    model: str | None
    source: str
    results: str
    heatmaps: bool

    @classmethod
    def of(cls, settings: Settings, model: str | None, source: str, results: str, *, heatmaps: bool) -> "WorkerTask":
        """Choose the settings that a worker needs; its working directory is another one."""
        chosen = {name: getattr(settings, name) for name in _SETTINGS}
        paths = {name: path.absolute() for name, path in chosen.items() if isinstance(path, Path)}
        return cls(
            settings=chosen | paths,
            model=model,
            source=absolute(source),
            results=absolute(results),
            heatmaps=heatmaps,
        )


@dataclass(frozen=True)
class PlannedPart:
    """The scans of a part, as one value: Ray Data would make a column of a list."""

    scans: list[ArchiveScan]


class RayWorker:
    """Answers parts in a process of a cluster."""

    def __init__(self, task: WorkerTask) -> None:
        """Load the model."""
        prepare_pillow()
        settings = Settings(**task.settings)
        limits = Limits(settings.max_upload_bytes, settings.max_pixels)
        decoder = Decoder()
        registry = ModelRegistry(settings, decoder.read_scan)
        registry.load()
        predictor, results = registry.predictor(task.model), open_results(task.results)
        opener = ScanOpener(open_source(task.source), limits)
        heatmaps = results if task.heatmaps else None
        answer = ScanAnswerer(opener, predictor, decoder.read_scan, limits, heatmaps=heatmaps)
        self._runner = LocalRunner(answer, results, predictor.metadata, lambda: None)

    def __call__(self, item: dict[str, Any]) -> dict[str, Any]:
        """Answer the part of a row and write its rows."""
        [done] = self._runner([item["part"].scans])
        return {"done": done}


class RayRunner:
    """Runs parts on a cluster. See `running.Runner`.

    A part that a worker has lost is answered again by another, and its file replaces what the first one wrote.
    """

    def __init__(self, address: str, workers: int | None, task: WorkerTask, advance: Callable[[int], None]) -> None:
        """Describe the cluster.

        Args:
            address: of the cluster; `local` for a new one on this machine, which ends with the run.
            workers: number of workers; None for one on each node.
            task: of every worker.
            advance: called after each part with the number of its scans.
        """
        self._address = address
        self._workers = workers
        self._task = task
        self._advance = advance

    def __call__(self, parts: Iterable[list[ArchiveScan]]) -> Iterator[PartDone]:
        """Answer parts.

        Raises:
            PlaceFailed: the cluster cannot be reached, or a worker cannot load the model or write rows.
        """
        _check_reachable(self._address)
        turn_off_ray_telemetry()
        # Ray warns that a worker cannot restart without the driver, which ends the run anyway.
        os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
        import ray

        try:
            ray.init(address=self._address, log_to_driver=False, logging_level=logging.ERROR)
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise PlaceFailed(f"--ray {self._address}: {error}") from error
        try:
            yield from self._results(parts)
        except ray.exceptions.RayError as error:
            raise PlaceFailed(f"--ray {self._address}: {_cause(error)}") from error
        finally:
            ray.shutdown()

    def _results(self, parts: Iterable[list[ArchiveScan]]) -> Iterator[PartDone]:
        import ray.data

        # Ray Data would print its plan, and errors that this run reports.
        logging.getLogger("ray.data").setLevel(logging.CRITICAL)
        ray.data.DataContext.get_current().enable_progress_bars = False
        items = [{"part": PlannedPart(part)} for part in parts]
        workers = self._workers or sum(node["Alive"] for node in ray.nodes())
        done = ray.data.from_items(items, override_num_blocks=len(items)).map(
            RayWorker,  # type: ignore[arg-type]  # a class with `__call__` is accepted, but not in the annotation
            fn_constructor_args=(self._task,),
            compute=ray.data.ActorPoolStrategy(size=min(workers, len(items))),
            # Each worker uses all cores of its node.
            num_cpus=1,
        )
        for row in done.iter_rows():
            self._advance(row["done"].scans)
            yield row["done"]


def _check_reachable(address: str) -> None:
    """Check that something listens at an address: Ray itself tries for minutes."""
    if found := re.fullmatch(r"(?:ray://)?\[?([^/]+?)\]?:(\d+)", address):
        try:
            socket.create_connection((found[1], int(found[2])), _REACHED_WITHIN_S).close()
        except (OSError, OverflowError) as error:
            raise PlaceFailed(f"--ray {address}: {getattr(error, 'strerror', None) or error}.") from error


def _cause(error: BaseException) -> str:
    """What a worker raised, which Ray reports as the text of its traceback, between texts of its own."""
    lines = re.findall(r"^(?!ray\.)(?:[\w.]+\.)?[A-Z]\w+: (.+)$", str(error), re.MULTILINE)
    return str(lines[-1] if lines else error).partition("\n")[0]
