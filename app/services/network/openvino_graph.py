"""A network as an OpenVINO graph, exported once from a weights file, next to it, and bound to its SHA-256.

The export needs Keras with its OpenVINO backend. Serving the graph needs only OpenVINO.
"""

import ctypes
import hashlib
import mmap
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BufferedRandom
from pathlib import Path
from typing import Any

from app.config.choices import Precision
from app.config.settings import ConfigurationError
from app.models.model_file import ModelMetadata
from app.models.strict import Strict
from app.services.network.weights import file_sha256, load_network

# Increased whenever the outputs of the graph change, including the layers that `features` summarises, or the way it is
# written. Graphs of an earlier format are rejected.
_CURRENT_FORMAT = 5


class GraphRecord(Strict):
    """The content of the file beside a graph that tells what the export wrote.

    Attributes:
        format: the format of the graph.
        weights_sha256: SHA-256 of the weights file.
        xml_sha256: SHA-256 of the file of the layers.
        bin_sha256: SHA-256 of the file of the constants.
    """

    format: int
    weights_sha256: str
    xml_sha256: str
    bin_sha256: str


def graph_path(weights: Path) -> Path:
    """The graph file of a weights file; its constants are next to it, in a file `.bin`."""
    return weights.with_name(weights.name.removesuffix(".weights.h5") + ".openvino.xml")


def record_path(weights: Path) -> Path:
    """The record of the graph of a weights file."""
    return graph_path(weights).with_suffix(".json")


@dataclass(frozen=True)
class Graph:
    """A graph in memory, which no change of its files affects.

    Attributes:
        model: an `openvino.Model` with the input float32 `[n, height, width, channels]` in `[0, 1]`, and the outputs
            of an `app.services.network.engines.Engine`.
        inode: of the nameless copy of the constants, which OpenVINO maps into memory.
    """

    model: Any
    inode: int

    def release_constants(self) -> None:
        """Release the memory of the constants, which OpenVINO repacks for computing.

        A later access reads the copy again. Systems without `/proc` keep the memory.
        """
        maps = Path("/proc/self/maps")
        if not maps.exists():
            return
        advise = ctypes.CDLL(None).madvise
        for line in maps.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
            addresses, _, _, _, inode, *name = line.split(maxsplit=5)
            if int(inode) == self.inode and "(deleted)" in "".join(name):
                start, end = (int(address, 16) for address in addresses.split("-"))
                advise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), mmap.MADV_DONTNEED)


def read_graph(metadata: ModelMetadata, weights: Path) -> Graph:
    """Read the exported graph, and check that its files are those that the export wrote.

    The constants are read from a copy without a name: if another program overwrote or shortened the file itself, the
    answers would change, or the process would end with SIGBUS.

    Raises:
        ConfigurationError: a file is missing, damaged or cannot be copied, or the graph belongs to other weights or an
            earlier format.
    """
    path = graph_path(weights)
    remedy = f"Make it with `MODELS_DIR={weights.parent} python -m app export`."
    if not path.exists():
        raise ConfigurationError(f"{metadata.name} has no OpenVINO graph {path}. {remedy}")
    try:
        record = GraphRecord.model_validate_json(record_path(weights).read_bytes())
    except (OSError, ValueError):
        raise ConfigurationError(f"the OpenVINO graph {path} has no valid record of its files. {remedy}") from None
    if record.weights_sha256 != metadata.sha256:
        raise ConfigurationError(f"the OpenVINO graph {path} belongs to other weights than {weights.name}. {remedy}")
    if record.format != _CURRENT_FORMAT:
        raise ConfigurationError(f"the OpenVINO graph {path} was made by another version of this service. {remedy}")
    try:
        with (
            tempfile.TemporaryFile() as layers,
            tempfile.TemporaryFile() as constants,
            ThreadPoolExecutor(1) as beside,
        ):
            copies = (
                (path, layers, record.xml_sha256),
                (path.with_suffix(".bin"), constants, record.bin_sha256),
            )
            # The hash of 84 MB and the import of OpenVINO take about as long, so each is free beside the other.
            damaged = beside.submit(lambda: [file for file, copy, sha256 in copies if _copied(file, copy) != sha256])
            import openvino

            if files := damaged.result():
                raise ConfigurationError(f"the OpenVINO graph's file {files[0]} is damaged. {remedy}")
            model = openvino.Core().read_model(f"/dev/fd/{layers.fileno()}", f"/dev/fd/{constants.fileno()}")
            return Graph(model, os.fstat(constants.fileno()).st_ino)
    except OSError as error:
        raise ConfigurationError(
            f"the OpenVINO graph {path} cannot be read, or not copied to the folder for temporary files "
            f"({error.strerror}). {remedy}"
        ) from error
    except RuntimeError as error:
        raise ConfigurationError(f"the OpenVINO graph {path} cannot be read. {remedy}") from error


