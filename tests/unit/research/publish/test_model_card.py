import pytest

from app.config.settings import PROJECT_DIR
from app.models.classes import DISCLAIMER
from app.models.model_file import read_metadata
from app.services.measures.intervals import wilson
from research.pipeline.publish.model_card import findings, model_card
from research.pipeline.training.recipe import RECIPES
from tests.unit.research.made_up import CORRUPTIONS, made_up_models

AUDIT = PROJECT_DIR / "research" / "documentation" / "audit.json"


@pytest.fixture
def write(tmp_path):
    """Writes a document about made-up results, some of them changed; gives the report and the text."""

    def written(document, **changes):
        models, out = tmp_path / "models", tmp_path / "documentation" / "document.md"
        models.mkdir()
        report = made_up_models(models, **changes)
        document(models, AUDIT, RECIPES, out)
        return report, out.read_text()

    return written


class TestModelCard:
    def test_the_numbers_are_the_reports(self, write):
        report, text = write(model_card)
        accuracy = report.test.accuracy
        assert f"{accuracy.count:,} of {accuracy.total:,}: {accuracy.value:.2%}" in text
        assert f"({accuracy.low:.2%} to {accuracy.high:.2%})" in text
        assert f"{report.without_copies.accuracy.value:.2%}" in text
        assert "291 of 300: 97.00%" in text
        assert "Every test image of the class No tumor has a copy in Training" in text
        assert report.sha256 in text
        for figures in report.test.per_class.values():
            assert f"{figures.sensitivity.value:.2%}" in text
            assert f"{figures.auroc:.4f}" in text
        for calibration in (report.test.uncalibrated, report.test.calibrated):
            assert f"{calibration.ece:.2%} | {calibration.nll:.4f} | {calibration.brier:.4f}" in text
        for name in CORRUPTIONS:
            assert name in text
        for number in ("0.137", "0.311", "98.48%", "98.81%", "some-peer 0.1.2", "90.10%", "`Te-noTr_`"):
            assert number in text

    def test_it_says_what_the_model_is_not_for_and_names_the_flaw(self, write):
        _, text = write(model_card)
        assert DISCLAIMER in text
        assert "tumor-free half of another collection, Br35H" in text
        assert "7,023 images" in text

    def test_what_was_not_measured_is_left_out(self, write):
        whole = {"Under corruptions", "Checks of the heat-maps", "Beside others", "By source"}
        _, text = write(
            model_card, peers=(), other_source=None, heatmaps=None, corruptions=(), corruption_mean=None, origins={}
        )
        assert not {title for title in whole if f"## {title}" in text}
        assert "other source found" not in text.partition("## Results")[2]

    def test_a_model_without_report(self, tmp_path):
        made_up_models(tmp_path)
        (tmp_path / "xception_report.json").unlink()
        model_card(tmp_path, AUDIT, RECIPES, tmp_path / "card.md")
        findings(tmp_path, AUDIT, RECIPES, tmp_path / "findings.md")
        assert "None of the models was evaluated yet." in (tmp_path / "card.md").read_text()
        assert "## Targets" not in (tmp_path / "findings.md").read_text()

    def test_the_recipe_is_told_of_the_version_that_it_made_alone(self, tmp_path):
        made_up_models(tmp_path)
        metadata = read_metadata(tmp_path / "xception_model.json")
        recipe = (RECIPES / "xception.toml").read_text()
        for version, told in ((metadata.version, True), ("99", False)):
            recipes = tmp_path / version
            recipes.mkdir()
            lines = [f'version = "{version}"' if line.startswith("version") else line for line in recipe.splitlines()]
            (recipes / "xception.toml").write_text("\n".join(lines))
            model_card(tmp_path, AUDIT, recipes, tmp_path / "card.md")
            assert ("AdamW (learning rate" in (tmp_path / "card.md").read_text()) is told

    def test_every_table_is_rectangular(self, write):
        _, text = write(model_card)
        assert_tables_are_rectangular(text)


class TestFindings:
    def test_targets_are_met_or_missed_by_the_numbers(self, write):
        _, text = write(findings, other_source=None, corruption_mean=0.97)
        assert "| tumors of the other source found | at least 97.00% | not measured | open |" in text
        assert "| accuracy, mean over the corruptions | at least 97.00% | 97.00% | met |" in text

    def test_a_missed_target_is_called_missed(self, write):
        _, text = write(findings, corruption_mean=0.9699)
        assert "| accuracy, mean over the corruptions | at least 97.00% | 96.99% | **missed** |" in text

    def test_it_tells_of_audit_results_and_mistakes(self, write):
        report, text = write(findings)
        assert "974 of the 1,311 test images (74%)" in text
        wrong = report.test.accuracy.total - report.test.accuracy.count
        assert f"Of the {report.test.accuracy.total:,} test images {wrong:,} are called wrongly" in text
        assert "9 are called" in text
        assert "worst under JPEG quality 20" in text
        assert "| `Testing/glioma/Te-gl_0001.jpg` | Glioma | Meningioma | 98.7% | no |" in text
        assert_tables_are_rectangular(text)

    def test_it_shows_the_pictures_that_are_there(self, tmp_path):
        made_up_models(tmp_path)
        (tmp_path / "reliability.png").touch()
        findings(tmp_path, AUDIT, RECIPES, tmp_path / "findings.md")
        text = (tmp_path / "findings.md").read_text()
        assert "](reliability.png)" in text
        assert "](corruptions.png)" not in text

    def test_nothing_is_divided_by_nothing(self, write):
        _, text = write(findings, origins={"Te-gl_": wilson(0, 0)})
        assert "nan" not in text


def assert_tables_are_rectangular(text: str) -> None:
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if line.startswith("|")]
        assert len({line.count(" | ") for line in lines}) <= 1, block
