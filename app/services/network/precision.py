"""The quickest precision of a forward pass, measured once for each processor and stored beside the graph.

The processor's features do not decide it: without matrix units (AMX), a processor with bfloat16 instructions took 1.7
times as long in bfloat16 as in float32; with them it took a quarter.
"""

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import structlog

from app.config.choices import Precision
from app.models.model_file import ModelMetadata
from app.models.strict import Strict
from app.services.network.openvino_graph import compiled, graph_path, read_graph

_ROUNDS = 5
_CPUINFO = Path("/proc/cpuinfo")

log = structlog.get_logger()


class MeasuredOn(Strict):
    """The conditions of a measurement, which is repeated when any of them changes.

    Attributes:
        processor: name, model number and vector units.
        cores: number of cores.
        openvino: version of OpenVINO.
        graph_sha256: SHA-256 of the graph's XML file, which lists the layers and their shapes.
    """

    processor: str
    cores: int
    openvino: str
    graph_sha256: str


class PrecisionChoice(Strict):
    """The content of the file beside the graph.

    Attributes:
        measured_on: the conditions of the measurement.
        precision: the quickest precision.
        milliseconds: median time of a forward pass in each precision.
    """

    measured_on: MeasuredOn
    precision: Precision
    milliseconds: dict[Precision, float]


def choice_path(weights: Path) -> Path:
    """The file with the choice for the graph of a weights file."""
    return graph_path(weights).with_suffix(".precision.json")


def choose_precision(metadata: ModelMetadata, weights: Path) -> Precision:
    """The quickest precision on this machine: read from the file beside the graph, or measured and stored there.

    Measuring takes one to two seconds. A choice that cannot be stored is measured at every start.

    Raises:
        ConfigurationError: the graph cannot be read; see `read_graph`.
    """
    candidates = supported_precisions()
    if len(candidates) == 1:
        return candidates[0]
    file, measured_on = choice_path(weights), _measured_on(graph_path(weights))
    choice = _read(file)
    if choice is None or choice.measured_on != measured_on:
        milliseconds = _measure(metadata, weights, candidates)
        precision = min(milliseconds, key=milliseconds.__getitem__)
        choice = PrecisionChoice(measured_on=measured_on, precision=precision, milliseconds=milliseconds)
        log.info("precision_measured", model=metadata.name, precision=precision.value, stored=_store(choice, file))
    return choice.precision


def supported_precisions() -> list[Precision]:
    """Float32, and bfloat16 if OpenVINO reports it for this processor."""
    import openvino

    capabilities = openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return [Precision.F32, Precision.BF16] if "BF16" in capabilities else [Precision.F32]


def passes_in(
    precisions: Sequence[Precision], metadata: ModelMetadata, weights: Path
) -> dict[Precision, Callable[[], object]]:
    """Functions that run one forward pass on an empty scan, by precision.

    Raises:
        ConfigurationError: the graph cannot be read; see `read_graph`.
    """
    graph = read_graph(metadata, weights).model
    graph.reshape(list(metadata.input.shape))
    scan = np.zeros(metadata.input.shape, np.float32)
    return {each: partial(compiled(graph, each).create_infer_request().infer, [scan]) for each in precisions}


def median_milliseconds(
    passes: Mapping[Precision, Callable[[], object]], clock: Callable[[], float] = perf_counter
) -> dict[Precision, float]:
    """Median time of each pass over a few alternating rounds, so that other load slows all of them alike.

    Args:
        passes: runs one forward pass in each precision.
        clock: the time in seconds.
    """
    seconds: dict[Precision, list[float]] = {precision: [] for precision in passes}
    for run in passes.values():
        run()  # The first pass packs the constants.
    for _ in range(_ROUNDS):
        for precision, run in passes.items():
            started = clock()
            run()
            seconds[precision].append(clock() - started)
    return {precision: 1000 * median(times) for precision, times in seconds.items()}


def _measure(metadata: ModelMetadata, weights: Path, candidates: list[Precision]) -> dict[Precision, float]:
    return median_milliseconds(passes_in(candidates, metadata, weights))


def _measured_on(graph: Path) -> MeasuredOn:
    import openvino

    return MeasuredOn(
        processor=_processor(openvino.Core().get_property("CPU", "FULL_DEVICE_NAME")),
        cores=os.cpu_count() or 1,
        openvino=openvino.get_version(),
        graph_sha256=hashlib.sha256(graph.read_bytes()).hexdigest(),
    )


def _processor(name: str) -> str:
    """The name with model number and vector units: virtual machines on different processors have the same name."""
    if not _CPUINFO.exists():
        return name
    lines = (line.partition(":") for line in _CPUINFO.read_text(encoding="utf-8").splitlines())
    facts = {key.strip(): value.strip() for key, _, value in lines}
    units = sorted(flag for flag in facts.get("flags", "").split() if flag.startswith(("avx", "amx")))
    return f"{name}, family {facts.get('cpu family')}, model {facts.get('model')}, {' '.join(units)}"


def _read(file: Path) -> PrecisionChoice | None:
    try:
        return PrecisionChoice.model_validate_json(file.read_bytes())
    except (OSError, ValueError):
        return None


def _store(choice: PrecisionChoice, file: Path) -> bool:
    """Write the file; returns False if that is not possible."""
    unfinished = file.with_name(f"unfinished-{os.getpid()}.json")
    try:
        unfinished.write_text(choice.model_dump_json(indent=2) + "\n", encoding="utf-8")
        unfinished.replace(file)
    except OSError:
        with suppress(OSError):
            unfinished.unlink()
        return False
    return True
