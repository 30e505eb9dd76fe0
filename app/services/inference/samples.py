"""The sample images: real MRI scans of the data set's test part, held in memory."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from app.config.settings import ConfigurationError
from app.models.classes import FACTS, TumorClass
from app.models.problems import NotFound


@dataclass(frozen=True)
class Sample:
    """One sample image.

    Attributes:
        name: the file name.
        tumor: its class in the data set.
        width, height: size in pixels.
        content: the bytes of the file.
    """

    name: str
    tumor: TumorClass
    width: int
    height: int
    content: bytes

    @property
    def etag(self) -> str:
        """Strong entity tag: the first 32 hexadecimal digits of the content's SHA-256, in quotes."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:32]}"'


class SampleGallery:
    """The sample images of a folder, named as in the data set: `Te-gl_0010.jpg` is a glioma of the test part."""

    def __init__(self, folder: Path) -> None:
        """Read the folder.

        Raises:
            ConfigurationError: the folder does not exist, or contains a file that is not a sample image.
        """
        if not folder.is_dir():
            raise ConfigurationError(f"the folder of sample images {folder} does not exist: set SAMPLES_DIR.")
        self._samples = {path.name: _read(path) for path in sorted(folder.glob("*.jpg"))}

    def all(self) -> list[Sample]:
        """Every sample, in the order of the names."""
        return list(self._samples.values())

    def get(self, name: str) -> Sample:
        """The sample with this file name.

        Raises:
            NotFound: there is no such sample.
        """
        if name not in self._samples:
            raise NotFound(f"There is no sample {name!r}. GET /api/v1/samples lists them.")
        return self._samples[name]


def _read(path: Path) -> Sample:
    codes = {facts.file_code: tumor for tumor, facts in FACTS.items()}
    tumor = codes.get(path.name[3:5]) if path.name.startswith("Te-") else None
    if tumor is None:
        raise ConfigurationError(f"{path} is not named like a sample image, such as Te-gl_0010.jpg.")
    try:
        with Image.open(path) as image:
            width, height = image.size
    except OSError as error:
        raise ConfigurationError(f"the sample image {path} cannot be read.") from error
    return Sample(name=path.name, tumor=tumor, width=width, height=height, content=path.read_bytes())
