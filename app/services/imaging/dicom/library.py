"""Process-wide settings of pydicom and GDCM, made when this package is first imported."""

import logging
import warnings

import gdcm
import pydicom
from pydicom import config


def prepare_pydicom() -> None:
    """Silence both libraries, and let pydicom read values that break the standard's rules.

    Their warnings quote values of the header, which may name a patient, and go to the log or to standard error.
    """
    config.settings.reading_validation_mode = config.IGNORE
    logger = logging.getLogger(pydicom.__name__)
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    warnings.filterwarnings("ignore", module=r"pydicom\.")
    gdcm.Trace.DebugOff()
    gdcm.Trace.WarningOff()
    gdcm.Trace.ErrorOff()
