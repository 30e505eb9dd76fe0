"""Receives objects of other DICOM applications: C-ECHO and C-STORE, into the inbox."""

import threading
from collections import defaultdict
from io import BytesIO
from typing import TYPE_CHECKING, Any

import structlog
from pydicom import uid
from pydicom.filewriter import write_file_meta_info
from pynetdicom import AE, evt
from pynetdicom.sop_class import Verification  # type: ignore[attr-defined]

from app.config.settings import ConfigurationError, Settings
from app.models.problems import Problem, StorageFull
from app.services.imaging.dicom.streams import JPEG, JPEG_2000, JPEG_LS
from app.services.imaging.reading import Limits
from app.services.pacs.inbox import Inbox
from app.services.pacs.library import silence_pynetdicom

if TYPE_CHECKING:
    from pynetdicom.events import Event

silence_pynetdicom()

# Statuses of C-STORE (PS3.4, table B.2-1).
SUCCESS, OUT_OF_RESOURCES, NOT_UNDERSTOOD = 0x0000, 0xA700, 0xC000
CLASSES = (
    uid.MRImageStorage,
    uid.EnhancedMRImageStorage,
    uid.EnhancedMRColorImageStorage,
    uid.LegacyConvertedEnhancedMRImageStorage,
    uid.SecondaryCaptureImageStorage,
    uid.MultiFrameGrayscaleByteSecondaryCaptureImageStorage,
    uid.MultiFrameGrayscaleWordSecondaryCaptureImageStorage,
    uid.MultiFrameTrueColorSecondaryCaptureImageStorage,
)
# Not the deflated one: a few bytes can become gigabytes.
_SYNTAXES = (
    uid.ExplicitVRLittleEndian,
    uid.ImplicitVRLittleEndian,
    uid.ExplicitVRBigEndian,
    uid.RLELossless,
    *JPEG,
    *JPEG_LS,
    *JPEG_2000,
)
_PREAMBLE = bytes(128) + b"DICM"
_COMMAND = 1
_PDU_BYTES = 2**17

log = structlog.get_logger()


class Listener:
    """Listens for associations, each of which has a thread.

    An object is in memory until it is stored. All of them together have at most as many bytes as the largest study: an
    association that exceeds this is aborted.
    """

    def __init__(self, settings: Settings, inbox: Inbox) -> None:
        """Start to listen.

        Args:
            settings: title, port, callers and limits.
            inbox: receives the objects.

        Raises:
            ConfigurationError: the address cannot be used.
        """
        self._inbox = inbox
        self._limits = Limits(settings.max_study_bytes, settings.max_pixels)
        self._lock = threading.Lock()
        self._in_memory: defaultdict[object, int] = defaultdict(int)
        self._aborted: set[object] = set()
        self._entity = AE(ae_title=settings.dimse_title)
        self._entity.require_called_aet = True
        self._entity.require_calling_aet = list(settings.dimse_callers)
        self._entity.maximum_associations = settings.dimse_associations
        self._entity.maximum_pdu_size = _PDU_BYTES
        self._entity.acse_timeout = self._entity.dimse_timeout = settings.dimse_timeout_s
        self._entity.network_timeout = settings.dimse_timeout_s
        self._entity.add_supported_context(Verification)
        for storage in CLASSES:
            self._entity.add_supported_context(storage, list(_SYNTAXES))
        handlers: list[Any] = [
            (evt.EVT_C_STORE, self._store),
            (evt.EVT_PDU_RECV, self._count),
            (evt.EVT_CONN_CLOSE, self._forget),
            (evt.EVT_REJECTED, _report_rejection),
        ]
        try:
            server = self._entity.start_server((settings.host, settings.dimse_port), block=False, evt_handlers=handlers)
        except OSError as error:
            raise ConfigurationError(
                f"DIMSE_PORT={settings.dimse_port}: this port of {settings.host} cannot be used ({error.strerror}). "
                "Set DIMSE_PORT to another one."
            ) from error
        assert server is not None  # as with `block=False`
        self.port: int = server.server_address[1]

    def close(self) -> None:
        """Stop to listen, and abort associations."""
        self._entity.shutdown()

    def _store(self, event: "Event") -> int:
        """Store an object; returns the status for its sender."""
        request = event.request
        content: BytesIO = request.DataSet  # type: ignore[union-attr, assignment]
        meta = BytesIO()
        try:
            meta.write(_PREAMBLE)
            write_file_meta_info(meta, event.file_meta)  # type: ignore[arg-type]  # any file will do
            name = str(request.AffectedSOPInstanceUID)  # type: ignore[union-attr]
            self._inbox.receive(name, [meta.getbuffer(), content.getbuffer()], self._limits)
        except (StorageFull, OSError) as error:
            log.error("object_not_stored", reason=getattr(error, "strerror", None) or "DIMSE_QUEUE_MB is reached")
            return OUT_OF_RESOURCES
        except Problem as problem:
            log.warning("object_refused", problem=problem.slug)
            return NOT_UNDERSTOOD
        finally:
            with self._lock:
                self._in_memory[event.assoc] -= len(content.getbuffer())
        return SUCCESS

    def _count(self, event: "Event") -> None:
        """Count the bytes of data sets that have arrived and are not stored yet."""
        items = getattr(event.pdu, "presentation_data_value_items", ())
        fragments = [item.presentation_data_value for item in items]
        size = sum(len(each) - 1 for each in fragments if each and not each[0] & _COMMAND)
        with self._lock:
            if size:
                self._in_memory[event.assoc] += size
            too_many = size and sum(self._in_memory.values()) > self._limits.max_bytes
            first = event.assoc not in self._aborted
            if too_many:
                self._aborted.add(event.assoc)
        if too_many and first:
            log.error("association_aborted", reason="objects of more than MAX_STUDY_MB arrive at the same time")
            event.assoc.abort(block=False)

    def _forget(self, event: "Event") -> None:
        with self._lock:
            self._in_memory.pop(event.assoc, None)
            self._aborted.discard(event.assoc)


def _report_rejection(event: "Event") -> None:
    caller = event.assoc.requestor
    log.warning(
        "association_rejected",
        title=caller.ae_title,
        address=caller.address,
        advice="DIMSE_CALLERS lists the titles that may send, and DIMSE_TITLE is the one that they must call.",
    )
