"""Objects whose bytes were changed at random: each is read or rejected, soon and in bounded memory.

`MUTATIONS=10000 python -m pytest tests/unit/services/studies/test_mutations.py` tries more of them.
"""

import os
import resource
from contextlib import ExitStack, suppress
from io import BytesIO
from pathlib import Path
from time import process_time

import numpy as np
import pytest
from pydicom.data import get_testdata_file

from app.models.problems import Problem
from app.services.imaging.dicom.codecs import decode_stream
from app.services.imaging.reading import Limits, read_scan
from app.services.studies.files import files_of
from app.services.studies.reading import pictures_of
from app.services.studies.survey import Survey, survey
from tests.support.dicom import enhanced, head, nifti
from tests.support.images import zipped

MUTATIONS = int(os.environ.get("MUTATIONS", "300"))
LIMITS = Limits(10**7, 10**6)
MOST_S = 3
MOST_MEGABYTES = 100
# Lengths that end nowhere, and those that begin items and sequences.
WORDS = [
    bytes.fromhex(word) for word in ("ffffffff", "ffffff7f", "00000000", "feff00e0", "feff0de0", "feffdde0", "535100")
]
LARGEST = 40_000


def corpus() -> list[bytes]:
    folder = Path(str(get_testdata_file("MR_small.dcm", download=False))).parent
    own = [enhanced(np.stack([head(32)] * 3), [0, 5, 10]), nifti(np.stack([head(32)] * 3), np.eye(4))]
    return own + [path.read_bytes() for path in sorted(folder.glob("*.dcm")) if path.stat().st_size < LARGEST]


def mutated(data: bytes, rng: np.random.Generator) -> bytes:
    """The data with a few changes, most of them near its beginning, where headers are."""
    found = bytearray(data)
    for _ in range(rng.integers(1, 5)):
        end = len(found) if rng.random() < 0.3 else min(len(found), 2000)
        at, other = (int(place) for place in rng.integers(0, max(end, 1), 2))
        size = int(rng.integers(1, 200))
        match rng.integers(5):
            case 0:
                found[at : at + 1] = rng.bytes(1)
            case 1:
                word = WORDS[rng.integers(len(WORDS))]
                found[at : at + len(word)] = word
            case 2:
                del found[at : at + size]
            case 3:
                found[at:at] = found[other : other + size] * int(rng.integers(1, 50))
            case _:
                del found[max(at, 8) :]
    return bytes(found)


@pytest.mark.parametrize("seed", range(3))
def test_a_changed_object_is_read_or_rejected_soon_and_in_little_memory(seed: int):
    rng = np.random.default_rng(seed)
    whole = corpus()
    before = 0.0
    for number in range(MUTATIONS // 3):
        data = mutated(whole[rng.integers(len(whole))], rng)
        started = process_time()
        with suppress(Problem):
            read_scan(BytesIO(data), LIMITS)
        with ExitStack() as opened, suppress(Problem):
            files = files_of([("0", BytesIO(zipped({"0": data})))], LIMITS, opened, decode_stream)
            *_, found = survey(files, LIMITS)
            assert isinstance(found, Survey)
            for series in found.series:
                for _ in pictures_of(series, series.slices, files, LIMITS):
                    pass
        assert process_time() - started < MOST_S, (seed, number)
        if number == MUTATIONS // 30:
            before = peak()
    assert peak() - before < MOST_MEGABYTES


def peak() -> float:
    """The largest memory of this process so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
