"""Download both data sets from Kaggle and arrange them for the pipeline.

The data set is pinned to version 1, whose 7,023 images the literature uses; later versions differ.
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
    "Without internet access, download https://www.kaggle.com/datasets/{handle} on another machine and unpack it; then "
    "name the data set's folder with --data and the folder `yes` of Br35H with --unknown-tumors"
)


class DownloadError(RuntimeError):
    """The download failed; the message is one line with the remedy."""


def download(folder: Path) -> dict[str, int]:
    """Download both data sets into a folder; files from an earlier download are not fetched again.

    `kagglehub` stores unpacked files in its cache (`KAGGLEHUB_CACHE`) and resumes interrupted downloads. Both data sets
    are public and need no account.

    Args:
        folder: receives `dataset/{Training,Testing}/<class>` and `unknown_tumors` with all original images; `audit`
            finds the copies among them.

    Returns:
        The number of images in each of these folders.

    Raises:
        DownloadError: `kagglehub` is not installed, Kaggle cannot be reached, or the files are not the expected ones.
    """
    try:
        kagglehub = importlib.import_module("kagglehub")
    except ImportError as error:
        raise DownloadError("`kagglehub` is missing, which downloads from Kaggle: pip install kagglehub") from error

    def fetch(handle: str) -> Path:
        try:
            return Path(kagglehub.dataset_download(handle))
        except Exception as error:  # kagglehub's errors share no base class
            reason = " ".join(str(error).split())
            raise DownloadError(
                f"{handle} could not be downloaded: {reason}. {_BY_HAND.format(handle=handle)}"
            ) from error

    return lay_out(fetch(DATASET), fetch(BR35H), folder)


def lay_out(dataset: Path, br35h: Path, folder: Path) -> dict[str, int]:
    """Copy the images of both data sets from the Kaggle layout to the folders that the pipeline reads.

    Args:
        dataset: contains `Training` and `Testing`, each with one folder per class.
        br35h: contains `yes`, the images with a tumor.
        folder: see `download`.

    Returns:
        The number of images in each folder below `folder`.

    Raises:
        DownloadError: a source folder has no images, or a target folder has other files; nothing was copied.
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
    """The images of a source folder, after a check that it has images and that the target has no other files."""
    images = [path for path in source.glob("*") if path.suffix.lower() in _SUFFIXES]
    if not images:
        raise DownloadError(f"{source} has no images: the data set does not have the expected layout")
    strangers = {path.name for path in target.glob("*")} - {path.name for path in images}
    if strangers:
        raise DownloadError(f"{target / min(strangers)} does not belong to the data set: choose an empty folder")
    return images
