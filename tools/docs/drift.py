"""A real response about drift, with constant times."""

import time
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image, ImageOps

from app.config.settings import PROJECT_DIR
from tests.support.server import RunningServer

_PATIENCE_S = 120
_DAY = "2026-01-05T09:00:00Z"


def drift_answers() -> dict[str, Any]:
    """The response of the drift operation, by its id, after sending all samples, unchanged and mirrored."""
    with (
        TemporaryDirectory() as folder,
        RunningServer(
            DRIFT="on", PRECISION="f32", DATA_DIR=folder, UPLOADS_DIR=str(Path(folder) / "uploads")
        ) as server,
        server.client() as client,
    ):
        for path in sorted((PROJECT_DIR / "sample_images").glob("*.jpg")):
            with Image.open(path) as scan:
                for image in (scan, ImageOps.mirror(scan)):
                    file = BytesIO()
                    image.save(file, "PNG")
                    query = {"heatmap": "false"}
                    client.post("/api/v1/predictions", params=query, files={"file": file.getvalue()}).raise_for_status()
        deadline = time.monotonic() + _PATIENCE_S
        while (answer := client.get("/api/v1/monitoring/drift").raise_for_status().json())["check"] is None:
            assert time.monotonic() < deadline, "no check was made in time"
            time.sleep(1)
    answer["since"] = answer["check"]["at"] = answer["past"][0]["at"] = _DAY
    if answer["alarm"]:
        answer["alarm"]["at"] = _DAY
    answer["check"]["tests"] = answer["check"]["tests"][:2]
    answer["evidence"] = answer["evidence"][:2]
    answer["histograms"] = [{**plot, "bins": plot["bins"][:2]} for plot in answer["histograms"][:1]]
    return {"get_drift": answer}
