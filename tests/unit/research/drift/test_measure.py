"""The drift reference and the measurement of the detection, on generated features with known changes."""

from pathlib import Path

import numpy as np
import pytest

from app.config.settings import ConfigurationError
from app.models.model_file import ModelMetadata
from app.services.drift.reference import BINS, DESCRIPTOR_LENGTH, DIMENSIONS, SCALARS, SCORES, DriftReference
from app.services.measures.classification import NOTUMOR
from research.pipeline.drift.measure import CLASS_MIX, CLEAN, MIXED_IN, STREAM, Scans, draw_trial, long_run, summary
from research.pipeline.drift.reference import describe_all, fit_reference
from research.pipeline.drift.scan_features import ScanFeatures

CHANNELS = 64


def made_up(count: int, seed: int) -> ScanFeatures:
    rng = np.random.default_rng(seed)
    spread = np.geomspace(10, 0.1, CHANNELS)
    pooled = (rng.normal(size=(count, CHANNELS)) * spread).astype(np.float16)
    logits = rng.normal(size=(count, 4)).astype(np.float32)
    return ScanFeatures(pooled, logits, rng.random((count, len(SCALARS))).astype(np.float32))


@pytest.fixture(scope="module")
def reference(metadata: ModelMetadata) -> DriftReference:
    validation = made_up(120, 2)
    return fit_reference(metadata, made_up(200, 1), validation, np.arange(120) % 4)


class TestReference:
    def test_directions_are_orthonormal_and_the_widest(self, reference: DriftReference):
        gram = reference.components.T @ reference.components
        assert gram == pytest.approx(np.eye(DIMENSIONS), abs=2e-3)
        kept = reference.descriptors[:, :DIMENSIONS].var(axis=0).sum()
        assert kept > 0.95 * (np.geomspace(10, 0.1, CHANNELS) ** 2).sum() * 0.7

    def test_every_value_has_a_bin_even_far_outside(self, reference: DriftReference):
        far = np.stack([np.full(DESCRIPTOR_LENGTH, value, np.float32) for value in (-1e6, 0, 1e6)])
        far[:, -1] = 0
        bins = reference.bins(far)
        assert bins.shape == (3, len(SCORES))
        assert bins.min() >= 0
        assert bins.max() < BINS

    def test_a_reference_is_read_as_it_was_written(
        self, reference: DriftReference, metadata: ModelMetadata, tmp_path: Path
    ):
        reference.write(tmp_path)
        read = DriftReference.read(metadata, tmp_path)
        assert read.key == reference.key
        assert read.facts == reference.facts
        scans = made_up(30, 3)
        assert np.array_equal(describe_all(read, scans), describe_all(reference, scans))

    def test_a_missing_damaged_or_foreign_reference_is_rejected(
        self, reference: DriftReference, metadata: ModelMetadata, tmp_path: Path
    ):
        with pytest.raises(ConfigurationError, match="has no drift reference"):
            DriftReference.read(metadata, tmp_path)
        path = reference.write(tmp_path)
        with pytest.raises(ConfigurationError, match="belongs to other weights"):
            DriftReference.read(metadata.model_copy(update={"sha256": "0" * 64}), tmp_path)
        whole = path.read_bytes()
        with np.load(path) as file:
            arrays = dict(file)
        np.savez_compressed(path, **arrays | {"mean": arrays["mean"] + 1})
        changed = path.read_bytes()
        flipped = whole[:2000] + bytes([whole[2000] ^ 1]) + whole[2001:]
        for content in (whole[:1000], flipped, changed, b""):
            path.write_bytes(content)
            with pytest.raises(ConfigurationError, match="damaged or cannot be read"):
                DriftReference.read(metadata, tmp_path)


class TestMeasuring:
    def test_reference_and_stream_of_a_trial_have_no_scan_in_common(self, reference: DriftReference):
        clean = describe_all(reference, made_up(2 * STREAM, 4))
        scans = Scans({CLEAN: clean}, np.full((9, DESCRIPTOR_LENGTH), 9, np.float32), np.arange(2 * STREAM) % 4)
        trial = draw_trial(scans, 1)
        assert len(trial.reference) == len(trial.streams[CLEAN]) == STREAM
        assert not {row.tobytes() for row in trial.reference} & {row.tobytes() for row in trial.streams[CLEAN]}
        strangers = (trial.streams[MIXED_IN] == 9).all(axis=1)
        assert 0 < strangers.sum() < 0.15 * STREAM
        labels = {row.tobytes(): index % 4 for index, row in enumerate(clean)}
        without = [labels[row.tobytes()] == NOTUMOR for row in trial.streams[CLASS_MIX]]
        assert np.mean(without) == pytest.approx(0.5, abs=0.15)

    def test_streams_without_alarm_count_as_infinite_delays(self):
        found = summary("x", [3, None, 5, 1, None, None, 2, 4, 9])
        assert (found.found.count, found.found.total) == (6, 9)
        assert (found.median, found.ninth_decile) == (5, None)
        assert summary("x", [None, None]).median is None

    def test_long_streams_without_change_raise_few_alarms(self):
        assert long_run(20, 200, 50).count <= 2
