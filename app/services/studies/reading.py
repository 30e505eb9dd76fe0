"""Reads the pictures of slices: each file is opened once, and one picture at a time is in memory."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from app.models.problems import Problem
from app.services.imaging.dicom.header import Header
from app.services.imaging.dicom.pixels import GrayScale, picture_of
from app.services.imaging.reading import Limits, Scan
from app.services.studies.contents import open_content
from app.services.studies.files import StudyFile
from app.services.studies.series import Series, SeriesSlice

Picture = tuple[SeriesSlice, Scan | Problem]
T = TypeVar("T")
R = TypeVar("R")


def ahead(items: Iterator[T]) -> Iterator[T]:
    """The items of an iterator; a thread makes the next two while the caller uses one."""
    thread = ThreadPoolExecutor(1, thread_name_prefix="ahead")
    # Two, so that the thread goes on with the second before the caller has taken the first.
    following = deque(thread.submit(next, items, None) for _ in range(2))
    try:
        while (item := following.popleft().result()) is not None:
            following.append(thread.submit(next, items, None))
            yield item
    finally:
        # Without waiting: the caller may have stopped.
        thread.shutdown(wait=False, cancel_futures=True)


def beside(function: Callable[[T], R], items: Iterator[T], threads: int) -> Iterator[R]:
    """The results of a function for each item, in order; threads compute the next ones while the caller uses one."""
    pool = ThreadPoolExecutor(threads, thread_name_prefix="beside")
    following: deque[Future[R]] = deque()
    try:
        for item in items:
            following.append(pool.submit(function, item))
            # One more than run at the same time, so that no thread waits for the caller.
            if len(following) > threads + 1:
                yield following.popleft().result()
        while following:
            yield following.popleft().result()
    finally:
        # Without waiting: the caller may have stopped.
        pool.shutdown(wait=False, cancel_futures=True)


def pictures_of(
    series: Series, slices: Sequence[SeriesSlice], files: list[StudyFile], limits: Limits
) -> Iterator[Picture]:
    """The picture of each slice in the order of the files, or why there is none.

    The slice in the middle of the series chooses the gray scale of all of them, since the brightness of neighbours
    would differ otherwise.

    Args:
        series: of the slices.
        slices: some of its slices.
        files: of the study.
        limits: on each file.
    """
    middle = series.slices[len(series.slices) // 2]
    [(_, _, scale)] = _read([middle], files, limits, None)
    for place, scan, _ in _read(slices, files, limits, scale):
        yield place, scan


def _read(
    slices: Sequence[SeriesSlice], files: list[StudyFile], limits: Limits, scale: GrayScale | None
) -> Iterator[tuple[SeriesSlice, Scan | Problem, GrayScale | None]]:
    by_file: dict[int, dict[int, SeriesSlice]] = {}
    for each in slices:
        by_file.setdefault(each.file, {})[each.frame.number] = each
    for index, wanted in sorted(by_file.items()):
        [known, *_] = (place.header for place in wanted.values())
        try:
            with files[index].open() as opened:
                content = open_content(opened, limits, files[index].decode, known)
                for number, stored in content.frames(list(wanted)):
                    place = wanted.pop(number)
                    yield place, *_picture(stored, content.header, place, limits, scale)
        except Problem as problem:
            for place in wanted.values():
                yield place, problem, scale


def _picture(
    stored: NDArray[np.generic] | Problem, header: Header, place: SeriesSlice, limits: Limits, scale: GrayScale | None
) -> tuple[Scan | Problem, GrayScale | None]:
    if isinstance(stored, Problem):
        return stored, scale
    try:
        return picture_of(stored, header, place.frame, limits.max_pixels, scale)
    except Problem as problem:
        return problem, scale
