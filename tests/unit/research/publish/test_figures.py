from pathlib import Path

import keras
import pytest
from PIL import Image

from app.config.settings import PROJECT_DIR
from app.services.network.architectures.catalogue import ARCHITECTURES
from research.pipeline.publish.diagrams import network_blocks
from research.pipeline.publish.figures import figures
from research.pipeline.publish.shipped import shipped_models
from tests.unit.research.made_up import made_up_models

SAMPLES = PROJECT_DIR / "sample_images"
ALWAYS = {
    "tumor_classification",
    "different_types_of_images",
    "model_architecture",
    "model_flow",
    "glioma_prediction_result",
    "meningioma_prediction_result",
}
OF_REPORTS = {"confusion_matrix", "reliability", "risk_coverage", "corruptions"}


def names(folder: Path) -> set[str]:
    return {path.stem for path in folder.iterdir()}


class TestFigures:
    def test_all_are_drawn_small_and_not_empty(self, tmp_path):
        models, out = tmp_path / "models", tmp_path / "documentation"
        models.mkdir()
        made_up_models(models)
        written = figures(models, SAMPLES, out)
        assert names(out) == ALWAYS | OF_REPORTS | {"model_training_metrics_over_epochs"}
        assert {path.stem for path in written} == names(out)
        for path in written:
            assert path.stat().st_size < 320_000
            with Image.open(path) as image:
                assert image.width == 1200
                assert len(image.convert("RGB").getcolors(1 << 24) or []) > 10
                assert image.convert("RGB").getpixel((0, image.height - 1)) == (255, 255, 255)

    def test_figures_without_measurement_are_left_out(self, tmp_path, monkeypatch):
        monkeypatch.setattr("research.pipeline.publish.figures.save", lambda drawn, path: path.touch())
        models, out = tmp_path / "models", tmp_path / "documentation"
        models.mkdir()
        made_up_models(models, corruptions=(), corruption_mean=None)
        (models / "xception_training.csv").unlink()
        figures(models, SAMPLES, out)
        assert names(out) == ALWAYS | OF_REPORTS - {"corruptions"}

    def test_a_report_of_other_weights_is_rejected(self, tmp_path):
        made_up_models(tmp_path, sha256="0" * 64)
        with pytest.raises(ValueError, match="describes other weights"):
            shipped_models(tmp_path)

    def test_a_folder_without_models_is_named(self, tmp_path):
        with pytest.raises(FileNotFoundError, match="No model"):
            shipped_models(tmp_path)


class TestArchitecture:
    @pytest.mark.parametrize("name", ARCHITECTURES)
    def test_the_blocks_contain_all_parameters_and_the_feature_map(self, name):
        architecture = ARCHITECTURES[name]
        network: keras.Sequential = architecture.build(architecture.input.width)
        blocks = network_blocks(name, network)
        assert sum(block.parameters for block in blocks) == network.count_params()
        (read,) = [block for block in blocks if block.read_by_gradcam]
        assert read.shape == network.layers[0].get_layer(architecture.feature_map.layer).output.shape[1:]

    def test_xception_is_drawn_as_it_was_published(self):
        blocks = {block.lines[0]: block for block in network_blocks("xception", ARCHITECTURES["xception"].build(299))}
        assert blocks["Middle flow"].lines[1].startswith("8 x")
        assert blocks["Exit flow"].shape == (10, 10, 2048)
