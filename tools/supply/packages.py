"""The packages of the lock files."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from packaging.markers import Marker
from packaging.utils import canonicalize_name

from app.config.settings import PROJECT_DIR

_LINE = re.compile(r"(?P<name>[\w.-]+)==(?P<version>\S+)(?: ; (?P<marker>.*?))?(?P<hashes>(?: --hash=sha256:\w{64})+)")


class Use(StrEnum):
    """What a package is installed for. Serving includes the extra `dicom`; all others include serving."""

    SERVING = "requirements.lock"
    EXPORT = "requirements-export.lock"
    RAY = "requirements-ray.lock"
    DEVELOPMENT = "requirements-dev.lock"


@dataclass(frozen=True)
class LockedPackage:
    """A package of a lock file, with the SHA-256 of each of its files. Its marker says where it is installed."""

    name: str
    version: str
    marker: Marker | None
    hashes: tuple[str, ...]


def locked(use: Use) -> list[LockedPackage]:
    """The packages of a lock file, in its order. A name can occur twice, with different markers."""
    return list(_read(PROJECT_DIR / use.value))


def _read(path: Path) -> Iterator[LockedPackage]:
    for line in path.read_text().replace("\\\n", "").splitlines():
        found = _LINE.fullmatch(re.sub(r"\s+", " ", line).strip())
        if not found:
            raise ValueError(f"{path.name}: this is no package with a version and hashes: {line[:80]}")
        yield LockedPackage(
            canonicalize_name(found["name"]),
            found["version"],
            Marker(found["marker"]) if found["marker"] else None,
            tuple(re.findall(r"sha256:(\w+)", found["hashes"])),
        )
