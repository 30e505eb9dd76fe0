import shutil
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from app.config.choices import GateChoice
from app.config.settings import ConfigurationError, Settings
from app.models.acquisition import MriSequence, Plane
from app.models.classes import TumorClass
from app.models.model_file import ModelMetadata
from app.models.problems import InvalidParameters
from app.models.thresholds import Decision, HeatmapMethod
from app.services.imaging.preprocessing import to_input
from app.services.imaging.reading import Limits, read_scan
from app.services.inference.cache import AnswerCache
from app.services.inference.predictor import Predictor
from app.services.inference.registry import ModelRegistry
from app.services.network.classifier import Classifier, ForwardPass
from app.services.network.weights import file_sha256
from app.services.trust.gate import open_gate
from app.services.trust.heads import Told, open_heads, read_heads
from tests.conftest import MODEL_FILE, MODELS, SAMPLES_DIR
from tests.support.heads import made_heads, with_heads

LIMITS = Limits(10**7, 10**7)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder with only the small network."""
    folder = tmp_path_factory.mktemp("models")
    for path in MODEL_FILE.parent.glob("cnn[._]*"):
        shutil.copy(path, folder)
    return folder


@pytest.fixture(scope="module")
def headed(folder: Path) -> ModelMetadata:
    return with_heads(MODELS["cnn"], folder, "cnn_heads.npz")


def predictor_of(metadata: ModelMetadata, folder: Path) -> Predictor:
    return Predictor(
        metadata,
        Classifier(metadata, folder / metadata.weights),
        limits=LIMITS,
        cache=AnswerCache(10**7),
        gate=open_gate(metadata, folder),
        gate_choice=GateChoice.WARN,
        heads=open_heads(metadata, folder),
    )


@pytest.fixture(scope="module")
def predictor(headed: ModelMetadata, folder: Path) -> Predictor:
    return predictor_of(headed, folder)


class TestFile:
    def test_written_heads_read_back_the_same(self, tmp_path: Path, rng: np.random.Generator):
        heads = made_heads(7, 5, other=0.5)
        heads.save(tmp_path / "heads.npz")
        again = read_heads((tmp_path / "heads.npz").read_bytes())
        forward = ForwardPass(
            np.zeros(4, np.float32), rng.random((3, 3, 5), np.float32), rng.random(7).astype(np.float32)
        )
        one, other = heads(forward), again(forward)
        assert (again.features, other.other) == (7, one.other)
        assert other.acquisition == one.acquisition
        assert other.place == pytest.approx(one.place, abs=1e-3)

    @pytest.mark.parametrize("content", [b"", b"PK", b"x" * 100])
    def test_other_content_is_rejected(self, content: bytes):
        with pytest.raises((ValueError, KeyError, EOFError)):
            read_heads(content)

    def test_a_missing_or_other_file_stops_the_start(self, headed: ModelMetadata, folder: Path, tmp_path: Path):
        with pytest.raises(ConfigurationError, match=r"cnn_heads.npz does not hold the heads .* of cnn") as caught:
            open_heads(headed, tmp_path)
        assert "\n" not in str(caught.value)
        (tmp_path / "cnn_heads.npz").write_bytes((folder / "cnn_heads.npz").read_bytes() + b"0")
        with pytest.raises(ConfigurationError, match="does not hold the heads"):
            open_heads(headed, tmp_path)

    def test_heads_of_another_network_stop_the_start(self, folder: Path, tmp_path: Path):
        for path in folder.iterdir():
            shutil.copy(path, tmp_path)
        metadata = with_heads(MODELS["cnn"], tmp_path, "cnn_heads.npz")
        made_heads(3, 2).save(tmp_path / "cnn_heads.npz")
        assert metadata.trust and metadata.trust.heads
        wrong = metadata.trust.heads.model_copy(update={"sha256": file_sha256(tmp_path / "cnn_heads.npz")})
        trust = metadata.trust.model_copy(update={"heads": wrong})
        text = metadata.model_copy(update={"default": True, "trust": trust}).model_dump_json()
        (tmp_path / "cnn_model.json").write_text(text)
        with pytest.raises(ConfigurationError, match=r"the heads of cnn belong to 3 features, but the network has"):
            ModelRegistry(Settings(models_dir=tmp_path)).load()

    def test_a_model_without_heads_has_none(self, folder: Path):
        assert open_heads(MODELS["cnn"], folder) is None


def test_the_heat_of_extreme_log_odds_is_a_probability():
    place = np.array([[-1000, 0, 1000]], np.float32)
    assert Told(np.ones(5), np.ones(3), 0, place).heat.tolist() == [[0, 0.5, 1]]


class TestPrediction:
    def test_sequence_and_plane_are_recognised(self, predictor: Predictor, sample: bytes):
        found = predictor.predict(BytesIO(sample)).acquisition
        assert found is not None
        assert (found.sequence, found.plane) == (MriSequence.T2, Plane.AXIAL)
        assert found.sequence_probability == pytest.approx(np.exp(5) / (np.exp(5) + 4), rel=1e-3)

    def test_nothing_else_changes_without_heads(self, folder: Path, predictor: Predictor, sample: bytes):
        plain = predictor_of(MODELS["cnn"], folder).predict(BytesIO(sample))
        assert (plain.acquisition, plain.place, plain.other) == (None, None, None)
        assert plain.predicted is predictor.predict(BytesIO(sample)).predicted
        assert plain.heatmap is not None and plain.heatmap.method is HeatmapMethod.GRAD_CAM

    def test_the_shadow_computes_the_served_probabilities(self, predictor: Predictor):
        for path in sorted(SAMPLES_DIR.glob("*.jpg"))[:3]:
            served = predictor.predict(BytesIO(path.read_bytes()))
            assert predictor.judge.probabilities(served.preview) == pytest.approx(served.probabilities, abs=1e-9)

    def test_views_are_compared_with_the_same_confidence(self, predictor: Predictor, sample: bytes, monkeypatch):
        with monkeypatch.context() as patch:
            patch.setattr("app.services.inference.judge.other_views", lambda scan, views: [scan] * (views - 1))
            agreement = predictor.predict(BytesIO(sample), views=3).agreement
        assert agreement is not None
        assert agreement.agreeing == 1
        assert agreement.spread == pytest.approx(0, abs=1e-9)

    def test_something_else_names_no_class(self, folder: Path, sample: bytes):
        metadata = with_heads(MODELS["cnn"], folder, "other_heads.npz", other=9)
        prediction = predictor_of(metadata, folder).predict(BytesIO(sample), views=2)
        assert prediction.decision is Decision.OTHER
        assert (prediction.predicted, prediction.deciding_set, prediction.prediction_sets) == (None, None, ())
        assert prediction.agreement is None
        assert [notice.code for notice in prediction.notices] == ["none-of-the-classes"]
        # Its heat-map belongs to no class either.
        assert prediction.heatmap is not None and prediction.heatmap.target is None


class TestHeatmap:
    @pytest.mark.parametrize(
        ("options", "method", "target"),
        [
            ({}, HeatmapMethod.GRAD_CAM, TumorClass.MENINGIOMA),
            ({"method": HeatmapMethod.PLACE}, HeatmapMethod.PLACE, None),
            ({"target": TumorClass.GLIOMA}, HeatmapMethod.GRAD_CAM, TumorClass.GLIOMA),
        ],
    )
    def test_each_request_has_its_own_answer_also_from_the_cache(
        self, predictor: Predictor, sample: bytes, options, method, target
    ):
        for _ in range(2):
            heatmap = predictor.predict(BytesIO(sample), **options).heatmap
            assert heatmap is not None
            assert (heatmap.method, heatmap.target) == (method, target)

    def test_the_place_has_the_heads_own_heat(self, predictor: Predictor, sample: bytes, folder: Path):
        prediction = predictor.predict(BytesIO(sample), method=HeatmapMethod.PLACE)
        scan = read_scan(BytesIO(sample), LIMITS)
        heads = open_heads(predictor.metadata, folder)
        assert heads is not None and prediction.heatmap is not None
        told = heads(predictor.classifier.classify(to_input(scan.image, predictor.metadata.input)))
        assert prediction.heatmap.grid == pytest.approx(told.heat)

    def test_a_model_may_show_the_place_by_default(self, headed: ModelMetadata, folder: Path, sample: bytes):
        assert headed.trust and headed.trust.heads
        heads = headed.trust.heads.model_copy(update={"heatmap": HeatmapMethod.PLACE})
        metadata = headed.model_copy(update={"trust": headed.trust.model_copy(update={"heads": heads})})
        predictor = predictor_of(metadata, folder)
        found = [predictor.predict(BytesIO(sample), target=target).heatmap for target in (None, TumorClass.GLIOMA)]
        assert [heatmap.method for heatmap in found if heatmap] == [HeatmapMethod.PLACE, HeatmapMethod.GRAD_CAM]

    def test_low_probabilities_point_to_no_place(self, predictor: Predictor, sample: bytes, monkeypatch):
        monkeypatch.setattr(Told, "heat", property(lambda told: np.full_like(told.place, 0.49)))
        prediction = predictor.predict(BytesIO(sample + b"0"), method=HeatmapMethod.PLACE)
        assert prediction.heatmap is not None and prediction.heatmap.focus is None
        # This is no fault of the image.
        assert prediction.notices == ()

    def test_a_model_without_heads_has_no_place(self, folder: Path, predictor: Predictor, sample: bytes):
        with pytest.raises(InvalidParameters, match="Accepted: grad-cam") as caught:
            predictor_of(MODELS["cnn"], folder).predict(BytesIO(sample), method=HeatmapMethod.PLACE)
        assert caught.value.accepted == ["grad-cam"]
        with pytest.raises(InvalidParameters, match="does not belong to a class"):
            predictor.predict(BytesIO(sample), method=HeatmapMethod.PLACE, target=TumorClass.GLIOMA)
