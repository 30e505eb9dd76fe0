"""A minimal service for comparison: Keras' `model.predict` in a route, on TensorFlow.

Start it with `uvicorn benchmarks.support.plain_service:app`.
"""

from io import BytesIO

import numpy as np
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
