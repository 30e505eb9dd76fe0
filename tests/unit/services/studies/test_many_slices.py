"""A study of the largest size takes little memory."""

import resource
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from multiprocessing import get_context
from typing import Any, BinaryIO, cast

import numpy as np
from PIL import Image

from app.config.choices import GateChoice
from app.services.imaging.dicom.codecs import decode_stream
from app.services.imaging.preprocessing import to_input
from app.services.imaging.reading import Limits
from app.services.inference.cache import AnswerCache
from app.services.inference.predictor import Predictor
from app.services.network.classifier import Classifier, ForwardPass
from app.services.studies.answering import MAX_SLICES, answer_study
from app.services.studies.bodies import study_response
from app.services.studies.files import StudyFile
from app.services.studies.results import StudyResult
from tests.conftest import MODEL_FILE, MODELS
from tests.support.dicom import dicom, head

SIDE = 256
MOST_MEGABYTES = 300


class SamePass:
    """Gives every slice the forward pass of the first: 2,000 take minutes."""

    def __init__(self, classifier: Classifier) -> None:
        image = Image.fromarray((head(SIDE) // 4).astype(np.uint8))
        self.head, self.parallel = classifier.head, classifier.parallel
        self._forward = classifier.classify(to_input(image, MODELS["cnn"].input))

    def classify(self, _: object) -> ForwardPass:
        return self._forward


@contextmanager
def slice_at(height: int) -> Iterator[BinaryIO]:
    yield BytesIO(dicom(head(SIDE), ImagePositionPatient=[0, 0, 0.1 * height], SOPInstanceUID=f"1.2.{height}"))


def peak() -> float:
    """The largest memory of this process so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def megabytes_above_rest() -> tuple[int, float]:
    """Number of slices that were classified, and what the study takes."""
    metadata = MODELS["cnn"]
    predictor = Predictor(
        metadata,
        Classifier(metadata, MODEL_FILE.parent / metadata.weights),
        limits=Limits(10**7, 10**6),
        cache=AnswerCache(0),
        gate=None,
        gate_choice=GateChoice.OFF,
        heads=None,
    )
    cast(Any, predictor).classifier = SamePass(predictor.classifier)
    files = [StudyFile(str(number), partial(slice_at, number), decode_stream) for number in range(MAX_SLICES)]
    rest = peak()
    *_, found = answer_study(files, predictor, Limits(10**7, 10**6), pictures=True)
    assert isinstance(found, StudyResult)
    body = study_response(found, [file.name for file in files], metadata).model_dump_json()
    assert len(body) > MAX_SLICES * 100
    return sum(each.probabilities is not None for series in found.series for each in series.slices), peak() - rest


def test_two_thousand_slices_take_at_most_300_megabytes_above_rest():
    # A process of its own, whose peak no other test has raised.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        classified, megabytes = process.submit(megabytes_above_rest).result()
    assert classified == MAX_SLICES
    assert megabytes < MOST_MEGABYTES
