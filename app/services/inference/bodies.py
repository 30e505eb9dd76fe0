"""A bound on the request bodies that are held at the same time, in memory and in the folder for uploads."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.config.settings import Settings
from app.models.problems import QueueFull

_RETRY_S = 10


class BodiesInFlight:
    """Bounds the bytes of all request bodies from their arrival to the end of their requests.

    A body needs no slot of the queue while it arrives, so the queue does not bound their number.

    Attributes:
        limit: the largest number of bytes.
        held: the number of bytes at present.
    """

    def __init__(self, settings: Settings) -> None:
        """Allow one of the largest studies, and a scan for each place of the queue or two of the largest batches."""
        scans = max(settings.prediction_threads + settings.queue_size, 2 * settings.max_batch_files)
        self.limit = scans * settings.max_upload_bytes + settings.max_study_bytes
        self.held = 0

    @contextmanager
    def body(self) -> Iterator["BodyInFlight"]:
        """A new body, whose bytes are released when the block ends."""
        body = BodyInFlight(self)
        try:
            yield body
        finally:
            body.release()


class BodyInFlight:
    """A request body in flight.

    Attributes:
        bytes: how many have arrived.
    """

    def __init__(self, bodies: BodiesInFlight) -> None:
        self._bodies = bodies
        self.bytes = 0

    def add(self, count: int) -> None:
        """Count bytes that have arrived.

        Raises:
            QueueFull: all bodies together have too many. This one counts no longer.
        """
        self.bytes += count
        self._bodies.held += count
        if self._bodies.held > self._bodies.limit:
            self.release()
            raise QueueFull(
                f"The requests in flight have {self._bodies.limit / 1e6:g} MB already, which is the most that is "
                f"accepted. Try again in {_RETRY_S} s.",
                limit=self._bodies.limit,
                retry_after=_RETRY_S,
            )

    def release(self) -> None:
        """Count the body no longer."""
        self._bodies.held -= self.bytes
        self.bytes = 0
