"""The listener, and the sender, as other DICOM applications see them."""

import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pydicom import dcmread
from pydicom.uid import ComprehensiveSRStorage, CTImageStorage, MRImageStorage
from pynetdicom import AE, evt
from pynetdicom.association import Association
from pynetdicom.sop_class import Verification  # type: ignore[attr-defined]

from app.config.dicom import DimsePeer
from app.config.settings import ConfigurationError, Settings
from app.services.pacs.inbox import Inbox
from app.services.pacs.listener import Listener
from app.services.pacs.sender import PeerUnavailable, send
from tests.support.dicom import dicom
from tests.support.server import free_port


def settings(**values: Any) -> Settings:
    found = {"dimse_port": 0, "dimse_callers": ("PACS",), "dimse_timeout_s": 5, "max_study_mb": 1, **values}
    return Settings.model_construct(**{**Settings().model_dump(), **found})


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[Callable[..., Listener]]:
    """Starts listeners, each with an inbox of its own."""
    opened: list[Listener] = []

    def start(most_bytes: int = 10_000_000, **values: Any) -> Listener:
        inbox = Inbox(tmp_path / f"queue{len(opened)}", most_bytes)
        opened.append(Listener(settings(**values), inbox))
        return opened[-1]

    yield start
    for listener in opened:
        listener.close()


def called(listener: Listener, *, caller: str = "PACS", title: str = "BTC", timeout: float = 5) -> Association:
    entity = AE(ae_title=caller)
    entity.dimse_timeout = entity.network_timeout = entity.acse_timeout = timeout
    for storage in (Verification, MRImageStorage, CTImageStorage):
        entity.add_requested_context(storage)
    return entity.associate("127.0.0.1", listener.port, ae_title=title)


def accepted(listener: Listener) -> Association:
    """An association as soon as one is accepted: a rejected one counts until its thread has ended."""
    for _ in range(50):
        association = called(listener)
        if association.is_established:
            return association
        time.sleep(0.1)
    raise TimeoutError


def stored(association: Association, content: bytes) -> Any:
    return association.send_c_store(dcmread(BytesIO(content), force=True)).get("Status")


def test_mr_objects_are_stored_and_others_are_not_negotiated(listening: Callable[..., Listener], tmp_path: Path):
    association = called(listening())
    assert association.send_c_echo().Status == 0
    assert {context.abstract_syntax for context in association.accepted_contexts} == {Verification, MRImageStorage}
    assert stored(association, dicom()) == 0
    association.release()
    [path] = [each for each in (tmp_path / "queue0" / "received").rglob("*") if each.is_file()]
    assert dcmread(path).PatientName == dcmread(BytesIO(dicom())).PatientName


def test_only_listed_titles_may_send_and_only_to_the_right_title(listening: Callable[..., Listener]):
    listener = listening(dimse_associations=1)
    assert called(listener, caller="OTHER").is_rejected
    assert called(listener, title="OTHER").is_rejected
    first = accepted(listener)
    assert called(listener).is_rejected
    first.release()


def test_what_cannot_be_stored_is_answered_with_a_status_that_says_so(
    listening: Callable[..., Listener], tmp_path: Path
):
    association = called(listening(most_bytes=5_000))
    assert stored(association, dicom(StudyInstanceUID=None)) == 0xC000
    codes = [stored(association, dicom(SOPInstanceUID=f"1.2.{number}")) for number in range(9)]
    assert codes == sorted(codes)
    assert set(codes) == {0, 0xA700}
    association.release()
    association = called(listening())
    (tmp_path / "queue1" / "arriving").rmdir()
    assert stored(association, dicom()) == 0xA700
    association.release()


def test_objects_beyond_the_memory_for_them_end_the_association(listening: Callable[..., Listener]):
    listener = listening(max_study_mb=0.1)
    association = called(listener)
    for number in range(30):  # more than the limit together, but each is stored before the next
        assert stored(association, dicom(SOPInstanceUID=f"1.2.{number}", PixelData=bytes(9_000))) == 0
    assert stored(association, dicom(PixelData=bytes(900_000))) is None
    association = called(listener)
    assert stored(association, dicom()) == 0
    association.release()
    deadline = time.monotonic() + 5
    while listener._in_memory and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not listener._in_memory


def test_a_port_in_use_is_named(listening: Callable[..., Listener]):
    with pytest.raises(ConfigurationError, match="DIMSE_PORT="):
        listening(dimse_port=listening().port)


class TestSender:
    """`send`, with peers that accept, refuse, or are gone."""

    def results(self, folder: Path) -> list[Path]:
        made = []
        for number, storage in enumerate((MRImageStorage, ComprehensiveSRStorage, MRImageStorage)):
            path = folder / f"{number}"
            path.write_bytes(dicom(SOPClassUID=storage, SOPInstanceUID=f"1.2.{number}"))
            made.append(path)
        return made

    def sent(self, folder: Path, *statuses: int) -> Iterator[tuple[str, str | None]]:
        """Send three objects to a peer that knows no reports and answers with these statuses."""
        entity, left = AE(ae_title="PACS"), list(statuses)
        entity.add_supported_context(MRImageStorage)
        port = free_port()
        server = entity.start_server(
            ("127.0.0.1", port), block=False, evt_handlers=[(evt.EVT_C_STORE, lambda _: left.pop(0))]
        )
        assert server is not None
        try:
            for path, refused in send(self.results(folder), DimsePeer("PACS", "localhost", port), "BTC", 5):
                yield path.name, refused
        finally:
            server.shutdown()

    def test_each_object_is_stored_or_refused(self, tmp_path: Path):
        found = list(self.sent(tmp_path, 0xB000, 0xC000))
        assert found == [
            ("0", None),
            ("1", "it does not accept this class of objects"),
            ("2", "status C000"),
        ]

    def test_a_full_or_missing_peer_leaves_the_rest_for_later(self, tmp_path: Path):
        found = []
        with pytest.raises(PeerUnavailable, match="no space"):
            found += list(self.sent(tmp_path, 0xA700))
        assert found == []
        with pytest.raises(PeerUnavailable, match="cannot be reached"):
            list(send(self.results(tmp_path), DimsePeer("PACS", "localhost", free_port()), "BTC", 5))
