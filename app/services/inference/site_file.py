"""A site's file in use: its temperature and thresholds in the place of those that came with the model."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from app.config.settings import ConfigurationError
from app.models.model_file import ModelMetadata
from app.models.site_file import SiteFile


def read_site_file(path: Path, catalogue: Mapping[str, ModelMetadata]) -> ModelMetadata:
    """The model that a file was fitted to, with what the file says of it.

    Its version tells so wherever it is shown or kept, as in `1.1.0+site.3f2a9c1b`: the file's SHA-256 begins with that.

    Raises:
        ConfigurationError: it is missing or not valid, of a model that is not served, of other weights, or of
            another gate.
    """
    try:
        content = path.read_bytes()
        site = SiteFile.model_validate_json(content)
    except OSError as error:
        raise ConfigurationError(f"SITE_FILE={path}: {error.strerror}.") from error
    except ValueError as error:
        raise ConfigurationError(
            f"SITE_FILE={path} is not a file of `python -m app evaluate --fit`: {' '.join(str(error).split())}"
        ) from error
    metadata = catalogue.get(site.model)
    if metadata is None:
        raise ConfigurationError(
            f"SITE_FILE={path} was fitted to a model {site.model!r}; there are: {', '.join(catalogue)}."
        )
    if metadata.sha256 != site.sha256:
        raise ConfigurationError(
            f"SITE_FILE={path} was fitted to other weights of {site.model}: its sha256 is {site.sha256[:12]}…, the "
            f"weights' is {metadata.sha256[:12]}…. Fit it anew with `python -m app evaluate --fit`."
        )
    if (site.thresholds is None) != (metadata.trust is None):
        raise ConfigurationError(
            f"SITE_FILE={path} and {site.model} do not have the same thresholds. Fit it anew with "
            "`python -m app evaluate --fit`."
        )
    if site.thresholds and metadata.trust and site.thresholds.gate_sha256 != metadata.trust.gate.statistics_sha256:
        raise ConfigurationError(
            f"SITE_FILE={path} was fitted to another gate of {site.model}, whose scores mean something else. Fit it "
            "anew with `python -m app evaluate --fit`."
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
