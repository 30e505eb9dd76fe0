from io import BytesIO
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageOps

from app.config.choices import GateChoice
from app.config.settings import ConfigurationError, Settings
from app.models.problems import NotABrainMri
from app.models.thresholds import Decision
from app.services.imaging.reading import Limits
from app.services.inference.cache import AnswerCache
from app.services.inference.predictor import Predictor
from app.services.inference.registry import ModelRegistry
from app.services.trust.gate import open_gate, read_gate
from tests.conftest import MODEL_FILE, SAMPLES_DIR, sample_paths
from tests.support.images import text_page
from tests.support.server import RunningServer

LIMITS = Limits(10**7, 10**7)


def png(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def photograph() -> bytes:
    """A sky, a hill and a house, in gray with the grain of a camera."""
    rng = np.random.default_rng(1)
    image = Image.fromarray(np.linspace(230, 150, 320, dtype=np.uint8)[:, np.newaxis].repeat(400, axis=1))
    pen = ImageDraw.Draw(image)
    pen.ellipse((-150, 190, 380, 560), fill=90)
    pen.rectangle((220, 130, 330, 240), fill=180)
    pen.polygon([(205, 130), (345, 130), (275, 70)], fill=60)
    pen.rectangle((255, 180, 290, 240), fill=40)
    grain = rng.normal(0, 5, (320, 400))
    return png(Image.fromarray(np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8)))


def noise() -> bytes:
    return png(Image.fromarray(np.random.default_rng(1).integers(0, 256, (256, 256), dtype=np.uint8)))


def inverted() -> bytes:
    return png(ImageOps.invert(Image.open(SAMPLES_DIR / "Te-me_0016.jpg").convert("L")))


OUTSIDERS = {"photograph": photograph, "text page": text_page, "noise": noise, "inverted scan": inverted}


class TestGate:
    @pytest.mark.parametrize("kind", OUTSIDERS)
    def test_other_images_are_outside(self, predictor: Predictor, kind: str):
        prediction = predictor.predict(BytesIO(OUTSIDERS[kind]()), views=2)
        assert (prediction.predicted, prediction.deciding_set, prediction.prediction_sets) == (None, None, ())
        assert (prediction.heatmap, prediction.agreement) == (None, None)
        assert prediction.gate is not None
        assert prediction.gate.outside
        assert prediction.decision is Decision.OUTSIDE
        assert "not-a-brain-mri" in [notice.code for notice in prediction.notices]

    @pytest.mark.parametrize("path", sample_paths(), ids=lambda path: path.stem)
    def test_every_sample_is_inside(self, predictor: Predictor, path: Path):
        with path.open("rb") as file:
            prediction = predictor.predict(file, heatmap=False)
        assert prediction.gate is not None
        assert not prediction.gate.outside
        assert prediction.deciding_set in prediction.prediction_sets

    def test_an_enforced_gate_rejects_other_images_with_their_score(self, metadata, classifier, gate):
        strict = Predictor(
            metadata, classifier, limits=LIMITS, cache=AnswerCache(0), gate=gate, gate_choice=GateChoice.ENFORCE
        )
        with pytest.raises(NotABrainMri) as caught:
            strict.predict(BytesIO(noise()))
        assert caught.value.limit == gate.threshold
        assert caught.value.score > gate.threshold

    def test_features_with_not_a_number_are_outside(self, gate):
        values = np.full(len(gate.direction.weights) + 1, np.nan, np.float32)
        assert gate(values[:-1], values[-1:]).outside

    def test_a_written_gate_reads_back_the_same(self, gate, metadata, tmp_path, rng):
        gate.save(tmp_path / "gate.npz")
        again = read_gate((tmp_path / "gate.npz").read_bytes(), metadata.trust.gate)
        values = rng.random((3, len(gate.direction.weights) + 1), np.float32)
        assert again.scores(values) == pytest.approx(gate.scores(values), rel=1e-5)


