"""`batch`: classify an archive of any number of scans."""

import argparse
import importlib.util
import re
import sys
from collections.abc import Callable
from contextlib import ExitStack, redirect_stdout
from datetime import timedelta
from time import perf_counter
from typing import TYPE_CHECKING

from rich.console import Console

from app.cli.support import Commands, add_model_option, describe_model, load_models, print_json, read_settings, shown
from app.config.choices import GateChoice
from app.config.settings import ConfigurationError, Settings
from app.models.classes import DISCLAIMER
from app.services.explanations.words import plural
from app.services.imaging.decoder import Decoder
from app.services.imaging.reading import Limits
from app.services.inference.registry import ModelRegistry

if TYPE_CHECKING:  # lazy imports: the libraries are extras
    from app.services.archive.opening import ScanOpener
    from app.services.archive.places import Place
    from app.services.archive.running import Runner
    from app.services.archive.schemas import ArchiveSummary

_NEEDS = (
    "The libraries of the extra `{extra}` are not installed. Add them with "
    "`pip install 'brain-tumor-classification[{extra}]'`."
)
_LOCAL = "local"
_TERMINAL_EVERY_S = 0.5
_LINE_EVERY_S = 10


def add_to(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("batch", help="classify an archive of any number of scans, and write Parquet files")
    command.add_argument(
        "source",
        metavar="SOURCE",
        help="folder, ZIP archive or file with scans in the formats of `predict`, or a URL such as s3://bucket/folder",
    )
    command.add_argument("dest", metavar="DEST", help="folder for the results, or a URL")
    command.add_argument("--heatmaps", action="store_true", help="write each scan with its heat-map, as PNG")
    command.add_argument(
        "--shard",
        metavar="I/N",
        type=_shard,
        default=(1, 1),
        help="classify only the scans of one of N runs that divide SOURCE among themselves, I from 1 to N",
    )
    command.add_argument(
        "--ray",
        metavar="ADDRESS",
        nargs="?",
        const=_LOCAL,
        help="classify on the Ray cluster at this address; without one, on a cluster of this machine",
    )
    command.add_argument(
        "--workers", metavar="N", type=_workers, help="with --ray, number of workers (default: one for each node)"
    )
    add_model_option(command)
    command.set_defaults(run=batch)


def batch(options: argparse.Namespace) -> int:
    """Classify the scans without a row, and print a summary; the exit code is 1 if any scan was not answered.

    Raises:
        ConfigurationError: a setting, the model, a library or a place cannot be used.
    """
    _require("pyarrow", "archive")
    if options.ray:
        _require("ray", "ray")
    elif options.workers:
        raise ConfigurationError("--workers: add --ray; without it, this process does all the work.")
    from app.services.archive.places import PlaceFailed

    settings = read_settings()
    if settings.gate is GateChoice.ENFORCE:
        # A scan that the gate rejects gets a row with the decision `outside`.
        settings = settings.model_copy(update={"gate": GateChoice.WARN})
    errors = Console(stderr=True)
    try:
        with ExitStack() as opened:
            summary = _run(options, settings, errors, opened)
    except PlaceFailed as error:
        raise ConfigurationError(shown(str(error))) from error
    print_json(summary)
    errors.print(DISCLAIMER, style="dim")
    return 1 if summary.failed or summary.unanswered else 0


def _run(options: argparse.Namespace, settings: Settings, errors: Console, opened: ExitStack) -> "ArchiveSummary":
    from app.services.archive.opening import ScanOpener
    from app.services.archive.places import is_within, open_results, open_source
    from app.services.archive.plan import Shard
    from app.services.archive.running import ArchiveRun
    from app.services.archive.schemas import ArchiveSummary

    if is_within(options.dest, options.source):
        raise ConfigurationError(f"DEST {options.dest} is in SOURCE: its files would be read as scans. Choose another.")
    source, results, shard = open_source(options.source), open_results(options.dest), Shard(*options.shard)
    opened.enter_context(results.lock(shard.name))
    opener = ScanOpener(source, _limits(settings))
    opened.callback(opener.close)
    metadata = describe_model(ModelRegistry(settings), options.model)
    with errors.status("Listing the scans"):
        run = ArchiveRun(source, results, opener=opener, metadata=metadata, shard=shard)
        run.count()
    tally = run.tally
    if not tally.earlier and not tally.remaining and shard.of == 1:
        raise ConfigurationError(f"SOURCE {shown(options.source)} has no files.")
    seconds = 0.0
    if tally.remaining:
        progress = _ScanProgress(errors, tally.remaining)
        if options.ray:
            runner = _ray_runner(options, settings, progress.advance)
        else:
            runner = _local_runner(options, settings, opener, results, progress.advance, opened)
        progress.start()
        # Ray prints about workers that failed.
        with redirect_stdout(sys.stderr):
            run.run(runner)
        seconds = progress.seconds
    return ArchiveSummary(
        scans=tally.earlier + tally.done,
        earlier=tally.earlier,
        answered=tally.answered,
        failed=len(tally.failed),
        unanswered=len(tally.unanswered),
        failures=run.write_failures(),
        seconds=round(seconds, 3),
        scans_per_second=round(tally.done / seconds, 2) if seconds else 0.0,
        model=metadata.name,
        model_version=metadata.version,
        model_sha256=metadata.sha256,
    )


def _limits(settings: Settings) -> Limits:
    return Limits(settings.max_upload_bytes, settings.max_pixels)


def _local_runner(
    options: argparse.Namespace,
    settings: Settings,
    opener: "ScanOpener",
    results: "Place",
    advance: Callable[[], None],
    opened: ExitStack,
) -> "Runner":
    from app.services.archive.answering import ScanAnswerer
    from app.services.archive.local import LocalRunner

    decoder = Decoder()
    opened.callback(decoder.close)
    decoder.start()
    predictor = load_models(settings, options.model, Console(stderr=True), decoder.read_scan).predictor(options.model)
    heatmaps = results if options.heatmaps else None
    answer = ScanAnswerer(opener, predictor, decoder.read_scan, _limits(settings), heatmaps=heatmaps)
    return LocalRunner(answer, results, predictor.metadata, advance)


def _ray_runner(options: argparse.Namespace, settings: Settings, advance: Callable[[int], None]) -> "Runner":
    from app.services.archive.on_ray import RayRunner, WorkerTask

    task = WorkerTask.of(settings, options.model, options.source, options.dest, heatmaps=options.heatmaps)
    return RayRunner(options.ray, options.workers, task, advance)


class _ScanProgress:
    """Shows how many scans are done, their rate and the time left: one line on a terminal, else a line now and then."""

    def __init__(self, errors: Console, total: int) -> None:
        self._errors = errors
        self._total = total
        self._done = 0
        self._every_s = _TERMINAL_EVERY_S if errors.is_terminal else _LINE_EVERY_S
        self.start()

    def start(self) -> None:
        """Begin to measure the time."""
        self._started = self._shown = perf_counter()

    @property
    def seconds(self) -> float:
        """Time since the start."""
        return perf_counter() - self._started

    def advance(self, count: int = 1) -> None:
        """Count scans."""
        self._done += count
        last = self._done >= self._total
        if last or perf_counter() - self._shown >= self._every_s:
            self._shown = perf_counter()
            rate = self._done / self.seconds
            left = timedelta(seconds=round(max(0, self._total - self._done) / rate))
            line = f"{self._done:,} of {plural(self._total, 'scan')}, {rate:.1f} a second, {left} left"
            # Spaces cover the rest of a longer line.
            self._errors.print(
                f"{line:<78}", highlight=False, end="\r" if self._errors.is_terminal and not last else "\n"
            )


def _shard(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text)
    number, of = map(int, found.groups()) if found else (0, 0)
    if not 1 <= number <= of:
        raise argparse.ArgumentTypeError(f"{text!r} is not I/N with I from 1 to N, such as 1/4")
    return number, of


def _workers(text: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,4}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of workers, such as 4")
    return int(text)


def _require(name: str, extra: str) -> None:
    if importlib.util.find_spec(name) is None:
        raise ConfigurationError(_NEEDS.format(extra=extra))
