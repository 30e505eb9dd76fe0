import numpy as np
import pytest
from PIL import Image

from research.pipeline.training.across.place import mask_on_grid
from research.pipeline.training.across.recipe import RECIPES, read_across_recipe
from research.pipeline.training.across.restyle import Restyler, RestyleSettings, head_of
from tests.conftest import SAMPLES_DIR

SIDE = 160
NOTHING = dict.fromkeys(RestyleSettings.model_fields, 0.0)
LOOKS = ("curve", "monotone", "invert", "convolve", "amplitude", "histogram")


def sample(number):
    path = sorted(SAMPLES_DIR.glob("*.jpg"))[number]
    return np.asarray(Image.open(path).convert("L").resize((SIDE, SIDE)))


def contours(picture):
    rows, columns = np.gradient(np.asarray(picture, np.float64))
    return np.hypot(rows, columns)


@pytest.mark.parametrize("look", LOOKS)
def test_a_changed_look_leaves_the_background_and_most_contours(look):
    picture, restyle = sample(0), Restyler(RestyleSettings(**{**NOTHING, look: 1.0}))
    head = head_of(picture / np.float32(255))
    agreement = []
    for seed in range(8):
        changed, contrast_kept = restyle(picture, sample(-1), np.random.default_rng(seed))
        assert contrast_kept == (look in {"monotone", "histogram"})
        assert np.array_equal(changed[~head], picture[~head])
        assert not np.array_equal(changed, picture)
        agreement.append(np.corrcoef(contours(changed)[head], contours(picture)[head])[0, 1])
    assert np.median(agreement) > 0.3


def test_the_recipe_changes_pictures_reproducibly_and_an_empty_picture_not_at_all():
    restyle = Restyler(read_across_recipe(RECIPES / "xception.toml").restyle)
    first, second = (restyle(sample(1), sample(2), np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(first[0], second[0])
    black = np.zeros((SIDE, SIDE), np.uint8)
    assert np.array_equal(restyle(black, sample(2), np.random.default_rng(3))[0], black)


def test_a_mask_is_highest_in_the_cell_that_it_covers_most():
    mask = np.zeros((SIDE, SIDE), np.uint8)
    mask[90:120, 20:50] = 255
    grid = mask_on_grid(mask, np.arange(7, SIDE, 32))
    assert grid.shape == (5, 5)
    assert divmod(int(grid.argmax()), 5) == (3, 1)
    assert grid.max() == 1
    assert grid[0].sum() == 0
