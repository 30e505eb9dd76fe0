"""Compares the two engines, and tests the graph that one of them reads."""

import os
import resource
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.config.choices import EngineChoice, Precision
from app.config.settings import PROJECT_DIR, ConfigurationError
from app.models.model_file import ModelMetadata
from app.services.imaging.preprocessing import to_input
from app.services.network import engines, gradcam
from app.services.network.classifier import Classifier
from app.services.network.engines import OpenVinoEngine, TensorFlowEngine, open_engine
from app.services.network.openvino_graph import compiled, graph_path, read_graph
from app.services.network.temperature import calibrated_probabilities
from research.pipeline.data.images import read_image
from tests.conftest import MODEL_FILE, MODELS, sample_paths


@pytest.mark.parametrize("metadata", MODELS.values(), ids=MODELS)
class TestParity:
    def test_both_engines_give_the_same_answers(self, metadata: ModelMetadata):
        quick, reference = (
            Classifier(metadata, MODEL_FILE.parent / metadata.weights, choice, Precision.F32)
            for choice in (EngineChoice.OPENVINO, EngineChoice.TENSORFLOW)
        )
        for path in sample_paths():
            scan = to_input(read_image(path), metadata.input)
            passes = [classifier.classify(scan) for classifier in (quick, reference)]
            ours, theirs = (calibrated_probabilities(each.logits, metadata.temperature) for each in passes)
            assert ours == pytest.approx(theirs, abs=1e-3)
            assert ours.argmax() == theirs.argmax()
            for target in range(4):
                heats = [gradcam.heatmap(each.feature_map, reference.head, target) for each in passes]
                assert heats[0] == pytest.approx(heats[1], abs=1e-2)

    def test_bfloat16_gives_the_same_classes(self, metadata: ModelMetadata):
        weights = MODEL_FILE.parent / metadata.weights
        quick, exact = (
            Classifier(metadata, weights, precision=precision) for precision in (Precision.BF16, Precision.F32)
        )
        for path in sample_paths():
            scan = to_input(read_image(path), metadata.input)
            ours, theirs = (
                calibrated_probabilities(each.classify(scan).logits, metadata.temperature) for each in (quick, exact)
            )
            assert ours.argmax() == theirs.argmax()
            assert ours == pytest.approx(theirs, abs=0.05)


