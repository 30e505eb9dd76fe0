import re
import shutil

import pytest

from app.config.settings import PROJECT_DIR
from app.models.classes import DISCLAIMER
from app.models.measured.across import read_across
from app.models.model_file import read_metadata
from app.services.measures.intervals import wilson
from research.pipeline.publish.documents import write_documents
from research.pipeline.training.recipe import RECIPES
from tests.unit.research.made_up import CORRUPTIONS, made_up_models

DOCUMENTATION = PROJECT_DIR / "research" / "documentation"
MISSED = "(**missed**, target: at least 97.00 %)"


@pytest.fixture
def folders(tmp_path):
    """A models folder with the measurement at other hospitals, and a documentation folder with the audit."""
    models, documentation = tmp_path / "models", tmp_path / "documentation"
    models.mkdir()
    documentation.mkdir()
    shutil.copy(DOCUMENTATION / "audit.json", documentation)
    shutil.copy(PROJECT_DIR / "models" / "xception_across_report.json", models)
    return models, documentation


@pytest.fixture
def write(folders):
    """A function that writes the documents for a generated report with changes; returns report and texts by name."""
    models, documentation = folders

    def written(**changes):
        report = made_up_models(models, **changes)
        return report, texts(models, documentation)

    return written


def texts(models, documentation, recipes=RECIPES):
    written = write_documents(models, documentation, recipes, documentation / "model_card.md")
    return {path.stem: path.read_text() for path in written}


class TestModelCard:
    def test_it_opens_with_the_measurement_at_other_hospitals(self, write):
        _, documents = write()
        opening = documents["model_card"].partition("## ")[2]
        assert opening.startswith("At other hospitals")
        across = read_across(PROJECT_DIR / "models", "xception")
        for found in (across.patients.all, across.left_out.all):
            assert found.accuracy.value is not None
            assert f"right in {100 * found.accuracy.value:.0f} % of {found.slices:,} slices" in opening

    def test_its_numbers_are_those_of_the_report(self, write):
        report, documents = write()
        text = documents["model_card"]
        for accuracy in (report.test.accuracy, report.without_copies.accuracy):
            assert f"{100 * accuracy.value:.2f} % ({100 * accuracy.low:.1f} to {100 * accuracy.high:.1f})" in text
        assert "97.00 %" in text
        assert "Without copies there is no test image of the class No tumor." in text
        assert report.sha256 in text

    def test_it_names_the_disclaimer_the_flaw_and_the_data(self, write):
        _, documents = write()
        assert DISCLAIMER in documents["model_card"]
        assert "come from one collection, Br35H" in documents["model_card"]
        assert "7,023 images" in documents["model_card"]

    def test_the_committed_card_has_at_most_two_pages(self):
        words = [part for part in (PROJECT_DIR / "MODEL_CARD.md").read_text().split() if re.search(r"\w", part)]
        assert len(words) <= 1000

    def test_a_model_without_report(self, folders):
        models, documentation = folders
        made_up_models(models)
        (models / "xception_report.json").unlink()
        documents = texts(models, documentation)
        assert "None of the models has been evaluated yet." in documents["model_card"]
        assert "## Targets" not in documents["findings"]

    def test_the_recipe_is_named_only_for_the_version_that_it_produced(self, folders, tmp_path):
        models, documentation = folders
        made_up_models(models)
        file = models / "xception_model.json"
        recipe = (RECIPES / "xception.toml").read_text()
        for version in ("2.0.0", "99"):
            file.write_text(read_metadata(file).model_copy(update={"version": "2.0.0"}).model_dump_json())
            recipes = tmp_path / version
            recipes.mkdir()
            lines = [f'version = "{version}"' if line.startswith("version") else line for line in recipe.splitlines()]
            (recipes / "xception.toml").write_text("\n".join(lines))
            documents = texts(models, documentation, recipes)
            named = version == "2.0.0"
            assert ("recipes/xception.toml" in documents["model_card"]) is named
            assert ("AdamW (learning rate" in documents["findings"]) is named

    def test_the_recipe_of_a_training_across_sources_is_named(self, write):
        _, documents = write()
        assert "across/recipes/xception.toml" in documents["model_card"]
        assert "across/recipes/xception.toml" in documents["findings"]


