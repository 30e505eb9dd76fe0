"""Applies a site's file: its temperature and thresholds replace those of the model."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from app.config.settings import ConfigurationError
from app.models.model_file import ModelMetadata
from app.models.site_file import SiteFile


def read_site_file(path: Path, catalogue: Mapping[str, ModelMetadata]) -> ModelMetadata:
    """Metadata of the model that a site's file was fitted to, with the temperature and thresholds of the file.

    The version names the file by the first eight digits of its SHA-256, as in `1.1.0+site.3f2a9c1b`, in every answer
    and stored record.

    Args:
        path: the site's file.
        catalogue: metadata of every model, by name.

    Raises:
        ConfigurationError: the file is missing or invalid, or belongs to an unknown model, other weights, another gate
            or other heads.
    """
    try:
        content = path.read_bytes()
        site = SiteFile.model_validate_json(content)
    except OSError as error:
        raise ConfigurationError(f"SITE_FILE={path}: {error.strerror}.") from error
    except ValueError as error:
        raise ConfigurationError(
            f"SITE_FILE={path} was not written by `python -m app evaluate --fit`: {' '.join(str(error).split())}"
        ) from error
    metadata = catalogue.get(site.model)
    if metadata is None:
        raise ConfigurationError(
            f"SITE_FILE={path} was fitted to the model {site.model!r}. There are: {', '.join(catalogue)}."
        )
    if metadata.sha256 != site.sha256:
        raise ConfigurationError(
            f"SITE_FILE={path} was fitted to other weights of {site.model}: its sha256 is {site.sha256[:12]}…, that of "
            f"the weights is {metadata.sha256[:12]}…. Fit it again with `python -m app evaluate --fit`."
        )
    if (site.thresholds is None) != (metadata.trust is None):
        raise ConfigurationError(
            f"SITE_FILE={path} and {site.model} do not have the same thresholds. Fit it again with "
            "`python -m app evaluate --fit`."
        )
    if site.thresholds and metadata.trust and site.thresholds.gate_sha256 != metadata.trust.gate.statistics_sha256:
        raise ConfigurationError(
            f"SITE_FILE={path} was fitted to another gate of {site.model}, with other scores. Fit it again with "
            "`python -m app evaluate --fit`."
        )
    heads = metadata.trust and metadata.trust.heads
    if site.thresholds and site.thresholds.heads_sha256 != (heads.sha256 if heads else None):
        raise ConfigurationError(
            f"SITE_FILE={path} was fitted to other heads of {site.model}, with other probabilities. Fit it again with "
            "`python -m app evaluate --fit`."
        )
    return metadata.model_copy(
        update={
            "version": f"{metadata.version}+site.{hashlib.sha256(content).hexdigest()[:8]}",
            "description": f"{metadata.description} Its temperature and thresholds were fitted to "
            f"{sum(site.scans.values()):,} scans of this site on {site.fitted_on}.",
            "temperature": site.temperature,
            "trust": metadata.trust and site.replace(metadata.trust),
        }
    )
