"""Write the default model's network as ONNX: `python -m benchmarks.support.export_onnx FILE`, with Keras on PyTorch."""

import sys

import torch

from app.config.settings import Settings
from app.services.inference.registry import ModelRegistry
from app.services.network.weights import load_network

if __name__ == "__main__":
    settings = Settings.from_environment()
    metadata = ModelRegistry(settings).describe(None)
    network = load_network(metadata, settings.models_dir / metadata.weights).eval()
    torch.onnx.export(network, (torch.zeros(metadata.input.shape),), sys.argv[1], dynamo=True, verbose=False)
