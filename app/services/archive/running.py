"""A run over an archive: finds the scans without a row, has them answered part by part, and lists what failed."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field

from app.models.model_file import ModelMetadata
from app.services.archive.answering import Unanswered, sha256_of
from app.services.archive.known import IDENTITY, Known, digests_of
from app.services.archive.opening import ScanOpener
from app.services.archive.places import Place
from app.services.archive.plan import ArchiveScan, Shard, parts_of, scans_of
from app.services.archive.schemas import FailedScan
from app.services.archive.table import read_rows


@dataclass(frozen=True)
class PartDone:
    """The result of a part, whose rows are stored.

    Attributes:
        answered: number of scans that were answered.
        failed: digests of the rows with an error.
        unanswered: scans without a row.
    """

    answered: int
    failed: tuple[bytes, ...]
    unanswered: tuple[Unanswered, ...]

    @property
    def scans(self) -> int:
        """Number of its scans."""
        return self.answered + len(self.failed) + len(self.unanswered)


Runner = Callable[[Iterable[list[ArchiveScan]]], Iterator[PartDone]]
"""Answers the scans of parts, and yields a result for each part once its rows are stored."""


@dataclass
class Tally:
    """What a run found and did.

    Attributes:
        earlier: number of scans that had a row before.
        remaining: number of scans that had none.
        done: number of these that this run has finished, whatever the result.
        answered: number of scans that this run answered.
        failed: digests of the rows with an error, those of earlier runs included.
        unanswered: scans without a row.
    """

    earlier: int = 0
    remaining: int = 0
    done: int = 0
    answered: int = 0
    failed: set[bytes] = field(default_factory=set)
    unanswered: list[Unanswered] = field(default_factory=list)


class ArchiveRun:
    """A run of one model over the scans of a source that belong to a shard."""

    def __init__(
        self, source: Place, results: Place, *, opener: ScanOpener, metadata: ModelMetadata, shard: Shard
    ) -> None:
        """Read which scans have a row.

        Raises:
            PlaceFailed: the results cannot be read.
        """
        self._source = source
        self._results = results
        self._metadata = metadata
        self._shard = shard
        self._known = Known.read(results, metadata)
        self._sha256_of = sha256_of(opener)
        self.tally = Tally()

    def count(self) -> None:
        """List the source once to count its scans; raises `PlaceFailed` if it cannot be listed."""
        for scan in scans_of(self._source, self._shard):
            row = self._known.row_of(scan, self._sha256_of)
            if row is None:
                self.tally.remaining += 1
            else:
                self.tally.earlier += 1
                if row in self._known.failed:
                    self.tally.failed.add(row)

    def run(self, runner: Runner) -> None:
        """Answer the scans without a row; raises `PlaceFailed` if a place fails."""
        for part in runner(parts_of(self._without_row())):
            self.tally.done += part.scans
            self.tally.answered += part.answered
            self.tally.failed.update(part.failed)
            self.tally.unanswered += part.unanswered

    def write_failures(self) -> str:
        """Write the list of scans that were not answered, as JSON lines; returns the name of its file.

        Raises:
            PlaceFailed: it cannot be written.
        """
        name = f"failures-{self._shard.name}.jsonl"
        self._results.put(name, "".join(f"{each.model_dump_json()}\n" for each in self._failures()).encode())
        return name

    def _failures(self) -> Iterator[FailedScan]:
        columns = (*IDENTITY, "error", "error_detail")
        for row in read_rows(self._results, self._metadata, columns):
            if row["error"] and not self.tally.failed.isdisjoint(digests_of(row)):
                yield FailedScan(
                    source=str(row["source"]),
                    error=str(row["error"]),
                    error_detail=str(row["error_detail"]),
                    has_row=True,
                )
        for each in self.tally.unanswered:
            yield FailedScan(**asdict(each), has_row=False)

    def _without_row(self) -> Iterator[ArchiveScan]:
        for scan in scans_of(self._source, self._shard):
            if self._known.row_of(scan, self._sha256_of) is None:
                yield scan
