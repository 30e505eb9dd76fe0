"""Fixtures for all tests: the real network, loaded once, and one real server process."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import numpy as np
import pytest

from app.config.choices import GateChoice, Precision
from app.config.settings import PROJECT_DIR
from app.models.model_file import ModelMetadata, read_metadata
from app.services.imaging.pillow import prepare_pillow
from app.services.imaging.reading import Limits
from app.services.inference.cache import AnswerCache
from app.services.inference.predictor import Predictor
from app.services.network.classifier import Classifier
from app.services.trust.gate import Gate, open_gate
from app.services.trust.heads import open_heads
from tests.support.databases import PostgresServer, postgres_binaries
from tests.support.server import RunningServer, free_port

if TYPE_CHECKING:
    from tests.support.people import People

MODEL_FILE = PROJECT_DIR / "models" / "xception_model.json"
MODELS = {metadata.name: metadata for metadata in map(read_metadata, sorted(MODEL_FILE.parent.glob("*_model.json")))}
SAMPLES_DIR = PROJECT_DIR / "sample_images"


@pytest.fixture(scope="session", autouse=True)
def _pillow() -> None:
    """Prepare Pillow, like every program that reads scans."""
    prepare_pillow()


@pytest.fixture(scope="session")
def metadata() -> ModelMetadata:
    return read_metadata(MODEL_FILE)


@pytest.fixture(scope="session")
def classifier(metadata: ModelMetadata) -> Classifier:
    return Classifier(metadata, MODEL_FILE.parent / metadata.weights, precision=Precision.F32)


@pytest.fixture(scope="session")
def gate(metadata: ModelMetadata) -> Gate:
    return open_gate(metadata, MODEL_FILE.parent)


@pytest.fixture(scope="session")
def predictor(metadata: ModelMetadata, classifier: Classifier, gate: Gate) -> Predictor:
    return Predictor(
        metadata,
        classifier,
        limits=Limits(10_000_000, 25_000_000),
        cache=AnswerCache(0),
        gate=gate,
        gate_choice=GateChoice.WARN,
        heads=open_heads(metadata, MODEL_FILE.parent),
    )


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The service with its default limits and the same numbers on every processor, for tests that do not change it."""
    uploads = tmp_path_factory.mktemp("uploads")
    origins = "http://localhost:3000,https://*.Example.org:443"
    with RunningServer(
        UPLOADS_DIR=str(uploads),
        LOG_FORMAT="json",
        PRECISION="f32",
        CORS_ORIGINS=origins,
        GRPC_PORT=str(free_port()),
    ) as running:
        yield running


@pytest.fixture
def client(server: RunningServer) -> Iterator[httpx.Client]:
    with server.client() as client:
        yield client


@pytest.fixture
def sample() -> bytes:
    """A scan of a meningioma, as JPEG."""
    return (SAMPLES_DIR / "Te-me_0016.jpg").read_bytes()


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20261123)


def sample_paths() -> list[Path]:
    return sorted(SAMPLES_DIR.glob("*.jpg"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    binaries = postgres_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed: `make servers` adds it")
    with PostgresServer(binaries) as running:
        yield running


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """Each database in turn; None means SQLite in the data folder."""
    return request.getfixturevalue("postgres").new_database() if request.param == "postgresql" else None


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory, database_url: str | None) -> Iterator["People"]:
    """A server with accounts."""
    from tests.support.people import People

    with People(tmp_path_factory.mktemp("people"), database_url) as running:
        yield running
