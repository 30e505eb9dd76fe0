"""A data set of generated pictures and a recipe that trains on them within seconds."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from app.models.classes import CLASSES, TumorClass
from research.pipeline.data.manifest import UNKNOWN_TUMOR, ImageSource, ManifestRow, Split, write_manifest
from research.pipeline.training.recipe import RECIPES

PER_CLASS = {Split.TRAIN: 12, Split.VALIDATION: 3, Split.TEST: 2}
UNKNOWN = {Split.TRAIN: 8, Split.VALIDATION: 2, Split.TEST: 2}
LAST_STAGE = ", {side = 80, epochs = 1, zoom = [0.9, 1.1], restart = 5e-4, mixup = 0.4}"
TINY = f"""
name = "cnn"
version = "0.0.1"
description = "Tiny."
architecture = "cnn"
seed = 3
batch_size = 10
unknown_tumors_per_batch = 2
checkpoint_every = 2
optimizer = {{learning_rate = 1e-3, warm_up_steps = 2, weight_decay = 0.01, ema_momentum = 0.5}}
loss = {{label_smoothing = 0.05}}
stages = [{{side = 64, epochs = 1, zoom = [0.9, 1.2]}}{LAST_STAGE}]
"""
AUGMENTATION = (RECIPES / "xception.toml").read_text().partition("[augmentation]")[2]


def draw(label: str, rng: np.random.Generator) -> Image.Image:
    """A picture of a class that can be learnt: blobs, brighter for later classes."""
    level = 150 if label == UNKNOWN_TUMOR else 40 + 60 * [*CLASSES].index(TumorClass(label))
    noise = Image.fromarray(rng.integers(0, 255, (120, 100), np.uint8)).filter(ImageFilter.GaussianBlur(6))
    return noise.point(lambda value: min(255, value * level // 128))


def write_data(folder: Path) -> None:
    """Write `dataset/`, `unknown/`, `manifest.csv` and `recipe.toml` into a folder."""
    rng = np.random.default_rng(1)
    rows: list[ManifestRow] = []
    for source, counts in ((None, PER_CLASS), (ImageSource.UNKNOWN_TUMORS, UNKNOWN)):
        for label in (UNKNOWN_TUMOR,) if source else CLASSES:
            for split, count in counts.items():
                for number in range(count):
                    name = f"{split}{number:02}.png"
                    kaggle = ImageSource.TESTING if split is Split.TEST else ImageSource.TRAINING
                    file = name if source else f"{kaggle.value.title()}/{label}/{name}"
                    path = folder / ("unknown" if source else "dataset") / file
                    path.parent.mkdir(parents=True, exist_ok=True)
                    draw(label, rng).save(path)
                    rows.append(
                        ManifestRow(
                            file=file,
                            source=source or kaggle,
                            label=label,
                            group=len(rows),
                            split=split,
                            has_copy_in_training=False,
                            disputed=False,
                        )
                    )
    write_manifest(rows, folder / "manifest.csv")
    (folder / "recipe.toml").write_text(f"{TINY}\n[augmentation]{AUGMENTATION}")
