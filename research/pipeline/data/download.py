"""Get both originals from Kaggle and lay them out as the pipeline takes them.

The data set is pinned to its version 1, the one with 7,023 images that the literature uses; later versions hold others.
"""

import importlib
import shutil
from pathlib import Path

from rich.progress import track

from app.models.classes import CLASSES

DATASET = "masoudnickparvar/brain-tumor-mri-dataset/versions/1"
BR35H = "ahmedhamada0/brain-tumor-detection/versions/12"

_SUFFIXES = {".jpg", ".jpeg", ".png"}
_BY_HAND = (
    "Without internet here: download https://www.kaggle.com/datasets/{handle} elsewhere and unpack it; the pipeline "
    "takes the data set's folder as --data and the folder `yes` of Br35H as --unknown-tumors"
)


class DownloadError(RuntimeError):
    """The data cannot be had; the message is one line and says what to do."""


def download(folder: Path) -> dict[str, int]:
    """Download both originals and lay them out in a folder; what was downloaded before is not fetched again.

    `kagglehub` keeps what it unpacked in its cache (`KAGGLEHUB_CACHE`) and, interrupted, goes on where it stopped. Both
    data sets are public: no account is needed.

    Args:
        folder: gets `dataset/{Training,Testing}/<class>` and `unknown_tumors`, which hold all images of the originals:
            copies among them are for `audit` to find.

    Returns:
        How many images each of these folders holds.

    Raises:
        DownloadError: `kagglehub` is not installed, Kaggle cannot be reached, or what it gave is not as expected.
    """
    try:
        kagglehub = importlib.import_module("kagglehub")
    except ImportError as error:
        raise DownloadError("`kagglehub`, which talks to Kaggle, is missing: pip install kagglehub") from error

    def fetch(handle: str) -> Path:
        try:
            return Path(kagglehub.dataset_download(handle))
        except Exception as error:  # kagglehub's errors have no base of their own
            reason = " ".join(str(error).split())
            raise DownloadError(f"{handle} did not come: {reason}. {_BY_HAND.format(handle=handle)}") from error

    return lay_out(fetch(DATASET), fetch(BR35H), folder)


def lay_out(dataset: Path, br35h: Path, folder: Path) -> dict[str, int]:
    """Copy the images of both originals, as Kaggle lays them out, to where the pipeline takes them.

    Args:
        dataset: holds `Training` and `Testing`, each with a folder for each class.
        br35h: holds `yes`, the images with a tumor.
        folder: see `download`.

    Returns:
        How many images each folder below `folder` holds.

    Raises:
        DownloadError: a folder is missing or has no images, or one to write to holds other files; nothing was copied.
    """
    sources = {
        f"dataset/{part}/{label}": dataset / part / label for part in ("Training", "Testing") for label in CLASSES
    }
    sources["unknown_tumors"] = br35h / "yes"
    images = {name: _images(source, folder / name) for name, source in sources.items()}
    for name, paths in images.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for path in track(paths, description=name):
            shutil.copyfile(path, folder / name / path.name)
    return {name: len(paths) for name, paths in images.items()}


def _images(source: Path, target: Path) -> list[Path]:
    """The images of a folder of an original, if there are some and nothing else is where they go to."""
    images = [path for path in source.glob("*") if path.suffix.lower() in _SUFFIXES]
    if not images:
        raise DownloadError(f"{source} has no images: the data set is not laid out as expected")
    strangers = {path.name for path in target.glob("*")} - {path.name for path in images}
    if strangers:
        raise DownloadError(f"{target / min(strangers)} is not of the data set: name an empty folder")
    return images