class TestMissingThresholds:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """A models folder with only the default model."""
        for file in MODEL_FILE.parent.glob("xception*"):
            (tmp_path / file.name).symlink_to(file)
        return tmp_path

    def test_without_thresholds_the_answer_is_uncertain(self, metadata, classifier, sample):
        unknown = metadata.model_copy(update={"trust": None})
        predictor = Predictor(
            unknown, classifier, limits=LIMITS, cache=AnswerCache(0), gate=None, gate_choice=GateChoice.WARN
        )
        prediction = predictor.predict(BytesIO(sample))
        assert (prediction.gate, prediction.prediction_sets, prediction.deciding_set) == (None, (), None)
        assert prediction.decision is Decision.UNCERTAIN
        assert [notice.code for notice in prediction.notices] == ["no-thresholds"]

    def test_missing_or_other_statistics_are_rejected(self, folder: Path, metadata):
        with pytest.raises(ConfigurationError, match="does not hold the statistics"):
            open_gate(metadata, folder / "elsewhere")
        other = metadata.trust.gate.model_copy(update={"statistics_sha256": "0" * 64})
        trust = metadata.trust.model_copy(update={"gate": other})
        with pytest.raises(ConfigurationError, match="does not hold the statistics"):
            open_gate(metadata.model_copy(update={"trust": trust}), folder)

    def test_enforcing_without_thresholds_stops_the_start_with_one_line(self, folder: Path, metadata):
        path = folder / MODEL_FILE.name
        path.unlink()
        path.write_text(metadata.model_copy(update={"trust": None}).model_dump_json())
        with pytest.raises(ConfigurationError, match=r"GATE=enforce: xception has no thresholds") as caught:
            ModelRegistry(Settings(models_dir=folder, gate=GateChoice.ENFORCE))
        assert "\n" not in str(caught.value)
        ModelRegistry(Settings(models_dir=folder, gate=GateChoice.WARN))
        ModelRegistry(Settings(models_dir=folder, gate=GateChoice.OFF))


class TestOverHttp:
    def test_a_page_of_text_is_outside(self, client: httpx.Client, sample: bytes):
        inside = client.post("/api/v1/predictions", files={"file": sample}).json()
        assert (inside["in_distribution"], inside["decision"]) == (True, "answer")
        assert inside["gate"]["score"] <= inside["gate"]["threshold"]
        assert inside["prediction_set"]["classes"] == ["meningioma"]
        assert inside["prediction_set"] in inside["prediction_sets"]
        outside = client.post("/api/v1/predictions", files={"file": text_page()}).json()
        assert (outside["in_distribution"], outside["decision"]) == (False, "outside")
        assert outside["gate"]["score"] > outside["gate"]["threshold"]
        assert (outside["prediction"], outside["prediction_set"], outside["heatmap"]) == (None, None, None)
        assert outside["prediction_sets"] == []

    def test_an_enforced_gate_answers_422(self, sample: bytes):
        with RunningServer(GATE="enforce") as server, server.client() as client:
            assert client.post("/api/v1/predictions", files={"file": sample}).status_code == 200
            refused = client.post("/api/v1/predictions", files={"file": text_page()})
            assert refused.status_code == 422
            problem = refused.json()
            assert problem["type"] == "urn:problem:not-a-brain-mri"
            assert problem["score"] > problem["limit"]
            batch = client.post("/api/v1/predictions/batch", files=[("files", sample), ("files", text_page())]).json()
            assert (batch["succeeded"], batch["failed"]) == (1, 1)
            assert batch["results"][1]["problem"]["type"] == "urn:problem:not-a-brain-mri"


def test_a_set_of_several_classes_is_uncertain(metadata, classifier, sample):
    trust = metadata.trust
    everything = tuple(replace_thresholds(spec, 2.0) for spec in trust.sets)
    several = metadata.model_copy(update={"trust": trust.model_copy(update={"sets": everything})})
    predictor = Predictor(
        several, classifier, limits=LIMITS, cache=AnswerCache(0), gate=None, gate_choice=GateChoice.OFF
    )
    prediction = predictor.predict(BytesIO(sample))
    assert prediction.deciding_set is not None
    assert len(prediction.deciding_set.classes) == 4
    assert prediction.decision is Decision.UNCERTAIN
    assert [notice.code for notice in prediction.notices] == ["low-confidence"]


def replace_thresholds(spec, threshold: float):
    return spec.model_copy(update={"thresholds": dict.fromkeys(spec.thresholds, threshold)})
