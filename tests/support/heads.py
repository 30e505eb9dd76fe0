"""Further heads made by a program, for models that have none."""

from pathlib import Path

import numpy as np

from app.models.acquisition import PLANES, SEQUENCES, MriSequence, Plane
from app.models.model_file import ModelMetadata
from app.models.thresholds import HeadsSpec, HeatmapMethod
from app.services.network.weights import file_sha256, read_head
from app.services.trust.gate import open_gate
from app.services.trust.heads import Heads

# The log-odds of something else from which the decision is `other`.
OTHER_FROM = 1.0

# A specification without a file.
HEADS = HeadsSpec(
    file="heads.npz",
    sha256="0" * 64,
    other_from=OTHER_FROM,
    heatmap=HeatmapMethod.PLACE,
)


def made_heads(features: int, channels: int, *, other: float = 0.0, sequence: MriSequence = MriSequence.T2) -> Heads:
    """Heads that see an axial slice in one sequence on every picture, and something else with the log-odds `other`."""
    rng = np.random.default_rng(5)
    return Heads(
        sequence_weight=np.zeros((len(SEQUENCES), features), np.float32),
        sequence_bias=np.array([5.0 if each is sequence else 0.0 for each in SEQUENCES], np.float32),
        plane_weight=np.zeros((len(PLANES), features), np.float32),
        plane_bias=np.array([5.0 if each is Plane.AXIAL else 0.0 for each in PLANES], np.float32),
        other_weight=np.zeros((1, channels), np.float32),
        other_bias=np.array([other], np.float32),
        place_weight=rng.normal(0, 0.1, (1, channels)).astype(np.float32),
        place_bias=np.zeros(1, np.float32),
    )


def spec_of(path: Path, heatmap: HeatmapMethod = HeatmapMethod.GRAD_CAM) -> HeadsSpec:
    """A specification for the heads in a file; see `HEADS`."""
    return HEADS.model_copy(update={"file": path.name, "sha256": file_sha256(path), "heatmap": heatmap})


def with_heads(
    metadata: ModelMetadata, folder: Path, file: str, *, other: float = 0.0, sequence: MriSequence = MriSequence.T2
) -> ModelMetadata:
    """Write heads for a model with a gate into its folder, and return its metadata with them."""
    assert metadata.trust
    channels = read_head(folder / metadata.weights, metadata.architecture).hidden_kernel.shape[0]
    features = open_gate(metadata, folder).features
    made_heads(features, channels, other=other, sequence=sequence).save(folder / file)
    spec = spec_of(folder / file)
    return metadata.model_copy(update={"trust": metadata.trust.model_copy(update={"heads": spec})})
