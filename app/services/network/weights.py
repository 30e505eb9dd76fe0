"""Reads weights files: the whole network, and the dense layers that Grad-CAM needs."""

import hashlib
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import h5py
import numpy as np
from numpy.typing import NDArray

from app.config.settings import ConfigurationError
from app.models.model_file import ModelMetadata

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class ClassifierHead:
    """Weights of the two dense layers after the pooled feature map: Dense(relu), Dense.

    Attributes:
        hidden_kernel: float32 `[channels, hidden]`.
        hidden_bias: float32 `[hidden]`.
        logit_kernel: float32 `[hidden, 4]`.
        logit_bias: float32 `[4]`.
    """

    hidden_kernel: NDArray[np.float32]
    hidden_bias: NDArray[np.float32]
    logit_kernel: NDArray[np.float32]
    logit_bias: NDArray[np.float32]


def read_head(weights: Path, architecture: str) -> ClassifierHead:
    """Read the dense layers of a weights file, without building the network.

    Raises:
        ConfigurationError: the file does not contain them.
    """
    try:
        with h5py.File(weights) as file:
            dense = [file[f"layers/{layer}/vars/{number}"][()] for layer in ("dense", "dense_1") for number in (0, 1)]
    except (OSError, KeyError) as error:
        raise _foreign(weights, architecture) from error
    return ClassifierHead(*dense)


def load_network(metadata: ModelMetadata, weights: Path) -> "keras.Sequential":
    """Build the Keras network and load all its weights.

    Raises:
        ConfigurationError: the architecture is unknown, or the file does not contain all its weights.
    """
    import keras

    from app.services.network.architectures.catalogue import ARCHITECTURES

    if metadata.architecture not in ARCHITECTURES:
        raise ConfigurationError(
            f"{metadata.name}: unknown architecture {metadata.architecture!r} (known: {', '.join(ARCHITECTURES)})"
        )
    network = ARCHITECTURES[metadata.architecture].build(metadata.input.width)
    # Keras only warns about layers that are missing from a file, and leaves them random. Set to NaN first, they show.
    for variable in network.weights:
        variable.assign(np.full(variable.shape, np.nan, np.float32))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            network.load_weights(weights)
        complete = all(np.isfinite(keras.ops.convert_to_numpy(variable)).all() for variable in network.weights)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise _foreign(weights, metadata.architecture) from error
    if not complete:
        raise _foreign(weights, metadata.architecture)
    return network


def _foreign(weights: Path, architecture: str) -> ConfigurationError:
    return ConfigurationError(
        f"{weights} does not hold the weights of {architecture}: the file is truncated or was written for another "
        "network. Restore the project's file (`git checkout models/`), or save the weights again with the network of "
        "app/services/network/architectures."
    )


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, 64 hexadecimal digits.

    Raises:
        ConfigurationError: the file is missing or cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ConfigurationError(
            f"the weights file {path} cannot be read ({error.strerror}). Restore it (`git checkout models/`), or set "
            "MODELS_DIR to the folder that contains it."
        ) from error
