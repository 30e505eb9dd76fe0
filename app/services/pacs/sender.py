"""Sends objects to another DICOM application by C-STORE."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from pydicom.filereader import read_file_meta_info
from pynetdicom import AE

from app.config.dicom import DimsePeer
from app.services.pacs.library import silence_pynetdicom

silence_pynetdicom()

_WARNINGS = (0xB000, 0xB006, 0xB007)
_OUT_OF_RESOURCES = range(0xA700, 0xA800)


class PeerUnavailable(Exception):
    """The peer cannot be reached, rejects the association, or has no space; the text gives the reason."""


def send(files: Sequence[Path], peer: DimsePeer, title: str, timeout_s: float) -> Iterator[tuple[Path, str | None]]:
    """Send objects, one after the other.

    Args:
        files: DICOM files.
        peer: the application that receives them.
        title: the AE title of this one.
        timeout_s: for each answer.

    Yields:
        Each file after the peer has answered; with the reason if the peer refuses it for good.

    Raises:
        PeerUnavailable: the files that were not yielded can be sent later.
    """
    entity = AE(ae_title=title)
    entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = timeout_s
    entity.connection_timeout = timeout_s
    metas = [read_file_meta_info(file) for file in files]
    contexts = [(meta.MediaStorageSOPClassUID, meta.TransferSyntaxUID) for meta in metas]
    for storage, syntax in set(contexts):
        entity.add_requested_context(storage, syntax)
    association = entity.associate(peer.host, peer.port, ae_title=peer.title)
    if not association.is_established:
        raise PeerUnavailable("it rejects the association" if association.is_rejected else "it cannot be reached")
    try:
        accepted = {(each.abstract_syntax, each.transfer_syntax[0]) for each in association.accepted_contexts}
        for file, context in zip(files, contexts, strict=True):
            if context not in accepted:
                yield file, "it does not accept this class of objects"
                continue
            status = association.send_c_store(file).get("Status")
            if status is None:
                raise PeerUnavailable("the connection broke")
            if status in _OUT_OF_RESOURCES:
                raise PeerUnavailable("it has no space")
            yield file, None if status in (0, *_WARNINGS) else f"status {status:04X}"
    finally:
        association.release()
