"""New scans made from the samples: rotated and cropped, so that none counts as a copy of a training scan."""

from pathlib import Path

from PIL import Image

from app.models.classes import FACTS, TumorClass
from tests.conftest import sample_paths


def fresh_scans(folder: Path, per_class: int) -> None:
    """Write scans into one folder for each class, of two patients each."""
    codes = {facts.file_code: tumor for tumor, facts in FACTS.items()}
    of_class: dict[TumorClass, list[Path]] = {tumor: [] for tumor in FACTS}
    for path in sample_paths():
        of_class[codes[path.name[3:5]]].append(path)
    for tumor, paths in of_class.items():
        for number in range(per_class):
            with Image.open(paths[number % len(paths)]) as image:
                turned = image.convert("L").rotate(7 + number // len(paths) / 5, Image.Resampling.BICUBIC)
            width, height = turned.size
            target = folder / tumor / f"{tumor}-{number * 5 // per_class}" / f"{number:03}.png"
            target.parent.mkdir(parents=True, exist_ok=True)
            turned.crop((width // 20, height // 20, width - width // 20, height - height // 20)).save(target)
