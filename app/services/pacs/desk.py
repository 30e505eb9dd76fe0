"""Answers the studies in the inbox, one after the other, and sends their results to the peer."""

import threading
import time
from contextlib import ExitStack
from pathlib import Path

import structlog

from app.config.dicom import DimsePeer
from app.models.problems import Problem
from app.services.imaging.dicom.streams import StreamDecoder
from app.services.imaging.reading import Limits
from app.services.inference.predictor import Predictor
from app.services.pacs.inbox import Inbox
from app.services.pacs.results import write_results
from app.services.pacs.sender import PeerUnavailable, send
from app.services.studies.answering import Step, answer_study
from app.services.studies.files import files_at

_LOOK_EVERY_S = 0.5
_RETRY_S = 30

log = structlog.get_logger()


class Desk:
    """Takes stable studies from the inbox, answers them, and sends the results."""

    def __init__(
        self,
        *,
        inbox: Inbox,
        predictor: Predictor,
        decode: StreamDecoder,
        limits: Limits,
        peer: DimsePeer,
        title: str,
        stable_s: float,
        timeout_s: float,
    ) -> None:
        """Create the desk; it does nothing before `work`.

        Args:
            inbox: the received objects.
            predictor: of the model.
            decode: decodes the code streams of frames.
            limits: on each object.
            peer: receives them.
            title: the AE title of this application.
            stable_s: seconds without a new object after which a study is answered.
            timeout_s: for each answer of the peer.
        """
        self._inbox = inbox
        self._predictor = predictor
        self._decode = decode
        self._limits = limits
        self._peer = peer
        self._title = title
        self._stable_s = stable_s
        self._timeout_s = timeout_s
        self._answer_from = self._send_from = 0.0

    def work(self, stopping: threading.Event) -> None:
        """Work until the event is set; the study in work is then put back."""
        while not stopping.wait(_LOOK_EVERY_S):
            self._inbox.take_stable(self._stable_s)
            for study in self._inbox.studies():
                if stopping.is_set() or time.monotonic() < self._answer_from:
                    break
                self._answer(study, stopping)
                self._send()
            self._send()

    def _answer(self, waiting: Path, stopping: threading.Event) -> None:
        study = self._inbox.begin(waiting)
        if study is None:
            log.error("study_failed", folder=waiting.stem, reason="each attempt to answer it ended the process")
            return
        started = time.monotonic()
        try:
            with ExitStack() as opened:
                paths = sorted(study.iterdir())
                files = files_at([(path.name, path) for path in paths], self._limits, opened, self._decode)
                steps = answer_study(files, self._predictor, self._limits, pictures=True)
                while isinstance(found := next(steps), Step):
                    if stopping.is_set():
                        self._inbox.put_back(study)
                        return
                written = write_results(found, files, self._limits, self._predictor.metadata)
                results = [each.content for each in written]
            self._inbox.finish(study, results)
        except Problem as problem:
            self._fail(study, problem.slug)
        except OSError as error:
            # Of the disk: it may have space later.
            log.error("study_delayed", reason=error.strerror)
            self._inbox.put_back(study)
            self._answer_from = time.monotonic() + _RETRY_S
        except Exception as error:
            # Without its message, which may quote the header.
            self._fail(study, type(error).__name__)
        else:
            seconds = round(time.monotonic() - started, 1)
            log.info("study_answered", objects=len(paths), results=len(results), seconds=seconds)

    def _fail(self, study: Path, reason: str) -> None:
        log.error("study_failed", folder=study.stem, reason=reason)
        self._inbox.fail(study)

    def _send(self) -> None:
        if time.monotonic() < self._send_from:
            return
        for files in self._inbox.results():
            sent = 0
            try:
                for file, refused in send(files, self._peer, self._title, self._timeout_s):
                    if refused:
                        log.error("result_refused", peer=self._peer.title, reason=refused)
                    sent += refused is None
                    self._inbox.remove_result(file)
            except PeerUnavailable as unavailable:
                log.warning("peer_unavailable", peer=self._peer.title, reason=str(unavailable), retry_s=_RETRY_S)
                self._send_from = time.monotonic() + _RETRY_S
                return
            log.info("results_sent", objects=sent)
