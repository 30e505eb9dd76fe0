"""Networks for training: built for speed on each backend, with batch statistics and logits over whole data sets."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from app.services.network.architectures.catalogue import Architecture
from research.pipeline.training.batches import as_input

BATCH = 32
# With one of these units a processor multiplies bfloat16 matrices two to eight times as fast as float32 ones.
_FAST_BFLOAT16 = ("amx_bf16", "avx512_bf16")


def training_precision() -> str:
    """`mixed_bfloat16` on hardware with fast bfloat16, else `float32`."""
    if keras.backend.backend() == "torch":
        import torch

        graphics = torch.cuda.is_available()
    else:
        import tensorflow as tf

        graphics = bool(tf.config.list_physical_devices("GPU"))
    processor = Path("/proc/cpuinfo")
    quick = graphics or (processor.exists() and any(unit in processor.read_text() for unit in _FAST_BFLOAT16))
    return "mixed_bfloat16" if quick else "float32"


def fast_network(architecture: Architecture, precision: str) -> keras.Model:
    """Build a network for pictures of any size, with the backend's fastest layers."""
    with dtype_policy(precision):
        network = architecture.build(None)
        if keras.backend.backend() == "torch":
            from research.pipeline.training.torch_layers import with_fused_layers

            return with_fused_layers(network)
        return network


@contextmanager
def dtype_policy(policy: str) -> Iterator[None]:
    """Set Keras' dtype policy within a `with` block."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def update_batch_statistics(network: keras.Model, pictures: NDArray[np.uint8], channels: int) -> None:
    """Measure the mean and variance of every batch normalization again, averaged over whole batches.

    Args:
        network: changed in place.
        pictures: uint8 `[n, side, side]`; the last incomplete batch is not used.
        channels: input channels of the network.
    """
    layers = [layer for layer in network._flatten_layers() if isinstance(layer, keras.layers.BatchNormalization)]
    momenta = [layer.momentum for layer in layers]
    with _without_gradients():
        for number, start in enumerate(range(0, len(pictures) - BATCH + 1, BATCH), start=1):
            for layer in layers:
                layer.momentum = 1 - 1 / number
            network(as_input(pictures[start : start + BATCH], channels), training=True)
    for layer, momentum in zip(layers, momenta, strict=True):
        layer.momentum = momentum


def _without_gradients() -> AbstractContextManager[Any]:
    """Stop PyTorch from storing the output of every layer; TensorFlow stores none outside a gradient tape."""
    if keras.backend.backend() != "torch":
        return nullcontext()
    import torch

    without: AbstractContextManager[Any] = torch.no_grad()
    return without


def logits_of(network: keras.Sequential, inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Logits up to a constant for each image: the logarithm of the softmax, float32 `[n, 4]`."""
    probabilities: NDArray[np.float32] = network.predict(inputs, batch_size=BATCH, verbose=0)
    return np.log(np.maximum(probabilities, np.finfo(np.float32).tiny))
