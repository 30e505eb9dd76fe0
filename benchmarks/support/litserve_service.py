"""A service for comparison: LitServe with the network in ONNX Runtime. `python litserve_service.py FILE.onnx PORT`.

It runs in an environment of its own, without this project's code.
"""

import sys
from typing import Any

import litserve  # type: ignore[import-not-found]
import numpy as np
import onnxruntime  # type: ignore[import-not-found]
from fastapi import Request
from PIL import Image


class NetworkApi(litserve.LitAPI):  # type: ignore[misc]
    """Classifies one uploaded image a request."""

    def setup(self, device: str) -> None:
        """Load the network."""
        self._session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
        [self._input] = self._session.get_inputs()

    def decode_request(self, request: Request) -> Any:
        """Read the image as float32 `[1, height, width, 3]` in `[0, 1]`."""
        _, height, width, _ = self._input.shape
        image = Image.open(request["file"].file).convert("RGB").resize((width, height))
        return np.asarray(image, np.float32)[np.newaxis] / 255

    def predict(self, scan: Any) -> Any:
        """Run a forward pass."""
        return self._session.run(None, {self._input.name: scan})[0][0]

    def encode_response(self, probabilities: Any) -> dict[str, float]:
        """Return the most probable class."""
        return {"class": int(probabilities.argmax()), "confidence": float(probabilities.max())}


if __name__ == "__main__":
    server = litserve.LitServer(NetworkApi(), accelerator="cpu")
    server.run(port=int(sys.argv[2]), generate_client_file=False, log_level="error")
