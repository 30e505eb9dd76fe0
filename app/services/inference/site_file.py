"""Applies a site's files: temperatures and thresholds that replace those of the versions they were fitted to."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.config.settings import ConfigurationError
from app.models.model_file import ModelMetadata
from app.models.site_file import SiteFile

_FIT_AGAIN = "Fit it again with `python -m app evaluate --fit`"


def fit_to_site(path: Path, versions: Sequence[ModelMetadata]) -> list[ModelMetadata]:
    """Versions of models, those that a site's file was fitted to with the temperature and thresholds of the file.

    Such a version names the file by the first eight digits of its SHA-256, as in `1.1.0+site.3f2a9c1b`, in every answer
    and stored record.

    Args:
        path: the site's file, or a folder of them (`*.json`), at most one for each version.
        versions: metadata of every version of every model.

    Raises:
        ConfigurationError: a file is missing or invalid, or belongs to an unknown model, other weights, another gate or
            other heads; or two files belong to the same version.
    """
    paths = sorted(path.glob("[!.]*.json")) if path.is_dir() else [path]
    if not paths:
        raise ConfigurationError(f"SITE_FILE={path} is a folder without a file *.json.")
    sites = [_ReadSiteFile.read(each) for each in paths]
    for site in sites:
        site.require_version(versions)
    return [_fitted(metadata, sites) for metadata in versions]


@dataclass(frozen=True)
class _ReadSiteFile:
    """A site's file.

    Attributes:
        path: of the file.
        digest: SHA-256 of its bytes.
        content: what it contains.
    """

    path: Path
    digest: str
    content: SiteFile

    @classmethod
    def read(cls, path: Path) -> "_ReadSiteFile":
        try:
            content = path.read_bytes()
            return cls(path, hashlib.sha256(content).hexdigest(), SiteFile.model_validate_json(content))
        except OSError as error:
            raise ConfigurationError(f"SITE_FILE={path}: {error.strerror}.") from error
        except ValueError as error:
            raise ConfigurationError(
                f"SITE_FILE={path} was not written by `python -m app evaluate --fit`: {' '.join(str(error).split())}"
            ) from error

    def belongs_to(self, metadata: ModelMetadata) -> bool:
        """Whether it was fitted to this version."""
        return self.content.model == metadata.name and self._fault(metadata) is None

    def require_version(self, versions: Sequence[ModelMetadata]) -> None:
        """Check that it was fitted to one of these versions."""
        model = self.content.model
        known = [metadata for metadata in versions if metadata.name == model]
        if not known:
            names = ", ".join(sorted({metadata.name for metadata in versions}))
            raise ConfigurationError(f"SITE_FILE={self.path} was fitted to the model {model!r}. There are: {names}.")
        if any(self.belongs_to(metadata) for metadata in known):
            return
        alike = [metadata for metadata in known if metadata.sha256 == self.content.sha256]
        if alike:
            raise ConfigurationError(f"SITE_FILE={self.path} {self._fault(alike[0])}. {_FIT_AGAIN}.")
        weights = ", ".join(f"{metadata.version} has {metadata.sha256[:12]}…" for metadata in known)
        raise ConfigurationError(
            f"SITE_FILE={self.path} was fitted to other weights of {model}: their sha256 is "
            f"{self.content.sha256[:12]}…, but {weights}. {_FIT_AGAIN}, or remove it."
        )

    def _fault(self, metadata: ModelMetadata) -> str | None:
        """Why it does not belong to a version of its model; None if it does."""
        site, trust = self.content, metadata.trust
        if site.sha256 != metadata.sha256:
            return f"was fitted to other weights of {site.model}"
        if site.thresholds is None or trust is None:
            alike = site.thresholds is None and trust is None
            return None if alike else f"and {site.model} do not have the same thresholds"
        if site.thresholds.gate_sha256 != trust.gate.statistics_sha256:
            return f"was fitted to another gate of {site.model}, with other scores"
        if site.thresholds.heads_sha256 != (trust.heads.sha256 if trust.heads else None):
            return f"was fitted to other heads of {site.model}, with other probabilities"
        return None


def _fitted(metadata: ModelMetadata, sites: Sequence[_ReadSiteFile]) -> ModelMetadata:
    """A version with the values of the file that belongs to it; unchanged without one."""
    own = [site for site in sites if site.belongs_to(metadata)]
    if len(own) > 1:
        raise ConfigurationError(
            f"SITE_FILE: {own[0].path} and {own[1].path} were fitted to the same version {metadata.version} of "
            f"{metadata.name}. Remove one."
        )
    if not own:
        return metadata
    site = own[0].content
    return metadata.model_copy(
        update={
            "version": f"{metadata.version}+site.{own[0].digest[:8]}",
            "description": f"{metadata.description} Its temperature and thresholds were fitted to "
            f"{sum(site.scans.values()):,} scans of this site on {site.fitted_on}.",
            "temperature": site.temperature,
            "trust": metadata.trust and site.replace(metadata.trust),
        }
    )
