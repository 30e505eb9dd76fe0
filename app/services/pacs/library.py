"""Process-wide settings of pynetdicom."""

import logging

import pynetdicom
from pynetdicom import _config


def silence_pynetdicom() -> None:
    """Silence pynetdicom, whose log quotes what other applications send, and let it send files without reading them."""
    logger = logging.getLogger(pynetdicom.__name__)
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    _config.STORE_SEND_CHUNKED_DATASET = True
