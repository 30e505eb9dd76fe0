"""`PRECISION=auto` takes the precision that a measurement on this machine finds quickest."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from app.config.choices import Precision
from app.config.settings import PROJECT_DIR
from app.models.model_file import ModelMetadata
from app.services.network import precision as module
from app.services.network.engines import OpenVinoEngine
from app.services.network.openvino_graph import graph_path, record_path
from app.services.network.precision import choice_path, choose_precision, median_milliseconds
from tests.conftest import MODEL_FILE, MODELS

BOTH = [Precision.F32, Precision.BF16]
Results = list[dict[Precision, float]]


class Clock:
    """A clock that advances only during passes."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def passes(self, seconds: list[float]) -> Callable[[], None]:
        """A pass whose runs take these times, one after the other."""
        times: Iterator[float] = iter(seconds)

        def run() -> None:
            self.now += next(times)

        return run


class TestMeasurement:
    def test_it_is_the_median_and_the_first_pass_does_not_count(self):
        clock = Clock()
        passes = {
            Precision.F32: clock.passes([9, 0.064, 0.060, 0.500, 0.066, 0.063]),
            Precision.BF16: clock.passes([0.001, 0.108, 0.109, 0.107, 0.001, 0.110]),
        }
        assert median_milliseconds(passes, clock) == pytest.approx({Precision.F32: 64, Precision.BF16: 108})

    def test_passes_alternate(self):
        order: list[str] = []
        median_milliseconds({precision: partial(order.append, precision.value) for precision in BOTH})
        assert order == ["f32", "bf16"] * (len(order) // 2)


class TestChoice:
    @pytest.fixture
    def metadata(self) -> ModelMetadata:
        return MODELS["cnn"]

    @pytest.fixture
    def weights(self, tmp_path: Path, metadata: ModelMetadata) -> Path:
        """The small network's weights, with their graph beside them and no stored choice."""
        source = MODEL_FILE.parent / metadata.weights
        for file in (source, graph_path(source), graph_path(source).with_suffix(".bin"), record_path(source)):
            (tmp_path / file.name).symlink_to(file)
        return tmp_path / metadata.weights

    @pytest.fixture
    def measured(self, monkeypatch: pytest.MonkeyPatch) -> Results:
        """Made-up results of measurements on a processor with bfloat16, taken from the end."""
        results: Results = []
        monkeypatch.setattr(module, "supported_precisions", lambda: BOTH)
        monkeypatch.setattr(module, "_measure", lambda *_: results.pop())
        return results

    @pytest.mark.parametrize(
        ("f32", "bf16", "chosen"), [(63.7, 108.1, Precision.F32), (56.0, 17.0, Precision.BF16)], ids=["avx512", "amx"]
    )
    def test_the_quicker_precision_is_chosen_and_stored(
        self, metadata: ModelMetadata, weights: Path, measured: Results, f32: float, bf16: float, chosen: Precision
    ):
        measured.append({Precision.F32: f32, Precision.BF16: bf16})
        # The second call finds no further measurement.
        assert [choose_precision(metadata, weights) for _ in range(2)] == [chosen, chosen]
        assert measured == []

    @pytest.mark.parametrize("changed", ["processor", "cores", "openvino", "graph_sha256"])
    def test_a_choice_made_under_other_conditions_is_measured_again(
        self, metadata: ModelMetadata, weights: Path, measured: Results, changed: str
    ):
        measured += [{Precision.F32: 2, Precision.BF16: 1}, {Precision.F32: 1, Precision.BF16: 2}]
        assert choose_precision(metadata, weights) is Precision.F32
        stored = json.loads(choice_path(weights).read_bytes())
        stored["measured_on"][changed] = 64 if changed == "cores" else "other"
        choice_path(weights).write_text(json.dumps(stored))
        assert choose_precision(metadata, weights) is Precision.BF16
        assert choose_precision(metadata, weights) is Precision.BF16

    def test_a_damaged_file_is_replaced(self, metadata: ModelMetadata, weights: Path, measured: Results):
        choice_path(weights).write_text("{")
        measured.append({Precision.F32: 2, Precision.BF16: 1})
        assert [choose_precision(metadata, weights) for _ in range(2)] == [Precision.BF16, Precision.BF16]

    def test_a_choice_that_cannot_be_stored_is_measured_each_time(
        self, metadata: ModelMetadata, weights: Path, measured: Results
    ):
        choice_path(weights).mkdir()
        measured += [{Precision.F32: 2, Precision.BF16: 1}, {Precision.F32: 1, Precision.BF16: 2}]
        assert [choose_precision(metadata, weights) for _ in range(2)] == [Precision.F32, Precision.BF16]
        assert [*weights.parent.glob("unfinished*")] == []

    def test_real_passes_are_measured_once(
        self, metadata: ModelMetadata, weights: Path, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(module, "supported_precisions", lambda: BOTH)
        choose_precision(metadata, weights)
        stored = json.loads(choice_path(weights).read_bytes())
        assert stored["milliseconds"][stored["precision"]] == min(stored["milliseconds"].values()) > 0
        # The other precision in the file shows that it is read, not measured.
        other = ({"f32", "bf16"} - {stored["precision"]}).pop()
        choice_path(weights).write_text(json.dumps({**stored, "precision": other}))
        assert choose_precision(metadata, weights) == other

    def test_an_engine_takes_it(self, metadata: ModelMetadata, weights: Path, measured: Results):
        measured.append({Precision.F32: 1, Precision.BF16: 2})
        assert OpenVinoEngine(metadata, weights, Precision.AUTO).precision is Precision.F32
        assert measured == []

    def test_a_given_precision_is_not_measured(self, metadata: ModelMetadata, weights: Path, measured: Results):
        assert OpenVinoEngine(metadata, weights, Precision.F32).precision is Precision.F32
        assert not choice_path(weights).exists()

    def test_export_stores_it_where_there_is_a_choice(self, metadata: ModelMetadata, weights: Path):
        (weights.parent / "cnn_model.json").symlink_to(MODEL_FILE.parent / "cnn_model.json")
        environment = {**os.environ, "MODELS_DIR": str(weights.parent), "DEFAULT_MODEL": "cnn"}
        command = [sys.executable, "-m", "app", "export"]
        subprocess.run(command, cwd=PROJECT_DIR, env=environment, check=True, capture_output=True)
        assert choice_path(weights).exists() == (len(module.supported_precisions()) > 1)
