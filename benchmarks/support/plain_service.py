"""A minimal service for comparison: Keras' `model.predict` in a route, on TensorFlow.

`python -m benchmarks.support.plain_service PORT`.
"""

import sys
from io import BytesIO

import numpy as np
import uvicorn
from fastapi import FastAPI, UploadFile
from PIL import Image

from app.config.settings import Settings
from app.services.inference.registry import ModelRegistry
from app.services.network.weights import load_network

_settings = Settings.from_environment()
_metadata = ModelRegistry(_settings).describe(None)
_network = load_network(_metadata, _settings.models_dir / _metadata.weights)

app = FastAPI()


@app.post("/predict")
async def predict(file: UploadFile) -> dict[str, str | float]:
    """Classify an image."""
    image = (
        Image.open(BytesIO(await file.read())).convert("RGB").resize((_metadata.input.width, _metadata.input.height))
    )
    [probabilities] = _network.predict(np.asarray(image)[np.newaxis] / 255, verbose=0)
    best = int(probabilities.argmax())
    return {"class": _metadata.classes[best].value, "confidence": float(probabilities[best])}


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), log_level="error")