class TestMeasurements:
    def test_the_numbers_are_those_of_the_report(self, write):
        report, documents = write()
        text, accuracy = documents["measurements"], report.test.accuracy
        assert f"{accuracy.count:,} of {accuracy.total:,}: {100 * accuracy.value:.2f} %" in text
        assert "291 of 300: 97.00 %" in text
        for figures in report.test.per_class.values():
            assert f"{100 * figures.sensitivity.value:.2f} %" in text
            assert f"{figures.auroc:.4f}" in text
        for found in (report.test.uncalibrated, report.test.calibrated):
            assert re.search(rf"{100 * found.ece:.2f} %.* \| {found.nll:.4f} \| {found.brier:.4f}", text)
        for name in CORRUPTIONS:
            assert name in text
        for number in ("0.137", "0.311", "98.48 %", "98.81 %", "some-peer 0.1.2", "90.10 %", "`Te-noTr_`"):
            assert number in text

    def test_chapters_without_measurement_are_left_out(self, write):
        chapters = {"Corruptions", "Heat-maps", "Other packages", "By file name"}
        changes = {"peers": (), "other_source": None, "heatmaps": None, "corruptions": (), "corruption_mean": None}
        _, documents = write(**changes, origins={})
        assert not {title for title in chapters if f"## {title}" in documents["measurements"]}
        assert "other source found" not in documents["measurements"]


class TestTargets:
    def test_a_target_that_was_not_measured_is_neither_met_nor_missed(self, write):
        _, documents = write(other_source=None, corruption_mean=0.97)
        assert "| tumors of the other source found | at least 97.00 % | not measured |" in documents["findings"]
        assert "| accuracy, mean over the corruptions | at least 97.00 % | 97.00 % |" in documents["findings"]

    def test_a_missed_target_is_marked_wherever_its_figure_appears(self, write):
        _, documents = write(corruption_mean=0.9699)
        for name in ("model_card", "findings", "measurements"):
            found = [line for line in documents[name].splitlines() if "96.99 %" in line]
            assert found, name
            assert all(f"96.99 % {MISSED}" in line for line in found), name


class TestFindings:
    def test_it_reports_audit_results_and_mistakes(self, write):
        report, documents = write()
        text = documents["findings"]
        assert "974 of the 1,311 test images (74 %)" in text
        wrong = report.test.accuracy.total - report.test.accuracy.count
        assert f"misclassifies {wrong:,} of {report.test.accuracy.total:,} test images" in text
        assert '9 are classified as "no tumor"' in text
        assert "the worst is JPEG quality 20" in text
        assert "| `Testing/glioma/Te-gl_0001.jpg` | Glioma | Meningioma | 98.7 % | no |" in text

    def test_it_shows_only_the_pictures_that_exist(self, folders):
        models, documentation = folders
        made_up_models(models)
        (documentation / "reliability.png").touch()
        text = texts(models, documentation)["findings"]
        assert "](reliability.png)" in text
        assert "](corruptions.png)" not in text


class TestAll:
    def test_an_empty_share_is_not_measured(self, write):
        _, documents = write(origins={"Te-gl_": wilson(0, 0)})
        assert all("nan" not in text for text in documents.values())
        assert "| `Te-gl_` | Glioma | not measured |" in documents["measurements"]

    def test_every_table_is_rectangular(self, write):
        _, documents = write()
        for name in documents:
            assert_tables_are_rectangular(documents[name])

    def test_the_tables_of_the_committed_documents_are_rectangular(self):
        for path in (PROJECT_DIR / "MODEL_CARD.md", *DOCUMENTATION.glob("*.md")):
            assert_tables_are_rectangular(path.read_text())


def assert_tables_are_rectangular(text: str) -> None:
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if line.startswith("|")]
        assert len({len(re.findall(r" \|", line)) for line in lines}) <= 1, block
