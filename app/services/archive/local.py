"""Answers parts on this machine: reading, decoding and judging of other scans run beside the forward pass."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from app.models.model_file import ModelMetadata
from app.models.problems import StorageUnavailable
from app.services.archive.answering import ScanAnswerer, Unanswered
from app.services.archive.known import digests_of
from app.services.archive.places import Place, PlaceFailed
from app.services.archive.plan import SCANS_PER_PART, ArchiveScan
from app.services.archive.running import PartDone
from app.services.archive.table import Row, write_part

# One scan at a time is in the forward pass. The others are read meanwhile, from an object store in 20 ms or more.
_THREADS = 8


class LocalRunner:
    """Runs parts in threads of this process; each thread has one scan in memory. See `running.Runner`."""

    def __init__(
        self, answer: ScanAnswerer, results: Place, metadata: ModelMetadata, advance: Callable[[], None]
    ) -> None:
        """Combine the parts.

        Args:
            answer: answers a scan.
            results: where rows are written.
            metadata: of the model.
            advance: called after each scan.
        """
        self._answer = answer
        self._results = results
        self._metadata = metadata
        self._advance = advance

    def __call__(self, parts: Iterable[list[ArchiveScan]]) -> Iterator[PartDone]:
        """Answer parts; raises `PlaceFailed` if rows cannot be written, or if no scan of a whole part can be read."""
        threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="archive")
        waiting: deque[tuple[list[ArchiveScan], list[Future[Row | Unanswered]]]] = deque()
        try:
            for scans in parts:
                waiting.append((scans, [threads.submit(self._answer, scan) for scan in scans]))
                # The next part is in the queue, so that no thread waits while rows are written.
                if len(waiting) > 1:
                    yield self._finished(*waiting.popleft())
            while waiting:
                yield self._finished(*waiting.popleft())
        finally:
            threads.shutdown(cancel_futures=True)

    def _finished(self, scans: list[ArchiveScan], futures: list[Future[Row | Unanswered]]) -> PartDone:
        rows: list[Row] = []
        unanswered: list[Unanswered] = []
        for future in futures:
            found = future.result()
            if isinstance(found, Unanswered):
                unanswered.append(found)
            else:
                rows.append(found)
            self._advance()
        write_part(self._results, self._metadata, scans, rows)
        if len(unanswered) >= SCANS_PER_PART and all(each.error == StorageUnavailable.slug for each in unanswered):
            # Without an end, a source that is away would fill the memory with failures.
            raise PlaceFailed(f"no scan of a part could be read. {unanswered[0].source}: {unanswered[0].error_detail}")
        failed = tuple(digests_of(row)[0] for row in rows if row.get("error"))
        return PartDone(len(rows) - len(failed), failed, tuple(unanswered))
