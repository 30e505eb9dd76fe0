"""Process-wide settings of pydicom, made when this package is first imported."""

import logging
import warnings

import pydicom
from pydicom import config


def prepare_pydicom() -> None:
    """Silence pydicom, and let it read values that break the standard's rules.

    Its warnings quote values of the header, which may name a patient, and go to the log or to standard error.
    """
    config.settings.reading_validation_mode = config.IGNORE
    logger = logging.getLogger(pydicom.__name__)
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    warnings.filterwarnings("ignore", module=r"pydicom\.")
