"""Process-wide settings of pydicom and of packages around it, made when they are first imported."""

import logging
import re
import warnings

import pydicom
from pydicom import config


def prepare_pydicom() -> None:
    """Silence pydicom, and let it read values that break the standard's rules."""
    config.settings.reading_validation_mode = config.IGNORE
    silence(pydicom.__name__)


def silence(package: str) -> None:
    """Silence a package whose warnings quote values of the header, which may name a patient.

    They would go to the log or to standard error.
    """
    logger = logging.getLogger(package)
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    warnings.filterwarnings("ignore", module=re.escape(package) + r"\b")