class TestParallelPasses:
    @pytest.fixture
    def compilations(self, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        """How many scans at a time each compiled network computes, in the order of the compilations."""
        made: list[int] = []

        def recorded(graph: Any, precision: Precision, parallel: int = 1) -> Any:
            network = compiled(graph, precision, parallel)
            made.append(parallel)
            return network

        monkeypatch.setattr(engines, "compiled", recorded)
        return made

    def test_scans_that_wait_for_each_other_are_computed_together_with_the_same_result(self, compilations: list[int]):
        metadata = MODELS["cnn"]
        engine = OpenVinoEngine(metadata, MODEL_FILE.parent / metadata.weights, Precision.F32, parallel=2)
        scans = [to_input(read_image(path), metadata.input) for path in sample_paths()]
        expected = [engine(scan) for scan in scans]
        assert compilations == [1]
        with ThreadPoolExecutor(4) as clients:
            # The first round compiles the second network beside its passes; the round after that uses it.
            for _ in range(20):
                both = compilations == [1, 2]
                found = list(clients.map(engine, scans))
                for ours, theirs in zip(found, expected, strict=True):
                    assert all((one == other).all() for one, other in zip(ours, theirs, strict=True))
                if both:
                    break
        assert compilations == [1, 2]

    def test_one_pass_at_a_time_needs_one_network(self, compilations: list[int]):
        metadata = MODELS["cnn"]
        engine = OpenVinoEngine(metadata, MODEL_FILE.parent / metadata.weights, Precision.F32, parallel=1)
        with ThreadPoolExecutor(4) as clients:
            list(clients.map(engine, [np.zeros(metadata.input.shape, np.float32)] * 8))
        assert compilations == [1]


class TestChoice:
    def test_auto_takes_openvino_where_it_is_installed(self, metadata: ModelMetadata):
        assert isinstance(
            open_engine(EngineChoice.AUTO, Precision.AUTO, metadata, MODEL_FILE.parent / metadata.weights),
            OpenVinoEngine,
        )

    def test_auto_takes_tensorflow_elsewhere(self, metadata: ModelMetadata, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setitem(sys.modules, "openvino", None)
        weights = MODEL_FILE.parent / metadata.weights
        assert isinstance(open_engine(EngineChoice.AUTO, Precision.AUTO, metadata, weights), TensorFlowEngine)

    @pytest.mark.parametrize("choice", [EngineChoice.OPENVINO, EngineChoice.TENSORFLOW])
    def test_an_engine_that_is_not_installed_is_named(
        self, choice: EngineChoice, metadata: ModelMetadata, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setitem(sys.modules, choice.value, None)
        with pytest.raises(ConfigurationError, match=f"ENGINE={choice} needs the package {choice}"):
            open_engine(choice, Precision.AUTO, metadata, MODEL_FILE.parent / metadata.weights)

    def test_serving_with_openvino_imports_neither_tensorflow_nor_keras(self):
        script = (
            "import sys; from app.config.settings import Settings; "
            "from app.services.inference.registry import ModelRegistry; "
            "import app.main; registry = ModelRegistry(Settings()); registry.load(); "
            "print([name for name in ('tensorflow', 'keras', 'scipy', 'matplotlib') if name in sys.modules])"
        )
        done = subprocess.run([sys.executable, "-c", script], cwd=PROJECT_DIR, capture_output=True, text=True)
        assert (done.stdout.strip(), done.returncode) == ("[]", 0), done.stderr


class TestMemory:
    def test_the_constants_of_a_graph_are_in_memory_once(self, metadata: ModelMetadata):
        weights = MODEL_FILE.parent / metadata.weights
        script = (
            "import sys; from pathlib import Path; from app.services.network.classifier import Classifier; "
            "from app.models.model_file import read_metadata; "
            "classifier = Classifier(read_metadata(Path(sys.argv[1])), Path(sys.argv[2])); "
            "print(Path('/proc/self/smaps').read_text())"
        )
        command = [sys.executable, "-c", script, str(MODEL_FILE), str(weights)]
        done = subprocess.run(command, cwd=PROJECT_DIR, capture_output=True, text=True, check=True)
        size = graph_path(weights).with_suffix(".bin").stat().st_size // 1024
        copies = [lines for lines in done.stdout.split("VmFlags:") if "(deleted)" in lines]
        numbers = [int(line.split()[1]) for line in "".join(copies).splitlines() if line.startswith(("Size:", "Rss:"))]
        assert sum(numbers[::2]) >= size
        assert sum(numbers[1::2]) < 4096


@pytest.mark.parametrize("metadata", MODELS.values(), ids=MODELS)
def test_a_graph_transposes_only_its_input_and_outputs(metadata: ModelMetadata):
    kinds = Counter(
        node.get_type_name() for node in read_graph(metadata, MODEL_FILE.parent / metadata.weights).model.get_ops()
    )
    assert (kinds["Transpose"], kinds["BatchNormInference"]) == (2, 0)


class TestGraph:
    @pytest.fixture
    def folder(self, tmp_path: Path, metadata: ModelMetadata) -> Path:
        """A models folder with the project's default model and its graph."""
        weights = MODEL_FILE.parent / metadata.weights
        for file in (
            MODEL_FILE,
            weights,
            weights.with_name(f"{metadata.name}_heads.npz"),
            *(graph_path(weights).with_suffix(part) for part in (".xml", ".bin", ".json")),
        ):
            (tmp_path / file.name).symlink_to(file)
        return tmp_path

    def opened(self, folder: Path, metadata: ModelMetadata) -> None:
        open_engine(EngineChoice.OPENVINO, Precision.AUTO, metadata, folder / metadata.weights)

    def test_a_missing_graph_is_reported_with_the_command_that_makes_it(self, folder: Path, metadata: ModelMetadata):
        graph_path(folder / metadata.weights).unlink()
        with pytest.raises(ConfigurationError, match=r"has no OpenVINO graph .*python -m app export"):
            self.opened(folder, metadata)

    def test_a_graph_of_other_weights_is_rejected(self, folder: Path, metadata: ModelMetadata):
        with pytest.raises(ConfigurationError, match=r"belongs to other weights than .*python -m app export"):
            self.opened(folder, metadata.model_copy(update={"sha256": "0" * 64}))

    @pytest.mark.parametrize("part", [".xml", ".bin", ".json"])
    @pytest.mark.parametrize("truncated", [True, False])
    def test_a_damaged_graph_is_rejected(self, folder: Path, metadata: ModelMetadata, part: str, truncated: bool):
        file = graph_path(folder / metadata.weights).with_suffix(part)
        data, middle = file.read_bytes(), file.stat().st_size // 2
        file.unlink()
        rest = b"" if truncated else bytes([data[middle] ^ 1]) + data[middle + 1 :]
        file.write_bytes(data[:middle] + rest)
        with pytest.raises(ConfigurationError, match=r"(damaged|no valid record).*python -m app export") as caught:
            self.opened(folder, metadata)
        assert "\n" not in str(caught.value)

    @pytest.mark.skipif(sys.platform != "linux", reason="limits on file sizes are set as on Linux")
    def test_a_disk_without_room_for_the_copy_is_reported(self, folder: Path, metadata: ModelMetadata):
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        # This limit has the same effect on a process as a full disk.
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
        try:
            with pytest.raises(ConfigurationError, match=r"folder for temporary files \(File too large\)"):
                self.opened(folder, metadata)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    def test_files_that_change_later_neither_end_the_process_nor_change_answers(self, tmp_path: Path):
        weights = tmp_path / MODELS["cnn"].weights
        shutil.copy(MODEL_FILE.parent / weights.name, weights)
        for part in (".xml", ".bin", ".json"):
            shutil.copy(graph_path(MODEL_FILE.parent / weights.name).with_suffix(part), tmp_path)
        # In a process of its own, which SIGBUS would end.
        script = (
            "import os, sys; from pathlib import Path; import numpy as np; from tests.conftest import MODELS; "
            "from app.config.choices import Precision; from app.services.network.openvino_graph import *; "
            "metadata, weights = MODELS['cnn'], Path(sys.argv[1]); graph = read_graph(metadata, weights); "
            "[os.truncate(graph_path(weights).with_suffix(part), 0) for part in ('.xml', '.bin')]; "
            "graph.model.reshape(list(metadata.input.shape)); "
            "request = compiled(graph.model, Precision.F32).create_infer_request(); "
            "scan = np.full(metadata.input.shape, 0.5, np.float32); "
            "before = request.infer([scan]).to_tuple()[0].copy(); graph.release_constants(); "
            "print((request.infer([scan]).to_tuple()[0] == before).all())"
        )
        command = [sys.executable, "-c", script, str(weights)]
        done = subprocess.run(command, cwd=PROJECT_DIR, capture_output=True, text=True)
        assert (done.stdout.strip(), done.returncode) == ("True", 0), done.stderr

    def test_the_export_command_writes_only_missing_graphs(self, folder: Path, metadata: ModelMetadata, rng):
        scan = rng.random((1, 299, 299, 3), np.float32)
        before = open_engine(EngineChoice.OPENVINO, Precision.AUTO, metadata, folder / metadata.weights)(scan)
        graph = graph_path(folder / metadata.weights)
        graph.unlink()
        graph.with_suffix(".bin").unlink()
        first, second = (self.export(folder) for _ in range(2))
        assert (first.stdout, second.stdout) == (f"Wrote {graph}\n", "")
        assert [path.name for path in folder.glob("unfinished*")] == []
        after = open_engine(EngineChoice.OPENVINO, Precision.AUTO, metadata, folder / metadata.weights)(scan)
        assert all((one == other).all() for one, other in zip(before, after, strict=True))

    def test_weights_that_do_not_fit_are_not_exported(self, folder: Path, metadata: ModelMetadata):
        weights = folder / metadata.weights
        data = weights.read_bytes()
        weights.unlink()
        weights.write_bytes(data[:1000])
        done = self.export(folder)
        assert done.returncode == 1
        assert "does not hold the weights of xception" in done.stderr

    def export(self, folder: Path) -> subprocess.CompletedProcess[str]:
        command, environment = [sys.executable, "-m", "app", "export"], {**os.environ, "MODELS_DIR": str(folder)}
        return subprocess.run(command, cwd=PROJECT_DIR, env=environment, capture_output=True, text=True)
