"""Write the default model's network for another engine: `python -m benchmarks.support.export_network FILE`.

The file's suffix says for which: `.onnx` and `.pt2` (PyTorch) need Keras on PyTorch, `.tflite` Keras on TensorFlow.
"""

import sys
from pathlib import Path
from typing import Any

from app.config.settings import Settings
from app.services.inference.registry import ModelRegistry
from app.services.network.weights import load_network


def main(file: Path) -> None:
    """Load the weights and write the network."""
    settings = Settings.from_environment()
    metadata = ModelRegistry(settings).describe(None)
    network: Any = load_network(metadata, settings.models_dir / metadata.weights)
    if file.suffix == ".tflite":
        import tensorflow as tf

        file.write_bytes(tf.lite.TFLiteConverter.from_keras_model(network).convert())
        return
    import torch

    scan = (torch.zeros(metadata.input.shape),)
    if file.suffix == ".onnx":
        torch.onnx.export(network.eval(), scan, file, dynamo=True, verbose=False)
    else:
        torch.export.save(torch.export.export(network.eval(), scan), file)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
