from pathlib import Path

import pytest

from tests.unit.research.training.tiny import write_data


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `dataset/`, `unknown/`, `manifest.csv` and `recipe.toml`."""
    folder = tmp_path_factory.mktemp("training")
    write_data(folder)
    return folder
