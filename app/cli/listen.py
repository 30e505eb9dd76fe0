"""`listen`: receive studies by DIMSE, answer them, and send the results to the configured peer."""

import argparse
import signal
import threading
from importlib.util import find_spec
from typing import TYPE_CHECKING

import structlog
from rich.console import Console

from app.cli.support import Commands, add_model_option, load_models, read_settings
from app.config.dicom import decoded_peer
from app.config.settings import ConfigurationError, Settings
from app.services.imaging.decoder import Decoder
from app.services.imaging.formats import DICOM_INSTALLED, NEEDS_DICOM
from app.services.imaging.reading import Limits

if TYPE_CHECKING:
    from app.config.dicom import DimsePeer

log = structlog.get_logger()


def add_to(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser(
        "listen", help="receive studies by DICOM C-STORE, and send the results to a peer; settings as for serve"
    )
    add_model_option(command)
    command.set_defaults(run=listen)


def listen(options: argparse.Namespace) -> int:
    """Listen until a signal ends it.

    Raises:
        ConfigurationError: a setting, the folder, the port or the model cannot be used, or the libraries are missing.
    """
    if not DICOM_INSTALLED or find_spec("pynetdicom") is None:
        raise ConfigurationError(NEEDS_DICOM)
    settings = read_settings()
    peer = _peer(settings)
    stopping = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    # Lazy imports: the libraries are an extra.
    from app.services.pacs.desk import Desk
    from app.services.pacs.inbox import Inbox
    from app.services.pacs.listener import Listener

    inbox = Inbox(settings.queue_dir, settings.dimse_queue_bytes)
    decoder = Decoder()
    decoder.start()
    predictor = load_models(settings, options.model, Console(stderr=True)).predictor(options.model)
    desk = Desk(
        inbox=inbox,
        predictor=predictor,
        decode=decoder.decode_stream,
        limits=Limits(settings.max_study_bytes, settings.max_pixels),
        peer=peer,
        title=settings.dimse_title,
        stable_s=settings.dimse_stable_s,
        timeout_s=settings.dimse_timeout_s,
    )
    listener = Listener(settings, inbox)
    log.info("listening", title=settings.dimse_title, host=settings.host, port=listener.port, peer=peer.title)
    if inbox.failed:
        log.warning("failed_studies", number=inbox.failed, folder=str(settings.queue_dir / "failed"))
    try:
        desk.work(stopping)
    finally:
        listener.close()
        decoder.close()
        inbox.close()
    return 0


def _peer(settings: Settings) -> "DimsePeer":
    if not settings.dimse_callers:
        raise ConfigurationError(
            "DIMSE_CALLERS is not set: list the AE titles that may send objects, as in PACS,SCANNER1."
        )
    if settings.dimse_peer is None:
        raise ConfigurationError(
            "DIMSE_PEER is not set: name the application that receives the results, as in PACS@pacs.example.org:104."
        )
    return decoded_peer(settings.dimse_peer)