def _copied(file: Path, copy: BufferedRandom) -> str:
    """Copy a file, and return the SHA-256 of what was copied."""
    digest = hashlib.sha256()
    with file.open("rb") as source:
        # In large blocks: between two of them, this thread waits for the one that imports.
        while block := source.read(1 << 24):
            digest.update(block)
            copy.write(block)
    copy.seek(0)
    return digest.hexdigest()


def export_graph(metadata: ModelMetadata, weights: Path) -> Path:
    """Write the graph of a weights file; returns its path.

    Call it before Keras is imported: the backend of Keras cannot change afterwards.

    Raises:
        ConfigurationError: the weights do not match the network, or the folder cannot be written to.
    """
    os.environ["KERAS_BACKEND"] = "openvino"
    os.environ.setdefault("KERAS_HOME", os.devnull)  # otherwise importing Keras writes ~/.keras/keras.json
    import openvino
    from openvino.passes import ConstantFolding, Manager

    from app.services.network.architectures.catalogue import with_outputs
    from app.services.network.openvino_passes import fold_normalizations, without_transpositions

    network = with_outputs(load_network(metadata, weights), metadata)
    path = graph_path(weights)
    unfinished = path.with_name(f"unfinished-{os.getpid()}.xml")
    unfinished_record = unfinished.with_suffix(".json")
    try:
        network.export(str(unfinished), format="openvino", verbose=False)
        graph = openvino.Core().read_model(unfinished)
        folding = Manager()
        folding.register_pass(ConstantFolding())
        folding.run_passes(graph)
        without_transpositions(graph)
        fold_normalizations(graph)
        # Constants in float32, in the layout of the convolutions: OpenVINO holds two copies in memory of constants
        # that it converts while reading.
        folding.run_passes(graph)
        openvino.save_model(graph, path, compress_to_fp16=False)
        record = GraphRecord(
            format=_CURRENT_FORMAT,
            weights_sha256=metadata.sha256,
            xml_sha256=file_sha256(path),
            bin_sha256=file_sha256(path.with_suffix(".bin")),
        )
        unfinished_record.write_text(record.model_dump_json(indent=2) + "\n", encoding="utf-8")
        unfinished_record.replace(record_path(weights))
    except (OSError, RuntimeError) as error:
        raise ConfigurationError(f"the OpenVINO graph {path} cannot be written: {error}") from error
    finally:
        for file in (unfinished, unfinished.with_suffix(".bin"), unfinished_record):
            file.unlink(missing_ok=True)
    return path


def compiled(graph: Any, precision: Precision, parallel: int = 1) -> Any:
    """An `openvino.CompiledModel` of a graph with a fixed shape.

    Args:
        graph: an `openvino.Model`.
        precision: float32 or bfloat16, not `AUTO`.
        parallel: number of scans that are computed at the same time, each on an equal share of the cores.
    """
    import openvino

    hints = {"NUM_STREAMS": parallel, "INFERENCE_PRECISION_HINT": precision.value}
    return openvino.Core().compile_model(graph, "CPU", hints)
