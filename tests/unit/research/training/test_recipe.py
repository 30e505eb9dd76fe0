import pytest

from app.services.network.architectures.catalogue import ARCHITECTURES
from research.pipeline.training.callbacks import CosineCycles
from research.pipeline.training.recipe import RECIPES, read_recipe
from tests.unit.research.training.tiny import AUGMENTATION, TINY


class TestRecipes:
    def test_each_names_its_model_and_a_known_architecture(self):
        for path in RECIPES.glob("*.toml"):
            recipe = read_recipe(path)
            assert recipe.name == path.stem
            assert recipe.architecture in ARCHITECTURES

    def test_a_misspelt_setting_is_rejected(self, tmp_path):
        (tmp_path / "recipe.toml").write_text(f"sede = 3\n{TINY}\n[augmentation]{AUGMENTATION}")
        with pytest.raises(ValueError, match="sede"):
            read_recipe(tmp_path / "recipe.toml")

    def test_a_stage_can_restart_the_learning_rate(self, data):
        recipe = read_recipe(data / "recipe.toml")
        rates = [float(CosineCycles(recipe, 10)(step)) for step in range(20)]
        assert rates[2] == max(rates[:10]) == pytest.approx(1e-3)
        assert rates[12] == max(rates[10:]) == pytest.approx(5e-4)
        assert rates[0] == rates[10] == 0
        assert rates[9] < 1e-4
        assert rates[19] < 5e-5
