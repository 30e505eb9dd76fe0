"""Compare fused layers with Keras' own, values and gradients; `test_torch_layers.py` runs it on PyTorch."""

import keras
import numpy as np
import torch

from research.pipeline.training.torch_layers import FusedBatchNormalization, fold_normalization, with_fused_layers


def build() -> keras.Sequential:
    backbone = keras.Sequential(
        [
            keras.Input((None, None, 3)),
            keras.layers.Conv2D(4, 3, strides=2, padding="same", use_bias=False),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
            keras.layers.SeparableConv2D(8, 3, padding="same", use_bias=False),
            keras.layers.BatchNormalization(),
            keras.layers.ReLU(),
            keras.layers.MaxPooling2D(3, strides=2, padding="same"),
            keras.layers.GlobalMaxPooling2D(),
        ]
    )
    return keras.Sequential([keras.Input((None, None, 3)), backbone, keras.layers.Dense(4, activation="softmax")])


def compare(side: int) -> None:
    keras.utils.set_random_seed(side)
    plain = build()
    fused = with_fused_layers(plain)
    names = [type(layer).__name__ for layer in fused._flatten_layers()]
    assert "FusedBatchNormalization" in names, names
    assert "UnpaddedMaxPooling2D" in names, names
    scans = np.random.default_rng(side).random((5, side, side, 3), np.float32)
    for training in (True, False):
        answers = [network(scans, training=training) for network in (plain, fused)]
        assert torch.allclose(answers[0], answers[1], atol=1e-5), (side, training)
        for network, answer in zip((plain, fused), answers, strict=True):
            network.zero_grad()
            (answer[:, 0] ** 2).sum().backward()
        for ours, theirs in zip(fused.trainable_variables, plain.trainable_variables, strict=True):
            assert torch.allclose(ours.value.grad, theirs.value.grad, atol=1e-5), (side, training, ours.path)
    for ours, theirs in zip(fused.get_weights(), plain.get_weights(), strict=True):
        # PyTorch's moving variance is unbiased: n / (n - 1) times that of Keras.
        assert np.allclose(ours, theirs, rtol=2e-2, atol=1e-4)


def compare_folded(side: int) -> None:
    keras.utils.set_random_seed(side)
    fused, folded = (with_fused_layers(build()) for _ in range(2))
    rng = np.random.default_rng(side)
    weights = [values + rng.uniform(0.1, 0.5, values.shape).astype(np.float32) for values in fused.get_weights()]
    for network in (fused, folded):
        network.set_weights(weights)
    fold_normalization(folded.layers[0])
    assert all(layer.folded for layer in folded.layers[0].layers if isinstance(layer, FusedBatchNormalization))
    scans = rng.random((5, side, side, 3), np.float32)
    answers = [network(scans, training=False) for network in (fused, folded)]
    assert torch.allclose(answers[0], answers[1], atol=1e-5), side
    for answer in answers:
        torch.log(answer[:, 0]).sum().backward()
    for ours, theirs in zip(folded.trainable_variables, fused.trainable_variables, strict=True):
        assert torch.allclose(ours.value.grad, theirs.value.grad, rtol=1e-3, atol=1e-4), (side, ours.path)


if __name__ == "__main__":
    for odd_or_even in (17, 20):
        compare(odd_or_even)
        compare_folded(odd_or_even)
